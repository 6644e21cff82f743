"""Products of sets of values that hold given combinations of values, and no others."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from typing import Final, final

from chameleonapi.analysis.exploration.dimensions import Dimension, NumberDimension

__all__ = ["Box", "Masks", "boxes_of", "cover", "holds", "wide"]

Box = tuple[frozenset[int], ...]
_MOST: Final = 64  # boxes that a person reads; what is done with them grows with the square


def holds(box: Sequence[frozenset[int]], row: Sequence[int]) -> bool:
    """Tell whether a row is in a box."""
    return all(one in bins for one, bins in zip(row, box, strict=True))


def boxes_of(rows: set[tuple[int, ...]], dims: Sequence[Dimension]) -> list[Box]:
    """Return disjoint products whose union is ``rows``; values with equal rests are joined."""
    if not dims:
        return [()] if rows else []
    by_value: dict[int, set[tuple[int, ...]]] = {}
    for row in rows:
        by_value.setdefault(row[0], set()).add(row[1:])
    by_rest: dict[frozenset[tuple[int, ...]], set[int]] = {}
    for value, rest in by_value.items():
        by_rest.setdefault(frozenset(rest), set()).add(value)
    made: list[Box] = []
    for rests, values in sorted(by_rest.items(), key=lambda item: min(item[1])):
        made += [(frozenset(values), *box) for box in boxes_of(set(rests), dims[1:])]
    return made


@final
class Masks:
    """Sets of rows as numbers, one bit for each row: a box holds few or many of them at once."""

    def __init__(self, every: Sequence[tuple[int, ...]], dims: Sequence[Dimension]) -> None:
        self.all = (1 << len(every)) - 1
        self._bit = {row: 1 << i for i, row in enumerate(every)}
        self._by_bin: list[dict[int, int]] = [{} for _ in dims]
        for row, bit in self._bit.items():
            for known, index in zip(self._by_bin, row, strict=True):
                known[index] = known.get(index, 0) | bit

    def of_rows(self, rows: Iterable[tuple[int, ...]]) -> int:
        """Return the set of these rows."""
        return functools.reduce(operator.or_, (self._bit[row] for row in rows), 0)

    def of_box(self, box: Box) -> int:
        """Return the rows in a box."""
        sides = (self.of_side(i, bins) for i, bins in enumerate(box))
        return functools.reduce(operator.and_, sides, self.all)

    def of_side(self, at: int, bins: Iterable[int]) -> int:
        """Return the rows with one of these bins in one dimension."""
        known = self._by_bin[at]
        return functools.reduce(operator.or_, (known.get(one, 0) for one in bins), 0)


def wide(
    box: Box,
    others: int,
    masks: Masks,
    dims: Sequence[Dimension],
    places: Sequence[int],
    telling: Sequence[bool],
) -> Box:
    """Return a box without tests that only exclude what cannot occur, those of last items first.

    Args:
        box: to be widened.
        others: the rows that it must not hold.
        masks: of all rows.
        dims: of the rows.
        places: which item of a list inside an element each is about.
        telling: whether each is seen to matter by itself.
    """
    made = list(box)
    sides = [masks.of_side(i, bins) for i, bins in enumerate(box)]
    for i in sorted(range(len(dims)), key=lambda i: (-max(places[i], 0), telling[i])):
        if len(made[i]) == dims[i].count:
            continue
        rest = functools.reduce(operator.and_, (*sides[:i], *sides[i + 1 :]), masks.all)
        if not rest & others:
            made[i] = frozenset(range(dims[i].count))
            sides[i] = masks.all
    return tuple(made)


def cover(
    boxes: Sequence[Box],
    rows: set[tuple[int, ...]],
    every: Sequence[tuple[int, ...]],
    dims: Sequence[Dimension],
) -> list[Box]:
    """Return boxes with the same union that ask as little as they can, and may overlap.

    So "A or B" is said as such, and not as "A, or B without A". Many boxes stay as they are.

    Args:
        boxes: whose union is ``rows``.
        rows: the combinations of values that they hold.
        every: all combinations that can occur.
        dims: of the rows.
    """
    if len(boxes) > _MOST:
        return list(boxes)
    masks = Masks(every, dims)
    outside = masks.all & ~masks.of_rows(rows)
    widest = list(dict.fromkeys(_widest(one, outside, masks, dims) for one in boxes))
    widest.sort(key=lambda box: [len(one) == dim.count for one, dim in zip(box, dims, strict=True)])
    kept = list(widest)
    for box in reversed(widest):
        if _is_held(box, kept, masks):
            kept.remove(box)
    for i, box in enumerate(kept):
        kept[i] = _narrowed(box, [*kept[:i], *kept[i + 1 :]], dims)
    return kept


def _widest(box: Box, outside: int, masks: Masks, dims: Sequence[Dimension]) -> Box:
    """Drop what a box asks of one dimension after the other, or a bound of it, where it can."""
    made = list(box)
    sides = [masks.of_side(i, bins) for i, bins in enumerate(box)]
    for i, dim in enumerate(dims):
        rest = functools.reduce(operator.and_, (*sides[:i], *sides[i + 1 :]), masks.all)
        free = {one for one in range(dim.count) if not masks.of_side(i, (one,)) & rest & outside}
        if len(free) == dim.count:
            made[i] = frozenset(free)
        elif isinstance(dim, NumberDimension):
            below = range(min(box[i]))
            above = range(max(box[i]) + 1, dim.count)
            made[i] = box[i].union(*(one for one in (below, above) if free.issuperset(one)))
        sides[i] = masks.of_side(i, made[i])
    return tuple(made)


def _is_held(box: Box, boxes: Sequence[Box], masks: Masks) -> bool:
    """Tell whether others among the boxes hold together what one of them holds."""
    others = functools.reduce(operator.or_, map(masks.of_box, (o for o in boxes if o != box)), 0)
    return not masks.of_box(box) & ~others


def _narrowed(box: Box, others: Sequence[Box], dims: Sequence[Dimension]) -> Box:
    """Return a box without the labels that another one accepts on wider terms."""
    made = list(box)
    for i, dim in enumerate(dims):
        if len(box[i]) == dim.count or isinstance(dim, NumberDimension):
            continue
        for one in sorted(box[i]):
            part = (*made[:i], frozenset((one,)), *made[i + 1 :])
            if len(made[i]) > 1 and any(_contains(other, part) for other in others):
                made[i] = made[i] - {one}
    return tuple(made)


def _contains(box: Box, part: Box) -> bool:
    return all(mine <= its for mine, its in zip(part, box, strict=True))
