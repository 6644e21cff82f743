"""Labels of a dataset as tensors, with unknown kept apart from absent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.apis import degree_of
from chameleonapi.data.examples import Dataset
from chameleonapi.errors import DataError

__all__ = ["LabelTensors", "level_tensors", "score_tensors", "to_tensors"]


class LabelTensors(NamedTuple):
    """What is known of every example: where ``known`` is false, ``present`` says nothing."""

    present: Bool[Tensor, "examples labels"] | Float[Tensor, "examples labels"]
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


def level_tensors(dataset: Dataset, labels: Sequence[str]) -> LabelTensors:
    """Return the degree of each category (columns) in each example, from 0 to 1.

    Raises:
        DataError: if no example has a likelihood.
    """
    if not any(one.levels for one in dataset):
        raise DataError(
            f"no example of {dataset.name} has a likelihood.",
            hint="Give a labels.csv with the columns file,adult,violence and the like, which hold "
            "names such as VERY_UNLIKELY.",
        )
    column = {label: index for index, label in enumerate(labels)}
    present = torch.zeros(len(dataset), len(labels))
    known = torch.zeros(len(dataset), len(labels), dtype=torch.bool)
    for row, one in enumerate(dataset):
        for category, level in one.levels:
            present[row, column[category]] = degree_of(level)
            known[row, column[category]] = True
    return LabelTensors(present, known)


def score_tensors(dataset: Dataset) -> LabelTensors:
    """Return to which degree each text is positive: its score, moved and halved to 0 to 1.

    Raises:
        DataError: if no text has a score.
    """
    scores = [one.score for one in dataset]
    known = torch.tensor([[one is not None] for one in scores], dtype=torch.bool)
    if not bool(known.any()):
        raise DataError(
            f"no text of {dataset.name} has a score.",
            hint="Give a labels.csv with the columns text,score, from -1 to 1.",
        )
    values = torch.tensor([[0.0 if one is None else one] for one in scores], dtype=torch.float64)
    return LabelTensors(((values + 1) / 2).float(), known)
