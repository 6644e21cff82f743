"""What one run of an application on one answer leaves behind: the contract of this room.

The engine (how source is interpreted) produces traces; the exploration (what
decision they add up to) consumes them. Neither knows the other.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Protocol

from chameleonapi.analysis.expressions import Expression
from chameleonapi.decision import Gap, Notice, RequestShape, Span

__all__ = [
    "CALL_FAILS",
    "HOLE",
    "NOTHING",
    "OPTION",
    "REFUSED",
    "ROUNDS",
    "Assumption",
    "CallSite",
    "Choice",
    "EffectLevel",
    "End",
    "Entry",
    "Fact",
    "Likeness",
    "ObservedEffect",
    "Place",
    "Program",
    "Step",
    "Stopped",
    "Test",
    "Trace",
    "facts_of",
    "other_ways",
    "place_at",
    "rounds_among",
]

_FEW: Final = 3

# How effects write data of the answer, with the unknowns that it was put into, and unknowns.
HOLE: Final = re.compile(r"<answer>(?:⟨([^⟩]*)⟩)?|<unknown ([^<>]*)>")

# How effects write an empty list: as data of the answer, but for a mark that cannot be seen.
NOTHING: Final = "<answer>\u2063"


# The kind of an effect that is an exception the application raises of itself: no accident.
REFUSED: Final = "raise of its own"

# How the keys of assumptions begin that are about a parameter with a default of true or false.
OPTION: Final = "option "
# The same for how often loops over what is not known go round before the first call.
ROUNDS: Final = "rounds "
# Where an unknown branch comes from that is taken when a call has failed, and another one follows.
CALL_FAILS: Final = "the call that is tried fails"


class EffectLevel(enum.IntEnum):
    """How directly an effect is seen outside; a lower level settles a decision first."""

    EXTERNAL = 0  # output, response, exception, external call, return value of the entry
    RETURN = 1  # return value of a function up the chain from the call
    STATE = 2  # attribute of an object, global, item of a container
    ASIDE = 3  # a line of a log, a question to another service: what a decision also shows


class End(enum.Enum):
    """How a run ended."""

    RETURNED = "returned"
    RAISED = "raised"  # an exception left the entry; it is an effect as well
    EXITED = "exited"  # sys.exit and the like; it is an effect as well
    ABORTED = "aborted"  # out of budget, or something that is not modelled: see the gaps
    NOT_REACHED = "not reached"  # the run ended without a call to the API


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call of an ML API in the source, however it is wrapped."""

    api: str
    span: Span
    request: RequestShape = field(default_factory=RequestShape)


