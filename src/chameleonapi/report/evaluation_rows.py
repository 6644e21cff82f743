"""An evaluation as rows of a table: one for each method, and one for each point of its curve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chameleonapi.evaluation.record import CurvePoint, Evaluation, MethodResult, Rate

__all__ = ["EVALUATION_COLUMNS", "evaluation_rows"]

Row = dict[str, str | int | float | None]
_SORTS: Final = ("missed", "wrong", "order", "false alarm")

EVALUATION_COLUMNS: Final = (
    "application", "kind", "api", "data", "split", "seed", "method", "title", "shots", "examples",
    "balanced", "balanced_low", "balanced_high", "natural", "natural_low", "natural_high",
    "ours_minus_this", "ours_minus_this_low", "ours_minus_this_high", "fixed", "broken",
    *(one.replace(" ", "_") for one in _SORTS),
    "calibration_error", "seconds", "peak_bytes", "test_examples",
)  # fmt: skip


def evaluation_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the methods with all their training examples, then the points of the curve."""
    for one in evaluation.methods:
        yield {**_common(evaluation), **_method(evaluation, one)}
    for point in evaluation.curve:
        yield {**_common(evaluation), **_point(point)}


def _common(evaluation: Evaluation) -> Row:
    return {
        "application": evaluation.application,
        "kind": evaluation.kind,
        "api": evaluation.api,
        "data": evaluation.data.name,
        "split": evaluation.data.split,
        "seed": evaluation.seed,
        "test_examples": evaluation.data.examples,
    }


def _method(evaluation: Evaluation, method: MethodResult) -> Row:
    row: Row = {
        "method": method.name,
        "title": method.title,
        **_rate("balanced", method.balanced),
        **_rate("natural", method.natural),
        "seconds": method.seconds,
        "peak_bytes": method.peak_bytes or None,
    }
    for sort in _SORTS:
        row[sort.replace(" ", "_")] = method.errors.get(sort)
    if method.calibration is not None:
        row["calibration_error"] = method.calibration.error
    for compared in evaluation.comparisons:
        if compared.against == method.name:
            row |= _rate("ours_minus_this", compared.difference)
            row["fixed"], row["broken"] = compared.fixed, compared.broken
    return row


def _point(point: CurvePoint) -> Row:
    return {
        "method": point.method,
        "shots": point.shots,
        "examples": point.examples,
        **_rate("balanced", point.balanced),
        **_rate("natural", point.natural),
    }


def _rate(name: str, rate: Rate) -> Row:
    return {name: rate.rate, f"{name}_low": rate.low, f"{name}_high": rate.high}
