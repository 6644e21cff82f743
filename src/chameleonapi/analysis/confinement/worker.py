"""The process in which untrusted source is analysed: a request on stdin, a result on stdout.

Both are one JSON document. See ``confined`` for who starts it, and how.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

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
from chameleonapi.analysis.report import analyze_program
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import ChameleonError, SourceError

__all__ = ["OUT_OF_MEMORY", "main"]

OUT_OF_MEMORY = 77


def _result(request: dict[str, Any]) -> dict[str, Any]:
    program = load_program(Path(request["path"]), budget=RunBudget(shows_values=False))
    vocabulary = request["vocabulary"]
    report = analyze_program(
        program,
        vocabulary=None if vocabulary is None else decode(Vocabulary, vocabulary),
        vocabularies={api: decode(Vocabulary, one) for api, one in request["by_api"].items()},
        sources=program.project.parsed(),
        cells=program.project.cells,
        ignore=tuple(request["ignore"]),
        budget=decode(Budget, request["budget"]),
    )
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
    # what comes out is text for people and records: lone surrogates of a source stay escaped
    json.dump(made, sys.stdout)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    return 0