@dataclass(frozen=True, slots=True)
class Entry:
    """A root from which calls are reached: a module's top level, a handler, a method, ...

    ``name`` is ``<module>`` or a dotted name; ``file`` is relative to the analysed folder.
    ``is_called`` says that other code of the application names something of this name, to call
    it or to have it called: a root of last resort. ``has_callers`` says that other code calls it
    there and then: what that makes of it says more about what is decided.
    """

    file: str
    name: str
    is_called: bool = False
    has_callers: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where a run ended before it came to any call, and with which exception."""

    entry: Entry
    span: Span
    error: str


@dataclass(frozen=True, slots=True)
class Test:
    """A branch that depended on the answer: ``expression`` came out with this truth ``value``."""

    __test__ = False  # no test class for pytest

    expression: Expression
    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Place:
    """An object in an answer: the element of a collection, or what stands at ``prefix`` in it.

    ``collection`` is empty for the answer as a whole; ``prefix`` is empty or ends in a dot.
    ``is_fixed`` as for a leaf.
    """

    collection: str
    index: int
    prefix: str
    is_fixed: bool = False


@lru_cache(20_000)
def place_at(collection: str, index: int, prefix: str, is_fixed: bool) -> Place:
    """Return a place: the same object each time, which is found among others at once."""
    return Place(collection, index, prefix, is_fixed)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a run may have gone by without a test: what there is of an answer.

    ``value`` says of the key of an object whether it is there, and how long a list at it is;
    without a key (None) it says so of all keys: see ``facts_of``.
    """

    place: Place
    key: str | None
    value: Hashable


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of the answer picked one of many constants: what it was tells which way next."""

    expression: Expression
    value: Hashable


@dataclass(frozen=True, slots=True)
class Likeness:
    """A value of the answer became a member of a set or a key: what it is equal to tells on.

    ``value`` is the first such expression of the run whose value was the same: often itself.
    """

    expression: Expression
    value: Expression


Step = Test | Fact | Choice | Likeness


def facts_of(record: Any, key: str | None) -> Hashable:
    """Return the value of a fact about an object of an answer."""
    if not isinstance(record, Mapping):
        record = {}
    if key is None:
        return tuple([(name, _extent(value)) for name, value in record.items()])
    return _extent(record[key]) if key in record else None


def _extent(value: Any) -> int:
    return len(value) if isinstance(value, list | tuple) else -1


@dataclass(frozen=True, slots=True)
class Assumption:
    """A branch on something unknown, decided by the caller of the run.

    Attributes:
        key: identity across runs (place and provenance); the place alone stands for all
            questions there.
        taken: which way this run went.
        provenance: where the unknown value came from, for a reader.
        is_tainted: whether the unknown value was computed from the answer (by something that
            is not modelled): then the process is not complete.
        is_after_call: whether the branch came after the API call.
        span: where.
    """

    key: str
    taken: bool
    provenance: str
    is_tainted: bool
    is_after_call: bool
    span: Span

    @property
    def place(self) -> str:
        """What the keys of all questions at this place begin with."""
        return f"{self.span.file}:{self.span.line}:{self.span.column}"


def other_ways(assumptions: Iterable[Assumption]) -> list[tuple[str, Assumption]]:
    """Return what to decide the other way: each question, or all of a place that asks many.

    The questions of a loop differ from round to round where what they ask about grows.
    """
    rows = list(assumptions)
    counts = Counter(one.place for one in rows)
    found: dict[str, Assumption] = {}
    for one in rows:
        found.setdefault(one.place if counts[one.place] > _FEW else one.key, one)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class ObservedEffect:
    """Something that happened after the call.

    Two runs have the same effect when ``level``, ``span`` and ``key`` are equal. ``key`` holds
    what is done with constant data in full, and data of the answer only as ``<answer>``, so that
    an echo of a label is the same effect whatever the label; ``concrete`` holds the true values.
    ``member`` names the item, for a list or dictionary of flags (``[2]`` or ``['naan']``).
    ``shown_at`` is where a reader looks for it, if that is not ``span``: what an entry returns is
    one effect whichever of its statements returns it.
    """

    level: EffectLevel
    kind: str
    span: Span
    key: str
    text: str
    concrete: str = ""
    member: str = ""
    shown_at: Span | None = None


@dataclass(frozen=True)
class Trace:
    """One run.

    ``bounds`` are the small integers with which plain counts were compared after the call, or
    which were used as an index or the end of a slice: a hint at how long answers must be to
    show all that the application does. Counting in a loop leaves no test of its own.
    ``remarks`` are about what was computed as written, and can hardly be meant.
    ``steps`` are the tests and, among them, what else of the answer the run went by: two
    answers on which all of them come out alike have the same effects. None if that is not
    known.
    ``failures`` are places after the call where an exception ended the run, or a part of it, that
    no statement of the application raises: where that is so on every answer, it is likely that
    the application was misunderstood.
    ``asks_again`` says that a call would have been made again, for another input.
    """

    end: End
    sites: tuple[CallSite, ...] = ()
    tests: tuple[Test, ...] = ()
    effects: tuple[ObservedEffect, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    gaps: tuple[Gap, ...] = ()
    bounds: tuple[int, ...] = ()
    remarks: tuple[Notice, ...] = ()
    steps: tuple[Step, ...] | None = None
    failures: tuple[Gap, ...] = ()
    asks_again: bool = False


class Program(Protocol):
    """An application that can be run on answers, as the exploration sees it."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Roots, the most likely ones first."""
        ...

    @property
    def literals(self) -> tuple[str, ...]:
        """Every string of the source and of the data files that it reads, each once."""
        ...

    @property
    def sites(self) -> tuple[CallSite, ...]:
        """Every API call that is visible in the source, reached by a run or not."""
        ...

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read or parsed."""
        ...

    def stopped_before(self, site: CallSite) -> Stopped | None:
        """Return what ended the run that was to reach a call, None if that is not known."""
        ...

    def run(
        self,
        entry: Entry,
        answers: Mapping[Span, Mapping[str, Any]],
        assumptions: Mapping[str, bool],
        *,
        default: Mapping[str, Mapping[str, Any]],
        varied: Collection[str] = (),
        inputs: int = 1,
        earlier: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Trace:
        """Run an entry; calls at a span of ``answers`` get that answer, others the API's default.

        Args:
            entry: where to begin.
            answers: answer (provider JSON) by call site span.
            assumptions: which way to go at unknown branches, by key; others go the way that
                reaches furthest (true, and false on the fourth visit of a loop).
            default: answer by API id for calls at spans without an answer of their own.
            varied: ids of APIs whose answer in ``default`` differs from run to run.
            inputs: how many inputs a loop over them has, all answered alike.
            earlier: answer by API id to an input before the one that ``answers`` is about.
        """
        ...


def rounds_among(assumptions: Iterable[str]) -> int:
    """Return how often loops go round before the first call, by the keys of assumptions."""
    found = (one.removeprefix(ROUNDS) for one in assumptions if one.startswith(ROUNDS))
    return max(map(int, found), default=1)
