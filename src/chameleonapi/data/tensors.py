"""Labels of a dataset as tensors, with unknown kept apart from absent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool
from torch import Tensor

from chameleonapi.data.examples import Dataset

__all__ = ["LabelTensors", "to_tensors"]


class LabelTensors(NamedTuple):
    """What is known of every example: where ``known`` is false, ``present`` says nothing."""

    present: Bool[Tensor, "examples labels"]
    known: Bool[Tensor, "examples labels"]


def to_tensors(dataset: Dataset, labels: Sequence[str]) -> LabelTensors:
    """Return presence and knowledge of ``labels`` (columns) in each example (rows).

    A label outside the dataset's label space is unknown everywhere, also in examples that
    are closed: they are closed over the labels that their dataset speaks about.
    """
    column = {label: index for index, label in enumerate(labels)}
    space = set(dataset.labels)
    spoken = torch.tensor([label in space for label in labels], dtype=torch.bool)
    present = torch.zeros(len(dataset), len(labels), dtype=torch.bool)
    known = torch.zeros(len(dataset), len(labels), dtype=torch.bool)
    for row, one in enumerate(dataset):
        if one.closed:
            known[row] = spoken
        here = [column[label] for label in one.present if label in column]
        away = [column[label] for label in one.absent if label in column]
        present[row, here] = True
        known[row, here + away] = True
    return LabelTensors(present, known)
