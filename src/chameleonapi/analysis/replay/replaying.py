"""Replay the processes of a report, each in a process of its own with limits."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from chameleonapi.analysis.confinement.limits import Limits
from chameleonapi.analysis.exploration.runner import typical_answer
from chameleonapi.analysis.replay.answers import draw_answers
from chameleonapi.analysis.replay.judging import Row, differ_by_data_only, judge
from chameleonapi.analysis.replay.records import ProcessReplay
from chameleonapi.analysis.replay.workers import end_worker, start_worker, why_it_ended
from chameleonapi.analysis.report import AnalysisReport
from chameleonapi.apis import get_api, iter_apis, own_part
from chameleonapi.decision import DecisionProcess
from chameleonapi.decision.codec import encode

__all__ = [
    "DEFAULT_LIMITS",
    "REFUSED",
    "answers_by_api",
    "replay_report",
    "replay_request",
    "run_answers",
    "why_impossible",
]

_MIB: Final = 1024 * 1024
DEFAULT_LIMITS: Final = Limits(memory_bytes=768 * _MIB, cpu_seconds=60, wall_seconds=120.0)
REFUSED: Final = "it tries to do what no replay may"
# codes of gaps: what a record takes to be so, and a run may find otherwise
_TAKEN_AS_GIVEN: Final = frozenset({"unknown-value", "other-call"})
_MOST_OUTPUT: Final = 64 * _MIB


def replay_report(
    path: str | Path,
    report: AnalysisReport,
    *,
    answers: int = 500,
    seed: int = 1,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[ProcessReplay]:
    """Run the application on random answers, and compare each process with what it does.

    This executes code of the application: only for code that one would run oneself.

    Args:
        path: of the application, as it was analysed.
        report: what the analysis found.
        answers: how many to try on each process.
        seed: of the answers.
        limits: of the process in which the application runs, for each decision process.
    """
    for process in report.processes:
        yield _replay(Path(path), report, process, answers, seed, limits)


def _replay(
    path: Path,
    report: AnalysisReport,
    process: DecisionProcess,
    count: int,
    seed: int,
    limits: Limits,
) -> ProcessReplay:
    impossible = why_impossible(process)
    if impossible:
        return _refusal(process, impossible)
    drawn = draw_answers(process, max(count, 1), seed)
    told, reason = run_answers(path, report, process, drawn, limits)
    made = _judged(process, drawn, told, reason)
    if made.agreed < made.answers and _is_python_2(report, process):
        return _refusal(process, "it was written for Python 2, and does otherwise in Python 3")
    return made


def run_answers(
    path: Path,
    report: AnalysisReport,
    process: DecisionProcess,
    answers: Sequence[Mapping[str, Any]],
    limits: Limits,
) -> tuple[list[Any], str]:
    """Run an application on answers to one call, in a process of its own.

    Returns:
        What that process told: of the first answer that the call was reached, then of each answer
        what was done; and why it ended if not by itself.
    """
    return _ask(replay_request(path, report, process, answers, limits), limits)


def replay_request(
    path: Path,
    report: AnalysisReport,
    process: DecisionProcess,
    answers: Sequence[Mapping[str, Any]],
    limits: Limits,
) -> dict[str, Any]:
    """Return the request about answers to one call that the process of a replay reads."""
    beside = {one.api: own_part(get_api(one.api), one.answer) for one in process.beside}
    return {
        "path": str(path.absolute()),
        "entry_file": process.entry_file or process.call.file,
        "entry": process.entry,
        "api": process.api,
        "site": [process.call.file, process.call.line, process.call.end_line],
        "is_only_call": _is_only_call(report, process),
        "answers": answers_by_api(process, answers),
        "others": {one.id: typical_answer(one) for one in iter_apis()} | beside,
        "limits": encode(limits),
        "parent": os.getpid(),
    }


def why_impossible(process: DecisionProcess) -> str:
    """Return why the call of a process cannot be replayed at all; empty if it can be tried."""
    if os.name != "posix":
        return "a replay needs the limits of a POSIX system"
    if not process.entry:
        return "the record does not say from where its call is reached"
    return ""


def _is_python_2(report: AnalysisReport, process: DecisionProcess) -> bool:
    return any(
        gap.code == "repaired-source" and gap.span.file == process.call.file for gap in report.gaps
    )


def answers_by_api(
    process: DecisionProcess, answers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what each API says, of answers that may hold those of several."""
    if not process.beside:
        return [{process.api: one} for one in answers]
    names = (process.api, *(one.api for one in process.beside))
    return [{api: dict(own_part(get_api(api), one)) for api in names} for one in answers]


