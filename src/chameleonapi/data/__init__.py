"""Labelled pictures: reading them, and making them where there are none yet.

Labels verified present, verified absent and unknown are three things here. No torch is
loaded until ``chameleonapi.data.tensors`` is imported.
"""

from chameleonapi.data.examples import SPLITS, Box, Dataset, Example
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

__all__ = [
    "SPLITS",
    "Box",
    "Dataset",
    "Example",
    "Picture",
    "SquareReader",
    "assign_splits",
    "check_labels",
    "closest_labels",
    "expand_ancestors",
    "load_dataset",
    "read_picture",
    "read_square",
    "resize_crop",
    "save_dataset",
]
