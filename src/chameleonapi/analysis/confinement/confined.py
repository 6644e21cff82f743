"""Analyse in a process with limits; what happens there never harms this one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import chameleonapi
from chameleonapi import errors
from chameleonapi.analysis.confinement.cache import ReportCache
from chameleonapi.analysis.confinement.fingerprint import (
    code_digest,
    digest_of,
    reads_digest,
    source_digest,
)
from chameleonapi.analysis.confinement.limits import Limits
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.report import AnalysisReport
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.decision import Gap, Span
from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import ChameleonError, RecordError, SourceError

__all__ = ["Outcome", "analyze_confined", "analyze_several"]

_OUT_OF_MEMORY: Final = 77
_MIB: Final = 1024 * 1024
_GOES_WITH_TIME: Final = frozenset({"budget", "budget-time", "limits"})
_DEFAULT_BUDGET: Final = Budget()
_DEFAULT_LIMITS: Final = Limits()
_NOTHING: Final[Mapping[str, Vocabulary]] = {}


def analyze_confined(
    path: str | Path,
    *,
    vocabulary: Vocabulary | None = None,
    vocabularies: Mapping[str, Vocabulary] = _NOTHING,
    ignore: Iterable[str] = (),
    budget: Budget = _DEFAULT_BUDGET,
    limits: Limits = _DEFAULT_LIMITS,
    cache: ReportCache | None = None,
    assume: Mapping[str, Any] | None = None,
) -> AnalysisReport:
    """Do what ``analyze`` does, in a process with limits of memory and time.

    A process that reaches a limit, or dies, ends in a report of what was known by then: never
    COMPLETE, as it has a gap with the code ``limits`` that says so.

    Args:
        path, vocabulary, vocabularies, ignore, budget, assume: see ``analyze``.
        limits: of the process.
        cache: where the report of an unchanged application is found; none if None.

    Raises:
        ChameleonError: whatever ``analyze`` raises.
    """
    place = Path(path)
    if not place.exists():
        raise SourceError(
            "no such file or folder.", file=str(path), hint="Check the path of the application."
        )
    question = {
        "vocabulary": None if vocabulary is None else encode(vocabulary),
        "by_api": {api: encode(one) for api, one in vocabularies.items()},
        "ignore": sorted(ignore),
        "budget": encode(budget),
        "assume": dict(assume or {}),
    }
    key = ""
    if cache is not None:
        version = [*sys.version_info[:2], code_digest()]
        key = digest_of([version, question, source_digest(place)])
        known = cache.get(key, lambda names: dict(reads_digest(place, names)))
        report = None if known is None else _report(known)
        if report is not None:
            return report
    request = {**question, "path": str(path), "limits": encode(limits)}
    request["parent"] = os.getpid()
    answer = _ask(request, limits)
    if isinstance(answer, _Ended):
        known = None if answer.so_far is None else _report(answer.so_far)
        what = "nothing of it is known" if known is None else "what was known by then is reported"
        gap = Gap("limits", f"{answer.why}; {what}.", Span(place.name or ".", 1))
        return replace(known or AnalysisReport(), gaps=(gap, *(known.gaps if known else ())))
    if "error" in answer:
        raise _rebuilt(answer["error"])
    made = decode(AnalysisReport, answer["report"], "report")
    if cache is not None and not any(one.code in _GOES_WITH_TIME for one in made.every_gap):
        cache.put(key, answer["reads"], answer["report"])
    return made


@dataclass(frozen=True)
class Outcome:
    """What became of one application: a report, or an error."""

    path: str
    report: AnalysisReport | None = None
    error: ChameleonError | None = None


def analyze_several(
    paths: Sequence[str], *, processes: int | None = None, **options: Any
) -> Iterator[Outcome]:
    """Analyse applications side by side; yield what became of each, in their order.

    Args:
        paths: of the applications.
        processes: how many at a time; as many as there are processors if None.
        options: of ``analyze_confined``.
    """

    def one(path: str) -> Outcome:
        try:
            return Outcome(path, analyze_confined(path, **options))
        except ChameleonError as error:
            return Outcome(path, error=error)

    count = processes or _processors()
    pool = ThreadPoolExecutor(max(1, min(count, len(paths))))
    try:
        yield from pool.map(one, paths)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _report(data: Any) -> AnalysisReport | None:
    """Return a remembered report, None if it is none."""
    try:
        return decode(AnalysisReport, data, "report")
    except (RecordError, ValueError, TypeError, LookupError, AttributeError):
        return None


@dataclass(frozen=True)
class _Ended:
    """A worker that did not come to its end: why, and what it had said before."""

    why: str
    so_far: Any


def _ask(request: dict[str, Any], limits: Limits) -> dict[str, Any] | _Ended:
    """Return the answer of a worker, or why there is none."""
    source = str(Path(chameleonapi.__file__).absolute().parent.parent)
    start = _START.format(source=source)
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    worker = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", start],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # the same hashes, so the same orders, every time
        env={**environment, "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"},
        start_new_session=True,  # Ctrl-C is for this process, which then ends the worker
    )
    try:
        out, complaint = worker.communicate(
            json.dumps(request).encode(), timeout=limits.wall_seconds
        )
    except subprocess.TimeoutExpired:
        said = _said(_end(worker))
        why = f"The analysis was ended after {limits.wall_seconds:g} seconds on the clock"
        return _Ended(why, said.get("so_far"))
    except BaseException:
        _end(worker)
        raise
    said = _said(out)
    if worker.returncode == 0 and said and "so_far" not in said:
        return said
    why = _why(worker.returncode, complaint.decode("utf-8", "replace"), limits)
    return _Ended(why, said.get("so_far"))


def _said(out: bytes) -> dict[str, Any]:
    """Return the last line that is whole; nothing if there is none."""
    for line in reversed(out.splitlines()):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue  # the process ended while it wrote
        if isinstance(found, dict):
            return found
    return {}


# Nothing is imported from the folder in which the command was started.
_START: Final = """
import sys
sys.path[:] = [{source!r}, *filter(None, sys.path)]
from chameleonapi.analysis.confinement.worker import main
sys.exit(main())
"""


def _end(worker: subprocess.Popen[bytes]) -> bytes:
    """End a worker, and return what it had written."""
    worker.kill()
    return worker.communicate()[0]


def _why(code: int, complaint: str, limits: Limits) -> str:
    out_of_memory = f"The analysis needed more than {limits.memory_bytes // _MIB} MiB of memory"
    if code == _OUT_OF_MEMORY or "MemoryError" in complaint:
        return f"{out_of_memory} and was ended"
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        return (
            f"The analysis needed more than {limits.cpu_seconds} seconds of the processor and was "
            "ended"
        )
    last = (complaint.strip().splitlines() or ["without a word"])[-1]
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return f"The analysis process ended {how} ({last[:200]})"


def _rebuilt(row: Mapping[str, Any]) -> ChameleonError:
    """Return the error that the worker met."""
    kind = getattr(errors, str(row.get("type")), ChameleonError)
    if kind is SourceError:
        return SourceError(
            row["message"],
            file=row["file"],
            line=row["line"],
            column=row["column"],
            hint=row["hint"],
        )
    made: ChameleonError = ChameleonError.__new__(
        kind if issubclass(kind, ChameleonError) else ChameleonError
    )
    ChameleonError.__init__(made, str(row["message"]), hint=str(row["hint"]))
    return made
