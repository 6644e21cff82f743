"""``chameleon report``: draw the page again from saved records."""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.cli.console import notes

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "report",
        help="write the HTML report again from saved records",
        description="Write report.html and report.json from the decision.json, evaluation.json "
        "and run.json in a folder, as `chameleon customize --output` and `quickstart` leave it.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.report import report_from_folder

    page, record = report_from_folder(options.folder)
    notes().print(f"Wrote {page} and {record}.", markup=False, soft_wrap=True)
    return 0
