"""How deep a customisation goes: what a level needs, and what its models see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.data import Dataset, read_square
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError
from chameleonapi.models import Backbone, CutBackbone, CutCache, Tail, need_cuts, tail_features
from chameleonapi.pipeline.modelling import DataSource
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import (
    DEEP_LEVELS,
    TAIL_SETTINGS,
    DataSize,
    Depth,
    FeatureSet,
    Plan,
    Team,
    TimeBudget,
    cut_of,
    measure_cost,
    plan_level,
    possible_epochs,
)

__all__ = ["AUTO", "LEVELS", "choose_level", "open_depth", "seen_by_tail"]

LEVELS: Final = ("thresholds", "head", "last-stages", "lora", "full")
"""From the least to the most that is trained."""


AUTO: Final = "auto"
AUTO_SECONDS: Final = 600.0
"""What ``auto`` reckons with where no budget is given."""


def choose_level(
    wanted: str,
    process: DecisionProcess,
    backbone: Backbone,
    source: DataSource,
    budget: TimeBudget | None,
    team: Team,
) -> Plan:
    """Return the level to train at, with the reason, and the epochs where time is short.

    The first of several processes decides, for all.

    Raises:
        UnknownNameError: if it is neither a level nor ``auto``.
        UnsupportedError: if the backbone cannot be cut for it.
    """
    if wanted not in {*LEVELS, AUTO}:
        raise UnknownNameError("level", wanted, (AUTO, *LEVELS))
    plan = Plan("", "")
    if not team.rank:
        plan = _choose(wanted, process, backbone, source, budget)
    if team.size == 1:
        return plan
    told = torch.tensor([LEVELS.index(plan.level) if plan.level else 0, plan.epochs or 0])
    team.copy_first([told])
    level, epochs = told.tolist()
    return Plan(LEVELS[level], plan.reason, epochs or None)


def _choose(
    wanted: str,
    process: DecisionProcess,
    backbone: Backbone,
    source: DataSource,
    budget: TimeBudget | None,
) -> Plan:
    train, validation = source.features["train"], source.features["validation"]
    if wanted == AUTO:
        size = DataSize.of(process, train, validation)
        cut = backbone if isinstance(backbone, CutBackbone) else None
        measure = None if cut is None else (lambda level: measure_cost(level, cut))
        return plan_level(size, AUTO_SECONDS if budget is None else budget.left, measure)
    if wanted not in DEEP_LEVELS:
        return Plan(wanted, f"{wanted}: as asked.")
    cuttable = need_cuts(backbone)
    if budget is None:
        return Plan(wanted, f"{wanted}: as asked.", TAIL_SETTINGS[wanted].epochs)
    size = DataSize.of(process, train, validation)
    cost = measure_cost(wanted, cuttable)
    settings = TAIL_SETTINGS[wanted]
    epochs = min(settings.epochs, possible_epochs(cost, size, settings, budget.left))
    if epochs < 1:
        return Plan("head", f"head: {wanted} was asked for, but no epoch of it fits into the time.")
    return Plan(wanted, f"{wanted}: as asked; {epochs} epochs fit into the time.", epochs)


def open_depth(
    plan: Plan,
    backbone: Backbone,
    source: DataSource,
    cache: Path,
    progress: Progress,
    *,
    budget: TimeBudget | None,
    team: Team,
) -> Depth | None:
    """Return what a level needs, its rows computed or taken from the cache; None for no depth.

    Raises:
        UnsupportedError: if the backbone cannot be cut.
        DataError: if the rows would not fit into the cache.
    """
    if plan.level not in DEEP_LEVELS:
        return None
    cuttable = need_cuts(backbone)
    splits = ("train", "validation")
    with team.in_turn():
        rows = _rows(cuttable, cut_of(plan.level, cuttable), source, splits, cache, progress)
    settings = TAIL_SETTINGS[plan.level]
    if plan.epochs is not None:
        settings = replace(settings, epochs=plan.epochs)
    depth = Depth(plan.level, cuttable, rows, settings, team=team)
    return depth if budget is None else replace(depth, is_time_up=lambda: budget.is_spent)


def seen_by_tail(
    tail: Tail, backbone: Backbone, source: DataSource, cache: Path, progress: Progress
) -> Float[Tensor, "test dimension"]:
    """Return the features that a tail makes of the test split."""
    rows = _rows(need_cuts(backbone), tail.cut, source, ("test",), cache, progress)
    return tail_features(tail.build(backbone), rows, source.features["test"].digests)


def _rows(
    backbone: CutBackbone,
    cut: int,
    source: DataSource,
    splits: Sequence[str],
    cache: Path,
    progress: Progress,
) -> CutCache:
    found = CutCache(cache, backbone, cut, read_square)
    contents: dict[str, Callable[[], bytes]] = {}
    for one in splits:
        contents |= _readers(source.dataset, source.features[one])
    with progress.step(f"{len(contents)} {source.dataset.medium}s up to cut {cut}") as advance:
        found.provide(contents, advance=advance)
    return found


def _readers(dataset: Dataset, features: FeatureSet) -> dict[str, Callable[[], bytes]]:
    by_id = {one.id: one.read for one in dataset}
    return {
        digest: by_id[name] for name, digest in zip(features.ids, features.digests, strict=True)
    }
