"""The state of one run: what it has used up, and what it leaves in the trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.engine.budget import Budget
from chameleonapi.analysis.engine.control import Abort, Stop
from chameleonapi.analysis.engine.lists_of_inputs import ListsOfInputs
from chameleonapi.analysis.engine.values import Module, Tainted, Unknown
from chameleonapi.analysis.expressions import Expression, Leaf, written
from chameleonapi.analysis.trace import (
    Assumption,
    CallSite,
    Choice,
    EffectLevel,
    Fact,
    Likeness,
    ObservedEffect,
    Place,
    Step,
    Test,
    facts_of,
    rounds_among,
)
from chameleonapi.apis import get_api
from chameleonapi.decision import Gap, Notice, RequestShape, Span

if TYPE_CHECKING:
    from chameleonapi.analysis.engine.frames import Frame
    from chameleonapi.analysis.engine.linking import Linker

__all__ = ["FixedAnswer", "Machine"]

_TICKS_PER_LOOK = 1000
_VISITS = 3  # of an unknown loop before it ends
_OF_ANSWER = " (of the answer)"  # ends the key of an assumption on it
_OFTEN = 10  # times the patience for what was computed from an answer
_PATIENCE = 40  # visits of an unknown branch before the other way is tried
_ROUNDS = 100  # the same for all branches at one place together
_INTERNED = 50_000
_REPEATS = 24  # of a question that is asked again
_IDENTITY_DEPTH = 6
_SHOWN_OF_ERROR = 120  # letters
_WHOLE_FILE = re.compile(r"open\('([^']*)'\)(\.read\(\))?$")


class FixedAnswer(dict[str, Any]):
    """An answer that is the same in every run, while that of another call is varied."""

    def copy(self) -> FixedAnswer:
        """Return a copy that is fixed too."""
        return FixedAnswer(self)


class Machine:
    """One run: budgets, the current place, and the records that become a trace."""

    def __init__(
        self,
        linker: Linker,
        answers: Mapping[Span, Mapping[str, Any]],
        assumptions: Mapping[str, bool],
        default: Mapping[str, Mapping[str, Any]],
        budget: Budget,
        varied: frozenset[str] = frozenset(),
        inputs: int = 1,
        earlier: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.linker = linker
        self.answers = answers
        self.chosen = assumptions
        self.default = default
        self.budget = budget
        self._varied = varied
        self.inputs = inputs
        self.rounds = inputs * rounds_among(assumptions)
        self._earlier = earlier
        self._is_later = False  # whether the input that is followed has come
        self.span = Span("", 0)
        self.returned: tuple[Any, Span] | None = None  # what a function returned last, and where
        self.steps = 0
        self.limit = min(budget.steps, _TICKS_PER_LOOK)
        self._deadline: Deadline | None = None  # set at the first look
        self.room = budget.total
        self.depth = 0
        self.serial = 0
        self.call_serial: int | None = None  # objects made later are not state
        self.touched: set[str] = set()  # unknowns that were given data of the answer, by path
        self.has_unknown_keys = False  # whether a dictionary has an item under an unknown key
        self.tests: list[Test] = []
        self.steps_taken: list[Step] = []
        self._hashed: set[Expression] = set()
        self._firsts: dict[Any, Expression] = {}  # by value: who was hashed first
        self._looked: set[tuple[Place, str | None]] = set()
        self.effects: list[ObservedEffect] = []
        self.stores: list[tuple[Any, str, list[ObservedEffect]]] = []
        self.threads = 0  # that are running, one within the other
        self.assumptions: dict[str, Assumption] = {}
        self.gaps: dict[tuple[str, Span], Gap] = {}
        self.sites: dict[tuple[str, Span], CallSite] = {}
        self.frames: list[Frame] = []
        self.modules: dict[str, Module] = {}
        self.is_result_used = True  # of the call that is being made
        self.is_filling = False  # whether a frozen dataclass is being made
        self.bounds: set[int] = set()
        self.remarks: dict[tuple[str, Span], Notice] = {}
        self.failures: dict[Span, Gap] = {}
        self.stopped: tuple[Span, str] | None = None  # where it failed last before any call
        self.is_stop_known = False  # whether what fails later follows from that
        # texts put together of pieces that cannot be confused: constants between, and parts
        self.joins: dict[Expression, tuple[tuple[str, ...], tuple[Any, ...]]] = {}
        # texts that are empty if all these parts are
        self.fills: dict[Expression, tuple[Any, ...]] = {}
        self._visits: dict[str, int] = {}
        self._answers: dict[str, bool] = {}  # how unknowns were decided last, by their path
        self._called: dict[Span, tuple[Any, dict[str, Any], Any, int]] = {}
        self._ways: dict[Span, set[frozenset[Any]]] = {}  # from where a place was reached
        self._repeated = 0
        # loops without end around us: the calls made before each, the step its round began at
        self.endless: list[tuple[int, int]] = []
        self.cut: set[str] = set()  # APIs called in loops over inputs that ended after one call
        self.asks_again = False  # whether a call would have been made again, for another input
        self.lists_of_inputs = ListsOfInputs()
        self._times: Counter[Span] = Counter()  # how often each place has called
        self.written: Counter[str] = Counter()  # files that a camera or the like has written
        self._interned = linker.interned

    @property
    def has_called(self) -> bool:
        """Whether an API was called."""
        return self.call_serial is not None

    @property
    def here(self) -> Span:
        """The current place in the application: in a library, where it was called."""
        return self._in_application(self.span)

    def _in_application(self, span: Span) -> Span:
        if span.file[:1] == "<":
            for frame in reversed(self.frames):
                caller = frame.caller
                if isinstance(caller, Span) and caller.file[:1] != "<":
                    return caller
        return span

    # -- budgets

    def tick(self) -> None:
        """Use up one step."""
        self.steps += 1
        if self.steps > self.limit:
            self._look()

    def _look(self) -> None:
        if self.steps > self.budget.steps:
            raise Abort("budget-steps", "The run took too many steps and was cut off.")
        if self._deadline is None:
            self._deadline = Deadline(self.budget.seconds)
        elif self._deadline.is_over:
            raise Abort("budget-time", "The run took too long and was cut off.")
        self.limit = min(self.budget.steps, self.steps + _TICKS_PER_LOOK)

    def charge(self, size: int) -> None:
        """Use up memory for a text or container of this size, before it is made."""
        if size > self.budget.size:
            raise Abort("budget-memory", "A value grew too large, and the run was cut off.")
        self.room -= size
        if self.room < 0:
            raise Abort("budget-memory", "The run made too much data and was cut off.")

    def ticking(self, items: Iterator[Any]) -> Iterator[Any]:
        """Yield the items, each for one step."""
        for one in items:
            self.tick()
            yield one

    # -- records

    def make(
        self,
        operation: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        text: str | Callable[[], str],
    ) -> Expression:
        """Return the expression of an operation: the same object for equal arguments.

        Across all runs of a program one operation name stands for one function. A text that takes
        time to write is written (``text()``) when the expression is new.
        """
        key = (operation, arguments, tuple(map(type, arguments)))
        try:
            known = self._interned.get(key)
        except TypeError:  # unhashable constants
            return Expression(operation, function, arguments, written(text))
        if known is None:
            known = Expression(operation, function, arguments, written(text))
            if len(self._interned) < _INTERNED:
                self._interned[key] = known
        return known

    def make_deep(
        self,
        operation: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        form: Hashable,
    ) -> Expression:
        """Return the expression of an operation on containers: the same for the same form."""
        key = (operation, form)
        try:
            known = self._interned.get(key)
        except TypeError:  # unhashable constants
            return Expression(operation, function, arguments)
        if known is None:
            known = Expression(operation, function, arguments)
            if len(self._interned) < _INTERNED:
                self._interned[key] = known
        return known

    def test(self, expression: Expression, value: bool) -> bool:
        """Record a branch on the answer, and return which way it went."""
        if self.cut and any(_is_of(self.cut, one) for one in expression.leaves):
            self.gap(
                "several-inputs",
                "The answers of several calls are put together here; one call was followed.",
            )
        if len(self.tests) >= self.budget.tests:
            raise Abort("budget-tests", "The run asked too much of the answer and was cut off.")
        made = Test(expression, value, self.here)
        self.tests.append(made)
        self.steps_taken.append(made)
        return value

    def choose(self, picked: Tainted) -> None:
        """Record that a value of the answer picked a constant, without asking for each."""
        self.steps_taken.append(Choice(picked.expression, picked.value))

    def hears(self, hashed: Tainted) -> None:
        """Record which value that was hashed before this one is equal to."""
        expression = hashed.expression
        if expression not in self._hashed:
            self._hashed.add(expression)
            first = self._firsts.setdefault(hashed.value, expression)
            self.steps_taken.append(Likeness(expression, first))

    def look(self, place: Place, key: str | None, record: Mapping[str, Any]) -> None:
        """Record that something was read off the form of the answer, not off its values."""
        if (place, key) not in self._looked:
            self._looked.add((place, key))
            self.steps_taken.append(Fact(place, key, facts_of(record, key)))

    def assume(self, unknown: Unknown, *, prefer: bool = True, is_loop: bool = False) -> bool:
        """Decide a branch on something unknown, and record the assumption."""
        span = self.here
        place = f"{span.file}:{span.line}:{span.column}"
        # What is computed from the answer may be called like what is not.
        key = f"{place}:{unknown.path}{_OF_ANSWER if unknown.is_tainted else ''}"
        visits = self._visits[key] = self._visits.get(key, 0) + 1
        rounds = self._visits[place] = self._visits.get(place, 0) + 1
        taken = self.chosen.get(key, self.chosen.get(place))
        if taken is None:
            bare = unknown.path.removeprefix("not ")
            other = bare if bare != unknown.path else f"not {bare}"
            if not is_loop and other in self._answers:
                prefer = not self._answers[other]  # nothing is both so and not so
            hints = self.linker.hints
            taken = hints.get(key, hints.get(place, prefer))
        # What is asked of each element of an answer is asked often, and not in vain.
        often = _OFTEN if unknown.is_tainted else 1
        most = self.inputs if self.has_called and self.inputs == 1 else self.rounds
        if is_loop and visits > max(_VISITS, most):
            taken = False
        elif visits > often * max(_PATIENCE, self.rounds) or rounds > often * max(
            _ROUNDS, self.rounds
        ):
            taken = not taken
        self._answers[unknown.path] = taken
        if key not in self.assumptions:
            self.assumptions[key] = Assumption(
                key, taken, unknown.path, unknown.is_tainted, self.has_called, span
            )
        return taken

    def gap(self, code: str, message: str) -> None:
        """Record something that is not understood at the current place."""
        here = self.here
        self.gaps.setdefault((code, here), Gap(code, message, here))

    def remark(self, code: str, message: str) -> None:
        """Record something at the current place that is computed as written, but hardly meant."""
        here = self.here
        self.remarks.setdefault((code, here), Notice(code, message, here))

    def fail(self, error: BaseException, span: Span) -> None:
        """Record that an exception which nobody raised on purpose cut a part of the run short."""
        span = self._in_application(span)
        what = f"{type(error).__name__}: {error}"
        if self.has_called:
            self.failures.setdefault(
                span, Gap("always-fails", f"Every run fails here with {what}.", span)
            )
        elif not self.is_stop_known:
            self.stopped = span, what[:_SHOWN_OF_ERROR]

    def effect(
        self,
        level: EffectLevel,
        kind: str,
        key: str,
        text: str,
        *,
        concrete: str = "",
        member: str = "",
        span: Span | None = None,
        shown_at: Span | None = None,
    ) -> None:
        """Record an effect, if it comes after the API call."""
        if self.call_serial is None:
            return
        if len(self.effects) >= self.budget.effects:
            raise Abort("budget-effects", "The run did too much and was cut off.")
        self.effects.append(
            ObservedEffect(level, kind, span or self.here, key, text, concrete, member, shown_at)
        )

    def note_bound(self, number: int) -> None:
        """Remember a small integer with which a count or an index was compared."""
        if -64 <= number <= 64:
            self.bounds.add(number)

    def forget(self) -> None:
        """Begin anew: what was called and done while a module was imported does not count."""
        self.call_serial = None
        self.tests.clear()
        self.steps_taken.clear()
        self._looked.clear()
        self._hashed.clear()
        self._firsts.clear()
        self.effects.clear()
        self.sites.clear()
        self._called.clear()
        self._ways.clear()
        self.bounds.clear()
        self.remarks.clear()
        self.failures.clear()
        self.cut.clear()
        self.asks_again = False
        self._times.clear()

    def renew(self) -> None:
        """Give the run its steps anew, after an import that did not end."""
        self.steps = 0
        self.limit = min(self.budget.steps, _TICKS_PER_LOOK)
        self._deadline = None
        self.depth = 0
        self.frames.clear()

    def next_serial(self) -> int:
        """Return the number of a new object."""
        self.serial += 1
        return self.serial

    # -- the API

    @property
    def calls(self) -> int:
        """How many places have called an API so far."""
        return len(self._called)

    def end_round(self, stop: Stop, calls: int) -> None:
        """End a loop that had seen so many calls when it began, or let the stop go on."""
        if stop.order < calls:
            raise stop
        self.cut_round(calls)

    def cut_round(self, calls: int) -> None:
        """Note that a loop over inputs ended after the calls since there were so many."""
        spans = list(self._called)[calls:]
        self.cut |= {api for api, span in self.sites if span in spans}
        self.asks_again |= bool(spans)

    def call_api(
        self, apis: tuple[str, ...], request: RequestShape, inputs: Any = ()
    ) -> dict[str, Any]:
        """Record a call of one API, or of several at once, and return the answer.

        The same question gets the same answer again. So does another one that is asked from
        elsewhere, before anything has come of the first: both are put together, with a gap. So do
        as many inputs as the run is to see.

        Raises:
            Stop: at the second call at one place: the first input has been decided upon.
        """
        span = self.span
        asked = identity(inputs, self.written)
        known = self._called.get(span)
        way = frozenset(one.caller for one in self.frames)
        ways = self._ways.setdefault(span, set())
        is_new = way not in ways
        ways.add(way)
        if known is not None:
            is_other = known[0] != asked
            self._times[span] += 1
            if self._earlier is not None and is_other and self._times[span] == 1:
                if not self._is_later:
                    self._is_later = True
                    self.effects.clear()  # they are those of the input before
                return self._first_answer(apis, request, span, asked, inputs)
            if self._times[span] < self.inputs:
                return known[1].copy()
            self._repeated += 1
            order = list(self._called).index(span)
            is_next_input = any(
                calls <= order and known[3] <= begun for calls, begun in self.endless
            )
            if self._repeated <= _REPEATS and not is_next_input:
                if known[0] == asked:
                    return known[1].copy()
                if is_new and not self._has_decided():
                    self.cut.update(apis)
                    return known[1].copy()
            self.asks_again = True
            raise Stop(order)
        if self._earlier is not None and span in self.answers:
            # an input before the one that is followed
            answer = FixedAnswer()
            for api in apis:
                answer.update(self._earlier.get(api, {}))
            self._called[span] = (asked, answer, inputs, self.steps)
            return answer.copy()
        return self._first_answer(apis, request, span, asked, inputs)

    def _first_answer(
        self, apis: tuple[str, ...], request: RequestShape, span: Span, asked: Any, inputs: Any
    ) -> dict[str, Any]:
        """Return the answer to the input that is followed."""
        for api in apis:
            self.sites[api, span] = CallSite(api, span, request)
        if self.call_serial is None:
            self.call_serial = self.serial
        for frame in self.frames:
            frame.is_above_call = True
        given = self.answers.get(span)
        is_fixed = bool(self.answers) and given is None and self._varied.isdisjoint(apis)
        answer: dict[str, Any] = FixedAnswer() if is_fixed else {}
        if given is None:
            for api in apis:
                answer.update(self.default.get(api, {}))
        else:
            answer.update(given)
        # kept, so that identities stay their own
        self._called[span] = asked, answer, inputs, self.steps
        return answer.copy()

    def _has_decided(self) -> bool:
        """Return whether something has come of an answer, that may hang on what it was."""
        return bool(self.tests) and any(one.level is EffectLevel.EXTERNAL for one in self.effects)


def _is_of(apis: set[str], leaf: Leaf) -> bool:
    """Return whether a value may come from the answer of one of the APIs."""
    for api in apis:
        spec = get_api(api)
        if leaf.collection:
            if spec.collection(leaf.collection) is not None:
                return True
        elif any(leaf.field.split(".")[0] == one.path.split(".")[0] for one in spec.answer_fields):
            return True
    return False


def identity(value: Any, written: Mapping[str, int], depth: int = 0) -> Any:
    """Return what two calls are compared by: constants by value, what is unknown by identity.

    Args:
        value: an argument.
        written: how often files were written so far, by name.
        depth: how deep in another value it stands.
    """
    if isinstance(value, (str, bytes, int, float)) or value is None:
        return value
    if depth < _IDENTITY_DEPTH:
        if isinstance(value, dict):
            return tuple((key, identity(one, written, depth + 1)) for key, one in value.items())
        if isinstance(value, (list, tuple)):
            return tuple(identity(one, written, depth + 1) for one in value)
        if isinstance(value, Unknown) and value.attributes:
            return value.path, identity(value.attributes, written, depth + 1)
        file = _WHOLE_FILE.match(value.path) if isinstance(value, Unknown) else None
        if file is not None:
            # a file gives the same contents again, unless somebody has written it meanwhile
            return value.path, written.get(file[1], 0)
    return id(value)
