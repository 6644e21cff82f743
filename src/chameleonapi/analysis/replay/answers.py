"""Random answers for a replay: drawn from the record, since nothing else is at hand."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

from chameleonapi.apis import ApiSpec, FieldKind, FieldSpec, elements, write_elements, write_field
from chameleonapi.decision import DecisionProcess, InnerTest, NumberTest

__all__ = ["draw_answers"]

_LENGTHS: Final = (0, 1, 1, 2, 2, 3, 3, 4, 5, 8)
_MOST_LABELS: Final = 60
_FIRST_LABELS: Final = 6
_OTHER_LABELS: Final = ("Sky", "Zzyx vqkw")
_OTHER_PATHS: Final = ("/News/Weather", "/Zzyx vqkw")
_NAMES: Final = frozenset({"mid", "locale", "entityId"})


def draw_answers(process: DecisionProcess, count: int, seed: int) -> list[dict[str, Any]]:
    """Return answers to a process's call, its witnesses first.

    Half of them are answers of the record's witnesses, disturbed; the others are drawn field
    by field: unsorted, with duplicates, sometimes empty, numbers near thresholds among them.
    """
    drawn = _Source(process, random.Random(seed))  # noqa: S311 - no secret
    found = [drawn.tidy(copy.deepcopy(dict(one.answer))) for one in process.witnesses]
    while len(found) < count:
        found.append(drawn.disturbed() if process.witnesses and len(found) % 2 else drawn.answer())
    return found[:count]


class _Source:
    def __init__(self, process: DecisionProcess, rng: random.Random) -> None:
        self._process = process
        self._spec: ApiSpec = process.spec
        self._rng = rng
        labels: list[str] = []
        for one in _label_sets(process):
            ordered = sorted(one)
            labels += rng.sample(ordered, min(len(ordered), _FIRST_LABELS))
        read = sorted(process.labels_read())
        labels += rng.sample(read, min(len(read), _MOST_LABELS))
        paths = any(one.startswith("/") for one in labels) or "classify" in process.api
        others = _OTHER_PATHS if paths else _OTHER_LABELS
        self._labels = [*labels, *others]
        self._thresholds = sorted(set(_thresholds(process)))

    def answer(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for collection in self._spec.collections:
            is_single = collection.path in ("", "safeSearchAnnotation")
            rows = [
                self._row(collection.fields)
                for _ in range(1 if is_single else self._rng.choice(_LENGTHS))
            ]
            if collection.path == "":
                made.update(rows[0])
            elif is_single:
                write_field(made, collection.path, rows[0])
            elif rows or self._spec.provider == "aws":
                write_elements(made, collection.path, rows)
        for one in self._spec.answer_fields:
            write_field(made, one.path, self._value(one))
        return made

    def tidy(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Leave out empty lists where the provider does."""
        if self._spec.provider != "aws":
            for one in self._spec.collections:
                if one.path and "." not in one.path and answer.get(one.path) == []:
                    del answer[one.path]
        return answer

    def disturbed(self) -> dict[str, Any]:
        """Return the answer of a witness with rows moved, doubled, dropped or put in."""
        rng = self._rng
        made = copy.deepcopy(dict(rng.choice(self._process.witnesses).answer))
        for collection in self._spec.collections:
            rows = elements(made, collection.path) if collection.path else None
            if not isinstance(rows, list) or not rows:
                continue
            for _ in range(rng.choice((0, 1, 1, 2, 3))):
                way = rng.randrange(4)
                if way == 0:
                    rng.shuffle(rows)
                elif way == 1:
                    rows.insert(rng.randint(0, len(rows)), copy.deepcopy(rng.choice(rows)))
                elif way == 2 and len(rows) > 1:
                    del rows[rng.randrange(len(rows))]
                else:
                    rows.insert(rng.randint(0, len(rows)), self._row(collection.fields))
        return self.tidy(made)

    def _row(self, fields: tuple[FieldSpec, ...]) -> dict[str, Any]:
        row: dict[str, Any] = {}
        lengths: dict[str, int] = {}
        least = {one.path.removesuffix(".#"): one.low for one in fields if one.path.endswith(".#")}
        # the length of a list follows from its items, where it has some
        for one in sorted(fields, key=lambda one: one.path.endswith("#")):
            name = one.path.split(".*", 1)[0].removesuffix(".#")
            if ".*" in one.path:
                lengths.setdefault(name, self._length((0, 1, 2), least.get(name, 0.0)))
                count = lengths[name]
                if count:
                    write_field(row, one.path, [self._value(one) for _ in range(count)])
                elif self._spec.provider == "aws":
                    write_field(row, name, [])
            elif one.path.endswith("#"):
                if name not in lengths:
                    write_field(row, one.path, self._length((0, 1, 2, 12), one.low))
            else:
                write_field(row, one.path, self._value(one))
        return row

    def _length(self, lengths: Sequence[int], least: float) -> int:
        return self._rng.choice([one for one in lengths if one >= least])

    def _value(self, spec: FieldSpec) -> Any:
        rng = self._rng
        if spec.kind is FieldKind.NUMBER:
            near = [one for one in self._thresholds if spec.low <= one <= spec.high]
            if near and rng.random() < 0.4:
                step = (spec.high - spec.low) * rng.choice((-0.01, 0.0, 0.01, 0.05, -0.05))
                return spec.fitting(min(max(rng.choice(near) + step, spec.low), spec.high))
            # sums of such numbers are exact, and meet no boundary by chance
            value = round(rng.uniform(spec.low, spec.high), 2) + 0.00390625
            return spec.fitting(min(value, spec.high)) if spec.is_whole else value
        if spec.values == ("false", "true"):
            return rng.random() < 0.5
        if spec.kind is FieldKind.ENUM:
            return rng.choice(spec.values)
        if spec.path in _NAMES:
            return "/m/0"
        return rng.choice(self._labels)


def _label_sets(process: DecisionProcess) -> Iterator[frozenset[str]]:
    for atom in process.atoms:
        for labels in atom.label_sets():
            yield labels.labels


def _thresholds(process: DecisionProcess) -> Iterator[float]:
    for atom in process.atoms:
        for test in atom.tests:
            rows = test.items if isinstance(test, InnerTest) else ((test,),)
            for number in (one for row in rows for one in row if isinstance(one, NumberTest)):
                for one in number.accepts.intervals:
                    yield from (end for end in (one.low, one.high) if end is not None)
