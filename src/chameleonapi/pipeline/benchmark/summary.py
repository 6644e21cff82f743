"""From cells to a table: means over seeds, then over applications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chameleonapi.pipeline.benchmark.cells import Cell
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
    return Row("", "", methods, against)


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
