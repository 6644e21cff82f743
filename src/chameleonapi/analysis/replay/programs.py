"""An application as a function from answers to what it does, run under CPython."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.analysis.confinement.limits import Limits
from chameleonapi.analysis.replay.judging import SAME_ELSEWHERE, holds_data
from chameleonapi.analysis.replay.replaying import (
    DEFAULT_LIMITS,
    REFUSED,
    why_impossible,
)
from chameleonapi.analysis.replay.sessions import ReplaySession
from chameleonapi.analysis.report import AnalysisReport
from chameleonapi.apis import get_api
from chameleonapi.decision import (
    OTHER_OUTCOME,
    Cases,
    DecisionProcess,
    Kind,
    Outcome,
    Span,
    Status,
)
from chameleonapi.errors import UnsupportedError

__all__ = ["ReplayedProgram", "runnable_calls", "without_rules"]

_AT_ONCE: Final = 2000  # answers in one process
_MASKED: Final = 2  # of the three forms of what is shown
_LONGEST: Final = 80


@final
@dataclass(frozen=True, eq=False)
class ReplayedProgram:
    """Tells what an application does on answers to one of its calls.

    This executes code of the application, as ``analyze --replay`` does: in a process of its own
    with limits, without network, subprocesses or writing; yet only for code that one would run
    oneself. It asks no record how the application decides, so it serves where the record is open.

    Two answers get the same name if the application does the same on both: prints, calls, returns,
    raises, with the data of the answer masked. What it does is told apart by line, unless it is
    the same constant thing.

    A process waits for the next question until this is collected as garbage, or closed.

    Attributes:
        path: of the application, as it was analysed.
        report: what the analysis found.
        process: of that report: which call is meant.
        limits: of each process in which the application runs; it is asked about a few thousand
            answers.
    """

    path: str | Path
    report: AnalysisReport
    process: DecisionProcess
    limits: Limits = DEFAULT_LIMITS
    _guessed: set[str] = field(default_factory=set, init=False, repr=False)
    _missing: set[str] = field(default_factory=set, init=False, repr=False)

    @cached_property
    def _session(self) -> ReplaySession:
        made = ReplaySession(Path(self.path), self.report, self.process, self.limits)
        weakref.finalize(self, made.close)
        return made

    def close(self) -> None:
        """End the process that waits; the next question starts another one."""
        self._session.close()

    def __call__(self, answers: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the name of what the application does, for each answer in the provider's form.

        Raises:
            UnsupportedError: if it cannot be run, or does not come to the call.
        """
        impossible = why_impossible(self.process)
        if impossible:
            raise self._refusal(impossible)
        return [
            name
            for first in range(0, len(answers), _AT_ONCE)
            for name in self._names(answers[first : first + _AT_ONCE])
        ]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What its names do not tell, in sentences: where it went by what was not there."""
        made = []
        if self._guessed:
            made.append(
                "It also goes by what something that is not here makes of the answer, which was "
                f"taken to be the same throughout: {_some(self._guessed)}."
            )
        if self._missing:
            made.append(f"It reads files that are not here: {_some(self._missing)}.")
        return tuple(made)

    def _names(self, answers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        runs, reason = self._session.ask(answers)
        if len(runs) < len(answers):
            raise self._refusal(reason or "it ended before it had seen all answers")
        for one in runs[: len(answers)]:
            if one["refused"]:
                raise self._refusal(f"{REFUSED}: {one['refused'][0]}")
            if not one["reached"]:
                raise self._refusal("the call was not reached again")
            self._guessed.update(map(str, one["asked"]))
            self._missing.update(map(str, one["missing"]))
            yield _name(one["events"])

    def _refusal(self, reason: str) -> UnsupportedError:
        return UnsupportedError(
            f"{self.process.id} cannot be run: {reason[:500]}.",
            hint="Give the application what it needs to come to the call, or describe what it does "
            "by a function of your own.",
        )


def _some(names: set[str]) -> str:
    return ", ".join(sorted(names)[:3])


def runnable_calls(report: AnalysisReport) -> tuple[DecisionProcess, ...]:
    """Return what is known of each call that a program may be asked about.

    Those are the decisions that were found, and for calls of whose answer it is not known what
    becomes a record that says no more than where they are.
    """
    found = list(report.processes)
    for one in report.calls_not_understood:
        if not one.entry:
            continue
        name = f"{Path(one.file).stem}-{get_api(one.api).operation}-{one.line}"
        taken = {other.id for other in found}
        number, made = 1, name
        while made in taken:
            number += 1
            made = f"{name}-{number}"
        found.append(
            _call_alone(
                made,
                one.api,
                Span(one.file, one.line),
                entry=one.entry,
                entry_file=one.entry_file,
                gaps=one.gaps,
            )
        )
    return tuple(found)


def without_rules(process: DecisionProcess) -> DecisionProcess:
    """Return what is known of a call where nothing is known of what is decided on its answer."""
    return _call_alone(
        process.id,
        process.api,
        process.call,
        entry=process.entry,
        entry_file=process.entry_file,
        request=process.request,
        vocabulary=process.vocabulary,
    )


def _call_alone(name: str, api: str, call: Span, **known: Any) -> DecisionProcess:
    return DecisionProcess(
        name,
        api,
        call,
        Kind.GENERAL,
        Cases((), OTHER_OUTCOME),
        (Outcome(OTHER_OUTCOME),),
        status=Status.UNSUPPORTED,
        **known,
    )


def _name(events: Sequence[Sequence[Any]]) -> str:
    done = set()
    for kind, file, first, _, line, shown in events:
        if kind in SAME_ELSEWHERE and not holds_data(str(shown[0])):
            done.add((str(kind), str(shown[0]), "", 0))
        else:
            at = first if kind == "return" else line
            done.add((str(kind), str(shown[_MASKED]), str(file), int(at)))
    if not done:
        return "nothing"
    words = "; ".join(f"{kind} {shown}" for kind, shown, *_ in sorted(done))
    digest = hashlib.sha256(repr(sorted(done)).encode()).hexdigest()[:8]
    return f"{words[:_LONGEST]} [{digest}]"
