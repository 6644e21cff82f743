"""From cells to a table: means over seeds, then over applications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chameleonapi.evaluation.record import Rate
from chameleonapi.evaluation.shares import gain_steps
from chameleonapi.pipeline.benchmark.cell import Cell
from chameleonapi.pipeline.benchmark.intervals import Drawn, Resampler
from chameleonapi.pipeline.benchmark.record import Against, MethodRate, Row, Table

__all__ = ["OURS", "summarise"]

OURS = "ours"


@dataclass(frozen=True, eq=False)
class _Summed:
    """The draws of one application."""

    row: Row
    balanced: Mapping[str, Drawn]
    natural: Mapping[str, Drawn]


def summarise(
    cells: Sequence[Cell], shots: int | None, seeds: Sequence[int], *, resamples: int
) -> Table:
    """Return the table of all cells with the same number of examples."""
    resampler = Resampler(
        [name for one in cells for name in one.clusters], seeds, resamples=resamples
    )
    by_name: dict[str, list[Cell]] = {}
    for one in cells:
        by_name.setdefault(one.application, []).append(one)
    summed = [_sum_application(some, resampler) for some in by_name.values()]
    kinds: dict[str, list[_Summed]] = {}
    for each in summed:
        kinds.setdefault(each.row.kind, []).append(each)
    return Table(
        shots,
        _mean(summed),
        {kind: _mean(some) for kind, some in sorted(kinds.items())},
        tuple(one.row for one in summed),
    )


def _sum_application(cells: Sequence[Cell], resampler: Resampler) -> _Summed:
    balanced, natural = resampler.combine(cells)
    first = cells[0]
    row = Row(
        first.application,
        first.kind,
        {name: MethodRate(balanced[name].rate, natural[name].rate) for name in balanced},
        {
            name: _compare(balanced, natural, name, [(balanced[OURS], balanced[name])])
            for name in balanced
            if name != OURS
        },
        {name: sum(one.seconds[name] for one in cells) / len(cells) for name in balanced},
        Counter(one.chosen for one in cells),
        _shares(balanced),
        **_findings(cells, list(balanced)),
        changes=first.changes,
    )
    return _Summed(row, balanced, natural)


def _mean(some: Sequence[_Summed]) -> Row:
    """Return the mean over applications; each baseline is compared where it exists."""
    names = list(dict.fromkeys(name for one in some for name in one.balanced))
    methods, against = {}, {}
    for name in names:
        having = [one for one in some if name in one.balanced]
        balanced = {key: Drawn.mean([one.balanced[key] for one in having]) for key in (name, OURS)}
        natural = {key: Drawn.mean([one.natural[key] for one in having]) for key in (name, OURS)}
        methods[name] = MethodRate(balanced[name].rate, natural[name].rate)
        if name != OURS:
            pairs = [(one.balanced[OURS], one.balanced[name]) for one in having]
            against[name] = _compare(balanced, natural, name, pairs)
    # A step counts over the applications that have both of its methods.
    everywhere = [name for name in names if all(name in one.balanced for one in some)]
    means = {name: Drawn.mean([one.balanced[name] for one in some]) for name in everywhere}
    rows = [one.row for one in some]
    return Row(
        "",
        "",
        methods,
        against,
        seconds={
            name: _average([one.seconds[name] for one in rows if name in one.seconds])
            for name in names
        },
        shares=_shares(means),
        errors={
            name: _added([one.errors[name] for one in rows if name in one.errors]) for name in names
        },
        calibration={
            name: _average(known)
            for name in names
            if (known := [one.calibration[name] for one in rows if name in one.calibration])
        },
        peak_bytes={name: max(one.peak_bytes.get(name, 0) for one in rows) for name in names},
    )


def _added(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _shares(balanced: Mapping[str, Drawn]) -> dict[str, Rate]:
    return {
        cause: balanced[method].minus(balanced[against])
        for cause, method, against in gain_steps(list(balanced), OURS)
    }


def _findings(cells: Sequence[Cell], methods: Sequence[str]) -> dict[str, Any]:
    """Return what the cells of one application found, added up over seeds."""
    names = tuple(dict.fromkeys(name for one in cells for name in one.names))
    place = {name: index for index, name in enumerate(names)}
    errors: dict[str, Counter[str]] = {}
    confusion: dict[str, list[list[float]]] = {}
    calibration: dict[str, float] = {}
    for method in methods:
        found = [(one.names, one.findings[method]) for one in cells if method in one.findings]
        if not found:
            continue
        errors[method] = Counter()
        confusion[method] = [[0.0] * len(names) for _ in names]
        for mine, one in found:
            errors[method].update(one.errors)
            for i, row in zip(mine, one.confusion, strict=True):
                for j, value in zip(mine, row, strict=True):
                    confusion[method][place[i]][place[j]] += value
        known = [one.calibration_error for _, one in found if one.calibration_error is not None]
        if known:
            calibration[method] = _average(known)
    return {
        "errors": errors,
        "calibration": calibration,
        "peak_bytes": {
            method: max(one.findings[method].peak_bytes for one in cells)
            for method in errors
            if all(method in one.findings for one in cells)
        },
        "outcomes": names,
        "confusion": confusion,
    }


def _compare(
    balanced: Mapping[str, Drawn],
    natural: Mapping[str, Drawn],
    name: str,
    pairs: Sequence[tuple[Drawn, Drawn]],
) -> Against:
    differences = [mine.minus(theirs) for mine, theirs in pairs]
    return Against(
        balanced[OURS].minus(balanced[name]),
        balanced[OURS].relative(balanced[name]),
        natural[OURS].minus(natural[name]),
        sum(one.high < 0 for one in differences),
        sum(one.low > 0 for one in differences),
        len(differences),
    )
