"""A stand-in for the engine: an application is a Python function over instrumented values.

``Value`` records the tests that hide in ``if``; ``Standin`` is a ``Program`` whose one entry
calls the function with the answer and a function that emits effects.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.analysis.trace import (
    Assumption,
    CallSite,
    EffectLevel,
    End,
    Entry,
    ObservedEffect,
    Program,
    Test,
    Trace,
)
from chameleonapi.apis import elements, get_api, read_field
from chameleonapi.decision import Gap, RequestShape, Span

LABELS = "google.vision.label_detection"
SITE = Span("app.py", 3, 4)


class Recorder:
    def __init__(self) -> None:
        self.tests: list[Test] = []


class Value:
    """A value of the answer with its expression."""

    def __init__(self, recorder: Recorder, value: Any, expression: Expression) -> None:
        self._recorder = recorder
        self.value = value
        self.expression = expression

    def _make(self, name: str, function: Callable[..., Any], *others: Any) -> Value:
        value = function(self.value, *(_plain(one) for one in others))
        parts = (self.expression, *(_term(one) for one in others))
        return Value(self._recorder, value, Expression(name, function, parts))

    def __bool__(self) -> bool:
        value = bool(self.value)
        line = sys._getframe(1).f_lineno
        self._recorder.tests.append(Test(self.expression, value, Span("app.py", line)))
        return value

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return self._make("==", operator.eq, other)

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return self._make("!=", operator.ne, other)

    def __lt__(self, other: Any) -> Value:
        return self._make("<", operator.lt, other)

    def __le__(self, other: Any) -> Value:
        return self._make("<=", operator.le, other)

    def __gt__(self, other: Any) -> Value:
        return self._make(">", operator.gt, other)

    def __ge__(self, other: Any) -> Value:
        return self._make(">=", operator.ge, other)

    def __add__(self, other: Any) -> Value:
        return self._make("+", operator.add, other)

    def __radd__(self, other: Any) -> Value:
        return self._make("+", lambda a, b: b + a, other)

    def __mul__(self, other: Any) -> Value:
        return self._make("*", operator.mul, other)

    def __truediv__(self, other: Any) -> Value:
        return self._make("/", operator.truediv, other)

    def __hash__(self) -> int:
        return hash(self.value)

    def lower(self) -> Value:
        return self._make("lower", str.lower)

    def startswith(self, what: str) -> Value:
        return self._make("startswith", str.startswith, what)

    def split_at(self, separator: str, index: int) -> Value:
        return self._make("split", lambda text: text.split(separator)[index])

    def holds(self, what: str) -> Value:
        return self._make("contains", lambda text, part: part in text, what)

    def among(self, what: tuple[Any, ...]) -> Value:
        return self._make("in", lambda value, group: value in group, what)

    def apply(self, name: str, function: Callable[[Any], Any]) -> Value:
        return self._make(name, function)


def _plain(one: Any) -> Any:
    return one.value if isinstance(one, Value) else one


def _term(one: Any) -> Any:
    return one.expression if isinstance(one, Value) else one


class Element:
    """One element: ``element["score"]`` is a value."""

    def __init__(self, recorder: Recorder, spec: Any, path: str, index: int, row: Any) -> None:
        self._recorder, self._spec, self._path = recorder, spec, path
        self._index, self._row = index, row

    def __getitem__(self, field: str) -> Value:
        value = read_field(self._row, field)
        if value is None:
            collection = self._spec.collection(self._path)
            rows = (*(collection.fields if collection else ()), *self._spec.answer_fields)
            value = next((one.default for one in rows if one.path == field), None)
        leaf = Leaf(self._path, self._index, field)
        return Value(self._recorder, value, Expression("field", lambda x: x, (leaf,)))


class Answer(Element):
    """The answer: iterate for the elements of the main collection."""

    def __init__(self, recorder: Recorder, spec: Any, answer: Mapping[str, Any]) -> None:
        super().__init__(recorder, spec, "", -1, answer)
        self._answer = answer

    def of(self, path: str) -> list[Element]:
        return [
            Element(self._recorder, self._spec, path, i, row)
            for i, row in enumerate(elements(self._answer, path))
        ]

    def __iter__(self) -> Iterator[Element]:
        return iter(self.of(self._spec.main.path))

    def __len__(self) -> int:
        raise TypeError("use length")

    @property
    def length(self) -> Value:
        path = self._spec.main.path
        leaf = Leaf(path, -1, "#")
        count = len(elements(self._answer, path))
        return Value(self._recorder, count, Expression("len", lambda x: x, (leaf,)))


class Unknowns:
    """Branches on unknown values."""

    def __init__(self, given: Mapping[str, bool]) -> None:
        self._given = given
        self.met: list[Assumption] = []

    def __call__(self, key: str, *, is_tainted: bool = False, is_after_call: bool = True) -> bool:
        taken = self._given.get(key, True)
        self.met.append(Assumption(key, taken, key, is_tainted, is_after_call, Span("app.py", 9)))
        return taken


class Standin:
    """A program with one entry and one call."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        api: str = LABELS,
        literals: tuple[str, ...] = (),
        request: RequestShape | None = None,
        gaps: tuple[Gap, ...] = (),
    ) -> None:
        self._function = function
        self._api = api
        self.literals = literals
        self.gaps = gaps
        self.sites = (CallSite(api, SITE, request or RequestShape()),)
        self.entries = (Entry("app.py", "main"),)
        self.runs = 0

    def stopped_before(self, site: CallSite) -> None:
        del site  # nothing here ends early

    def run(
        self,
        entry: Entry,
        answers: Mapping[Span, Mapping[str, Any]],
        assumptions: Mapping[str, bool],
        *,
        default: Mapping[str, Mapping[str, Any]],
        inputs: int = 1,
        earlier: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Trace:
        del inputs, earlier  # nothing here asks twice
        self.runs += 1
        recorder = Recorder()
        effects: list[ObservedEffect] = []
        unknowns = Unknowns(assumptions)

        def emit(text: str, member: str = "", level: EffectLevel = EffectLevel.EXTERNAL) -> None:
            line = sys._getframe(1).f_lineno
            effects.append(
                ObservedEffect(
                    level, "call", Span("app.py", line), repr(text), f"print({text!r})", "", member
                )
            )

        answer = Answer(recorder, get_api(self._api), answers.get(SITE, default[self._api]))
        end = End.RETURNED
        span = Span("app.py", 99)
        try:
            arguments = {"emit": emit, "unknown": unknowns}
            wanted = self._function.__code__.co_varnames[1 : self._function.__code__.co_argcount]
            result = self._function(answer, **{name: arguments[name] for name in wanted})
            shown = "<answer>" if isinstance(result, Value) else repr(result)
            effects.append(
                ObservedEffect(EffectLevel.EXTERNAL, "return", span, shown, f"return {shown}")
            )
        except Exception as error:  # noqa: BLE001
            end = End.RAISED
            name = type(error).__name__
            effects.append(
                ObservedEffect(EffectLevel.EXTERNAL, "raise", span, name, f"raise {name}")
            )
        return Trace(end, self.sites, tuple(recorder.tests), tuple(effects), tuple(unknowns.met))


def check_protocol(program: Program) -> Program:
    return program
