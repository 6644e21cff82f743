"""Decision confusion matrices as tables: what was right, against what was decided."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chameleonapi.evaluation.record import Evaluation, MethodResult
from chameleonapi.report.numbers import count, percent

__all__ = ["Cell", "ConfusionTable", "confusion_table"]

_MOST = 12  # rows and columns that a reader can still follow
_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One number; ``level`` (0 to 8) grows with its share of its row, for the colour."""

    text: str
    share: str
    level: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class ConfusionTable:
    """One method's matrix; ``rows`` are (outcome, examples, cells)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]


def confusion_table(evaluation: Evaluation, method: MethodResult) -> ConfusionTable:
    """Return the matrix of a method; the rarest of many outcomes are put together."""
    names, matrix = _fold(evaluation.outcomes, method.confusion, _weights(evaluation))
    rows = []
    for i, (name, row) in enumerate(zip(names, matrix, strict=True)):
        total = sum(row)
        cells = tuple(_cell(value, total, is_right=i == j) for j, value in enumerate(row))
        rows.append((name, count(total), cells))
    return ConfusionTable(method.title, names, tuple(rows))


def _weights(evaluation: Evaluation) -> tuple[float, ...]:
    # The same for all methods, so that two matrices side by side have the same rows.
    known = evaluation.data.outcome_weights
    return tuple(known.get(one, 0.0) for one in evaluation.outcomes)


def _cell(value: float, total: float, *, is_right: bool) -> Cell:
    share = value / total if total else 0.0
    return Cell(
        text=count(value),
        share=percent(share, 0) if value else "",
        level=_level(share, is_right=is_right),
        is_right=is_right,
    )


def _level(share: float, *, is_right: bool) -> int:
    # Wrong decisions are rare in every row: their root tells few from some.
    scaled = share if is_right else math.sqrt(share)
    return min(_LEVELS, math.ceil(scaled * _LEVELS - 1e-9))


def _fold(
    names: tuple[str, ...],
    matrix: tuple[tuple[float, ...], ...],
    weights: tuple[float, ...],
) -> tuple[tuple[str, ...], list[list[float]]]:
    if len(names) <= _MOST:
        return names, [list(row) for row in matrix]
    heaviest = sorted(range(len(names)), key=lambda i: -weights[i])[: _MOST - 1]
    kept = sorted(heaviest)
    place = {old: new for new, old in enumerate(kept)}
    size = len(kept) + 1
    made = [[0.0] * size for _ in range(size)]
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            made[place.get(i, size - 1)][place.get(j, size - 1)] += value
    others = f"{len(names) - len(kept)} others"
    return (*(names[i] for i in kept), others), made
