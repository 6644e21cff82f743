"""From the bins of one element to its fields: those that tests ask for, and plausible others."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, final

from chameleonapi.analysis.exploration.cell_groups import Group, reads
from chameleonapi.analysis.exploration.dimensions import OUTSIDE_PATH, Dimension
from chameleonapi.analysis.exploration.fields import as_json
from chameleonapi.apis import (
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    build_element,
    write_field,
)

__all__ = ["MOST_ITEMS", "PLACE", "ElementMaker", "typical_fields"]

MOST_ITEMS: Final = 3  # of a list of records inside an element
PLACE: Final = re.compile(r"([\w.]+)\.(\d+)\.")
_WITH_PATHS: Final = frozenset({"categories"})  # collections whose labels are paths


@final
class ElementMaker:
    """Makes the elements of one collection.

    Args:
        spec: the API.
        collection: path of the collection in an answer.
        dims: what the bins of an element are of, in their order.
        groups: the dimensions among them whose bins depend on each other.
        free: numbers that no dimension cuts, and that random answers vary.
    """

    def __init__(
        self,
        spec: ApiSpec,
        collection: str,
        dims: Sequence[Dimension],
        groups: Sequence[Group],
        free: Sequence[FieldSpec] = (),
    ) -> None:
        joint = {i for one in groups for i in one.positions}
        self._groups = groups
        # what is not in a group: position, dimension, path, whether JSON writes it otherwise
        self._apart = [
            (i, dim, dim.field.path, bool(dim.field.values))
            for i, dim in enumerate(dims)
            if i not in joint
        ]
        self._spec = spec.collection(collection)
        read = [one.path for dim in dims for one in reads(dim)]
        self._typical: dict[str, Any] = {}
        self._free: list[FieldSpec] = []
        self._score: FieldSpec | None = None  # it falls with the position
        self._is_score_free = False
        if self._spec is not None:
            self._fill(self._spec, spec.score_field, read, free)
        self._places = _places(read)
        paths = [*read, *(dim.field.path for dim in dims), *self._typical]
        self._has_lengths = any(path.endswith(".#") for path in paths)
        self._is_flat = not self._places and not any("." in path for path in paths)

    def _fill(
        self,
        found: CollectionSpec,
        score_field: str | None,
        read: Sequence[str],
        free: Sequence[FieldSpec],
    ) -> None:
        varying = {one.path for one in free}
        self._typical = _nested(
            typical_fields(found, dict.fromkeys(read)), {*read, *varying, score_field or ""}
        )
        self._free = [one for one in free if one.path in self._typical]
        score = found.field(score_field) if score_field else None
        if score is not None and score.path in self._typical:
            self._score = score
            self._is_score_free = any(one is score for one in free)

    def element(
        self, bins: Sequence[int], position: int, rng: random.Random | None
    ) -> dict[str, Any]:
        """Return the element at a position of a list; the same one each time without ``rng``."""
        read = self.fields(bins, position, rng)
        row = dict(self._typical)
        if rng is not None:
            for one in self._free:
                row[one.path] = one.fitting(rng.uniform(one.low, one.high))
        score = self._score
        if score is not None and (rng is None or not self._is_score_free):
            row[score.path] = score.high * (0.9 - 0.4 * position / (position + 4))
        row.update(read)
        if self._has_lengths:
            row = _consistent(row)
        if self._places and rng is not None:
            row.update(self._more_items(row, rng))
        return row if self._is_flat else build_element(row)

    def fields(
        self, bins: Sequence[int], position: int, rng: random.Random | None
    ) -> dict[str, Any]:
        """Return the fields that tests ask for, by path."""
        made: dict[str, Any] = {}
        for i, dim, path, is_listed in self._apart:
            index = bins[i]
            value = dim.representative(index, position) if rng is None else dim.sample(index, rng)
            if value == "" and path.startswith("metadata."):
                continue  # a map has no key without a text
            made[path] = as_json(dim.field, value) if is_listed else value
        for one in self._groups:
            made.update(one.values(bins, position, rng))
        return made

    def _more_items(self, row: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
        """Return further items for the lists of records of which the first items are read."""
        found = self._spec
        made: dict[str, Any] = {}
        for outer, count in self._places.items():
            if found is None or f"{outer}.#" in row:
                continue
            # Emotions come surest first, instances and their boxes in any order.
            is_ranked = any(
                one.values for one in found.fields if one.path.startswith(f"{outer}.*.")
            )
            for place in range(count, min(count + rng.randint(0, 2), MOST_ITEMS)):
                for one in found.fields:
                    if not one.path.startswith(f"{outer}.*."):
                        continue
                    path = f"{outer}.{place}.{one.path.removeprefix(outer)[3:]}"
                    if one.values:
                        made[path] = as_json(one, rng.choice(one.values))
                    elif one.kind is FieldKind.NUMBER:
                        high = one.high
                        if is_ranked:
                            before = path.replace(f".{place}.", f".{place - 1}.", 1)
                            high = made.get(before, row.get(before, high))
                        made[path] = one.fitting(rng.uniform(one.low, max(one.low, high)))
        return made


def _places(read: Iterable[str]) -> dict[str, int]:
    """Return the lists of records that are read place by place, and how many places of each."""
    found: dict[str, int] = {}
    for path in read:
        match = PLACE.match(path)
        if match is not None:
            found[match[1]] = max(found.get(match[1], 0), int(match[2]) + 1)
    return found


def _nested(fields: Mapping[str, Any], varying: Iterable[str]) -> dict[str, Any]:
    """Return fields as whole objects, but for those of which a part varies.

    The objects are shared by all answers: nobody changes an answer but at its outermost keys.
    """
    apart = {path.partition(".")[0] for path in varying}
    made: dict[str, Any] = {}
    for path, value in fields.items():
        if path.partition(".")[0] in apart:
            made[path] = value
        else:
            write_field(made, path, value)
    return made


def _consistent(row: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an element, the length of a list before its items, none beyond it."""
    plan = _length_plan(tuple(row))
    if plan is None:
        return row
    lengths, items = plan
    made = {path: row[path] for path in lengths}
    for path, length, index in items:
        if length is None or index < row[length]:
            made.setdefault(path, row[path])
    return made


