"""``chameleon report``: draw the page again from saved records."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from chameleonapi.cli.console import notes

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "report",
        help="write the HTML report again from saved records",
        description="Write report.html and report.json from the decision.json, evaluation.json "
        "and run.json in a folder, as `chameleon customize --output` and `quickstart` leave it; or "
        "a page beside the record that `chameleon benchmark --json FILE` left.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="or a benchmark's record")
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="where the pictures lie that may be shown (default: FOLDER and the current folder)",
    )
    parser.add_argument(
        "--source", type=Path, metavar="FILE", help="the source with the call, to show it"
    )
    parser.add_argument("--title", metavar="TEXT", help="of the page")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.decision import load_process
    from chameleonapi.evaluation import Evaluation
    from chameleonapi.pipeline import RunRecord
    from chameleonapi.report import write_report
    from chameleonapi.report.benchmark_page import read_benchmark, write_benchmark_page

    folder: Path = options.folder
    if folder.is_file():
        page = folder.with_suffix(".html")
        write_benchmark_page(page, read_benchmark(folder), options.pictures)
        notes().print(f"Wrote {page}.", markup=False, soft_wrap=True)
        return 0
    evaluation = Evaluation.load(folder / "evaluation.json")
    run_file = folder / "run.json"
    files = {one.id: Path(one.file) for one in evaluation.examples if one.file}
    roots = [folder, Path()] if options.pictures is None else [options.pictures]
    shown = _within(files, [one.resolve() for one in roots])
    if len(shown) < len(files):
        notes().print(
            f"{len(files) - len(shown)} of {len(files)} pictures are not there or lie elsewhere, "
            "and are not shown: name their folder with --pictures DIR.",
            markup=False,
            soft_wrap=True,
        )
    page, saved = write_report(
        folder,
        process=load_process(folder / "decision.json"),
        evaluation=evaluation,
        run=RunRecord.load(run_file) if run_file.is_file() else None,
        pictures=shown,
        source=_source(options.source),
        title=options.title or f"{evaluation.application}: decisions of a customised model",
    )
    notes().print(f"Wrote {page} and {saved}.", markup=False, soft_wrap=True)
    return 0


def _within(files: Mapping[str, Path], roots: Sequence[Path]) -> dict[str, Path]:
    # A record may come from elsewhere: it does not choose what is read of this machine.
    found = {name: path.resolve() for name, path in files.items()}
    return {
        name: path
        for name, path in found.items()
        if any(path.is_relative_to(root) for root in roots) and path.is_file()
    }


def _source(path: Path | None) -> str | None:
    return None if path is None else path.read_text("utf-8", errors="replace")
