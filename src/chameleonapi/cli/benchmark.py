"""``chameleon benchmark``: incorrect-decision rates over several applications and seeds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chameleonapi.cli.console import TerminalProgress, output, print_json
from chameleonapi.cli.options import add_json
from chameleonapi.environment import restart_tuned

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "benchmark",
        help="measure incorrect decisions over several applications and seeds",
        description="Analyse applications, customise a model for each on embedded scenes, and "
        "print incorrect-decision rates against all baselines.",
        allow_abbrev=False,
    )
    parser.add_argument("track", choices=("scenes",), help="the data to measure on")
    parser.add_argument(
        "--folder", type=Path, default=Path("chameleon-benchmark"), metavar="FOLDER"
    )
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="default: 3")
    parser.add_argument(
        "--apps",
        metavar="NAME,...",
        help="application files or folders (default: the example applications)",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    restart_tuned(sys.argv[1:])
    from chameleonapi.pipeline.benchmark import run_benchmark
    from chameleonapi.report.terminal import benchmark_table

    result = run_benchmark(
        options.folder,
        applications=options.apps.split(",") if options.apps else None,
        seeds=options.seeds,
        progress=TerminalProgress(quiet=options.json),
    )
    if options.json:
        print_json(result.to_json())
    else:
        output().print(benchmark_table(result))
    return 0
