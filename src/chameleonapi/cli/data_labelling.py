"""``chameleon data check-labels`` and ``next-labels``: where a person's time is spent best."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chameleonapi.cli.console import TerminalProgress, output, print_json
from chameleonapi.cli.options import (
    add_csv,
    add_json,
    add_models,
    add_process,
    add_seed,
    at_least,
    read_process,
)

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

__all__ = ["add_check_labels", "add_next_labels"]


def add_check_labels(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chameleon data check-labels``."""
    parser = actions.add_parser(
        "check-labels",
        help="rank labels that look wrong by what they change",
        description="Rank labelled pictures by how wrong their labels look to models that have "
        "not seen them, times what that changes in what the application decides. Labels that "
        "change nothing are left out, however wrong they are.",
        allow_abbrev=False,
    )
    add_process(parser)
    parser.add_argument("--data", required=True, type=Path, metavar="FOLDER")
    parser.add_argument(
        "--count", type=at_least(1), default=50, metavar="N", help="at most so many (default: 50)"
    )
    parser.add_argument(
        "--folds",
        type=at_least(2),
        default=5,
        metavar="N",
        help="models, each without a part of the examples (default: 5)",
    )
    _add_rest(parser)
    parser.set_defaults(run=run_check_labels, runs_torch=True)


def add_next_labels(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chameleon data next-labels``."""
    parser = actions.add_parser(
        "next-labels",
        help="choose the pictures or texts that are worth labelling next",
        description="Choose pictures or texts on which the application's decision is open, and "
        "that are unlike one another and unlike what is labelled already.",
        allow_abbrev=False,
    )
    add_process(parser)
    parser.add_argument(
        "--pool",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="pictures, or texts (.txt), to choose from",
    )
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="what is labelled already, if anything"
    )
    parser.add_argument(
        "--name",
        default="",
        metavar="NAME",
        help="a model of the registry (default: one trained on --data, else the generic one)",
    )
    parser.add_argument(
        "--count", type=at_least(1), default=50, metavar="N", help="how many (default: 50)"
    )
    _add_rest(parser)
    parser.set_defaults(run=run_next_labels, runs_torch=True)


def _add_rest(parser: argparse.ArgumentParser) -> None:
    add_csv(parser)
    add_models(parser)
    add_seed(parser)
    add_json(parser)


def run_check_labels(options: argparse.Namespace) -> int:
    """Run ``chameleon data check-labels``."""
    from chameleonapi.pipeline.labelling import check_labels
    from chameleonapi.report.csv_file import write_csv
    from chameleonapi.report.labelling_rows import CHECK_COLUMNS, check_rows
    from chameleonapi.report.terminal.labelling import check_table

    found = check_labels(
        read_process(options.source, options.process),
        options.data,
        models=options.models,
        count=options.count,
        folds=options.folds,
        seed=options.seed,
        progress=TerminalProgress(quiet=options.json),
    )
    if options.csv is not None:
        write_csv(options.csv, CHECK_COLUMNS, check_rows(found))
    return _shown(options, found.to_json(), check_table(found))


def run_next_labels(options: argparse.Namespace) -> int:
    """Run ``chameleon data next-labels``."""
    from chameleonapi.pipeline.labelling import next_labels
    from chameleonapi.report.csv_file import write_csv
    from chameleonapi.report.labelling_rows import WISH_COLUMNS, wish_rows
    from chameleonapi.report.terminal.labelling import wish_table

    found = next_labels(
        read_process(options.source, options.process),
        options.pool,
        models=options.models,
        name=options.name,
        data=options.data,
        count=options.count,
        seed=options.seed,
        progress=TerminalProgress(quiet=options.json),
    )
    if options.csv is not None:
        write_csv(options.csv, WISH_COLUMNS, wish_rows(found))
    return _shown(options, found.to_json(), wish_table(found))


def _shown(options: argparse.Namespace, record: dict[str, Any], table: ConsoleRenderable) -> int:
    if options.json:
        print_json(record)
    else:
        output().print(table)
    return 0
