"""Labelled scenes, composed from drawings, for a first run without data.

Drawings are those of OpenMoji, or of a package of Iconify: the same things by another hand.

What the splits share, and what they do not:

- The drawings of single objects are shared: a label can be learned only where it is seen.
- No composition is shared: the two to six drawings that make up a scene make up no scene of
  another split. Every such set belongs to one split, by its hash. (Two drawings may meet in
  two splits if a third one stands beside them in one.)
- No background is shared. Its parameters (five hues, period, angle, seed) are whole numbers,
  and each split owns those with its own remainder when divided by three.
- Every scene has random numbers of its own, for places, sizes, light, focus and compression.

Rates measured on scenes say nothing about photographs.
"""

from __future__ import annotations

import json
import queue
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from chameleonapi.data._catalogue import load_catalogue
from chameleonapi.data._drawings import open_drawings
from chameleonapi.data._jsonl_folder import load_jsonl_folder, read_header
from chameleonapi.data._scene_chunks import Chunk, ChunkMaker, chunks_of
from chameleonapi.data._scene_plan import GENERATOR, Planner
from chameleonapi.data._scene_worker import SceneWorker
from chameleonapi.data.examples import SPLITS, Dataset
from chameleonapi.data.folders import finish_dataset
from chameleonapi.data.hierarchy import Parents
from chameleonapi.errors import DataError, UsageError

__all__ = [
    "SCENES_VERSION",
    "Advance",
    "make_scenes",
    "open_drawings",
    "scene_labels",
    "scene_parents",
]

SCENES_VERSION: Final = GENERATOR.rpartition("/")[2]

Advance = Callable[[int, int], None]

_MOST_WORKERS: Final = 2
_PLAN_FILE: Final = "plan.json"


def scene_labels() -> tuple[str, ...]:
    """Return the label space of scenes, without making any.

    Raises:
        MissingPackageError: naming the package and the command that installs it.
    """
    return load_catalogue().labels


def scene_parents() -> Parents:
    """Return the direct parents of the labels of scenes."""
    return load_catalogue().parents


def make_scenes(
    folder: str | Path,
    counts: Mapping[str, int],
    *,
    seed: int = 0,
    side: int = 192,
    focus: Mapping[str, float] | None = None,
    repeats: float = 0.0,
    drawings: str | Path | None = None,
    workers: int = _MOST_WORKERS,
    advance: Advance | None = None,
) -> Dataset:
    """Make a dataset of scenes in a new folder, or return the one that is there.

    The same arguments give the same scenes, whatever the number of workers, as long as numpy,
    Pillow and the drawings have the same versions. Interrupted, it leaves a hidden folder
    beside ``folder``, and the next call goes on from there.

    Args:
        folder: where the dataset comes to lie.
        counts: number of scenes by split.
        seed: of all random numbers.
        side: width and height of a scene in pixels.
        focus: labels or groups that make up two fifths of all objects, each with its weight
            among them; the other objects are drawn evenly from all labels.
        repeats: share of the scenes with two to six objects of which two or more are of one sort:
            of one label, or of one group of labels. All others hold one to four different things.
        drawings: a package of Iconify, as ``npm pack @iconify-json/twemoji`` fetches it, whose
            drawings of the same things are used in place of OpenMoji's.
        workers: number of processes; with one, scenes are made in this process.
        advance: called with the number of scenes that are there, and of all.

    Raises:
        UsageError: if an argument makes no sense.
        DataError: if the folder holds something else, or the drawings cannot be read.
        MissingPackageError: naming the package and the command that installs it.
    """
    target = Path(folder)
    package = None if drawings is None else Path(drawings)
    origin = _checked_plan(counts, seed, side, focus or {}, repeats, workers, package)
    report = advance or (lambda _done, _all: None)
    if target.exists():
        found = _existing(target, origin)
        report(len(found), len(found))
        return found
    partial = target.parent / f".{target.name}.partial"
    try:
        _prepare(partial, origin)
        _make_chunks(partial, origin, package, workers, report)
        _finish(partial, origin, package)
        partial.rename(target)
    except OSError as error:
        raise DataError(
            f"scenes cannot be written to {target}: {error}.",
            hint="Choose a folder with free space that can be written to and where nothing else "
            "makes scenes, or free some, and run the command again: it goes on where it stopped.",
        ) from None
    return load_jsonl_folder(target)


