"""Backbones, heads, and the registry that keeps them: nothing here knows of decisions.

Our own files are safetensors and JSON, never pickles.
"""

from chameleonapi.models.allocator import tuned_environment
from chameleonapi.models.backbones import (
    DEFAULT_BACKBONE,
    Backbone,
    backbone_names,
    load_backbone,
    register_backbone,
)
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.predictor import PictureReader, SharedBackbonePredictor

__all__ = [
    "DEFAULT_BACKBONE",
    "Backbone",
    "LinearHead",
    "PictureReader",
    "SharedBackbonePredictor",
    "backbone_names",
    "labels_digest",
    "load_backbone",
    "register_backbone",
    "tuned_environment",
]
