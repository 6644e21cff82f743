"""Backbones, heads, and the registry that keeps them: nothing here knows of decisions.

Our own files are safetensors and JSON, never pickles.
"""

from chameleonapi.models.backbones import (
    DEFAULT_BACKBONE,
    Backbone,
    backbone_names,
    load_backbone,
    register_backbone,
)
from chameleonapi.models.cut_cache import CutCache
from chameleonapi.models.cuts import CutBackbone, RowSource, device_of, need_cuts, tail_features
from chameleonapi.models.feature_cache import CachedFeatures, FeatureCache
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.jitter import DRAWS
from chameleonapi.models.manifest import Manifest, describe_versions, now_utc
from chameleonapi.models.predictor import PictureReader, SharedBackbonePredictor
from chameleonapi.models.registry import ModelReference, ModelRegistry, StoredModel
from chameleonapi.models.tails import LOW_RANK, WHOLE, Tail, merge, start_tail

__all__ = [
    "DEFAULT_BACKBONE",
    "DRAWS",
    "LOW_RANK",
    "WHOLE",
    "Backbone",
    "CachedFeatures",
    "CutBackbone",
    "CutCache",
    "FeatureCache",
    "LinearHead",
    "Manifest",
    "ModelReference",
    "ModelRegistry",
    "PictureReader",
    "RowSource",
    "SharedBackbonePredictor",
    "StoredModel",
    "Tail",
    "backbone_names",
    "describe_versions",
    "device_of",
    "labels_digest",
    "load_backbone",
    "merge",
    "need_cuts",
    "now_utc",
    "register_backbone",
    "start_tail",
    "tail_features",
]
