"""``chameleon customize``: fine-tune a model for one application's decisions."""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.cli.console import TerminalProgress, notes, output, print_json
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
    read_source,
)

__all__ = ["LEVEL_CHOICES", "add_to"]

LEVEL_CHOICES = ("auto", "thresholds", "head", "last-stages", "lora", "full")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "customize",
        help="fine-tune a model for an application's decisions",
        description="Fine-tune a model so that this application decides right more often, compare "
        "it with honest baselines on held-out data, and publish it in the registry.",
        allow_abbrev=False,
    )
    add_process(parser)
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="labelled pictures or texts: labels.jsonl, a labels.csv (file,labels; "
        "text,labels; text,score), or one folder per label",
    )
    parser.add_argument(
        "--name", metavar="NAME", help="of the model in the registry (default: the process id)"
    )
    parser.add_argument(
        "--generic",
        default="",
        metavar="NAME",
        help="the model to start from; trained from the data if the registry has none "
        "(default: generic; for texts generic-topics, generic-sentiment or "
        "generic-sentiment-classes)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="also write evaluation.json and a report"
    )
    parser.add_argument(
        "--level",
        default="head",
        choices=LEVEL_CHOICES,
        help="how much of the model is trained; auto chooses by the data and the time "
        "(default: head)",
    )
    parser.add_argument(
        "--budget",
        metavar="TIME",
        help="that training may take, such as 90s, 5m or 1h; features before it and measuring "
        "after it come on top (default: no limit; 10m for --level auto)",
    )
    parser.add_argument(
        "--backbone",
        default="",
        metavar="NAME",
        help="of a generic model that is yet to be trained (default: "
        "embedded:efficientnet-lite0+stages@192, for texts embedded:minilm+layers@128)",
    )
    parser.add_argument(
        "--device",
        default="cpu",
        choices=("cpu", "cuda"),
        help="where the backbone is computed and trained (default: cpu)",
    )
    parser.add_argument(
        "--mix",
        default="balanced",
        choices=("balanced", "natural"),
        help="which mix of outcomes the model is for: every outcome alike, however rare, or the "
        "outcomes as often as in the data (default: balanced)",
    )
    parser.add_argument(
        "--rehearse",
        type=Path,
        metavar="FOLDER",
        help="what the generic model has learnt from: shown again to every head that is trained, "
        "which helps where the application brings few examples",
    )
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
    from chameleonapi.pipeline import customize
    from chameleonapi.report import write_report
    from chameleonapi.report.csv_file import write_csv
    from chameleonapi.report.evaluation_rows import EVALUATION_COLUMNS, evaluation_rows
    from chameleonapi.report.terminal import rates_table
    from chameleonapi.report.terminal.gains import gain_lines
    from chameleonapi.training import read_duration

    process, program = read_application(options)
    made = customize(
        process,
        options.data,
        models=options.models,
        name=options.name,
        generic=options.generic,
        methods=options.methods,
        level=options.level,
        budget_seconds=None if options.budget is None else read_duration(options.budget),
        backbone=options.backbone,
        curve=options.curve,
        device=options.device,
        mix=options.mix,
        rehearse=options.rehearse,
        program=program,
        seed=options.seed,
        progress=TerminalProgress(quiet=options.json),
    )
    if not made.is_first:
        return 0
    if options.output is not None:
        made.process.save(_folder(options.output) / "decision.json")
        made.evaluation.save(options.output / "evaluation.json")
        write_report(
            options.output,
            process=made.process,
            evaluation=made.evaluation,
            pictures=made.pictures,
            texts=made.texts,
            outlines=made.outlines,
            source=read_source(options.source, made.process),
            title=f"{made.name}: decisions of a customised model",
        )
    if options.csv is not None:
        write_csv(options.csv, EVALUATION_COLUMNS, evaluation_rows(made.evaluation))
    if options.json:
        print_json({"model": made.name, "digest": made.digest, **made.evaluation.to_json()})
        return 0
    output().print(rates_table(made.evaluation))
    output().print(gain_lines(made.evaluation))
    notes().print(f"{made.reason}", markup=False, soft_wrap=True)
    notes().print(
        f"Published as {made.name!r}. Use it:\n"
        f"  chameleon run --app {made.name} --models {options.models} -- CMD",
        markup=False,
        soft_wrap=True,
    )
    if options.output is not None:
        notes().print(f"Report: {options.output / 'report.html'}", markup=False, soft_wrap=True)
    return 0


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
