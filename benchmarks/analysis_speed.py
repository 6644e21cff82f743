# ruff: noqa: INP001, T201 - a script, and it prints
"""Measure what the analysis of an application costs: processor time and memory.

Each application (a folder directly below a FOLDER, or a Python file in it) is analysed in a
process of its own, one after the other, without the cache. Times are of the processor, the
start of Python and the imports included, so that a busy machine does not matter. The package is
compiled to bytecode before, as it is where it was installed.

    python benchmarks/analysis_speed.py tests/corpus [FOLDER ...] [--each]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = (".py", ".ipynb")
_SOURCE = Path(__file__).resolve().parent.parent / "src"
_WORK = """
import json, resource, sys
from chameleonapi.analysis import analyze
from chameleonapi.errors import ChameleonError
started = resource.getrusage(resource.RUSAGE_SELF)
try:
    report = analyze(sys.argv[1])
    what = [one.kind.name for one in report.processes]
    answers = [one.verification.answers for one in report.processes if one.verification]
except ChameleonError as error:
    what, answers = [type(error).__name__], []
ended = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "total_seconds": ended.ru_utime + ended.ru_stime,
    "import_seconds": started.ru_utime + started.ru_stime,
    "peak_bytes": ended.ru_maxrss * 1024,
    "what": what,
    "answers": answers,
}))
"""


@dataclass(frozen=True)
class Cost:
    """What one application cost."""

    name: str
    total_seconds: float
    import_seconds: float
    peak_bytes: int
    what: list[str]
    answers: list[int]


def applications(folder: Path) -> list[Path]:
    """Return the applications of a folder, by name."""
    return sorted(
        one
        for one in folder.iterdir()
        if not one.name.startswith(".")
        and (
            one.suffix in _SUFFIXES
            if one.is_file()
            else any(path.suffix in _SUFFIXES for path in one.rglob("*"))
        )
    )


def environment_with(bytecode: str) -> dict[str, str]:
    """Return the environment of the processes, with the package compiled into a folder."""
    made = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(_SOURCE),
        "PYTHONPYCACHEPREFIX": bytecode,
    }
    made.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as empty:
        # what is imported in the end is compiled by then, whatever becomes of the application
        (Path(empty) / "nothing.py").touch()
        subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _WORK, empty], capture_output=True, check=False, env=made
        )
    return made


def measure(path: Path, limit_seconds: float, environment: dict[str, str]) -> Cost | None:
    """Analyse one application in a process; None if it did not end."""
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _WORK, str(path)],
            capture_output=True,
            text=True,
            timeout=limit_seconds,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    return Cost(path.name, **json.loads(done.stdout.splitlines()[-1]))


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measured(options: argparse.Namespace, environment: dict[str, str]) -> tuple[list[Cost], int]:
    """Return what each application cost, and how many have no result."""
    rows: list[Cost] = []
    failed = 0
    for path in (one for folder in options.folders for one in applications(folder)):
        cost = measure(path, options.limit, environment)
        if cost is None:
            failed += 1
            print(f"{path.name}: no result")
            continue
        rows.append(cost)
        if options.each:
            print(
                f"{cost.total_seconds:7.2f} s {cost.peak_bytes / 2**20:6.0f} MiB  "
                f"{cost.name:<32} {' '.join(cost.what) or '-'}",
                flush=True,
            )
    return rows, failed


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folders", nargs="+", type=Path, help="folders with applications")
    parser.add_argument("--each", action="store_true", help="print each application")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for one application")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as bytecode:
        rows, failed = measured(options, environment_with(bytecode))
    if not rows:
        print("no application was measured")
        return 1
    totals = [one.total_seconds for one in rows]
    inner = [one.total_seconds - one.import_seconds for one in rows]
    for name, values in (("with start and imports", totals), ("analysis alone", inner)):
        print(
            f"CPU {name}: median {statistics.median(values):.2f} s, "
            f"99% within {percentile(values, 0.99):.2f} s, longest {max(values):.2f} s, "
            f"total {sum(values):.1f} s"
        )
    peak = max(one.peak_bytes for one in rows)
    answers = [one for row in rows for one in row.answers]
    print(f"memory: at most {peak / 2**20:.0f} MiB")
    print(
        f"{len(rows)} applications, {len(answers)} decisions, each verified on at least "
        f"{min(answers, default=0)} answers; {failed} without a result"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
