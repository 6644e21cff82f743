"""``chameleon benchmark``: incorrect decisions over many applications, settings and seeds."""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.cli.console import TerminalProgress, output, print_json
from chameleonapi.cli.options import add_csv, add_methods, shots

__all__ = ["LEVELS", "add_to"]

_BENCHMARKS = (
    "photos",
    "scenes",
    "open-images",
    "objects",
    "entities",
    "topics",
    "sentiment",
    "sentiment-classes",
)
_SETTINGS = ("same-pool", "deployed")
# What the documented figures are of, whatever becomes the usual one.
_STAGES = "embedded:efficientnet-lite0+stages@192"
_LAST_LAYER = "embedded:efficientnet-lite0@192"
_BACKBONES = {"photos": _STAGES, "open-images": _STAGES, "scenes": _LAST_LAYER}
LEVELS = ("thresholds", "head", "last-stages", "lora", "full")
_MOST_SEEDS = 100


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "benchmark",
        help="measure ours and every baseline on many applications",
        description="Analyse example applications, customise a model for each with several "
        "divisions of the data, and compare incorrect decisions with honest baselines. What is "
        "finished is kept: the same command goes on from it.",
        allow_abbrev=False,
    )
    parser.add_argument("benchmark", choices=_BENCHMARKS, help="which data")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder with the photographs and index.csv, or with the texts; scenes are made "
        "there",
    )
    parser.add_argument(
        "--setting",
        choices=_SETTINGS,
        default="deployed",
        help="same-pool: both models learn from the same inputs; deployed: the generic model "
        "never saw the application's (default: deployed)",
    )
    parser.add_argument(
        "--seeds", type=_seeds, default=1, metavar="N", help="how many divisions (default: 1)"
    )
    parser.add_argument(
        "--first-seed",
        type=_not_negative,
        default=0,
        metavar="N",
        help="number of the first of them (default: 0)",
    )
    parser.add_argument(
        "--apps", type=_names, default=(), metavar="NAME,...", help="only these applications"
    )
    parser.add_argument(
        "--shots",
        type=shots,
        default=(200,),
        metavar="N,...",
        help="labelled examples for each set of right outcomes, where the pool is not shared "
        "(default: 200)",
    )
    add_methods(
        parser,
        "; through-program: ours as it is made where no rule is known, by running the example "
        "applications (labels of whole pictures only)",
    )
    parser.add_argument(
        "--backbone",
        default="",
        metavar="NAME",
        help=f"of all models (default: {_STAGES} for photos and open-images, that of customize "
        "for the others)",
    )
    parser.add_argument(
        "--level",
        choices=LEVELS,
        default="head",
        help="at which ours and every baseline that is trained are trained (default: head)",
    )
    parser.add_argument(
        "--rehearse",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="deployed: show what the provider's model has learnt from to ours and every baseline "
        "that is trained, beside the application's examples, as a provider who customises can; "
        "--no-rehearse is what a developer can do (default: with photos, where anything is "
        "trained)",
    )
    parser.add_argument(
        "--drawings",
        type=Path,
        metavar="FILE",
        help="objects: a package of other drawings (npm pack @iconify-json/twemoji), in which the "
        "application's things come; the provider's model never saw them (default: both have "
        "the same drawings)",
    )
    parser.add_argument(
        "--resume",
        type=Path,
        default=Path("chameleon-benchmark"),
        metavar="FOLDER",
        help="keeps features and finished parts (default: chameleon-benchmark)",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the record there; - for standard output"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with plots and pictures there"
    )
    add_csv(parser)
    parser.set_defaults(run=run, runs_torch=True)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.pipeline.benchmark import BenchmarkSettings, run_benchmark
    from chameleonapi.report.benchmark_page import write_benchmark_page
    from chameleonapi.report.benchmark_rows import BENCHMARK_COLUMNS, benchmark_rows
    from chameleonapi.report.csv_file import write_csv
    from chameleonapi.report.terminal.benchmark import benchmark_table

    to_output = options.json == "-"
    first: int = options.first_seed
    record = run_benchmark(
        BenchmarkSettings(
            options.benchmark,
            options.data,
            options.setting,
            options.resume,
            tuple(range(first, first + options.seeds)),
            options.shots,
            options.apps,
            options.backbone or _BACKBONES.get(options.benchmark, ""),
            methods=options.methods,
            level=options.level,
            rehearse=_rehearses(options),
            drawings=options.drawings,
        ),
        TerminalProgress(quiet=to_output),
    )
    if options.html is not None:
        write_benchmark_page(options.html, record.to_json(), options.data)
    if options.csv is not None:
        write_csv(options.csv, BENCHMARK_COLUMNS, benchmark_rows(record.to_json()))
    if to_output:
        print_json(record.to_json())
        return 0
    if options.json:
        record.save(Path(options.json))
    output().print(benchmark_table(record.to_json()))
    return 0


def _rehearses(options: argparse.Namespace) -> bool:
    """Return what was asked for, or what a provider would do who customises for others."""
    chosen: bool | None = options.rehearse
    if chosen is not None:
        return chosen
    is_trained = options.level != "thresholds"
    return bool(options.benchmark == "photos" and options.setting == "deployed" and is_trained)


def _seeds(text: str) -> int:
    number = _not_negative(text)
    if not 1 <= number <= _MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"{text!r}: expected 1 to {_MOST_SEEDS}")
    return number


def _not_negative(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(one.strip() for one in text.split(",") if one.strip())
    if not names:
        raise argparse.ArgumentTypeError("expected names of applications, joined by commas")
    return names
