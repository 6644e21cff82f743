"""Examples with three kinds of labels: verified present, verified absent, and unknown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, overload

from chameleonapi.data.hierarchy import (
    Parents,
    check_hierarchy,
    expand_ancestors,
    expand_descendants,
    invert,
)
from chameleonapi.data.names import check_labels
from chameleonapi.decision import TrueEntity
from chameleonapi.errors import DataError, InputError

__all__ = ["PICTURE", "SPLITS", "TEXT", "Box", "Dataset", "Example"]

SPLITS: Final = ("train", "validation", "test")
PICTURE: Final = "picture"
TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class Box:
    """Where a label is seen, in fractions of the picture's width and height."""

    label: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Example:
    """One input with what is known about it.

    Attributes:
        id: unique in its dataset.
        content: a file, or a function that returns the bytes of the picture or text.
        present: labels verified present.
        absent: labels verified absent.
        closed: whether every label of the dataset that is not present is absent;
            otherwise such a label is unknown, and no loss may use it.
        split: ``train``, ``validation``, ``test`` or empty.
        group: examples of one group (a contributor, a scene) belong to one split.
        boxes: where labels are seen, as far as that is known.
        score: how a text feels, from -1 to 1; None where nobody has said it.
        entities: who and what a text names; None where nobody has said it.
        levels: categories with the likelihood that a person sees for each.
    """

    id: str
    content: Path | Callable[[], bytes]
    present: tuple[str, ...]
    absent: tuple[str, ...] = ()
    closed: bool = False
    split: str = ""
    group: str = ""
    boxes: tuple[Box, ...] = ()
    score: float | None = None
    entities: tuple[TrueEntity, ...] | None = None
    levels: tuple[tuple[str, str], ...] = ()

    def read(self) -> bytes:
        """Return the bytes of the picture or text.

        Raises:
            InputError: if the file cannot be read.
        """
        if not isinstance(self.content, Path):
            return self.content()
        try:
            return self.content.read_bytes()
        except OSError as error:
            raise InputError(
                f"the file of example {self.id!r} cannot be read: {error}.",
                hint="Restore the file or take the example out of the dataset.",
            ) from None


@dataclass(frozen=True)
class Dataset(Sequence[Example]):
    """A sequence of examples over one label space.

    Ancestors of present labels are added as present, and descendants of absent labels as
    absent, when the dataset is made: whoever reads an example sees all that follows.

    Attributes:
        examples: in a stable order.
        labels: the label space; every label of every example is one of them.
        parents: direct parents of labels, all of them in the label space.
        name: for messages and reports.
        attribution: what must be said where its inputs are shown, or the empty string.
        medium: what the inputs are, ``picture`` or ``text``.
    """

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    parents: Parents = field(default_factory=dict)
    name: str = "dataset"
    attribution: str = ""
    medium: str = PICTURE

    def __post_init__(self) -> None:
        check_hierarchy(self.parents)
        if len(set(self.labels)) != len(self.labels):
            raise DataError(
                f"the label space of {self.name} names a label twice.",
                hint="List every label once.",
            )
        above = (one for some in self.parents.values() for one in some)
        check_labels((*self.parents, *above), self.labels, where=f"the hierarchy of {self.name}")
        object.__setattr__(self, "examples", tuple(self._expand(self.examples)))

    def _expand(self, examples: Iterable[Example]) -> Iterator[Example]:
        children = invert(self.parents)
        known = set(self.labels)
        ids: set[str] = set()
        for one in examples:
            if one.id in ids:
                raise DataError(
                    f"{self.name} holds two examples with the id {one.id!r}.",
                    hint="Give every example its own id.",
                )
            ids.add(one.id)
            named = {*one.present, *one.absent, *(box.label for box in one.boxes)}
            named |= {entity.label for entity in one.entities or ()}
            if not named <= known:
                check_labels(sorted(named), self.labels, where=f"example {one.id!r}")
            present = self._closure(one.present)
            absent = expand_descendants(one.absent, children)
            both = sorted(set(present) & set(absent))
            if both:
                raise DataError(
                    f"example {one.id!r} has the label {both[0]!r} both present and absent, "
                    "once parents are taken into account.",
                    hint="A label that is present makes its parents present too.",
                )
            yield replace(one, present=present, absent=absent)

    def _closure(self, present: tuple[str, ...]) -> tuple[str, ...]:
        """Expand from the lowest labels, so that naming an ancestor too changes nothing."""
        every = expand_ancestors(present, self.parents)
        implied = {above for label in every for above in self.parents.get(label, ())}
        return expand_ancestors((one for one in present if one not in implied), self.parents)

    def __len__(self) -> int:
        return len(self.examples)

    @overload
    def __getitem__(self, index: int) -> Example: ...

    @overload
    def __getitem__(self, index: slice) -> Dataset: ...

    def __getitem__(self, index: int | slice) -> Example | Dataset:
        if isinstance(index, slice):
            return self._with(self.examples[index])
        return self.examples[index]

    def __iter__(self) -> Iterator[Example]:
        return iter(self.examples)

    def split(self, name: str) -> Dataset:
        """Return the examples of one split, possibly none."""
        return self._with(one for one in self.examples if one.split == name)

    def select(self, indices: Iterable[int]) -> Dataset:
        """Return the examples at these positions, in the order given."""
        return self._with(self.examples[index] for index in indices)

    def _with(self, examples: Iterable[Example]) -> Dataset:
        return replace(self, examples=tuple(examples))

    def counts(self) -> dict[str, int]:
        """Return the number of examples in which each label is present."""
        found = dict.fromkeys(self.labels, 0)
        for one in self.examples:
            for label in one.present:
                found[label] += 1
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 over labels, hierarchy, and what each example says and holds.

        Reads every input. Where the files lie does not matter; their order does.
        """
        running = hashlib.sha256()
        running.update(_line([list(self.labels), _sorted(self.parents)]))
        for one in self.examples:
            running.update(_line(_described(one)))
            running.update(hashlib.sha256(one.read()).digest())
        return running.hexdigest()


def _described(one: Example) -> list[object]:
    boxes = [[box.label, box.left, box.top, box.right, box.bottom] for box in one.boxes]
    labels = [list(one.present), list(one.absent), one.closed]
    more: list[object] = [] if one.score is None else [one.score]
    if one.entities is not None:
        more.append([[each.label, each.begin, each.end] for each in one.entities])
    if one.levels:
        more.append([list(each) for each in one.levels])
    return [one.id, *labels, one.split, one.group, boxes, *more]


def _sorted(parents: Mapping[str, tuple[str, ...]]) -> list[list[object]]:
    return [[label, list(above)] for label, above in sorted(parents.items())]


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
