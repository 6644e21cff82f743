"""Values for several numbers of one element at once, so that terms over them fall into given bins.

No equation is solved: the fields are sampled, and between samples on two sides of a
border the border itself is found by bisection. A combination of bins in which no
sample falls is taken for impossible.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, final

from chameleonapi.analysis.exploration.dimensions import NumberDimension
from chameleonapi.apis import FieldSpec

__all__ = ["Cells", "Row"]

Row = tuple[float, ...]

_SAMPLES: Final = 1_500
_KEPT: Final = 24
_PAIRS: Final = 160
_BISECTIONS: Final = 60
_TRIES: Final = 6


@final
class Cells:
    """The combinations of bins that some values of the fields reach.

    Args:
        dims: terms over the fields, and fields by themselves.
        fields: all fields that they read.
        seed: of the samples.
    """

    def __init__(
        self, dims: Sequence[NumberDimension], fields: Sequence[FieldSpec], seed: int = 11
    ) -> None:
        self.dims = tuple(dims)
        self.fields = tuple(fields)
        self._rows: dict[tuple[int, ...], list[Row]] = {}
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._special = [self._special_values(one) for one in self.fields]
        self._fill()

    def __contains__(self, bins: object) -> bool:
        return bins in self._rows

    @property
    def count(self) -> int:
        """How many combinations there are."""
        return len(self._rows)

    def values(
        self, bins: tuple[int, ...], position: int, rng: random.Random | None
    ) -> dict[str, float]:
        """Return values of the fields in a combination of bins; the same ones without ``rng``."""
        rows = self._rows[bins]
        row = rows[position % min(len(rows), 3)] if rng is None else self._between(bins, rng)
        return {field.path: value for field, value in zip(self.fields, row, strict=True)}

    def _between(self, bins: tuple[int, ...], rng: random.Random) -> Row:
        rows = self._rows[bins]
        first = rng.choice(rows)
        for _ in range(_TRIES):
            share = rng.random()
            other = rng.choice(rows)
            mixed = self._fitted(a + (b - a) * share for a, b in zip(first, other, strict=True))
            if self._bins(mixed) == bins:
                return mixed
        return first

    # Sampling

    def _special_values(self, field: FieldSpec) -> list[float]:
        made = {field.low, field.high}
        if isinstance(field.default, int | float):
            made.add(float(field.default))
        for dim in self.dims:
            if dim.term is None and dim.field.path == field.path:
                made.update(at for at, _ in dim.cuts)
        return sorted(one for one in made if field.low <= one <= field.high)

    def _fill(self) -> None:
        rng = self._rng
        for number in range(_SAMPLES):
            self._add(self._draw(number, rng))
        reached = [(bins, row) for bins, rows in self._rows.items() for row in rows[:4]]
        pairs = list(itertools.combinations(reached, 2))
        rng.shuffle(pairs)
        tried = 0
        for (one, left), (other, right) in pairs:
            if one == other:
                continue
            self._border(left, right)
            tried += 1
            if tried >= _PAIRS:
                break

    def _draw(self, number: int, rng: random.Random) -> Row:
        if number < len(self.fields) * 2:  # everything at an end of its range
            return tuple(one.low if number % 2 else one.high for one in self.fields)
        way = rng.random()
        row: list[float] = []
        for field, special in zip(self.fields, self._special, strict=True):
            width = field.high - field.low
            pick = rng.random()
            if way < 0.5 or (way < 0.75 and pick < 0.5):
                row.append(rng.uniform(field.low, field.high))
            elif way < 0.65 and row:
                # near another field: corners of a small box, two scores that are almost equal
                near = rng.choice(row) + rng.choice((0.0, 0.01, 0.1, 0.3)) * width * rng.random()
                row.append(min(max(near, field.low), field.high))
            elif way < 0.85:
                row.append(field.low + round(rng.random() * 20) / 20 * width)
            elif special and pick < 0.6:
                row.append(rng.choice(special))
            else:
                row.append(field.low + width * rng.random() ** 4)
        return tuple(row)

    def _border(self, left: Row, right: Row) -> None:
        """Add what lies just before and just behind the first border between two rows."""
        at_left = self._bins(left)
        for _ in range(_BISECTIONS):
            middle = tuple((a + b) / 2 for a, b in zip(left, right, strict=True))
            if middle in (left, right):
                break
            if self._bins(middle) == at_left:
                left = middle
            else:
                right = middle
        self._add(left)
        self._add(right)

    def _fitted(self, row: Iterable[float]) -> Row:
        return tuple(field.fitting(value) for field, value in zip(self.fields, row, strict=True))

    def _add(self, row: Row) -> None:
        row = self._fitted(row)
        bins = self._bins(row)
        if bins is not None:
            rows = self._rows.setdefault(bins, [])
            if len(rows) < _KEPT:
                rows.append(row)
            else:
                rows[self._rng.randrange(_KEPT // 2, _KEPT)] = row

    def _bins(self, row: Row) -> tuple[int, ...] | None:
        values: Mapping[str, float | None] = {
            field.path: value for field, value in zip(self.fields, row, strict=True)
        }
        found = [dim.bin_of(values) for dim in self.dims]
        known = tuple(one for one in found if one is not None)
        return known if len(known) == len(found) else None
