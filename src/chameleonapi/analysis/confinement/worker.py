"""The process in which untrusted source is analysed: a request on stdin, results on stdout.

All are JSON documents, one a line; the last line says most. See ``confined`` for who starts it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, final

import chameleonapi
from chameleonapi.analysis.confinement.limits import (
    Limits,
    apply_limits,
    end_with_parent,
    forbid_everything_else,
)
from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.engine.budget import Budget as RunBudget
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.report import AnalysisReport, analyze_program, with_given
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.settings import SETTINGS_FILE, read_settings
from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import ChameleonError, SourceError

__all__ = ["OUT_OF_MEMORY", "main"]

OUT_OF_MEMORY = 77


_FIRST = 3.0  # seconds of the processor after which what is known is told
_RARER = 1.5


@final
class _Teller:
    """Says what is known so far, in case that this process does not live to say it all."""

    def __init__(self) -> None:
        self._next = _FIRST

    def tell(self, known: Callable[[], AnalysisReport]) -> None:
        """Write a line with the report so far, if the last one is long ago."""
        used = time.process_time()
        if used < self._next:
            return
        _write({"so_far": encode(known())})
        self._next = max(used * _RARER, time.process_time() + _FIRST)


def _write(line: dict[str, Any]) -> None:
    # what comes out is text for people and records: lone surrogates of a source stay escaped
    json.dump(line, sys.stdout)
    sys.stdout.write("\n")
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()


def _result(request: dict[str, Any]) -> dict[str, Any]:
    assume = request["assume"]
    program = load_program(
        Path(request["path"]), budget=RunBudget(shows_values=False), given=assume
    )
    vocabulary = request["vocabulary"]
    report = analyze_program(
        program,
        vocabulary=None if vocabulary is None else decode(Vocabulary, vocabulary),
        vocabularies={api: decode(Vocabulary, one) for api, one in request["by_api"].items()},
        sources=program.project.parsed(),
        cells=program.project.cells,
        settings=read_settings(program.project.data(SETTINGS_FILE)),
        ignore=tuple(request["ignore"]),
        budget=decode(Budget, request["budget"]),
        progress=_Teller().tell,
    )
    report = with_given(report, program.linker.given, assume)
    reads = {
        name: None if content is None else hashlib.sha256(content).hexdigest()
        for name, content in program.project.contents().items()
    }
    return {"report": encode(report), "reads": reads}


def _error(error: ChameleonError) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
    }
    if isinstance(error, SourceError):
        made |= {
            "message": error.problem,
            "file": error.file,
            "line": error.line,
            "column": error.column,
        }
    return made


def main() -> int:
    """Analyse what the request names, within its limits."""
    request = json.load(sys.stdin)
    if not end_with_parent(request["parent"]):
        return 0
    place = Path(os.path.realpath(request["path"]))
    root = str(place if place.is_dir() else place.parent)
    package = str(Path(os.path.realpath(chameleonapi.__file__)).parent)
    library = {os.path.realpath(one) for one in (sys.prefix, sys.base_prefix, *sys.path) if one}
    apply_limits(decode(Limits, request["limits"]))
    forbid_everything_else((root, package, *sorted(library - {os.path.realpath("/")})))
    try:
        made = _result(request)
    except ChameleonError as error:
        made = {"error": _error(error)}
    except MemoryError:
        return OUT_OF_MEMORY
    _write(made)
    return 0
