"""Analyse an application: from a path to decision processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.contexts import explore_program
from chameleonapi.analysis.exploration.site import Explored
from chameleonapi.analysis.places import with_places
from chameleonapi.analysis.trace import CallSite, Program
from chameleonapi.analysis.vocabularies import Vocabulary, builtin_vocabulary
from chameleonapi.analysis.warnings import apply_findings, find_warnings
from chameleonapi.apis import get_api
from chameleonapi.decision import DecisionProcess, Gap, Notice, Span, Status
from chameleonapi.errors import SourceError

__all__ = ["AnalysisReport", "CallWithoutDecision", "analyze", "analyze_program"]

_DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class CallWithoutDecision:
    """A call on whose answer nothing depends but what is printed, stored or passed on.

    ``warnings`` may say why: a condition that no label can meet decides nothing.
    """

    api: str
    file: str
    line: int
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class AnalysisReport:
    """What an application decides, call by call.

    Attributes:
        processes: the decisions that were found.
        calls_without_decision: calls that were understood, and decide nothing.
        gaps: what was not understood, outside of any process.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.analysis/1"

    processes: tuple[DecisionProcess, ...] = ()
    calls_without_decision: tuple[CallWithoutDecision, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def status(self) -> Status:
        """COMPLETE if nothing stayed open, UNSUPPORTED if nothing was understood."""
        is_open = self.gaps or any(one.status is not Status.COMPLETE for one in self.processes)
        if not is_open:
            return Status.COMPLETE
        if self.processes or self.calls_without_decision:
            return Status.PARTIAL
        return Status.UNSUPPORTED

    def to_json(self) -> dict[str, Any]:
        """Return the form that ``chameleon analyze --json`` prints."""
        return {
            "schema": self.SCHEMA,
            "status": self.status.name,
            "processes": [_process_json(one) for one in self.processes],
            "calls_without_decision": [
                {
                    "api": one.api,
                    "file": one.file,
                    "line": one.line,
                    "warnings": [_notice_json(notice) for notice in one.warnings],
                }
                for one in self.calls_without_decision
            ],
            "gaps": [_gap_json(one) for one in self.gaps],
        }


def _process_json(process: DecisionProcess) -> dict[str, Any]:
    return {
        "id": process.id,
        "api": process.api,
        "call": {"file": process.call.file, "line": process.call.line},
        "kind": process.kind.name,
        "order": None if process.order is None else process.order.value,
        "status": process.status.name,
        "outcomes": [
            {
                "id": one.id,
                "effects": [
                    {"file": effect.span.file, "line": effect.span.line, "text": effect.text}
                    for effect in one.effects
                ],
                "accepts": list(one.accepts),
                "suggested": list(one.suggested),
            }
            for one in process.outcomes
        ],
        "default": process.default,
        "witnesses": [
            {"outcome": one.outcome, "answer": dict(one.answer)} for one in process.witnesses
        ],
        "gaps": [_gap_json(one) for one in process.gaps],
        "warnings": [_notice_json(one) for one in process.warnings],
    }


def _notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "code": notice.code,
        "message": notice.message,
        "file": notice.span.file,
        "line": notice.span.line,
        "suggested": list(notice.suggested),
    }


def _gap_json(gap: Gap) -> dict[str, Any]:
    return {
        "code": gap.code,
        "message": gap.message,
        "file": gap.span.file,
        "line": gap.span.line,
    }


def analyze(
    path: str | Path,
    *,
    vocabulary: Vocabulary | None = None,
    budget: Budget = _DEFAULT_BUDGET,
) -> AnalysisReport:
    """Analyse a file or a folder; nothing of it is executed.

    Args:
        path: of a Python file, a notebook, or a folder with the application.
        vocabulary: labels of its label APIs; those that come with the package if None.
        budget: limits of time and work.

    Raises:
        SourceError: if the path does not exist.
        NothingFoundError: if there is no Python source.
    """
    from chameleonapi.analysis.engine import load_program

    place = Path(path)
    if not place.exists():
        raise SourceError(
            "no such file or folder.", file=str(path), hint="Check the path of the application."
        )
    return analyze_program(load_program(place), vocabulary=vocabulary, budget=budget)


