"""Thresholds of target classes, tuned to the decision on validation data.

A threshold is moved by shifting the logits of a class, so that the line from which a label is
served stays where the API has it: the shift is folded into the head's bias.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.models import LinearHead
from chameleonapi.training.groups import Group
from chameleonapi.training.judge import Judge
from chameleonapi.training.pieces import Pieces, Terrain, trace_shift

__all__ = [
    "Shifts",
    "ThresholdSearch",
    "is_real_gain",
    "search_scaled",
    "search_shifts",
    "shift_head",
]

_REACH: Final = 5.0


@dataclass(frozen=True, slots=True)
class ThresholdSearch:
    """How thresholds are searched.

    Attributes:
        blur: standard deviation, in logits, of the Gaussian with which the rate is smoothed
            along the shift before its minimum is taken: a plateau wins over a lucky dip.
        evidence: how many standard errors of the difference a single shift must gain.
        total_evidence: how many of them all shifts together must gain, or none is made: of
            many shifts that seem to help a little, some always do by chance.
        rounds: passes over the classes at most.
    """

    blur: float = 0.3
    evidence: float = 1.0
    total_evidence: float = 1.0
    rounds: int = 3


@dataclass(frozen=True)
class Shifts:
    """What a search found.

    Attributes:
        values: shift of each group by its name, zeros included.
        before, after: balanced rate on the data of the search.
        scale: of all logits, before the shifts; one where it is no use.
    """

    values: Mapping[str, float]
    before: float
    after: float
    scale: float = 1.0

    def describe(self, line: float) -> str:
        """Return the thresholds in the scores of the head before the shift, for a reader."""
        parts = []
        for name, shift in self.values.items():
            parts.append(f"{name} {_score(line, shift):.2f}")
        if self.scale != 1.0:
            parts.append(f"all logits x {self.scale:g}")
        return ", ".join(parts)


def _score(line: float, shift: float) -> float:
    logit = math.log(line / (1 - line)) if 0 < line < 1 else 0.0
    return 1 / (1 + math.exp(shift - logit))


def shift_head(
    head: LinearHead, groups: Sequence[Group], shifts: Mapping[str, float], scale: float = 1.0
) -> LinearHead:
    """Return a head with the shifts of the groups in its bias, its logits scaled before."""
    bias = head.bias * scale
    for group in groups:
        bias[list(group.columns)] += shifts.get(group.name, 0.0)
    return LinearHead(head.labels, head.weight * scale, bias, head.mean, head.std)


def search_scaled(
    judge: Judge,
    logits: Float[Tensor, "examples labels"],
    groups: Sequence[Group],
    terrain: Terrain,
    *,
    search: ThresholdSearch | None = None,
) -> Shifts:
    """Search shifts at each scale that the terrain has; another than one must be a real gain.

    Borders on both sides of a range cannot both be moved by a shift alone.
    """
    plain = search_shifts(judge, logits, groups, terrain, search=search)
    scales = terrain.crosses.scales if terrain.crosses is not None else ()
    best, held = plain, _moved(logits, groups, plain)
    for scale in scales:
        if scale == 1.0:
            continue
        found = search_shifts(judge, logits * scale, groups, terrain, search=search)
        found = Shifts(found.values, plain.before, found.after, scale)
        now = _moved(logits, groups, found)
        evidence = (search or ThresholdSearch()).evidence
        if found.after < best.after and is_real_gain(
            judge.wrong(held), judge.wrong(now), judge, evidence
        ):
            best, held = found, now
    return best


def _moved(logits: Tensor, groups: Sequence[Group], shifts: Shifts) -> Tensor:
    moved = logits * shifts.scale
    for one in groups:
        moved[:, list(one.columns)] += shifts.values.get(one.name, 0.0)
    return moved


def search_shifts(
    judge: Judge,
    logits: Float[Tensor, "examples labels"],
    groups: Sequence[Group],
    terrain: Terrain,
    *,
    search: ThresholdSearch | None = None,
) -> Shifts:
    """Search one shift for each group, by coordinate descent over exact breakpoints.

    All groups are first shifted together, then one by one, until a round changes nothing.
    """
    how = search or ThresholdSearch()
    current = logits.clone()
    found = dict.fromkeys((one.name for one in groups), 0.0)
    before = judge.rate(logits)
    together = tuple(sorted({column for one in groups for column in one.columns}))
    if len(groups) > 1:
        shift = _best(trace_shift(judge, current, together, terrain, reach=_REACH), judge, how)
        current[:, list(together)] += shift
        found = dict.fromkeys(found, shift)
    for _ in range(how.rounds):
        moved = False
        for group in groups:
            pieces = trace_shift(judge, current, group.columns, terrain, reach=_REACH)
            shift = _best(pieces, judge, how)
            if shift:
                current[:, list(group.columns)] += shift
                found[group.name] += shift
                moved = True
        if not moved:
            break
    if not is_real_gain(judge.wrong(logits), judge.wrong(current), judge, how.total_evidence):
        return Shifts(dict.fromkeys(found, 0.0), before, before)
    return Shifts(found, before, judge.rate(current))


def _best(pieces: Pieces, judge: Judge, how: ThresholdSearch) -> float:
    """Return the shift with the lowest smoothed rate, or zero where that is no real gain."""
    base, places, changes = pieces.steps(judge.weights)
    if not len(places):
        return 0.0
    order = places.argsort()
    places, changes = places[order], changes[order]
    edges = torch.cat([places.new_tensor([-pieces.reach]), places])
    ends = torch.cat([places, places.new_tensor([pieces.reach])])
    candidates = torch.cat([((edges + ends) / 2)[ends > edges], places.new_zeros(1)])
    smooth = base + _smoothed(candidates, places, changes, how.blur)
    # Of equally good shifts, the smallest.
    ranked = smooth + 1e-6 * candidates.abs()
    best = int(ranked.argmin())
    shift = float(candidates[best])
    if smooth[best] >= smooth[-1]:
        return 0.0
    is_real = is_real_gain(pieces.wrong_at(0.0), pieces.wrong_at(shift), judge, how.evidence)
    return shift if is_real else 0.0


def is_real_gain(
    before: Bool[Tensor, " examples"],
    after: Bool[Tensor, " examples"],
    judge: Judge,
    evidence: float,
) -> bool:
    """Return whether the rate falls by more than so many standard errors of its fall."""
    fixed = judge.weights * (before.double() - after.double())
    return bool(fixed.sum() > evidence * fixed.square().sum().sqrt())


def _smoothed(
    candidates: Float[Tensor, " candidates"],
    places: Float[Tensor, " steps"],
    changes: Float[Tensor, " steps"],
    blur: float,
) -> Float[Tensor, " candidates"]:
    if blur <= 0:
        total = torch.cat([changes.new_zeros(1), changes.cumsum(0)])
        return total[torch.searchsorted(places, candidates, right=True)]
    found = [
        (torch.special.ndtr((part[:, None] - places) / blur) * changes).sum(1)
        for part in torch.split(candidates, 256)
    ]
    return torch.cat(found)
