"""What is right for texts of which every mention is marked: for a text, and for a mention."""

from __future__ import annotations

from typing import Final

import torch
from jaxtyping import Bool
from torch import Tensor

from chameleonapi.decision import Passage
from chameleonapi.models.mentions import MentionRows, read_mentions
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.region_truth import RegionLabels

__all__ = ["mention_examples", "mention_labels"]

_SAME: Final = 0.5
"""The share of common characters from which a piece of a text is the mention that is meant."""


def mention_labels(data: FeatureSet) -> RegionLabels:
    """Say of each mention that was found which label it has.

    A true mention belongs to the piece that shares most with it. A piece that shares something
    with a true mention, and not enough, is not known.
    """
    rows = read_mentions(data.features)
    column = {label: index for index, label in enumerate(data.labels)}
    shape = (*rows.there.shape, len(data.labels))
    present = torch.zeros(shape, dtype=torch.bool)
    known = rows.there[..., None].expand(shape).clone()
    for row, passage in enumerate(data.passages):
        _mark(rows, row, passage, column, present, known)
    return RegionLabels(present, known)


def _mark(
    rows: MentionRows,
    row: int,
    passage: Passage,
    column: dict[str, int],
    present: Bool[Tensor, "examples mentions labels"],
    known: Bool[Tensor, "examples mentions labels"],
) -> None:
    pieces = rows.mentions(row)
    taken: set[int] = set()
    for one in passage.entities:
        shares = [
            _share(one.begin, one.end, piece.begin, piece.begin + len(piece.text))
            for piece in pieces
        ]
        best = max(range(len(shares)), key=shares.__getitem__, default=None)
        for place, share in enumerate(shares):
            if place == best and share >= _SAME and one.label in column:
                known[row, place] = True
                present[row, place] = False
                present[row, place, column[one.label]] = True
                taken.add(place)
            elif share > 0 and place not in taken:
                known[row, place] = False


def _share(begin: int, end: int, other: int, other_end: int) -> float:
    common = min(end, other_end) - max(begin, other)
    return max(common, 0) / (max(end, other_end) - min(begin, other))


def mention_examples(data: FeatureSet) -> FeatureSet:
    """Return every mention that was found as an example of its own, for a head over mentions."""
    rows = read_mentions(data.features)
    labels = mention_labels(data)
    places: list[list[int]] = rows.there.nonzero().tolist()
    return FeatureSet(
        data.labels,
        tuple(f"{data.ids[row]}#{mention}" for row, mention in places),
        tuple(data.digests[row] for row, _ in places),
        rows.features[rows.there],
        labels.present[rows.there],
        labels.known[rows.there],
    )