@lru_cache(1024)
def _length_plan(
    paths: tuple[str, ...],
) -> tuple[list[str], list[tuple[str, str | None, int]]] | None:
    """Return the paths of lengths, and the others with the length that they depend on."""
    lengths = [path for path in paths if path.endswith(".#")]
    if not lengths:
        return None
    items: list[tuple[str, str | None, int]] = []
    for path in paths:
        outer, _, rest = path.partition(".")
        index = rest.split(".", 1)[0]
        length = f"{outer}.#"
        bound = length if length in lengths and index.isdigit() else None
        items.append((path, bound, int(index) if bound else 0))
    return lengths, items


def typical_fields(collection: CollectionSpec, read: Mapping[str, Any]) -> dict[str, Any]:
    """Return plausible values for the fields of one element, those in ``read`` left out."""
    made: dict[str, Any] = {}
    read_lists = {path.split(".*")[0] for path in read if "*" in path}
    counted = {path.removesuffix(".#") for path in read if path.endswith("#")}
    for one in collection.fields:
        if one.path in read or one.path.endswith("#"):
            continue
        if "*" in one.path:
            # One item, so that a loop over the list has something to look at.
            outer = one.path.split(".*")[0]
            if outer not in read_lists | counted:
                made[one.path] = (_typical_item(one),)
        elif one.values:
            default = one.default if isinstance(one.default, str) else one.values[0]
            made[one.path] = as_json(one, default)
        elif one.kind is FieldKind.NUMBER:
            made[one.path] = one.fitting(one.low + (one.high - one.low) * 3 / 4)
        else:
            made[one.path] = _typical_text(collection, one)
    return made


def _typical_item(one: FieldSpec) -> Any:
    if one.kind is FieldKind.NUMBER:
        return one.fitting(one.low + (one.high - one.low) * 3 / 4)
    return one.values[0] if one.values else "Object"


def _typical_text(collection: CollectionSpec, one: FieldSpec) -> str:
    """Return a text that no application asks for, in the form in which the API writes it."""
    if one.kind is not FieldKind.LABEL:
        return "text"
    return OUTSIDE_PATH if collection.path in _WITH_PATHS else "Object"
