"""Whether an application did what its record says.

A record says of two answers whether the application does the same on both, and of each outcome
which of its effects are seen. Both are asked of what CPython did: the effects at the places that
outcomes name have to be the same on answers with one outcome and others on answers with another,
and the places of an outcome's effects have to be reached. What happens elsewhere is no decision,
unless it is the same constant thing: nobody sees which line has done it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.analysis.replay.records import Disagreement, ProcessReplay
from chameleonapi.apis import get_api
from chameleonapi.decision import DecisionProcess, Outcome, Span
from chameleonapi.errors import AnswerError

__all__ = ["SAME_ELSEWHERE", "Row", "differ_by_data_only", "holds_data", "judge"]

_MOST_SHOWN: Final = 5
_STEADY: Final = 0.9
_MASKED: Final = 2  # of the three forms of what is shown
_NESTED: Final = 6
SAME_ELSEWHERE: Final = ("print", "call")  # as the analysis has it
_TRUTHS: Final = ("false", "true")
_TRUTH: Final = re.compile(r"(?<![\w'])(?:True|False)(?![\w'])")
# a list of data, or of records of data, and an empty text, where a value stands
_ITEM: Final = r"(?:text|#|bytes|\{(?:(?:'\w+'|text):(?:text|#),?)*\})"
_DATA: Final = re.compile(rf"(?<![\w'])(?:\[(?:{_ITEM}(?:,{_ITEM})*)?\]|'')(?![\w'])")


@dataclass(frozen=True)
class Row:
    """One run: the answer, the events after the call, and the lines that were run after it.

    An event is (kind, file, first line of its function and of the body, line, three forms of what
    is shown); outside of returns, the three lines are one.
    """

    answer: Mapping[str, Any]
    others: Mapping[str, Any]
    events: tuple[tuple[str, str, int, int, int, tuple[str, str, str]], ...]
    lines: frozenset[tuple[str, int]]


_Seen = tuple[tuple[str, str, int, str], ...]
_Forms = tuple[_Seen, _Seen, _Seen]


def judge(process: DecisionProcess, rows: Sequence[Row]) -> ProcessReplay:
    """Compare what a record decides with what the application did."""
    view = _View.of(process, rows)
    forms = [view.forms(row) for row in rows]
    decided = [_decided(process, row) for row in rows]
    typical = _typical_of(decided, forms)
    alike = _alike(typical)
    if alike is not None:
        return ProcessReplay(process.id, reason=alike)
    agreed = 0
    wrong: list[Disagreement] = []
    for i, row in enumerate(rows):
        name = decided[i]
        is_same = typical[name].covers(forms[i])
        is_other = any(one.equals(forms[i]) for other, one in typical.items() if other != name)
        if is_same and not is_other and view.is_reached(name, row):
            agreed += 1
        elif len(wrong) < _MOST_SHOWN:
            did = _told(forms[i][0]) or _lines_told(row)
            wrong.append(Disagreement(row.answer, name, _told(typical[name].whole), did))
    return ProcessReplay(process.id, len(rows), agreed, disagreements=tuple(wrong))


def differ_by_data_only(process: DecisionProcess, rows: Sequence[Row]) -> bool:
    """Tell whether what is done for two outcomes differs in nothing but data of the answers.

    Such outcomes are told apart by what their answers hold, whatever the application does.
    """
    view = _View.of(process, rows)
    forms = [view.forms(row) for row in rows]
    typical = _typical_of([_decided(process, row) for row in rows], forms)
    masked = [one.masked for one in typical.values()]
    return len(set(masked)) < len(masked)


@dataclass(frozen=True)
class _Typical:
    """What is mostly seen with one outcome, in the three forms.

    Where the texts around the answer's data are always the same, they count too.
    """

    whole: _Seen
    plain: _Seen
    masked: _Seen
    is_steady: bool

    def covers(self, forms: _Forms) -> bool:
        whole, plain, masked = forms
        if self.is_steady:
            return masked == self.masked or (whole == self.whole and not _has_data(whole))
        return whole == self.whole or plain == self.plain

    def equals(self, forms: _Forms) -> bool:
        return forms[0] == self.whole and forms[2] == self.masked


def _typical_of(decided: Sequence[str], forms: Sequence[_Forms]) -> dict[str, _Typical]:
    by_outcome: dict[str, list[_Forms]] = {}
    for name, one in zip(decided, forms, strict=True):
        by_outcome.setdefault(name, []).append(one)
    return {name: _typical(rows) for name, rows in by_outcome.items()}


def _typical(rows: Sequence[_Forms]) -> _Typical:
    (whole, plain, _), _ = Counter(rows).most_common(1)[0]
    masked, count = Counter(one[2] for one in rows).most_common(1)[0]
    is_steady = count >= _STEADY * len(rows)
    if not is_steady:
        masked = next(one[2] for one in rows if one[0] == whole)
    return _Typical(whole, plain, masked, is_steady)


def _has_data(seen: _Seen) -> bool:
    return any(holds_data(shown) for *_, shown in seen)


def _alike(typical: Mapping[str, _Typical]) -> str | None:
    """Return why outcomes cannot be told apart, if what differs is within data of the answer."""
    rows = list(typical.items())
    for i, (name, one) in enumerate(rows):
        for other, two in rows[:i]:
            if one.whole == two.whole and one.masked == two.masked and _has_data(one.whole):
                return (
                    f"what it does for {other} and for {name} differs within texts or numbers of "
                    "the answer only, which a replay does not tell apart"
                )
    return None


def _decided(process: DecisionProcess, row: Row) -> str:
    try:
        return process.decide(row.answer, row.others or None).id
    except AnswerError as error:
        return f"no decision: {error}"


@dataclass(frozen=True)
class _View:
    """What is looked at of a run.

    Attributes:
        process: the record.
        places: those of its effects.
        constants: what is done at them without data of the answer, and in other lines too, with
            where.
        has_truths: whether answers hold what is true or false, which is then data as well.
        silent: places at which nothing that is watched was ever done (an item is put into a list
            of the application's own): that their line ran is what there is to see.
    """

    process: DecisionProcess
    places: tuple[Span, ...]
    constants: Mapping[tuple[str, str], frozenset[Span]]
    has_truths: bool
    silent: tuple[Span, ...] = ()

    @classmethod
    def of(cls, process: DecisionProcess, rows: Sequence[Row]) -> _View:
        places = tuple(dict.fromkeys(_places(process.outcomes)))
        lines: dict[tuple[str, str], set[tuple[str, int]]] = {}
        constants: dict[tuple[str, str], set[Span]] = {}
        for event in (event for row in rows for event in row.events):
            kind, file, _, _, line, shown = event
            if kind in SAME_ELSEWHERE and not holds_data(shown[0]):
                lines.setdefault((kind, shown[0]), set()).add((file, line))
                at = {one for one in places if _is_at(*event[:5], one)}
                constants.setdefault((kind, shown[0]), set()).update(at)
        done = {event[:5] for row in rows for event in row.events}
        silent = tuple(one for one in places if not any(_is_at(*at, one) for at in done))
        spec = get_api(process.api)
        fields = [*spec.answer_fields, *(one for part in spec.collections for one in part.fields)]
        return cls(
            process,
            places,
            {key: frozenset(at) for key, at in constants.items() if at and len(lines[key]) > 1},
            any(one.values == _TRUTHS for one in fields),
            silent,
        )

    def forms(self, row: Row) -> _Forms:
        """Return the events at the places of a decision in all three forms."""
        return self.seen(row, 0), self.seen(row, 1), self.seen(row, _MASKED)

    def seen(self, row: Row, form: int) -> _Seen:
        """Return the events at the places of a decision, each once, in one form."""
        found = set()
        for kind, file, first, body, line, shown in row.events:
            if (kind, shown[0]) in self.constants:
                found.add((kind, "", 0, shown[form]))
            elif any(_is_at(kind, file, first, body, line, one) for one in self.places):
                found.add((kind, file, line if kind != "return" else first, shown[form]))
            elif kind.startswith(("raise ", "exit")):
                # how a program ends is an effect wherever it is
                found.add((kind, file, line, shown[form]))
        for one in self.silent:
            if (one.file, one.line) in row.lines:
                found.add(("line", one.file, one.line, ""))
        if form == _MASKED:
            return tuple(sorted({(*one[:3], self._masked(one[3])) for one in found}))
        return tuple(sorted(found))

    def _masked(self, shown: str) -> str:
        return _without_empty(_TRUTH.sub("text", shown) if self.has_truths else shown)

    def is_reached(self, name: str, row: Row) -> bool:
        """Return whether the places of an outcome's effects were reached."""
        if name.startswith("no decision"):
            return False
        done = [self.constants.get((event[0], event[5][0]), frozenset()) for event in row.events]
        for effect in self.process.outcome(name).effects:
            span = effect.function or effect.span
            numbers = range(span.line, max(span.line, span.end_line) + 1)
            is_run = any((span.file, number) in row.lines for number in numbers)
            is_run = is_run or any(span in at for at in done)
            if not is_run and not any(_is_at(*event[:5], span) for event in row.events):
                return False
        return True


def _places(outcomes: Sequence[Outcome]) -> list[Span]:
    return [effect.function or effect.span for one in outcomes for effect in one.effects]


def holds_data(shown: str) -> bool:
    """Tell whether data of the answer stand in what is shown."""
    return re.search(r"text|#|bytes|\u00a7", shown) is not None


def _without_empty(shown: str) -> str:
    """Return what is shown with lists and texts of data alike, those that are empty too."""
    for _ in range(_NESTED):
        made = _DATA.sub("text", shown)
        if made == shown:
            break
        shown = made
    return shown


def _is_at(kind: str, file: str, first: int, body: int, line: int, span: Span) -> bool:
    if file != span.file:
        return False
    end = max(span.line, span.end_line)
    if kind == "return":
        # it stands at the head of its function, which may begin with decorators
        is_head = first == span.line or first < span.line < body
        return is_head and span.line <= line <= end
    return span.line <= line <= end and end - span.line < _LONGEST_STATEMENT


_LONGEST_STATEMENT: Final = 40


def _told(seen: _Seen) -> tuple[str, ...]:
    return tuple(f"{kind} {shown} ({file}:{line})"[:300] for kind, file, line, shown in seen[:8])


def _lines_told(row: Row) -> tuple[str, ...]:
    lines = sorted(row.lines)
    return tuple(f"{file}:{line}" for file, line in lines[-8:])
