"""Analyse an application: from a path to decision processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.analysis.engine.given import GivenValues
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.contexts import Known, explore_program
from chameleonapi.analysis.exploration.explored import Explored
from chameleonapi.analysis.frontend.notebooks import NotebookCell
from chameleonapi.analysis.frontend.other_services import find_other_services
from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.analysis.notebook_places import with_cells
from chameleonapi.analysis.places import with_places
from chameleonapi.analysis.record_json import gap_json, notice_json, process_json
from chameleonapi.analysis.trace import CallSite, Program
from chameleonapi.analysis.vocabularies import Vocabulary, builtin_vocabulary
from chameleonapi.analysis.warnings import (
    RULES,
    Evidence,
    Findings,
    Silencer,
    SyntaxIndex,
    apply_findings,
    find_warnings,
)
from chameleonapi.analysis.warnings.settings import SETTINGS_FILE, Settings, read_settings
from chameleonapi.analysis.whose_answer import is_of_another
from chameleonapi.apis import FieldKind, get_api
from chameleonapi.decision import DecisionProcess, Gap, Notice, Span, Status
from chameleonapi.errors import SourceError, UnknownNameError, UsageError

__all__ = ["AnalysisReport", "CallWithoutDecision", "OpenCall", "analyze", "analyze_program"]

_DEFAULT_BUDGET = Budget()
_NO_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class CallWithoutDecision:
    """A call on whose answer nothing depends but what is printed, stored or passed on.

    ``warnings`` may say why: a condition that no label can meet decides nothing.
    """

    api: str
    file: str
    line: int
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that was found, but of whose answer it is not known what becomes; ``gaps`` say why.

    ``entry`` and ``entry_file`` say from which function it is reached, if it is.
    """

    api: str
    file: str
    line: int
    gaps: tuple[Gap, ...]
    entry: str = ""
    entry_file: str = ""