def analyze_program(
    program: Program,
    *,
    vocabulary: Vocabulary | None = None,
    budget: Budget = _DEFAULT_BUDGET,
) -> AnalysisReport:
    """Analyse an application that is loaded already."""

    def vocabulary_of(api: str) -> Vocabulary:
        spec = get_api(api)
        builtin = builtin_vocabulary(spec)
        if vocabulary is None or builtin.is_complete or not _fits(vocabulary, builtin):
            return builtin
        return vocabulary

    explored = explore_program(program, lambda api: vocabulary_of(api).labels, budget)
    processes: list[DecisionProcess] = []
    silent: list[CallWithoutDecision] = []
    gaps: list[Gap] = list(program.gaps)
    for rows in explored.values():
        for one in rows:
            if one.process is not None:
                known = vocabulary_of(one.site.api)
                processes.append(_finished(one, known, processes))
        if any(one.process is not None for one in rows):
            continue
        best = rows[0]
        if best.decides or best.gaps or any(a.is_tainted for a in best.open):
            gaps += _undecided(best)
        else:
            site = best.site
            notices = _warnings(best, vocabulary_of(site.api))
            silent.append(CallWithoutDecision(site.api, site.span.file, site.span.line, notices))
    gaps += _not_reached(program.sites, [span for span, _ in explored])
    processes.sort(key=lambda one: (one.call, one.id))
    silent.sort(key=lambda one: (one.file, one.line))
    return AnalysisReport(tuple(processes), tuple(silent), tuple(dict.fromkeys(gaps)))


def _fits(vocabulary: Vocabulary, builtin: Vocabulary) -> bool:
    """Return whether labels have the form that the API uses: paths, or plain names."""
    are_paths = [
        sum(label.startswith("/") for label in one.labels) * 2 > len(one.labels)
        for one in (vocabulary, builtin)
    ]
    return are_paths[0] == are_paths[1]


def _finished(
    one: Explored, vocabulary: Vocabulary, others: Sequence[DecisionProcess]
) -> DecisionProcess:
    process = one.process
    assert process is not None
    taken = {other.id for other in others}
    process = process.with_(id=_unique(_name(one.site), taken), vocabulary=vocabulary.reference)
    process = with_places(process, one.questions, one.texts)
    findings = find_warnings(process, one.questions, one.texts, vocabulary)
    return apply_findings(process, findings, vocabulary)


def _warnings(one: Explored, vocabulary: Vocabulary) -> tuple[Notice, ...]:
    return find_warnings(None, one.questions, one.texts, vocabulary).notices


def _name(site: CallSite) -> str:
    stem = re.sub(r"\.(py|ipynb)$", "", site.span.file)
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", stem).strip("-") or "app"
    return f"{plain}-{get_api(site.api).operation}-{site.span.line}"


def _unique(name: str, taken: set[str]) -> str:
    made, number = name, 2
    while made in taken:
        made, number = f"{name}-{number}", number + 1
    return made


def _undecided(one: Explored) -> list[Gap]:
    tainted = [a for a in one.open if a.is_tainted]
    made = list(one.gaps)
    made += [
        Gap(
            "tainted-unknown",
            f"A branch depends on {a.provenance}, which was computed from the answer by "
            "something that is not modelled.",
            a.span,
        )
        for a in tainted
    ]
    return made


def _not_reached(sites: Sequence[CallSite], reached: Iterable[Span]) -> list[Gap]:
    seen = set(reached)
    return [
        Gap(
            "not-reached",
            f"The call of {one.api} was found, but no run of the application reached it.",
            one.span,
        )
        for one in sites
        if one.span not in seen
    ]
