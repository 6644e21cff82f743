"""Categorised models: the examples from which a model of the labels' category would learn.

A provider that offers a model for food, one for clothes and so on trains each of them on its
category, knowing nothing of the application. The categories are those of the data: a label
belongs below another if examples that have the one also have the other.
"""

from __future__ import annotations

from typing import Final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.training.features import FeatureSet

__all__ = ["category_members", "category_weights"]

_IMPLIED: Final = 0.98
_LEAST_EXAMPLES: Final = 3


def category_members(process: DecisionProcess, data: FeatureSet) -> tuple[int, ...]:
    """Return the columns of all labels in the categories of the labels that are read.

    The category of a label is what stands highest above it; where the labels have no hierarchy,
    each is a category of its own.
    """
    below = _below((data.present & data.known).double(), data.known.double())
    is_root = ~below.any(1)
    roots = (below | torch.eye(len(data.labels), dtype=torch.bool)) & is_root
    read = set(process.labels_read(data.labels))
    mine = torch.tensor([label in read for label in data.labels], dtype=torch.bool)
    wanted = roots[mine].any(0)
    members: list[int] = (roots & wanted).any(1).nonzero()[:, 0].tolist()
    return tuple(members)


def _below(
    present: Float[Tensor, "examples labels"], known: Float[Tensor, "examples labels"]
) -> Bool[Tensor, "labels labels"]:
    """Return which label (row) lies below which (column)."""
    having = present.sum(0)
    asked = present.T @ known
    both = present.T @ present
    implied = (both >= _IMPLIED * asked) & (asked >= _LEAST_EXAMPLES)
    # Of labels that always come together, the first stands above.
    order = torch.arange(len(having))
    is_higher = (having[None, :] > having[:, None]) | (
        (having[None, :] == having[:, None]) & (order[None, :] < order[:, None])
    )
    return implied & is_higher


def category_weights(process: DecisionProcess, data: FeatureSet) -> Float[Tensor, " examples"]:
    """Return weights in sum one with which every label of the category counts alike.

    Examples with none of these labels count together like one label.
    """
    columns = list(category_members(process, data))
    present = (data.present & data.known)[:, columns].double()
    groups = torch.cat([present, (present.sum(1, keepdim=True) == 0).double()], 1)
    totals = groups.sum(0)
    inverse = torch.where(totals > 0, 1 / totals, 0.0)
    return (groups @ inverse) / (totals > 0).sum().clamp(min=1)
