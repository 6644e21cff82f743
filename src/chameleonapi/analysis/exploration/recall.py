"""Runs that would go a way that is known already are recalled instead of run again.

A run is told by its tests and by the facts of the answer that it looked at (which keys
there are, how long lists are): where all of them come out alike on another answer, that
answer goes the same way, and has the same effects. They are asked of the answer itself,
which costs a hundredth of a run. A share is run all the same; the first difference, or two
runs that ask different things after the same answers, ends all recalling.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar, final

from chameleonapi.analysis.exploration.fields import field_spec, length_of
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.analysis.trace import Choice, End, Fact, Likeness, Step, Test, Trace, facts_of
from chameleonapi.apis import ApiSpec, FieldKind, elements, read_field

__all__ = ["Recall"]

_RUN_ANYWAY: Final = 0.04
_MOST_STEPS: Final = 300_000
_ANSWERS_KEPT: Final = 2_000  # of one question, by the value that it reads
_COMPILED: Final = 60  # size of an expression from which shared parts are looked for
_MISSING: Final = object()

T = TypeVar("T")


@final
class Recall(Generic[T]):
    """The ways that runs of one application have gone, and what was found at their ends.

    Args:
        spec: the API whose answers come.
        seed: of the choice which answers are run all the same.
        is_trusted: whether anything is recalled at all.

    Attributes:
        recalled: how many runs were saved.
    """

    def __init__(self, spec: ApiSpec, seed: int = 0, *, is_trusted: bool = True) -> None:
        self.is_trusted = is_trusted
        self.recalled = 0
        self._spec = spec
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._root: _Node[T] | None = None
        self._questions: dict[Any, _Question | None] = {}
        self._collections = frozenset(["", *(one.path for one in spec.collections)])
        self._readers: dict[Leaf, _Reader] = {}
        self._room = _MOST_STEPS

    def find(self, answer: Mapping[str, Any]) -> T | None:
        """Return what the run on such an answer left, None if it has to be run."""
        if not self.is_trusted or self._rng.random() < _RUN_ANYWAY:
            return None
        found = self._look_up(answer)
        if found is not None:
            self.recalled += 1
        return found

    def learn(self, answer: Mapping[str, Any], trace: Trace, found: T) -> None:
        """Remember the way that a run on an answer went, and check what was known of it."""
        if not self.is_trusted or trace.steps is None or trace.end is End.ABORTED:
            return
        path = self._path(trace, _View(answer))
        if path is None or len(path) >= self._room:
            return
        self._room -= len(path) + 1
        if self._root is None:
            self._root = _Node(path, found)
        else:
            self.is_trusted = self._root.add(path, found)

    def _look_up(self, answer: Mapping[str, Any]) -> T | None:
        node = self._root
        if node is None:
            return None
        view = _View(answer)
        while True:
            for question, value in node.steps:
                if question.ask(view) != value:
                    return None
            if node.question is None:
                return node.found
            following = node.ways.get(node.question.ask(view))
            if following is None:
                return None
            node = following

    def _path(self, trace: Trace, view: _View) -> _Path | None:
        """Return what a run asked, each question once; None if that does not tell its way."""
        made: dict[_Question, Hashable] = {}
        others = alike = False
        for step in trace.steps or ():
            key: Any = (step.place, step.key) if isinstance(step, Fact) else step.expression
            if isinstance(step, Choice | Likeness):
                key = (step.expression, type(step))
            if key not in self._questions:
                self._questions[key] = self._question(step)
            question = self._questions[key]
            if question is None:
                others |= isinstance(step, Likeness)
            elif made.setdefault(question, step.value) != step.value:
                return None
            alike |= isinstance(question, _Alike)
        if others and alike:
            return None  # another answer, which is not asked, may hold the same value
        if any(question.ask(view) != value for question, value in made.items()):
            return None  # it read something else than this answer
        return tuple(made.items())

    def _question(self, step: Step) -> _Question | None:
        """Return the question of a step; None if it asks nothing of these answers."""
        if isinstance(step, Fact):
            is_ours = not step.place.is_fixed and step.place.collection in self._collections
            return _Look(step) if is_ours else None
        leaves = step.expression.leaves
        if not any(not one.is_fixed and one.collection in self._collections for one in leaves):
            return None
        if any(one.is_fixed for one in leaves):
            return _Untold()
        readers = []
        for leaf in sorted(leaves):
            if leaf not in self._readers:
                self._readers[leaf] = _Reader(leaf, self._spec, len(self._readers))
            readers.append(self._readers[leaf])
        if isinstance(step, Likeness):
            return _Alike(step.expression, tuple(readers), _same)
        return _Asked(step.expression, tuple(readers), bool if isinstance(step, Test) else _same)


class _View:
    """One answer, and what was read of it so far."""

    __slots__ = ("answer", "firsts", "rows", "values")

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer
        self.rows: dict[str, Any] = {}
        self.values: dict[int, Any] = {}
        self.firsts: dict[Any, Expression] = {}  # by value: what was first asked whether alike

    def rows_of(self, collection: str) -> Any:
        """Return the elements of a collection."""
        rows = self.rows.get(collection)
        if rows is None:
            rows = self.rows[collection] = elements(self.answer, collection)
        return rows


class _Reader:
    """Reads one leaf as the stand-ins of the clients do."""

    __slots__ = ("collection", "default", "field", "index", "is_length", "leaf", "number")

    def __init__(self, leaf: Leaf, spec: ApiSpec, number: int) -> None:
        self.leaf = leaf
        self.number = number
        self.collection = leaf.collection
        self.index = leaf.index
        self.field = leaf.field
        self.is_length = length_of(leaf) is not None
        field = field_spec(spec, leaf)
        self.default: Any = field.default
        if self.default is None:
            usual = {FieldKind.NUMBER: 0.0, FieldKind.ENUM: (field.values or ("",))[0]}
            self.default = usual.get(field.kind, "")

    def read(self, view: _View) -> Any:
        source: Any = view.answer
        if self.collection or self.is_length:
            rows = view.rows_of(self.collection)
            if self.is_length:
                return len(rows)
            index = max(self.index, 0)
            source = rows[index] if index < len(rows) else {}
        value = read_field(source, self.field)
        return self.default if value is None else value


class _Question(Protocol):
    def ask(self, view: _View) -> Hashable:
        """Return what an answer says to it."""
        ...


class _Untold:
    """What no answer tells by itself: a run that asked it is not remembered."""

    __slots__ = ()

    def ask(self, view: _View) -> Hashable:
        """Return what is equal to nothing."""
        del view
        return object()


class _Look:
    """One fact, to be asked of answers."""

    __slots__ = ("_key", "_path", "_place")

    def __init__(self, fact: Fact) -> None:
        self._place = fact.place
        self._key = fact.key
        self._path = fact.place.prefix.removesuffix(".")

    def ask(self, view: _View) -> Hashable:
        """Return what there is at the place."""
        record: Any = view.answer
        if self._place.collection:
            rows = view.rows_of(self._place.collection)
            index = max(self._place.index, 0)
            record = rows[index] if index < len(rows) else None
        if self._path:
            record = read_field(record, self._path)
        return facts_of(record, self._key)


class _Asked:
    """One test, to be asked of answers."""

    __slots__ = ("_evaluate", "_known", "_only", "_readers", "_shape")

    def __init__(
        self,
        expression: Expression,
        readers: tuple[_Reader, ...],
        shape: Callable[[Any], Hashable],
    ) -> None:
        self._readers = readers
        self._shape = shape
        self._only = readers[0] if len(readers) == 1 else None
        self._evaluate = _compiled(expression, {one.leaf: i for i, one in enumerate(readers)})
        self._known: dict[Any, Hashable] = {}

    def ask(self, view: _View) -> Hashable:
        """Return what comes out, None where it raises."""
        values = view.values
        only = self._only
        if only is None:
            row = []
            for one in self._readers:
                value = values.get(one.number, _MISSING)
                if value is _MISSING:
                    value = values[one.number] = one.read(view)
                row.append(value)
            return self._result(row)
        value = values.get(only.number, _MISSING)
        if value is _MISSING:
            value = values[only.number] = only.read(view)
        if type(value) is not str:
            return self._result([value])
        known = self._known.get(value, _MISSING)
        if known is _MISSING:
            known = self._result([value])
            if len(self._known) < _ANSWERS_KEPT:
                self._known[value] = known
        return known

    def _result(self, row: list[Any]) -> Hashable:
        try:
            return self._shape(self._evaluate(row))
        except Exception:  # noqa: BLE001 - a modelled operation may raise anything
            return None


class _Alike:
    """Which of the expressions that were asked before, on the same way, has the same value."""

    __slots__ = ("_asked", "_expression")

    def __init__(
        self,
        expression: Expression,
        readers: tuple[_Reader, ...],
        shape: Callable[[Any], Hashable],
    ) -> None:
        self._expression = expression
        self._asked = _Asked(expression, readers, shape)

    def ask(self, view: _View) -> Hashable:
        """Return the first such expression; itself if there is none."""
        return view.firsts.setdefault(self._asked.ask(view), self._expression)


_Path = tuple[tuple[_Question, Hashable], ...]


class _Node(Generic[T]):
    """Questions that come out one way, and then an end, or one whose answers lead on."""

    __slots__ = ("found", "question", "steps", "ways")

    def __init__(self, steps: _Path, found: T | None) -> None:
        self.steps = steps
        self.found = found
        self.question: _Question | None = None
        self.ways: dict[Hashable, _Node[T]] = {}

    def add(self, path: _Path, found: T) -> bool:
        """Add a way; return whether it asks what is known to be asked after its answers."""
        node, start = self, 0
        while True:
            for position, (question, value) in enumerate(node.steps):
                here = start + position
                if here >= len(path) or path[here][0] is not question:
                    return False
                if path[here][1] != value:
                    node.split(position, path[here][1], _Node(path[here + 1 :], found))
                    return True
            start += len(node.steps)
            if node.question is None:
                return start == len(path) and node.found == found
            if start >= len(path) or path[start][0] is not node.question:
                return False
            following = node.ways.get(path[start][1])
            if following is None:
                node.ways[path[start][1]] = _Node(path[start + 1 :], found)
                return True
            node, start = following, start + 1

    def split(self, position: int, answer: Hashable, other: _Node[T]) -> None:
        """Lead on to another way at the question at this position."""
        question, value = self.steps[position]
        same: _Node[T] = _Node(self.steps[position + 1 :], self.found)
        same.question, same.ways = self.question, self.ways
        self.steps = self.steps[:position]
        self.question = question
        self.ways = {value: same, answer: other}
        self.found = None


def _compiled(expression: Expression, places: Mapping[Leaf, int]) -> Callable[[list[Any]], Any]:
    if expression.size > _COMPILED:
        leaves = tuple(places)
        return lambda row: expression.evaluate(dict(zip(leaves, row, strict=True)))
    function = expression.function
    parts: list[Callable[[list[Any]], Any]] = []
    for one in expression.arguments:
        if isinstance(one, Leaf):
            parts.append(_place(places[one]))
        elif isinstance(one, Expression):
            parts.append(_compiled(one, places))
        else:
            parts.append(_constant(one))
    if len(parts) == 1:
        only = parts[0]
        return lambda row: function(only(row))
    if len(parts) == 2:
        first, second = parts
        return lambda row: function(first(row), second(row))
    return lambda row: function(*[one(row) for one in parts])


def _same(value: Any) -> Hashable:
    return value  # type: ignore[no-any-return]  # what picks a constant is hashable


def _place(index: int) -> Callable[[list[Any]], Any]:
    return lambda row: row[index]


def _constant(value: Any) -> Callable[[list[Any]], Any]:
    return lambda _row: value
