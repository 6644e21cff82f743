"""Run a benchmark: seeds, applications and numbers of examples, one cell after the other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

import chameleonapi
from chameleonapi.errors import (
    ChameleonError,
    DataError,
    UnknownNameError,
    UnsupportedError,
    UsageError,
)
from chameleonapi.evaluation.environment import describe_environment
from chameleonapi.models import Backbone, LinearHead, load_backbone, need_cuts
from chameleonapi.pipeline.benchmark import BENCHMARKS, SETTINGS, TEXT_BENCHMARKS
from chameleonapi.pipeline.benchmark.applications import Application, find_applications
from chameleonapi.pipeline.benchmark.cell import Cell
from chameleonapi.pipeline.benchmark.cell_file import CellFile
from chameleonapi.pipeline.benchmark.cells import measure_cell
from chameleonapi.pipeline.benchmark.depths import Depths, files_in
from chameleonapi.pipeline.benchmark.division import Collection, Division
from chameleonapi.pipeline.benchmark.entities import load_entities
from chameleonapi.pipeline.benchmark.intervals import CONFIDENCE
from chameleonapi.pipeline.benchmark.objects import ObjectCollection
from chameleonapi.pipeline.benchmark.open_images import load_open_images
from chameleonapi.pipeline.benchmark.photos import load_photos
from chameleonapi.pipeline.benchmark.record import BenchmarkRecord
from chameleonapi.pipeline.benchmark.scenes import SceneCollection
from chameleonapi.pipeline.benchmark.summary import summarise
from chameleonapi.pipeline.benchmark.texts import TextCollection, load_texts
from chameleonapi.pipeline.benchmark.through_program import THROUGH_PROGRAM, program_digest
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.levels import LEVELS
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.rehearsing import OF_PARTS
from chameleonapi.pipeline.tasks import TASKS
from chameleonapi.training import (
    DEEP_LEVELS,
    DEFAULT_METHODS,
    METHODS,
    hold_out,
    part_examples,
    train_generic,
)

__all__ = ["BenchmarkSettings", "run_benchmark"]

DEFAULT_SHOTS: Final = (200,)
_RESAMPLES: Final = 2000
_EXAMPLES: Final = {
    "photos": "photos",
    "objects": "objects",
    "entities": "entities",
    **dict.fromkeys(TEXT_BENCHMARKS, "texts"),
}
_METHODS: Final = (*(one for one in METHODS if one != "ours"), THROUGH_PROGRAM, "ours")
# What decides how a cell comes out, besides its data.
_ROOMS: Final = ("training", "losses", "decision", "evaluation", "pipeline/benchmark")


@dataclass(frozen=True)
class BenchmarkSettings:
    """What to measure.

    Attributes:
        benchmark: one of ``BENCHMARKS``.
        data: the folder with the data; scenes are made there.
        setting: one of ``SETTINGS``.
        seeds: of the divisions and the training.
        shots: examples for each set of right outcomes; only where the pool is not shared.
        applications: names; all if empty.
        resume: folder that keeps features and finished cells.
        backbone: name, or the usual one of the task if empty.
        methods: measured beside the default ones.
        level: at which every method is trained, one of ``LEVELS``.
        rehearse: show what the provider's model has learnt from to every trained method, beside
            the application's examples; only where the pool is not shared.
        drawings: objects only: a package of Iconify in whose drawings the application's things
            come; with None in the provider's.
        development: measure on the half of the test pictures that never counts.
    """

    benchmark: str
    data: Path
    setting: str
    resume: Path
    seeds: tuple[int, ...] = (0,)
    shots: tuple[int, ...] = DEFAULT_SHOTS
    applications: tuple[str, ...] = ()
    backbone: str = ""
    methods: tuple[str, ...] = ()
    level: str = "head"
    rehearse: bool = False
    drawings: Path | None = None
    development: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if self.benchmark not in BENCHMARKS or self.setting not in SETTINGS:
            raise UsageError(
                f"there is no benchmark {self.benchmark!r} with the setting {self.setting!r}.",
                hint=f"Benchmarks: {', '.join(BENCHMARKS)}; settings: {', '.join(SETTINGS)}.",
            )
        for one in self.methods:
            if one not in _METHODS:
                raise UnknownNameError("method", one, _METHODS)
        if THROUGH_PROGRAM in self.methods and (self.task != "labels" or self.level in DEEP_LEVELS):
            raise UsageError(
                f"{THROUGH_PROGRAM} is for labels of whole pictures, and trains nothing below the "
                f"head; {self.benchmark} at the level {self.level} came.",
                hint=f"Leave out {THROUGH_PROGRAM}.",
            )
        if self.level not in LEVELS:
            raise UnknownNameError("level", self.level, LEVELS)
        if self.level in DEEP_LEVELS and self.task in OF_PARTS:
            raise UsageError(
                f"{self.benchmark} are measured at the head, not at {self.level}.",
                hint="Leave out --level.",
            )
        if self.rehearse and (self.setting != "deployed" or self.task in OF_PARTS):
            raise UsageError(
                "only whole inputs of a provider whose data the application does not share are "
                f"rehearsed, not {self.benchmark} with the setting {self.setting}.",
                hint="Leave out --rehearse.",
            )
        if self.drawings is not None and self.benchmark != "objects":
            raise UsageError(
                f"drawings were given for {self.benchmark}, but only objects are drawn by others.",
                hint="Leave out --drawings.",
            )
        if not self.seeds or not self.shots or min(self.shots) < 2 or min(self.seeds) < 0:
            raise UsageError(
                "a benchmark needs a seed, and two examples for each outcome.",
                hint="Write for instance --seeds 5 --shots 20,50,200.",
            )

    @property
    def task(self) -> str:
        """The task of the applications that are measured."""
        return self.benchmark if self.benchmark in TASKS else "labels"

    @property
    def names(self) -> tuple[str, ...]:
        """All methods to measure, in the order in which they are made."""
        return tuple(one for one in _METHODS if one in {*DEFAULT_METHODS, *self.methods})


def run_benchmark(settings: BenchmarkSettings, progress: Progress) -> BenchmarkRecord:
    """Measure every application with every seed, or take what is kept in the resume folder.

    Raises:
        UsageError, UnknownNameError: if something is asked for that is not there.
        DataError: if the data cannot be read, or no application can be measured on it.
    """
    facts = TASKS[settings.task]
    backbone = load_backbone(settings.backbone or facts.backbone)
    collection = _open(settings, backbone, progress)
    folder = example_folder(_EXAMPLES.get(settings.benchmark, "apps"))
    applications = find_applications(
        folder,
        collection.vocabulary,
        settings.applications,
        progress,
        cache=settings.resume / "analysis",
        task=settings.task,
    )
    # A shared pool is used whole: there is nothing to vary.
    shots = tuple(sorted(set(settings.shots), reverse=True))
    sizes: tuple[int | None, ...] = (None,) if settings.setting == "same-pool" else shots
    depths = None
    if settings.level in DEEP_LEVELS:
        cache = settings.resume / "cuts"
        readers = files_in(settings.data)
        if isinstance(collection, TextCollection):
            readers = collection.readers
        depths = Depths(settings.level, need_cuts(backbone), readers, cache, progress)
    run = _Run(settings, collection, backbone, depths, progress)
    cells: dict[int | None, list[Cell]] = {size: [] for size in sizes}
    left_out: dict[str, str] = {}
    total = len(settings.seeds) * len(applications) * len(sizes)
    with progress.step(f"{total} cells") as advance:
        done = 0
        for seed in settings.seeds:
            work = _Seed(run, seed)
            for application in applications:
                for size in sizes:
                    advance(done, total)
                    try:
                        cells[size].append(work.cell(application, size))
                    except (DataError, UnsupportedError) as error:
                        left_out[application.name] = str(error)
                    done += 1
        advance(done, total)
    for name, reason in left_out.items():
        progress.note(f"{name} is left out: {reason}")
    kept = {
        size: [one for one in some if one.application not in left_out]
        for size, some in cells.items()
    }
    if not all(kept.values()):
        raise DataError(
            "no application can be measured on this data.",
            hint="See the reasons above; choose other applications with --apps.",
        )
    return BenchmarkRecord(
        settings.benchmark,
        settings.setting,
        collection.name,
        collection.digest,
        backbone.name,
        settings.level,
        settings.rehearse,
        settings.seeds,
        tuple(
            summarise(some, size, settings.seeds, resamples=_RESAMPLES)
            for size, some in kept.items()
        ),
        left_out,
        describe_environment(),
        CONFIDENCE,
        _RESAMPLES,
    )


def _open(settings: BenchmarkSettings, backbone: Backbone, progress: Progress) -> Collection:
    cache = settings.resume / "features"
    if settings.benchmark == "photos":
        return load_photos(settings.data, backbone, cache, progress)
    if settings.benchmark == "objects":
        return ObjectCollection(
            settings.data, backbone, cache, progress, drawings=settings.drawings
        )
    if settings.benchmark == "scenes":
        return SceneCollection(settings.data, backbone, cache, progress)
    if settings.benchmark == "entities":
        return load_entities(settings.data, backbone, cache, progress)
    if settings.benchmark in TEXT_BENCHMARKS:
        return load_texts(settings.data, backbone, cache, progress, task=settings.task)
    return load_open_images(settings.data, backbone, settings.resume, progress)


@dataclass(frozen=True, eq=False)
class _Run:
    settings: BenchmarkSettings
    collection: Collection
    backbone: Backbone
    depths: Depths | None
    progress: Progress

    def fingerprint(self, *parts: object) -> str:
        what = [
            self.settings.benchmark,
            self.settings.setting,
            self.settings.development,
            self.backbone.name,
            self.backbone.sha256,
            self.collection.digest,
            _code_digest(),
            *parts,
        ]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()


class _Seed:
    """The division and the generic model of one seed, made when a cell first needs them."""

    def __init__(self, run: _Run, seed: int) -> None:
        self._run = run
        self._seed = seed
        self._made: tuple[Division, LinearHead] | None = None

    def cell(self, application: Application, shots: int | None) -> Cell:
        run = self._run
        names = run.settings.names
        fingerprint = run.fingerprint(
            application.process.digest,
            shots,
            self._seed,
            names,
            run.settings.level,
            run.settings.rehearse,
            *([program_digest(application)] if THROUGH_PROGRAM in names else []),
        )
        name = f"{application.name}-{fingerprint[:16]}.json".replace(":", "-")
        file = CellFile(run.settings.resume / "cells" / name, fingerprint)
        kept = file.read()
        if kept is not None:
            return kept
        division, generic = self._prepare()
        cell = measure_cell(
            application,
            generic,
            division,
            shots=shots or 0,
            seed=self._seed,
            names=names,
            depths=run.depths,
            only_thresholds=run.settings.level == "thresholds",
            note=run.progress.note,
        )
        file.write(cell)
        rates = ", ".join(f"{one} {cell.rate(one):.1%}" for one in cell.wrong)
        of = "" if shots is None else f", {shots} examples"
        run.progress.note(f"seed {self._seed}{of}, {application.name}: {rates}")
        return cell

    def _prepare(self) -> tuple[Division, LinearHead]:
        if self._made is None:
            run = self._run
            division = run.collection.divide(
                run.settings.setting, self._seed, development=run.settings.development
            )
            fingerprint = run.fingerprint("generic", self._seed)
            path = run.settings.resume / "generic" / f"{fingerprint[:32]}.safetensors"
            generic = _generic(path, division, self._seed)
            is_shared = division.validation is not None and not division.pool.has_parts
            if is_shared or run.settings.rehearse:
                # What the generic model has learnt from is learnt from once more.
                file = path.with_name(f"{path.stem}-held-out{path.suffix}")
                both = hold_out(generic, *division.provider, seed=self._seed, checkpoint=file)
                division = (
                    replace(division, pool=both[0], validation=both[1])
                    if is_shared
                    else replace(division, rehearsal=both[0].joined(both[1]))
                )
            self._made = division, generic
        return self._made


def _generic(path: Path, division: Division, seed: int) -> LinearHead:
    """Return the provider's model: from the file, or trained and kept there."""
    if path.is_file():
        try:
            return LinearHead.from_bytes(path.read_bytes())
        except ChameleonError:
            path.unlink()
    train, validation = division.provider
    train, validation = part_examples(train), part_examples(validation)
    head = train_generic(train, validation, seed=seed).head
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_bytes(head.to_bytes())
    temporary.replace(path)
    return head


@cache
def _code_digest() -> str:
    """Return the SHA-256 of the rooms that decide how a cell comes out."""
    package = Path(chameleonapi.__file__).resolve().parent
    running = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            running.update(f"{path.relative_to(package)}\n".encode())
            running.update(path.read_bytes())
    return running.hexdigest()