def _checked_plan(
    counts: Mapping[str, int],
    seed: int,
    side: int,
    focus: Mapping[str, float],
    repeats: float,
    workers: int,
    drawings: Path | None,
) -> dict[str, Any]:
    """Return everything that determines the scenes, in the form in which it is written down."""
    unknown = [name for name in counts if name not in SPLITS]
    if unknown or not counts or any(count < 0 for count in counts.values()):
        raise UsageError(
            f"scenes were asked for as {dict(counts)}, but counts from 0 on by split are needed.",
            hint=f"Splits are {', '.join(SPLITS)}.",
        )
    if not sum(counts.values()):
        raise UsageError("no scene was asked for.", hint="Ask for one at least.")
    if not 64 <= side <= 1024:
        raise UsageError(f"scenes of side {side} cannot be made.", hint="Choose 64 to 1024.")
    if not 1 <= workers <= _MOST_WORKERS:
        raise UsageError(f"{workers} workers came.", hint=f"Choose 1 to {_MOST_WORKERS}.")
    Planner(load_catalogue(), seed=seed, focus=focus, repeats=repeats)  # refuses what is wrong
    origin = {
        "generator": GENERATOR,
        "counts": {split: counts[split] for split in SPLITS if counts.get(split)},
        "seed": seed,
        "side": side,
        "focus": dict(sorted(focus.items())),
    }
    # Without these the record stays what it was, so that scenes made before are found again.
    if repeats:
        origin["repeats"] = repeats
    if drawings is not None:
        origin["drawings"] = open_drawings(drawings).digest
    return origin


def _existing(target: Path, origin: Mapping[str, Any]) -> Dataset:
    header = read_header(target) if target.is_dir() else None
    if header is None or header.get("origin") != origin:
        raise DataError(
            f"{target} exists and holds something else than the scenes that were asked for.",
            hint="Choose another folder, or remove this one.",
        )
    return load_jsonl_folder(target)


def _prepare(partial: Path, origin: Mapping[str, Any]) -> None:
    """Make the folder of an unfinished dataset; one that was begun with other settings goes."""
    plan = json.dumps(origin, sort_keys=True)
    noted = partial / _PLAN_FILE
    if partial.exists() and (not noted.is_file() or noted.read_text("utf-8") != plan):
        shutil.rmtree(partial)
    (partial / "chunks").mkdir(parents=True, exist_ok=True)
    noted.write_text(plan, encoding="utf-8")


def _make_chunks(
    partial: Path,
    origin: Mapping[str, Any],
    drawings: Path | None,
    workers: int,
    advance: Advance,
) -> None:
    chunks = list(chunks_of(origin["counts"]))
    total = sum(chunk.size for chunk in chunks)
    missing = [chunk for chunk in chunks if not chunk.lines_file(partial).exists()]
    done = total - sum(chunk.size for chunk in missing)
    advance(done, total)
    settings = {
        name: origin[name] for name in ("seed", "side", "focus", "repeats") if name in origin
    }
    settings["drawings"] = "" if drawings is None else str(drawings)
    workers = min(workers, len(missing))
    if workers == 1:
        maker = ChunkMaker(**settings)
        for chunk in missing:
            maker.make(chunk, partial)
            done += chunk.size
            advance(done, total)
    elif workers:
        for chunk in _made_by_workers(partial, settings, missing, workers):
            done += chunk.size
            advance(done, total)


def _made_by_workers(
    partial: Path, settings: Mapping[str, Any], missing: list[Chunk], count: int
) -> Iterator[Chunk]:
    """Yield chunks as they are finished by the processes."""
    waiting: queue.SimpleQueue[Chunk] = queue.SimpleQueue()
    for chunk in missing:
        waiting.put(chunk)
    finished: queue.SimpleQueue[Chunk | Exception] = queue.SimpleQueue()

    def attend(worker: SceneWorker) -> None:
        try:
            while not stopped.is_set():
                chunk = waiting.get_nowait()
                worker.make(chunk)
                finished.put(chunk)
        except queue.Empty:
            pass
        except Exception as error:  # noqa: BLE001  handed to the thread that can raise it
            finished.put(error)

    stopped = threading.Event()
    processes = [SceneWorker(partial, **settings) for _ in range(count)]
    threads = [threading.Thread(target=attend, args=(one,), daemon=True) for one in processes]
    try:
        for thread in threads:
            thread.start()
        for _ in missing:
            one = finished.get()
            if isinstance(one, Exception):
                raise one
            yield one
    finally:
        stopped.set()
        for worker in processes:
            worker.stop()
        for thread in threads:
            thread.join()


def _finish(partial: Path, origin: Mapping[str, Any], drawings: Path | None) -> None:
    """Put the lines of all chunks together, and take away what only an unfinished set needs."""
    catalogue = load_catalogue()
    lines: list[str] = []
    for chunk in chunks_of(origin["counts"]):
        lines += chunk.lines_file(partial).read_text("utf-8").splitlines()
    (partial / "labels.jsonl").write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    (partial / "dataset.json").unlink(missing_ok=True)
    bare = load_jsonl_folder(partial)
    dataset = Dataset(
        bare.examples,
        catalogue.labels,
        catalogue.parents,
        name="scenes",
        attribution=open_drawings(drawings).attribution,
    )
    finish_dataset(partial, dataset, lines, origin=origin)
    shutil.rmtree(partial / "chunks")
    (partial / _PLAN_FILE).unlink()
