"""Rehearsal: what the generic model has learnt from is shown again to heads that learn to decide.

An application brings few examples. Whoever made the generic model has more, of other places and
other people, and they know just as well which decision would be right. A share of every batch is
drawn from them, in the mix of outcomes of the application's own examples; the more of its own
an application has, the smaller the share. They only teach: when to stop, thresholds and choices
rest on the application's own examples.

The generic model knows its own examples by heart, so they come with logits of generic models that
have not seen them (``hold_out``).

Reference: Robins, "Catastrophic Forgetting, Rehearsal and Pseudorehearsal", Connection Science
1995.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.training.decision_task import Examples
from chameleonapi.training.features import FeatureSet

__all__ = ["Curriculum", "rehearse", "without_contents"]


class Curriculum(NamedTuple):
    """What is drawn from in training.

    Attributes:
        examples: to draw from.
        weights: how often each of them is drawn.
        size: how many make an epoch.
    """

    examples: Examples
    weights: Float[Tensor, " examples"]
    size: int


def rehearse(
    own: Examples, weights: Float[Tensor, " examples"], other: Examples, worth: float
) -> Curriculum:
    """Return own examples together with others, which are drawn as often as ``worth`` of them.

    Outcomes are as frequent among the others as among one's own; those that none of one's own
    has are left out.

    Args:
        own: the application's examples.
        weights: how often each of them is drawn among themselves.
        other: the examples that are shown again.
        worth: how many of one's own the others count for, all together.
    """
    mine = weights.double() / weights.sum()
    wanted = mine @ _shares(own.acceptable)
    found = _shares(other.acceptable)
    totals = found.sum(0)
    theirs = found @ torch.where(totals > 0, wanted / totals, 0.0)
    size = len(own.features)
    if not float(theirs.sum()):
        return Curriculum(own, mine, size)
    share = worth / (worth + size)
    both = torch.cat([(1 - share) * mine, share * theirs / theirs.sum()])
    examples = Examples(*(torch.cat(pair) for pair in zip(own, other, strict=True)))
    return Curriculum(examples, both, round(size + worth))


def _shares(acceptable: Bool[Tensor, "examples outcomes"]) -> Float[Tensor, "examples outcomes"]:
    """Return the part of an example that each of its right outcomes stands for."""
    parts: Tensor = acceptable.double()
    return parts / parts.sum(1, keepdim=True).clamp(min=1)


def without_contents(data: FeatureSet, *others: FeatureSet) -> FeatureSet:
    """Return the examples of which no other set has a copy: a copy would teach what it checks."""
    seen = {digest for one in others for digest in one.digests}
    keep = [row for row, digest in enumerate(data.digests) if digest not in seen]
    return data if len(keep) == len(data) else data.select(keep)
