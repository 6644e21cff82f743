"""The process of a replay: requests on standard input, a line of JSON for each answer.

The first line says whether and how the call is reached; each further line is what the
application did on one answer. The first request says all about the application; where it says
that the process ``stays``, a line ends what is told of a batch of answers, and further lines of
standard input hold more of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

import chameleonapi
from chameleonapi.analysis.confinement.limits import Limits, apply_limits, end_with_parent
from chameleonapi.analysis.frontend.files import FileRefusedError, read_bytes
from chameleonapi.analysis.frontend.project import Project
from chameleonapi.analysis.replay.inside.driving import (
    POSTURES,
    Ended,
    NotPossibleError,
    Posture,
    run,
)
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
    # First of all: whoever writes to a number at a guess writes to where it can do no harm.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    asked = os.fdopen(os.dup(0), encoding="utf-8")
    request = json.loads(asked.readline())
    if not end_with_parent(request["parent"]):
        return 0
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
    runs = _Runs(modules, request, refused, tell)
    goes_on = runs.reach(request["answers"][0]) and runs.serve(request["answers"])
    while goes_on and request.get("stays"):
        tell({"batch": "ended"})
        more = asked.readline()
        goes_on = bool(more) and runs.serve(json.loads(more)["answers"])
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


@final
class _Runs:
    """Runs of one application from one entry; what they do is told."""

    def __init__(
        self,
        modules: Modules,
        request: Mapping[str, Any],
        refused: list[str],
        tell: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._modules = modules
        self._request = request
        self._refused = refused
        self._tell = tell
        self._posture: Posture | None = None
        self._endless = 0

    def reach(self, answer: Mapping[str, Any]) -> bool:
        """Find out in which posture the call is reached, and tell."""
        reason = ""
        endless = 0
        for posture in POSTURES:
            try:
                ended = self._run(answer, posture)
            except NotPossibleError as error:
                reason = str(error)
                break
            if self._refused:
                break
            if STAGE.is_after:
                self._posture = posture
                break
            reason = reason or ended.reason or "it ended before the call"
            endless += ended.is_endless
            if endless > 1:
                break
        told: dict[str, Any] = {"reached": not self._refused and self._posture is not None}
        if self._refused:
            told["reason"] = f"it tries to do what no replay may: {self._refused[0]}"
        elif self._posture is None:
            told["reason"] = f"the call was not reached: {reason}"
        self._tell(told)
        return bool(told["reached"])

    def serve(self, answers: Sequence[Mapping[str, Any]]) -> bool:
        """Tell what is done on each answer; return whether there may be more of them."""
        assert self._posture is not None
        for answer in answers:
            ended = self._run(answer, self._posture)
            self._endless += ended.is_endless
            self._tell(
                {
                    "reached": STAGE.is_after,
                    "ended": ended.reason,
                    "events": STAGE.events,
                    "lines": sorted(STAGE.lines),
                    "asked": sorted(STAGE.asked)[:5],
                    "missing": sorted(STAGE.missing)[:5],
                    "repeated": STAGE.is_repeated,
                    "refused": self._refused[:1],
                }
            )
            if self._refused or self._endless > _MOST_ENDLESS:
                return False
        return True

    def _run(self, answer: Mapping[str, Any], posture: Posture) -> Ended:
        STAGE.clear()
        STAGE.answers = {**self._request["others"], **answer}
        STAGE.shower.hide(STAGE.answers.values())
        return run(self._modules, self._request["entry"], posture)
