"""Which dimensions of one element have to be chosen together: terms, and the fields they read."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from chameleonapi.analysis.exploration.cells import Cells
from chameleonapi.analysis.exploration.dimensions import Dimension, NumberDimension
from chameleonapi.apis import FieldSpec

__all__ = ["CellBook", "Group", "reads"]

_REMEMBERED: Final = 200


def reads(dim: Dimension) -> tuple[FieldSpec, ...]:
    """Return the fields of an element that the bins of a dimension depend on."""
    return dim.reads if isinstance(dim, NumberDimension) else (dim.field,)


@dataclass(frozen=True)
class Group:
    """Dimensions, by their positions in a row of bins, that share fields."""

    positions: tuple[int, ...]
    cells: Cells

    def is_possible(self, row: Sequence[int]) -> bool:
        """Return whether some values of the fields fall into the bins of a row."""
        return tuple(row[i] for i in self.positions) in self.cells

    def values(
        self, row: Sequence[int], position: int, rng: random.Random | None
    ) -> dict[str, float]:
        """Return such values."""
        return self.cells.values(tuple(row[i] for i in self.positions), position, rng)


@final
class CellBook:
    """Makes the cells of each group once for the same cuts."""

    def __init__(self) -> None:
        self._known: dict[object, Cells] = {}

    def groups(self, dims: Sequence[tuple[str, Dimension]]) -> list[Group]:
        """Return the groups among dimensions, each with the collection that it is of."""
        numbers = [
            (i, path, dim) for i, (path, dim) in enumerate(dims) if isinstance(dim, NumberDimension)
        ]
        if all(dim.term is None for _, _, dim in numbers):
            return []
        made: list[Group] = []
        left = [row for row in numbers if row[2].term is not None]
        while left:
            chosen = [left.pop(0)]
            fields = {(chosen[0][1], one.path): one for one in chosen[0][2].reads}
            is_growing = True
            while is_growing:
                is_growing = False
                for row in list(left):
                    if any((row[1], one.path) in fields for one in row[2].reads):
                        left.remove(row)
                        chosen.append(row)
                        fields.update({(row[1], one.path): one for one in row[2].reads})
                        is_growing = True
            chosen += [
                row
                for row in numbers
                if row[2].term is None and (row[1], row[2].field.path) in fields
            ]
            chosen.sort(key=lambda row: row[0])
            made.append(
                Group(tuple(row[0] for row in chosen), self._cells([row[2] for row in chosen]))
            )
        return made

    def _cells(self, dims: Sequence[NumberDimension]) -> Cells:
        key = tuple((dim.field.path, dim.cuts) for dim in dims)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            fields = dict.fromkeys(one for dim in dims for one in dim.reads)
            self._known[key] = Cells(dims, tuple(sorted(fields, key=lambda one: one.path)))
        return self._known[key]
