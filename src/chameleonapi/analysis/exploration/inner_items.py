"""Lists of records inside an element, of which any item decides, whichever place it has.

The exploration tells the first few items of such a list apart. Where an element is taken for what
some item in it is, or because no item is so, one test on the list says that for any length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chameleonapi.analysis.exploration.dimensions import (
    Dimension,
    LabelDimension,
    NumberDimension,
)
from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Constant,
    DecisionProcess,
    ElementValue,
    Field,
    Function,
    InnerTest,
    LabelTest,
    Number,
    NumberTest,
)
from chameleonapi.decision.structure import walk_numbers

__all__ = ["InnerItems", "Kept", "inner_items", "lists_by_items", "places_read"]

_PLACE: Final = re.compile(r"(\w+(?:\.\w+)*?)\.(\d+)\.(.+)$")
Row = tuple[int, ...]


@dataclass(frozen=True)
class Kept:
    """Elements alike in what they hold beside the list: which items let them be accepted.

    Attributes:
        others: bins of the other fields.
        items: bins of the fields of one item; None where the list does not matter.
        lacks: whether no item may be one of these, instead of some.
    """

    others: frozenset[Row]
    items: frozenset[Row] | None
    lacks: bool


@dataclass(frozen=True)
class InnerItems:
    """The fields of the items of one list among the fields of an element.

    Attributes:
        path: of the list.
        places: for each item, where the bins of its fields stand among those of the element.
        others: where the other bins stand.
        fields: the fields of the first item.
    """

    path: str
    places: tuple[tuple[int, ...], ...]
    others: tuple[int, ...]
    fields: tuple[Dimension, ...]

    def kept(self, rows: Collection[Row], every: Iterable[Row]) -> list[Kept] | None:
        """Return which items let elements be accepted, None if their places matter.

        Args:
            rows: the bins of the elements that are accepted.
            every: those of all elements.
        """
        accepted = set(rows)
        by_rest: dict[Row, dict[tuple[Row, ...], bool]] = {}
        for row in every:
            rest = tuple(row[i] for i in self.others)
            items = tuple(tuple(row[i] for i in place) for place in self.places)
            by_rest.setdefault(rest, {})[items] = row in accepted
        groups: dict[tuple[frozenset[Row] | None, bool], set[Row]] = {}
        for rest, outcomes in by_rest.items():
            found = _any_of(outcomes)
            if found is None:
                return None
            if found != (frozenset(), False):
                groups.setdefault(found, set()).add(rest)
        return [Kept(frozenset(rests), *key) for key, rests in groups.items()]

    def test(self, boxes: Sequence[Sequence[frozenset[int]]], *, lacks: bool) -> InnerTest | None:
        """Return the test that some item (or none) is in one of some boxes, if there is one."""
        items = []
        for box in boxes:
            tests: list[LabelTest | NumberTest] = []
            for dim, bins in zip(self.fields, box, strict=True):
                if len(bins) == dim.count:
                    continue
                test = dim.test(bins)
                if isinstance(test, NumberTest):
                    tests.append(replace(test, value=_within(test.value, f"{self.path}.0.")))
                elif isinstance(test, LabelTest):
                    tests.append(replace(test, field=_item_path(test.field)))
                else:
                    return None
            items.append(tuple(tests))
        return InnerTest(self.path, tuple(items), lacks=lacks)


def _any_of(outcomes: dict[tuple[Row, ...], bool]) -> tuple[frozenset[Row] | None, bool] | None:
    """Return the items of which one is enough, or of which none may be there.

    Without items the list does not matter; an empty set says that nothing is accepted.
    """
    if all(outcomes.values()):
        return None, False
    if not any(outcomes.values()):
        return frozenset(), False
    kinds = {item for items in outcomes for item in items}
    alone = {one: outcomes.get((one,) * len(next(iter(outcomes)))) for one in kinds}
    if None in alone.values():
        return None
    for lacks in (False, True):
        wanted = frozenset(one for one, is_accepted in alone.items() if is_accepted is not lacks)
        if all(
            any(one in wanted for one in items) is (is_accepted is not lacks)
            for items, is_accepted in outcomes.items()
        ):
            return wanted, lacks
    return None


def inner_items(dims: Sequence[Dimension]) -> InnerItems | None:
    """Return the one list of records whose items are told apart alike, or None."""
    by_place: dict[tuple[str, int], dict[object, int]] = {}
    others = []
    for i, dim in enumerate(dims):
        found = _item_of(dim)
        if found is None:
            others.append(i)
        else:
            path, place, form = found
            by_place.setdefault((path, place), {})[form] = i
    paths = {path for path, _ in by_place}
    if len(paths) != 1:
        return None
    (path,) = paths
    if any(dims[i].field.path.startswith(f"{path}.") for i in others):
        return None  # how many items there are is asked as well
    rows = [by_place[key] for key in sorted(by_place)]
    if len(rows) < 2 or any(row.keys() != rows[0].keys() for row in rows):
        return None
    order = list(rows[0])
    places = tuple(tuple(row[form] for form in order) for row in rows)
    return InnerItems(path, places, tuple(others), tuple(dims[i] for i in places[0]))


def _item_of(dim: Dimension) -> tuple[str, int, object] | None:
    """Return the list, the place of the item, and what is told apart about it."""
    if isinstance(dim, NumberDimension):
        fields = [one.path for one in walk_numbers(dim.number) if isinstance(one, Field)]
        places = [_PLACE.match(one) for one in fields]
        heads = {(one[1], int(one[2])) for one in places if one is not None}
        if len(heads) != 1 or None in places:
            return None
        ((path, place),) = heads
        return path, place, (_within(dim.number, f"{path}.{place}."), dim.cuts)
    found = _PLACE.match(dim.field.path)
    if found is None:
        return None
    if isinstance(dim, LabelDimension):
        members = tuple(map(tuple, dim.members))
        return found[1], int(found[2]), (found[3], dim.values, members)
    return None


def _item_path(path: str) -> str:
    found = _PLACE.match(path)
    return found[3] if found else path


def _within(number: Number, prefix: str) -> Number:
    """Return a term with fields as the item names them."""
    match number:
        case Field(path):
            return Field(path.removeprefix(prefix))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, _within(left, prefix), _within(right, prefix))
        case Function(name, arguments):
            return Function(name, tuple(_within(one, prefix) for one in arguments))
        case Constant() | Aggregate() | ElementValue():
            return number


def lists_by_items(process: DecisionProcess) -> dict[str, frozenset[str]]:
    """Return the lists of which any item decides, by the collection of their elements."""
    found: dict[str, set[str]] = {}
    for atom in process.atoms:
        for test in atom.tests:
            if isinstance(test, InnerTest):
                found.setdefault(atom.collection, set()).add(test.path)
    return {collection: frozenset(paths) for collection, paths in found.items()}


def places_read(process: DecisionProcess, least: int = 0) -> frozenset[str]:
    """Return the lists inside elements of which some item is read by its place.

    Args:
        process: the record.
        least: the first place that counts.
    """
    fields: set[str] = set()
    numbers = []
    for atom in process.atoms:
        fields.update(one.field for one in atom.tests if isinstance(one, LabelTest))
        numbers += [one.value for one in atom.tests if isinstance(one, NumberTest)]
    numbers += [one.value for one in process.predicates() if hasattr(one, "value")]
    for number in numbers:
        fields.update(one.path for one in walk_numbers(number) if isinstance(one, Field))
    places = (_PLACE.match(one) for one in fields)
    return frozenset(one[1] for one in places if one is not None and int(one[2]) >= least)