@dataclass(frozen=True)
class AnalysisReport:
    """What an application decides, call by call.

    Attributes:
        processes: the decisions that were found.
        calls_without_decision: calls that were understood, and decide nothing.
        gaps: what was not understood, outside of any process.
        notes: what else a user should know, such as services that are not analysed.
        calls_not_understood: calls that may decide something, and it is not known what.
        cells: where the cells of notebooks are; a line of a notebook counts from its first cell.
        assumed: values that the user gave for what the source does not say, by name.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.analysis/1"

    processes: tuple[DecisionProcess, ...] = ()
    calls_without_decision: tuple[CallWithoutDecision, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Notice, ...] = ()
    calls_not_understood: tuple[OpenCall, ...] = ()
    cells: tuple[NotebookCell, ...] = ()
    assumed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """All warnings and notes, each once, in the order of the source."""
        every = [
            *(one for process in self.processes for one in process.warnings),
            *(one for call in self.calls_without_decision for one in call.warnings),
            *self.notes,
        ]
        return tuple(sorted(dict.fromkeys(every), key=lambda one: (one.span, one.code)))

    @property
    def every_gap(self) -> tuple[Gap, ...]:
        """All gaps, those of processes too, each once, in the order of the source."""
        every = [*(one for process in self.processes for one in process.gaps), *self.gaps]
        return tuple(sorted(dict.fromkeys(every), key=lambda one: (one.span, one.code)))

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
        made: dict[str, Any] = {
            "schema": self.SCHEMA,
            "status": self.status.name,
            "processes": [process_json(one) for one in self.processes],
            "calls_without_decision": [
                {
                    "api": one.api,
                    "file": one.file,
                    "line": one.line,
                    "warnings": [notice_json(notice) for notice in one.warnings],
                }
                for one in self.calls_without_decision
            ],
            "calls_not_understood": [
                {
                    "api": one.api,
                    "file": one.file,
                    "line": one.line,
                    "gaps": [gap_json(gap) for gap in one.gaps],
                }
                for one in self.calls_not_understood
            ],
            "gaps": [gap_json(one) for one in self.gaps],
            "notes": [notice_json(one) for one in self.notes],
        }
        if self.assumed:
            made["assumed"] = dict(self.assumed)
        return with_cells(made, self.cells)


def analyze(
    path: str | Path,
    *,
    vocabulary: Vocabulary | None = None,
    vocabularies: Mapping[str, Vocabulary] | None = None,
    ignore: Iterable[str] = (),
    budget: Budget = _DEFAULT_BUDGET,
    assume: Mapping[str, Any] | None = None,
) -> AnalysisReport:
    """Analyse a file or a folder; nothing of it is executed.

    Args:
        path: of a Python file, a notebook, or a folder with the application.
        vocabulary: labels of its label APIs; those that come with the package if None.
        vocabularies: labels of single APIs by their id.
        ignore: codes of warnings that are not wanted.
        budget: limits of time and work.
        assume: JSON values for what the source does not say, by the names that gaps show:
            ``{"sys.argv[1]": "Dog"}``.

    Raises:
        UsageError: if nothing of a name in ``assume`` is read.
        UnknownNameError: if there is no warning with a code of ``ignore``, or no such API.
        SourceError: if the path does not exist.
        NothingFoundError: if there is no Python source.
    """
    from chameleonapi.analysis.engine import load_program
    from chameleonapi.analysis.engine.budget import Budget as RunBudget

    place = Path(path)
    if not place.exists():
        raise SourceError(
            "no such file or folder.", file=str(path), hint="Check the path of the application."
        )
    program = load_program(place, budget=RunBudget(shows_values=False), given=assume)
    report = analyze_program(
        program,
        vocabulary=vocabulary,
        vocabularies=vocabularies,
        sources=program.project.parsed(),
        cells=program.project.cells,
        settings=read_settings(program.project.data(SETTINGS_FILE)),
        ignore=ignore,
        budget=budget,
    )
    return with_given(report, program.linker.given, assume)


def with_given(
    report: AnalysisReport, given: GivenValues, assume: Mapping[str, Any] | None
) -> AnalysisReport:
    """Return a report that names what was given.

    Raises:
        UsageError: if something was given that nobody asks for.
    """
    if given.unused:
        raise UsageError(
            f"nothing that is called {given.unused[0]!r} is read by the application.",
            hint="Take the name as a gap shows it, for example sys.argv[1] or args.target.",
        )
    return replace(report, assumed=dict(assume)) if assume else report


def analyze_program(
    program: Program,
    *,
    vocabulary: Vocabulary | None = None,
    vocabularies: Mapping[str, Vocabulary] | None = None,
    sources: Mapping[str, Source] | None = None,
    cells: Iterable[NotebookCell] = (),
    settings: Settings = _NO_SETTINGS,
    ignore: Iterable[str] = (),
    budget: Budget = _DEFAULT_BUDGET,
    progress: Callable[[Callable[[], AnalysisReport]], None] | None = None,
) -> AnalysisReport:
    """Analyse an application that is loaded already.

    Args:
        program: the application.
        vocabulary, vocabularies, ignore, budget: see ``analyze``.
        sources: its parsed files.
        cells: those of its notebooks.
        progress: called after each step, with what returns the report of all that is known then.
    """
    given = dict(vocabularies or {})
    for api in given:
        get_api(api)

    def vocabulary_of(api: str) -> Vocabulary:
        builtin = builtin_vocabulary(get_api(api))
        if api in given:
            return given[api]
        if vocabulary is None or builtin.is_complete or not _fits(vocabulary, builtin):
            return builtin
        return vocabulary

    files = dict(sources or {})
    silencer = Silencer(files, (*_known_codes(ignore), *settings.ignore), settings.per_file)

    def summed_up(explored: Known) -> AnalysisReport:
        return _report(program, explored, files, vocabulary_of, silencer, cells)

    def tell(known: Callable[[], Known]) -> None:
        if progress is not None:
            progress(lambda: summed_up(known()))

    return summed_up(
        explore_program(
            program,
            lambda api: _labels(api, program.sites, vocabulary_of),
            budget,
            None if progress is None else tell,
        )
    )


def _report(
    program: Program,
    explored: Known,
    files: Mapping[str, Source],
    vocabulary_of: Callable[[str], Vocabulary],
    silencer: Silencer,
    cells: Iterable[NotebookCell],
) -> AnalysisReport:
    """Return the report of what is known of each call."""
    linter = _Linter(explored.values(), files, vocabulary_of, silencer)
    processes: list[DecisionProcess] = []
    silent: list[CallWithoutDecision] = []
    open_calls: list[OpenCall] = []
    gaps: list[Gap] = list(program.gaps)
    for rows in explored.values():
        for one in rows:
            if one.process is not None:
                processes.append(_finished(one, linter, processes))
        if any(one.process is not None for one in rows):
            continue
        best = rows[0]
        gaps += best.gaps
        reasons = _reasons(best)
        if reasons:
            site = best.site
            entry = best.entry if best.is_reached else None
            open_calls.append(
                OpenCall(
                    site.api,
                    site.span.file,
                    site.span.line,
                    reasons,
                    entry.name if entry else "",
                    entry.file if entry else "",
                )
            )
            gaps.append(_not_understood(site))
            gaps += reasons
        else:
            site = best.site
            notices = linter.findings(best, None).notices
            silent.append(CallWithoutDecision(site.api, site.span.file, site.span.line, notices))
    gaps += _not_reached(program, [span for span, _ in explored])
    processes.sort(key=lambda one: (one.call, one.id))
    silent.sort(key=lambda one: (one.file, one.line))
    open_calls.sort(key=lambda one: (one.file, one.line))
    return AnalysisReport(
        tuple(processes),
        tuple(silent),
        tuple(dict.fromkeys(gaps)),
        silencer.kept(find_other_services(files)),
        tuple(open_calls),
        tuple(cells),
    )


def _labels(
    api: str, sites: Iterable[CallSite], vocabulary_of: Callable[[str], Vocabulary]
) -> tuple[str, ...]:
    """Return the labels of an API; of one that has none, those of the calls beside it."""
    asked = [api] if _has_labels(api) else [one.api for one in sites if _has_labels(one.api)]
    return tuple(dict.fromkeys(label for one in asked for label in vocabulary_of(one).labels))


def _has_labels(api: str) -> bool:
    fields = (field for one in get_api(api).collections for field in one.fields)
    return any(one.kind is FieldKind.LABEL for one in fields)


def _known_codes(codes: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(codes)
    for one in wanted:
        if one not in RULES:
            raise UnknownNameError("warning", one, tuple(RULES))
    return wanted


class _Linter:
    """Finds the warnings of each call, with what is known of all."""

    def __init__(
        self,
        rows: Iterable[list[Explored]],
        sources: Mapping[str, Source],
        vocabulary_of: Callable[[str], Vocabulary],
        silencer: Silencer,
    ) -> None:
        self._sources = sources
        self._index = SyntaxIndex(sources)
        self.vocabulary_of = vocabulary_of
        self._silencer = silencer
        # a helper that serves two calls may go one way for each
        self._ways: dict[Span, frozenset[bool]] = {}
        for one in (one for row in rows for one in row):
            for span, ways in one.ways:
                self._ways[span] = self._ways.get(span, frozenset()) | ways

    def findings(self, one: Explored, process: DecisionProcess | None) -> Findings:
        """Return what is to be said about one call."""
        mine = {span: self._ways[span] for span, _ in one.ways}
        evidence = Evidence(
            one.site,
            process,
            one.questions,
            one.texts,
            self.vocabulary_of,
            numbers=one.numbers,
            ways=mine,
            remarks=one.remarks,
            sources=self._sources,
            has_unknowns=any(a.is_after_call for a in one.open),
        )
        found = find_warnings(evidence, self._index)
        return replace(found, notices=self._silencer.kept(found.notices))


def _fits(vocabulary: Vocabulary, builtin: Vocabulary) -> bool:
    """Return whether labels have the form that the API uses: paths, or plain names."""
    are_paths = [
        sum(label.startswith("/") for label in one.labels) * 2 > len(one.labels)
        for one in (vocabulary, builtin)
    ]
    return are_paths[0] == are_paths[1]


def _finished(one: Explored, linter: _Linter, others: Sequence[DecisionProcess]) -> DecisionProcess:
    process = one.process
    assert process is not None
    vocabulary = linter.vocabulary_of(one.site.api)
    taken = {other.id for other in others}
    process = process.with_(id=_unique(_name(one.site), taken), vocabulary=vocabulary.reference)
    process = with_places(process, one.questions, one.texts)
    return apply_findings(process, linter.findings(one, process), linter.vocabulary_of)


def _name(site: CallSite) -> str:
    stem = re.sub(r"\.(py|ipynb)$", "", site.span.file)
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", stem).strip("-") or "app"
    return f"{plain}-{get_api(site.api).operation}-{site.span.line}"


def _unique(name: str, taken: set[str]) -> str:
    made, number = name, 2
    while made in taken:
        made, number = f"{name}-{number}", number + 1
    return made


# Places that are not understood, and through which no answer reaches a branch unseen.
_HARMLESS = frozenset(
    ["unknown-order", "unknown-features", "unknown-index", "several-inputs", "document-structure"]
)


def _reasons(one: Explored) -> tuple[Gap, ...]:
    """Return why it is not known what becomes of an answer; nothing if it is."""
    tainted = [
        Gap(
            "tainted-unknown",
            f"A branch depends on {a.provenance}, which was computed from the answer by "
            "something that is not modelled.",
            a.span,
        )
        for a in one.open
        if a.is_tainted and not is_of_another(one.site.api, a.provenance)
    ]
    # What is counted over several inputs may decide, though one alone does not.
    asks = any(len(ways) > 1 for _, ways in one.ways)
    harmless = _HARMLESS - {"several-inputs"} if asks else _HARMLESS
    grave = [gap for gap in one.gaps if one.decides or gap.code not in harmless]
    return tuple(dict.fromkeys([*grave, *tainted]))


def _not_understood(site: CallSite) -> Gap:
    return Gap(
        "not-understood",
        f"The call of {site.api} was found, but not what the application does with its answer.",
        site.span,
    )


def _not_reached(program: Program, reached: Iterable[Span]) -> Iterator[Gap]:
    seen = set(reached)
    for one in program.sites:
        if one.span in seen:
            continue
        message = f"The call of {one.api} was found, but no run of the application reached it"
        stopped = program.stopped_before(one)
        if stopped is not None:
            name = "the top level" if stopped.entry.name == "<module>" else stopped.entry.name
            place = f"{stopped.span.file}:{stopped.span.line}"
            message += f": the run from {name} ended at {place} with {stopped.error}"
        yield Gap("not-reached", f"{message}.", one.span)
