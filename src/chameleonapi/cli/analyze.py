"""``chameleon analyze``: what does this application decide?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chameleonapi.cli.console import notes, output, print_json
from chameleonapi.errors import NothingFoundError, UnsupportedError

if TYPE_CHECKING:
    from chameleonapi.analysis import AnalysisReport

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "analyze",
        help="read an application's source and print its decision processes",
        description="Read an application's source and print its decision processes. "
        "Nothing of the application is run or installed.",
        allow_abbrev=False,
    )
    parser.add_argument("path", metavar="PATH", help="a Python file or the application's folder")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--vocabulary",
        metavar="FILE",
        help="the labels that the API can return: text, CSV or JSON (default: a built-in list)",
    )
    parser.add_argument(
        "--output", metavar="FOLDER", help="also write one decision.json per process there"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.analysis import analyze, load_vocabulary

    vocabulary = load_vocabulary(options.vocabulary) if options.vocabulary else None
    report = analyze(options.path, vocabulary=vocabulary)
    if options.output:
        folder = Path(options.output)
        folder.mkdir(parents=True, exist_ok=True)
        for process in report.processes:
            process.save(folder / f"{process.id}.decision.json")
    if options.json:
        print_json(report.to_json())
    else:
        _print(report, options.path, options.output)
    if report.processes:
        return 0
    return _explain(report, quiet=options.json)


def _print(report: AnalysisReport, path: str, folder: str | None) -> None:
    from chameleonapi.report.terminal import decision_panel

    console = output()
    root = Path(path)
    root = root if root.is_dir() else root.parent
    for process in report.processes:
        console.print(decision_panel(process, source_root=root))
    for call in report.calls_without_decision:
        console.print(f"{call.file}:{call.line}  {call.api}: called, but nothing is decided on it.")
    for gap in report.gaps:
        console.print(f"{gap.span}  not understood: {gap.message}", markup=False)
    if folder:
        notes().print(f"Wrote {len(report.processes)} decision.json to {folder}.", markup=False)


def _explain(report: AnalysisReport, *, quiet: bool) -> int:
    """Say why there is no process: none found and gave up are different answers."""
    if report.gaps or report.status.name == "UNSUPPORTED":
        code = UnsupportedError.exit_code
        text = "The analysis gave up on this application; see what was not understood above."
    elif report.calls_without_decision:
        code = NothingFoundError.exit_code
        text = "The application calls an ML API but decides nothing on the answer."
    else:
        code = NothingFoundError.exit_code
        text = "No call to a known ML API was found."
    if not quiet:
        notes().print(text)
    return code
