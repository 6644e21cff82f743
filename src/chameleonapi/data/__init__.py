"""Labelled pictures and texts: reading them, and making them where there are none yet.

Labels verified present, verified absent and unknown are three things here. No torch is
loaded until ``chameleonapi.data.tensors`` is imported.
"""

from chameleonapi.data.examples import PICTURE, SPLITS, TEXT, Box, Dataset, Example
from chameleonapi.data.folders import load_dataset, save_dataset
from chameleonapi.data.hierarchy import expand_ancestors
from chameleonapi.data.names import check_labels, closest_labels
from chameleonapi.data.pictures import (
    Picture,
    SquareReader,
    read_picture,
    read_square,
    resize_crop,
)
from chameleonapi.data.splits import assign_splits
from chameleonapi.data.texts import InlineText, path_parents, text_dataset

__all__ = [
    "PICTURE",
    "SPLITS",
    "TEXT",
    "Box",
    "Dataset",
    "Example",
    "InlineText",
    "Picture",
    "SquareReader",
    "assign_splits",
    "check_labels",
    "closest_labels",
    "expand_ancestors",
    "load_dataset",
    "path_parents",
    "read_picture",
    "read_square",
    "resize_crop",
    "save_dataset",
    "text_dataset",
]
