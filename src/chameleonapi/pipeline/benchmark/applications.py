"""The applications of a benchmark, understood from their source once for all seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chameleonapi.analysis import AnalysisReport, Vocabulary
from chameleonapi.analysis.confinement import ReportCache, analyze_confined
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import NothingFoundError, UnknownNameError, UnsupportedError
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.tasks import task_of

__all__ = ["Application", "find_applications"]

_VALUES = frozenset({"sentiment", "sentiment-classes", "entities"})
"""Tasks whose decisions need read no labels of the data."""


@dataclass(frozen=True)
class Application:
    """A decision process and the name that it is reported under.

    Attributes:
        name, process: these.
        path: of the source.
        report: of the analysis of all of it.
    """

    name: str
    process: DecisionProcess
    path: Path | None = None
    report: AnalysisReport | None = None


def find_applications(
    folder: Path,
    vocabulary: Vocabulary,
    names: Sequence[str],
    progress: Progress,
    *,
    cache: Path,
    task: str = "labels",
) -> list[Application]:
    """Analyse every application of a folder, or those named.

    An application with several decisions of the task counts once for each, with its line.
    ``cache`` keeps the reports of applications that do not change.

    Raises:
        UnknownNameError: if a name is not there.
        NothingFoundError: if one of them decides nothing on labels that the data has.
    """
    paths = {
        one.stem: one
        for one in sorted(folder.iterdir())
        if one.suffix == ".py" or (one.is_dir() and any(one.glob("*.py")))
    }
    for name in names:
        if name not in paths:
            raise UnknownNameError("application", name, tuple(paths))
    wanted = list(dict.fromkeys(names)) or list(paths)
    found: list[Application] = []
    with progress.step(f"analysis of {len(wanted)} applications") as advance:
        for done, name in enumerate(wanted):
            advance(done, len(wanted))
            mine = _decisions(paths[name], name, vocabulary, ReportCache(cache), task)
            if not mine and names:
                raise NothingFoundError(
                    f"{name} decides nothing on labels that this data has.",
                    hint="Leave it out of --apps.",
                )
            found += mine
        advance(len(wanted), len(wanted))
    return found


def _decisions(
    path: Path, name: str, vocabulary: Vocabulary, cache: ReportCache, task: str
) -> list[Application]:
    report = analyze_confined(path, vocabulary=vocabulary, cache=cache)
    processes = [
        one
        for one in report.processes
        if _is_of(one, task) and (task in _VALUES or one.labels_read(vocabulary.labels))
    ]
    if len(processes) == 1:
        return [Application(name, processes[0], path, report)]
    return [Application(f"{name}:{one.call.line}", one, path, report) for one in processes]


def _is_of(process: DecisionProcess, task: str) -> bool:
    try:
        return task_of(process).name == task and (
            task == "objects" or process.spec.task.value in task
        )
    except UnsupportedError:  # no models are made for it
        return False