def _judged(
    process: DecisionProcess, drawn: list[dict[str, Any]], told: list[Any], reason: str
) -> ProcessReplay:
    head = told[0] if told and isinstance(told[0], dict) else {}
    if not head.get("reached"):
        return _refusal(process, str(head.get("reason") or reason or "it ended without a word"))
    rows: list[Row] = []
    asked: set[str] = set()
    missing: set[str] = set()
    repeated = 0
    try:
        for answer, one in zip(drawn, told[1:], strict=False):
            if one["refused"]:
                return _refusal(process, f"{REFUSED}: {one['refused'][0]}")
            if one["reached"]:
                rows.append(_row(answer, one))
                asked |= set(map(str, one["asked"]))
                missing |= set(map(str, one["missing"]))
                repeated += bool(one["repeated"])
    except (KeyError, TypeError, ValueError, IndexError):
        return _refusal(process, "what its process told is no account of a run")
    if not rows or (reason and len(rows) < len(drawn)):
        return _refusal(process, reason or "the call was not reached again")
    made = judge(process, rows)
    if asked and (made.agreed < made.answers or differ_by_data_only(process, rows)):
        return _refusal(
            process,
            "it goes by what something that is not here makes of the answer: "
            + ", ".join(sorted(asked)[:3]),
        )
    given = next((one for one in process.gaps if one.code in _TAKEN_AS_GIVEN), None)
    if made.agreed < made.answers and given is not None:
        return _refusal(
            process, f"its record is open, and a replay does not settle it: {given.message}"
        )
    if made.agreed < made.answers and missing:
        return _refusal(process, f"it reads files that are not here: {', '.join(sorted(missing))}")
    if made.agreed < made.answers and repeated * 2 > len(rows):
        return _refusal(
            process, "it calls the API again and again before it decides, and one call is followed"
        )
    return made


def _row(answer: Mapping[str, Any], told: Mapping[str, Any]) -> Row:
    return Row(
        answer,
        {},
        tuple(
            (
                str(kind),
                str(file),
                int(first),
                int(body),
                int(line),
                (str(shown[0]), str(shown[1]), str(shown[2])),
            )
            for kind, file, first, body, line, shown in told["events"]
        ),
        frozenset((str(file), int(line)) for file, line in told["lines"]),
    )


def _refusal(process: DecisionProcess, reason: str) -> ProcessReplay:
    return ProcessReplay(process.id, reason=reason[:500])


def _is_only_call(report: AnalysisReport, process: DecisionProcess) -> bool:
    calls = {one.call for one in report.processes if one.api == process.api}
    others = {one.api for one in report.calls_without_decision}
    others |= {one.api for one in report.calls_not_understood}
    return len(calls) == 1 and process.api not in others


def _ask(request: dict[str, Any], limits: Limits) -> tuple[list[Any], str]:
    """Return the lines that the process told, and why it ended if not by itself."""
    with tempfile.TemporaryDirectory(prefix="chameleon-replay-") as empty:
        worker = start_worker(empty)
        out_of_time = threading.Event()

        def end() -> None:
            out_of_time.set()
            end_worker(worker)

        clock = threading.Timer(limits.wall_seconds, end)
        clock.daemon = True
        clock.start()
        try:
            assert worker.stdin is not None
            assert worker.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.write(json.dumps(request).encode())
                worker.stdin.close()
            out = worker.stdout.read(_MOST_OUTPUT)
            is_too_long = len(out) >= _MOST_OUTPUT
        finally:
            clock.cancel()
            with contextlib.suppress(ProcessLookupError):
                if worker.poll() is None and out_of_time.is_set():
                    end_worker(worker)
            with contextlib.suppress(BrokenPipeError):
                if worker.stdin is not None:
                    worker.stdin.close()
            if worker.stdout is not None:
                worker.stdout.close()
            try:
                worker.wait(timeout=5)
            except subprocess.TimeoutExpired:
                end_worker(worker)
                worker.wait()
    told = []
    for line in out.splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            told.append(json.loads(line))
    if out_of_time.is_set():
        return told, f"it was ended after {limits.wall_seconds:g} seconds on the clock"
    if is_too_long:
        return told, "it does more than can be compared"
    return told, why_it_ended(worker.returncode, limits)
