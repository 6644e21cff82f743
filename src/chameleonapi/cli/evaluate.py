"""``chameleon evaluate``: how many decisions come out wrong?"""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.cli.console import TerminalProgress, output, print_json
from chameleonapi.cli.options import (
    add_csv,
    add_curve,
    add_json,
    add_methods,
    add_models,
    add_process,
    add_seed,
    add_through_program,
    read_application,
)

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="measure incorrect decisions of published models on labelled data",
        description="Measure how often an application decides wrongly with the generic model and "
        "with customised ones, on the test split of labelled data, with 95% intervals.",
        allow_abbrev=False,
    )
    add_process(parser)
    parser.add_argument("--data", required=True, type=Path, metavar="FOLDER")
    parser.add_argument(
        "--name",
        action="append",
        required=True,
        metavar="NAME",
        help="a model of the registry (repeatable); the generic one is always compared",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write evaluation.json there")
    add_through_program(parser)
    add_methods(parser)
    add_curve(parser)
    add_csv(parser)
    add_models(parser)
    add_seed(parser)
    add_json(parser)
    parser.set_defaults(run=run, runs_torch=True)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.pipeline import evaluate
    from chameleonapi.report.csv_file import write_csv
    from chameleonapi.report.evaluation_rows import EVALUATION_COLUMNS, evaluation_rows
    from chameleonapi.report.terminal import rates_table
    from chameleonapi.report.terminal.gains import gain_lines

    process, program = read_application(options)
    evaluation = evaluate(
        process,
        options.data,
        models=options.models,
        names=options.name,
        methods=options.methods,
        curve=options.curve,
        program=program,
        seed=options.seed,
        progress=TerminalProgress(quiet=options.json),
    )
    if options.output is not None:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        evaluation.save(options.output)
    if options.csv is not None:
        write_csv(options.csv, EVALUATION_COLUMNS, evaluation_rows(evaluation))
    if options.json:
        print_json(evaluation.to_json())
    else:
        output().print(rates_table(evaluation))
        output().print(gain_lines(evaluation))
    return 0
