"""``chameleon analyze`` of several applications: side by side, one failing stops no other."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import chameleonapi
from chameleonapi.cli.analyze import FOUND, is_found, save
from chameleonapi.cli.console import TerminalProgress, notes, output, print_error, print_json
from chameleonapi.errors import NothingFoundError, UnsupportedError

if TYPE_CHECKING:
    from chameleonapi.analysis import AnalysisReport
    from chameleonapi.analysis.confinement import Outcome

__all__ = ["run_several"]

_SCHEMA: Final = "chameleonapi.analyses/1"


def run_several(options: argparse.Namespace, form: str, asked: Mapping[str, Any]) -> int:
    """Analyse all paths of the command, print what was found in each, and a summary.

    Args:
        options: of the command.
        form: of the output.
        asked: what each analysis is to go by.
    """
    from chameleonapi.analysis.confinement import analyze_several

    paths = list(dict.fromkeys(options.paths))
    outcomes: list[Outcome] = []
    progress = TerminalProgress(quiet=form != "text")
    with progress.step(f"analysing {len(paths)} applications") as advance:
        advance(0, len(paths))
        for one in analyze_several(paths, **asked):
            outcomes.append(one)
            advance(len(outcomes), len(paths))
    folders = dict(zip(paths, _folders(paths), strict=True))
    for one in outcomes:
        if options.output and one.report is not None:
            save(one.report, Path(options.output) / folders[one.path])
    _write(outcomes, form)
    for one in outcomes:
        if one.error is not None:
            print_error(f"{one.path}: {one.error.message}", one.error.hint)
    return _exit_code(options, outcomes)


def _folders(paths: list[str]) -> Iterator[str]:
    """Yield a name for each path, told apart where the last parts are alike."""
    taken: set[str] = set()
    for path in paths:
        name = re.sub(r"[^\w.-]+", "-", Path(path).resolve().name) or "app"
        made, number = name, 2
        while made in taken:
            made, number = f"{name}-{number}", number + 1
        taken.add(made)
        yield made


def _root(path: str) -> Path:
    place = Path(path)
    return place if place.is_dir() else place.parent


def _write(outcomes: list[Outcome], form: str) -> None:
    if form == "json":
        rows = [
            {"path": one.path, "report": one.report.to_json()}
            if one.report is not None
            else {"path": one.path, "error": None if one.error is None else one.error.message}
            for one in outcomes
        ]
        print_json({"schema": _SCHEMA, "applications": rows})
    elif form == "text":
        from chameleonapi.report.terminal import analyses_table, analysis_text

        console = output()
        for one in outcomes:
            if one.report is not None:
                console.print(f"== {one.path}", style="bold", markup=False)
                console.print(analysis_text(one.report, source_root=_root(one.path)))
                console.print()
        console.print(analyses_table([(one.path, one.report) for one in outcomes]))
    else:
        from chameleonapi.report.github import github_commands
        from chameleonapi.report.places import Places
        from chameleonapi.report.sarif import sarif_log

        known = [(one.report, Places(_root(one.path))) for one in outcomes if one.report]
        if form == "github":
            sys.stdout.write("".join(github_commands(*one) for one in known))
            return
        if form == "markdown":
            from chameleonapi.report.markdown import analysis_markdown

            sys.stdout.write("\n".join(analysis_markdown(*one) for one in known))
            return
        logs = [sarif_log(*one, chameleonapi.__version__) for one in known]
        runs = [run for log in logs for run in log["runs"]]
        empty = sarif_log(_nothing(), Places(Path()), chameleonapi.__version__)
        print_json({**empty, "runs": runs})


def _nothing() -> AnalysisReport:
    from chameleonapi.analysis import AnalysisReport

    return AnalysisReport()


def _exit_code(options: argparse.Namespace, outcomes: list[Outcome]) -> int:
    """Return the code of the first error; else as for one application."""
    from chameleonapi.analysis.warnings.settings import settings_at

    errors = [one.error.exit_code for one in outcomes if one.error is not None]
    if errors:
        return errors[0]
    known = [(one.path, one.report) for one in outcomes if one.report is not None]
    told = [
        (report, options.fail_on if options.fail_on is not None else settings_at(path).fail_on)
        for path, report in known
    ]
    if any(is_found(report, frozenset(wanted)) for report, wanted in told):
        return FOUND
    if options.fail_on is not None or any(report.processes for _, report in known):
        return 0
    notes().print("No decision was found in any of them.")
    is_open = any(report.gaps or report.calls_not_understood for _, report in known)
    return UnsupportedError.exit_code if is_open else NothingFoundError.exit_code
