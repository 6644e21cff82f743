"""Backbones, heads, and the registry that keeps them: nothing here knows of decisions.

Our own files are safetensors and JSON, never pickles.
"""

from chameleonapi.models.backbones import (
    DEFAULT_BACKBONE,
    DEFAULT_TEXT_BACKBONE,
    LAST_LAYER_BACKBONE,
    Backbone,
    Backend,
    PictureBackbone,
    PieceBackbone,
    TextBackbone,
    TextPieces,
    backbone_names,
    load_backbone,
    need_pictures,
    need_texts,
    register_backbone,
)
from chameleonapi.models.cut_cache import CutCache
from chameleonapi.models.cuts import (
    CutBackbone,
    RowSource,
    device_of,
    need_cuts,
    tail_features,
    trial_inputs,
)
from chameleonapi.models.encoders import Encoder, PictureReader, encoder_of, reader_id
from chameleonapi.models.feature_cache import CachedFeatures, FeatureCache
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.jitter import DRAWS
from chameleonapi.models.manifest import Manifest, describe_versions, now_utc
from chameleonapi.models.part_finders import PartFinder, finder_in, with_finder
from chameleonapi.models.pooled_head import LabelHead, OutcomeHead, PooledHead, Reconcile
from chameleonapi.models.predictor import SharedBackbonePredictor
from chameleonapi.models.registry import ModelReference, ModelRegistry, StoredModel
from chameleonapi.models.shelf import MAX_MODEL_BYTES, ModelShelf, ModelSource
from chameleonapi.models.tails import LOW_RANK, WHOLE, Tail, merge, start_tail

__all__ = [
    "DEFAULT_BACKBONE",
    "DEFAULT_TEXT_BACKBONE",
    "DRAWS",
    "LAST_LAYER_BACKBONE",
    "LOW_RANK",
    "MAX_MODEL_BYTES",
    "WHOLE",
    "Backbone",
    "Backend",
    "CachedFeatures",
    "CutBackbone",
    "CutCache",
    "Encoder",
    "FeatureCache",
    "LabelHead",
    "LinearHead",
    "Manifest",
    "ModelReference",
    "ModelRegistry",
    "ModelShelf",
    "ModelSource",
    "OutcomeHead",
    "PartFinder",
    "PictureBackbone",
    "PictureReader",
    "PieceBackbone",
    "PooledHead",
    "Reconcile",
    "RowSource",
    "SharedBackbonePredictor",
    "StoredModel",
    "Tail",
    "TextBackbone",
    "TextPieces",
    "backbone_names",
    "describe_versions",
    "device_of",
    "encoder_of",
    "finder_in",
    "labels_digest",
    "load_backbone",
    "merge",
    "need_cuts",
    "need_pictures",
    "need_texts",
    "now_utc",
    "reader_id",
    "register_backbone",
    "start_tail",
    "tail_features",
    "trial_inputs",
    "with_finder",
]
