# ruff: noqa: INP001, T201 - a script, and it prints
"""Analyse every application of a folder, each in a process of its own, and print a table.

An application is a folder directly below FOLDER, or a Python file or notebook directly in it.
Where one has an ``expected.json`` beside it (as in tests/corpus), the differences are printed too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SUFFIXES = (".py", ".ipynb")
_MEMORY_BYTES = 1024 * 1024 * 1024


@dataclass
class Row:
    """One application: its report, or why there is none."""

    name: str
    report: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    differences: list[str] = field(default_factory=list)


def applications(folder: Path) -> list[Path]:
    """Return the applications of a folder, by name."""
    return sorted(
        one
        for one in folder.iterdir()
        if not one.name.startswith(".")
        and (one.suffix in _SUFFIXES if one.is_file() else _has_source(one))
    )


def _has_source(folder: Path) -> bool:
    return any(path.suffix in _SUFFIXES for path in folder.rglob("*"))


def worker(path: str, vocabulary: str, answers: int) -> None:
    """Analyse one application and print a line of JSON: what runs in the child."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    from chameleonapi.analysis import Budget, analyze, load_vocabulary
    from chameleonapi.errors import ChameleonError

    labels = load_vocabulary(vocabulary) if vocabulary else None
    started, cpu = time.perf_counter(), time.process_time()
    made: dict[str, Any] = {}
    try:
        budget = Budget(verification_answers=answers)
        report = analyze(path, vocabulary=labels, budget=budget)
        made["report"] = report.to_json()
        for row, process in zip(made["report"]["processes"], report.processes, strict=True):
            row["entry"] = process.entry
            if process.verification is not None:
                row["answers"] = process.verification.answers
                row["disagreements"] = process.verification.disagreements
    except ChameleonError as error:
        made["problem"] = str(error)
    made["wall_seconds"] = time.perf_counter() - started
    made["cpu_seconds"] = time.process_time() - cpu
    made["memory_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(made))


def survey(path: Path, limit_seconds: float, vocabulary: str, answers: int) -> Row:
    """Analyse one application in a process with a hard time limit; nothing there stops others."""
    row = Row(path.name.encode("utf-8", "replace").decode())
    try:
        _fill(row, path, limit_seconds, vocabulary, answers)
    except Exception as error:  # noqa: BLE001 - whatever one application brings about
        row.problem = f"CRASH {type(error).__name__}: {error}"
    return row


def _fill(row: Row, path: Path, limit_seconds: float, vocabulary: str, answers: int) -> None:
    command = [sys.executable, __file__, "--worker", str(path)]
    command += ["--vocabulary", vocabulary, "--answers", str(answers)]
    started = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - this file itself
            command, capture_output=True, text=True, timeout=limit_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        row.problem = f"no end within {limit_seconds:g} s"
        row.wall_seconds = time.perf_counter() - started
        return
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        row.problem = f"CRASH {last[0]}"
        return
    made = json.loads(lines[-1])
    row.report, row.problem = made.get("report", {}), made.get("problem", "")
    row.wall_seconds, row.cpu_seconds = made["wall_seconds"], made["cpu_seconds"]
    row.memory_bytes = made["memory_bytes"]
    expected = path / "expected.json"
    if expected.is_file():
        wanted = json.loads(expected.read_text(encoding="utf-8"))
        if isinstance(wanted, dict) and "calls" in wanted:  # another one's file may be called so
            row.differences = differences(wanted["calls"], row.report)


def differences(calls: list[dict[str, Any]], report: dict[str, Any]) -> list[str]:
    """Return in what a report departs from what a person reads in the source."""
    found: dict[tuple[str, str, int], list[tuple[str, str | None, str]]] = {}
    for one in report.get("processes", ()):
        place = (one["api"], one["call"]["file"], one["call"]["line"])
        found.setdefault(place, []).append((one["kind"], one["order"], one["status"]))
    for one in report.get("calls_without_decision", ()):
        found.setdefault((one["api"], one["file"], one["line"]), []).append(
            ("NONE", None, "COMPLETE")
        )
    made = []
    wanted = {(one["api"], one["file"], one["line"]): one for one in calls}
    for place, one in wanted.items():
        shown = f"{place[0]} {place[1]}:{place[2]}"
        rows = found.get(place)
        if rows is None:
            made.append(f"missing {shown}")
            continue
        kinds = {one["kind"], *one.get("also", ())}
        if not any(kind in kinds for kind, _, _ in rows):
            made.append(f"{shown} is {'/'.join(sorted(kinds))}, found {rows[0][0]}")
        elif one["order"] is not None:
            bad = [o for k, o, _ in rows if k == "MULTI_CHOICE" and o and o.upper() != one["order"]]
            if bad:
                made.append(f"{shown} has {one['order']} order, found {bad[0].upper()}")
    made += [f"unexpected {p[0]} {p[1]}:{p[2]}" for p in found if p not in wanted]
    return made


def print_row(row: Row) -> None:
    """Print what is known of one application."""
    seconds = f"{row.cpu_seconds:6.2f}s cpu {row.wall_seconds:6.2f}s"
    print(f"{row.name:<28.28} {row.report.get('status', '-'):<11} {seconds} {row.problem}".rstrip())
    for one in row.report.get("processes", ()):
        order = f" ({one['order']} order)" if one["order"] else ""
        print(
            f"    {one['call']['file']}:{one['call']['line']} {one['api']}: {one['kind']}{order}, "
            f"{one['status']}, {len(one['outcomes'])} outcomes, "
            f"{one.get('disagreements', '?')} of {one.get('answers', '?')} answers differ"
        )
        for gap in one["gaps"]:
            print(f"        gap {gap['code']}: {gap['message']} ({gap['file']}:{gap['line']})")
        for code in sorted({notice["code"] for notice in one["warnings"]}):
            print(f"        warning {code}")
    for one in row.report.get("calls_without_decision", ()):
        print(f"    {one['file']}:{one['line']} {one['api']}: no decision")
    for one in row.report.get("calls_not_understood", ()):
        print(f"    {one['file']}:{one['line']} {one['api']}: NOT UNDERSTOOD")
    for gap in row.report.get("gaps", ()):
        print(f"    gap {gap['code']}: {gap['message']} ({gap['file']}:{gap['line']})")
    for one in row.differences:
        print(f"    DIFFERS: {one}")
    sys.stdout.flush()


def print_totals(rows: list[Row]) -> None:
    """Print counts and times over all applications."""
    processes = [one for row in rows for one in row.report.get("processes", ())]
    silent = sum(len(row.report.get("calls_without_decision", ())) for row in rows)
    kinds: dict[str, int] = {}
    for one in processes:
        kinds[one["kind"]] = kinds.get(one["kind"], 0) + 1
    complete = sum(one["status"] == "COMPLETE" for one in processes)
    gaps: dict[str, int] = {}
    for row in rows:
        every = list(row.report.get("gaps", ()))
        every += [gap for one in row.report.get("processes", ()) for gap in one["gaps"]]
        for gap in every:
            gaps[gap["code"]] = gaps.get(gap["code"], 0) + 1
    unclear = sum(len(row.report.get("calls_not_understood", ())) for row in rows)
    print(
        f"\n{len(rows)} applications, {len(processes)} decisions, {silent} calls without one, "
        f"{unclear} not understood"
    )
    print("kinds     ", ", ".join(f"{k} {n}" for k, n in sorted(kinds.items())) or "-")
    print(f"status     {complete} of {len(processes)} decisions COMPLETE")
    print("gaps      ", ", ".join(f"{k} {n}" for k, n in sorted(gaps.items())) or "-")
    print("problems  ", sum(bool(row.problem) for row in rows))
    print("differing ", sum(bool(row.differences) for row in rows))
    for name, values in (
        ("cpu", sorted(row.cpu_seconds for row in rows)),
        ("wall", sorted(row.wall_seconds for row in rows)),
    ):
        if values:
            high = values[min(len(values) - 1, int(len(values) * 0.99))]
            print(
                f"{name:<10} median {statistics.median(values):.2f} s, 99% within {high:.2f} s, "
                f"longest {values[-1]:.2f} s, total {sum(values):.1f} s"
            )
    most = max((row.memory_bytes for row in rows), default=0)
    print(f"memory     at most {most / 2**20:.0f} MiB")


def main() -> int:
    """Run the survey."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", nargs="?", help="the folder with the applications")
    parser.add_argument("--only", default="", help="applications whose name contains this text")
    parser.add_argument("--json", dest="out", help="write all reports to this file")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for one application")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--vocabulary", default="", help="labels of the label APIs")
    parser.add_argument("--answers", type=int, default=5000, help="random answers per decision")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.vocabulary, options.answers)
        return 0
    folder = Path(options.folder or ".")
    if not folder.is_dir():
        print(f"no such folder: {folder}", file=sys.stderr)
        return 2
    os.environ.setdefault("PYTHONHASHSEED", "0")
    chosen = [one for one in applications(folder) if options.only in one.name]
    rows = []
    with ThreadPoolExecutor(max(1, options.processes)) as pool:
        surveyed = pool.map(
            lambda one: survey(one, options.limit, options.vocabulary, options.answers), chosen
        )
        for row in surveyed:
            rows.append(row)
            print_row(row)
    print_totals(rows)
    if options.out:
        made = [vars(row) for row in rows]
        Path(options.out).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return 1 if any(row.problem for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
