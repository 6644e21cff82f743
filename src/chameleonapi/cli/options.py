"""Options that several commands share, so that they read and mean the same everywhere."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chameleonapi.errors import NothingFoundError, UnsupportedError, UsageError

if TYPE_CHECKING:
    from chameleonapi.decision import DecisionProcess
    from chameleonapi.pipeline.asking import Program

__all__ = [
    "add_csv",
    "add_curve",
    "add_json",
    "add_methods",
    "add_models",
    "add_process",
    "add_seed",
    "add_through_program",
    "at_least",
    "port",
    "read_application",
    "read_process",
    "read_source",
    "shots",
]

MODELS_VARIABLE = "CHAMELEON_MODELS"
DEFAULT_MODELS = "chameleon-models"


def add_csv(parser: argparse.ArgumentParser) -> None:
    """Add ``--csv``."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write a table there")


def add_curve(parser: argparse.ArgumentParser) -> None:
    """Add ``--learning-curve``."""
    parser.add_argument(
        "--learning-curve",
        dest="curve",
        nargs="?",
        type=shots,
        const=(5, 10, 20, 50, 200),
        default=(),
        metavar="N,...",
        help="also train every method with so many examples for each set of right outcomes, "
        "three times each (5,10,20,50,200 if no numbers are given)",
    )


def shots(text: str) -> tuple[int, ...]:
    """Read numbers of examples, joined by commas."""
    read = at_least(2)
    return tuple(read(one.strip()) for one in text.split(","))


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed``."""
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="default: 0")


def add_methods(parser: argparse.ArgumentParser, more: str = "") -> None:
    """Add ``--methods``: which baselines to compare with; ``more`` is said of others."""
    parser.add_argument(
        "--methods",
        type=_names,
        default=(),
        metavar="NAME,...",
        help="also train and compare these on the same data: categorised, weighted, asymmetric, "
        "basic-opinion, softmax, perturbation, no-opinion (and generic, tuned, basic, paper, ours "
        f"where they are not compared anyway){more}",
    )


def _names(text: str) -> tuple[str, ...]:
    names = tuple(one.strip() for one in text.split(",") if one.strip())
    if not names:
        raise argparse.ArgumentTypeError("expected names of methods, joined by commas")
    return names


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add ``--models``."""
    parser.add_argument(
        "--models",
        type=Path,
        metavar="FOLDER",
        default=Path(os.environ.get(MODELS_VARIABLE, DEFAULT_MODELS)),
        help=f"the model registry (default: ${MODELS_VARIABLE} or {DEFAULT_MODELS})",
    )


def add_process(parser: argparse.ArgumentParser) -> None:
    """Add the decision process as an argument, and ``--process`` to choose one of several."""
    parser.add_argument(
        "source",
        metavar="DECISION",
        help="a decision.json, or the application (a Python file or folder) to analyse",
    )
    parser.add_argument("--process", metavar="ID", help="which one, if the application has several")


def add_through_program(parser: argparse.ArgumentParser) -> None:
    """Add ``--through-program``."""
    parser.add_argument(
        "--through-program",
        action="store_true",
        help="go by what the application does and not by what the analysis says of it: RUNS the "
        "application's code, again and again, in a process with limits; for code that you would "
        "run yourself",
    )


def read_application(options: argparse.Namespace) -> tuple[DecisionProcess, Program | None]:
    """Return the decision process that the options mean, and what runs it if that is asked for.

    Raises:
        UsageError, NothingFoundError, UnsupportedError: as ``read_process``; a decision.json
            cannot be run.
    """
    if options.through_program:
        return _read_program(options.source, options.process)
    return read_process(options.source, options.process), None


def read_process(source: str, process_id: str | None) -> DecisionProcess:
    """Load a decision.json or analyse an application, and return the one process meant.

    Raises:
        NothingFoundError: if the application decides nothing.
        UnsupportedError: if calls were found, and of none is known what is decided on its answer.
        UsageError: if there are several and none is chosen, or the chosen one is not there.
    """
    from chameleonapi.decision import load_process

    if source.endswith(".json"):
        return load_process(source)
    from chameleonapi.analysis import analyze

    report = analyze(source)
    if report.calls_not_understood and not report.processes:
        call = report.calls_not_understood[0]
        raise UnsupportedError(
            f"{source} calls {call.api} at {call.file}:{call.line}, and what it decides on the "
            "answer was not understood.",
            hint=f"`chameleon analyze {source}` says why. `chameleon customize` and `evaluate` "
            "can go by what it does: --through-program runs it.",
        )
    return _the_one(report.processes, source, process_id)


def _read_program(source: str, process_id: str | None) -> tuple[DecisionProcess, Program]:
    """Analyse an application, and return one call of it and what runs the application.

    Raises:
        UsageError, NothingFoundError: as ``read_process``, and for a decision.json.
    """
    from chameleonapi.analysis import analyze
    from chameleonapi.analysis.confinement.fingerprint import source_digest
    from chameleonapi.analysis.replay import ReplayedProgram, runnable_calls
    from chameleonapi.pipeline.asking import Program

    if source.endswith(".json"):
        raise UsageError(
            f"{source} is a record, and --through-program runs the application itself.",
            hint="Name the file or the folder of the application.",
        )
    report = analyze(source)
    process = _the_one(runnable_calls(report), source, process_id)
    run = ReplayedProgram(source, report, process)
    return process, Program(run, source_digest(Path(source)), lambda: run.remarks)


def _the_one(
    processes: Sequence[DecisionProcess], source: str, process_id: str | None
) -> DecisionProcess:
    if not processes:
        raise NothingFoundError(
            f"no decision on the answer of an ML API was found in {source}.",
            hint=f"`chameleon analyze {source}` says what was looked at.",
        )
    known = ", ".join(one.id for one in processes)
    if process_id is not None:
        for one in processes:
            if one.id == process_id:
                return one
        raise UsageError(f"{source} has no process {process_id!r}; it has {known}.")
    if len(processes) > 1:
        raise UsageError(
            f"{source} has {len(processes)} decision processes: {known}.",
            hint="Choose one with --process ID.",
        )
    return processes[0]


def read_source(source: str, process: DecisionProcess) -> str | None:
    """Return the text of the file with the call, if the application itself was named."""
    path = Path(source)
    file = path / process.call.file if path.is_dir() else path
    if file.suffix != ".py" or not file.is_file():
        return None
    return file.read_text("utf-8", errors="replace")


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` on."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from {least} on")
        return int(text)

    return read


def port(text: str) -> int:
    """Read a port number; 0 means any free one."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 0 to 65535")
    return number
