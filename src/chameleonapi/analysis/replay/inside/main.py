"""The process of a replay: a request on standard input, a line of JSON for each answer.

The first line says whether and how the call is reached; each further line is what the
application did on one answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import chameleonapi
from chameleonapi.analysis.confinement.limits import Limits, apply_limits, end_with_parent
from chameleonapi.analysis.frontend.files import FileRefusedError, read_bytes
from chameleonapi.analysis.frontend.project import Project
from chameleonapi.analysis.replay.inside.driving import POSTURES, Ended, NotPossibleError, run
from chameleonapi.analysis.replay.inside.guard import forbid
from chameleonapi.analysis.replay.inside.kernel import filter_system_calls
from chameleonapi.analysis.replay.inside.modules import Modules
from chameleonapi.analysis.replay.inside.showing import Shower, constants_of
from chameleonapi.analysis.replay.inside.stage import STAGE
from chameleonapi.analysis.replay.inside.surroundings import Surroundings
from chameleonapi.decision.codec import decode
from chameleonapi.errors import ChameleonError

__all__ = ["main"]

_MOST_ENDLESS: Final = 40
_MOST_DATA_FILES: Final = 50
_DATA: Final = frozenset({".txt", ".csv", ".json", ".yaml", ".yml", ".env", ".ini", ".toml"})
_DATA_BYTES: Final = 1024 * 1024


def main() -> int:
    """Replay what the request names."""
    request = json.load(sys.stdin)
    if not end_with_parent(request["parent"]):
        return 0
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    apply_limits(decode(Limits, request["limits"]))

    def tell(row: Mapping[str, Any]) -> None:
        out.write(json.dumps(row) + "\n")
        out.flush()

    try:
        project = Project(request["path"])
        for file in project.files:
            project.source(file)
    except (ChameleonError, OSError) as error:
        tell({"reached": False, "reason": f"the source cannot be read: {error}"})
        return 0
    refused: list[str] = []
    modules = _prepare(project, request, refused)
    _replay(modules, request, refused, tell)
    out.flush()
    return 0


def _prepare(project: Project, request: Mapping[str, Any], refused: list[str]) -> Modules:
    root = os.path.realpath(project.root)
    file = request["entry_file"]
    STAGE.root = root.rstrip(os.sep) + os.sep
    STAGE.api = request["api"]
    STAGE.site = tuple(request["site"])
    STAGE.is_only_call = request["is_only_call"]
    trees = [one.tree for one in project.parsed().values()]
    STAGE.shower = Shower(constants_of(trees, _data_texts(Path(root))))
    modules = Modules(project, file)
    Surroundings(root, file).install()
    filter_system_calls()
    modules.install()
    package = str(Path(os.path.realpath(chameleonapi.__file__)).parent)
    library = str(Path(os.path.realpath(os.__file__)).parent)
    forbid((root, package, library), refused.append)
    return modules


def _data_texts(root: Path) -> list[str]:
    found: list[str] = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(one for one in names if not one.startswith("."))
        for name in sorted(files):
            if Path(name).suffix in _DATA and len(found) < _MOST_DATA_FILES:
                relative = os.path.relpath(os.path.join(folder, name), root)
                try:
                    content = read_bytes(root, relative, _DATA_BYTES)
                except FileRefusedError:
                    continue
                found.append(content.decode("utf-8", "replace"))
    return found


def _replay(modules: Modules, request: Mapping[str, Any], refused: list[str], tell: Any) -> None:
    answers = request["answers"]
    entry = request["entry"]

    def one(answer: Mapping[str, Any], posture: Any) -> Ended:
        STAGE.clear()
        STAGE.answers = {**request["others"], **answer}
        STAGE.shower.hidden = frozenset(_texts(list(STAGE.answers.values())))
        return run(modules, entry, posture)

    reason = ""
    chosen = None
    endless = 0
    for posture in POSTURES:
        try:
            ended = one(answers[0], posture)
        except NotPossibleError as error:
            reason = str(error)
            break
        if refused:
            break
        if STAGE.is_after:
            chosen = posture
            break
        reason = reason or ended.reason or "it ended before the call"
        endless += ended.is_endless
        if endless > 1:
            break
    if refused:
        tell({"reached": False, "reason": f"it tries to do what no replay may: {refused[0]}"})
        return
    if chosen is None:
        tell({"reached": False, "reason": f"the call was not reached: {reason}"})
        return
    tell({"reached": True})
    endless = 0
    for answer in answers:
        ended = one(answer, chosen)
        endless += ended.is_endless
        tell(
            {
                "reached": STAGE.is_after,
                "ended": ended.reason,
                "events": STAGE.events,
                "lines": sorted(STAGE.lines),
                "asked": sorted(STAGE.asked)[:5],
                "missing": sorted(STAGE.missing)[:5],
                "repeated": STAGE.is_repeated,
                "refused": refused[:1],
            }
        )
        if refused or endless > _MOST_ENDLESS:
            return


def _texts(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {one for inner in value.values() for one in _texts(inner)}
    if isinstance(value, list):
        return {one for inner in value for one in _texts(inner)}
    return {value.lower()} if isinstance(value, str) else set()
