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
from chameleonapi.models.feature_cache import CachedFeatures, FeatureCache
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.manifest import Manifest, describe_versions, now_utc
from chameleonapi.models.predictor import PictureReader, SharedBackbonePredictor
from chameleonapi.models.registry import ModelReference, ModelRegistry

__all__ = [
    "DEFAULT_BACKBONE",
    "Backbone",
    "CachedFeatures",
    "FeatureCache",
    "LinearHead",
    "Manifest",
    "ModelReference",
    "ModelRegistry",
    "PictureReader",
    "SharedBackbonePredictor",
    "backbone_names",
    "describe_versions",
    "labels_digest",
    "load_backbone",
    "now_utc",
    "register_backbone",
]
