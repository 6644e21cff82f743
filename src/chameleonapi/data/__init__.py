"""Labelled pictures: reading them, and making them where there are none yet.

Labels verified present, verified absent and unknown are three things here. No torch is
loaded until ``chameleonapi.data.tensors`` is imported.
"""

from chameleonapi.data.examples import SPLITS, Box, Dataset, Example
from chameleonapi.data.hierarchy import expand_ancestors
from chameleonapi.data.names import check_labels, closest_labels
from chameleonapi.data.pictures import (
    Picture,
    SquareReader,
    read_picture,
    read_square,
    resize_crop,
)

__all__ = [
    "SPLITS",
    "Box",
    "Dataset",
    "Example",
    "Picture",
    "SquareReader",
    "check_labels",
    "closest_labels",
    "expand_ancestors",
    "read_picture",
    "read_square",
    "resize_crop",
]
