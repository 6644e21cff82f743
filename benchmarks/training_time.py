# ruff: noqa: INP001, T201 - a script, and it prints
"""Measure what training costs at each level: processor and wall-clock seconds.

    python benchmarks/training_time.py PICTURES [--count 2000] [--levels head,last-stages]

PICTURES is a folder with pictures in folders of their own; those that hold most are what an
application tells apart. A quarter of the pictures validates. Training never stops early
here, so the figures are those of the longest run. Targets for 2,000 pictures, in processor seconds,
which other work on the machine does not change and which two cores share: features within 90 s,
the head within 60 s, the last stages within 10 minutes, the rows at the cut included. Each is
printed with whether it is met; the exit code is 1 if one is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from chameleonapi.data import read_square
from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    DecisionProcess,
    Exists,
    Kind,
    LabelSet,
    LabelTest,
    Order,
    Outcome,
    RequestShape,
    Span,
)
from chameleonapi.models import DEFAULT_BACKBONE, CutCache, FeatureCache, load_backbone, need_cuts
from chameleonapi.training import (
    DEEP_LEVELS,
    TAIL_SETTINGS,
    Depth,
    FeatureSet,
    TrainSettings,
    cut_of,
    train_generic,
    train_methods,
)

_SUFFIXES = {".jpg", ".jpeg", ".png"}


TARGETS = {"features": 90.0, "ours at the head": 60.0, "last-stages": 600.0}


class Timed:
    """Prints what a block cost, and whether that meets its target."""

    missed = 0

    def __init__(self, title: str) -> None:
        self._title = title

    def __enter__(self) -> None:
        self._began = time.process_time(), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        cpu, wall = time.process_time() - self._began[0], time.perf_counter() - self._began[1]
        target = TARGETS.get(self._title.partition(",")[0])
        verdict = ""
        if target is not None:
            is_met = cpu <= target
            verdict = f"  target {target:.0f} s {'met' if is_met else 'missed'}"
            Timed.missed += not is_met
        print(f"{self._title:<36} {cpu:8.1f} s CPU {wall:8.1f} s{verdict}", flush=True)


def gather(root: Path, count: int) -> list[tuple[Path, str]]:
    """Return pictures of the largest folders, two at least, with the folder's name, mixed."""
    paths = sorted(one for one in root.rglob("*") if one.suffix.lower() in _SUFFIXES)
    wanted: list[Path] = []
    held = 0
    for folder, size in Counter(one.parent for one in paths).most_common():
        if len(wanted) >= 2 and held >= count:
            break
        wanted.append(folder)
        held += size
    found = [(one, str(one.parent.relative_to(root))) for one in paths if one.parent in wanted]
    found.sort(key=lambda one: hashlib.sha256(str(one[0]).encode()).digest())
    return found[:count]


def choice(labels: tuple[str, ...]) -> DecisionProcess:
    """Return the decision of an application that tells labels apart."""
    return DecisionProcess(
        id="benchmark",
        api="google.vision.label_detection",
        call=Span("app.py", 1, 0, 1, 1),
        kind=Kind.MULTI_CHOICE,
        order=Order.APPLICATION,
        rules=Cases(tuple(Case(Exists(one), one) for one in labels), "nothing"),
        outcomes=(*(Outcome(one, accepts=(one,)) for one in labels), Outcome("nothing")),
        atoms=tuple(
            Atom(one, "labelAnnotations", (LabelTest("description", LabelSet.of(one)),))
            for one in labels
        ),
        request=RequestShape(),
    )


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--levels", default="head,last-stages,lora")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE)
    options = parser.parse_args()
    chosen = gather(options.pictures, options.count)
    labels = tuple(sorted({label for _, label in chosen}))
    if len(labels) < 2:
        parser.error(f"{options.pictures} does not hold two folders of pictures")
    print(f"{len(chosen)} pictures of {', '.join(labels)}; {torch.get_num_threads()} threads")
    backbone = need_cuts(load_backbone(options.backbone))
    readers: list[Callable[[], bytes]] = [path.read_bytes for path, _ in chosen]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        with Timed("features"):
            found = FeatureCache(cache, backbone, read_square).compute(readers)
        present = torch.tensor([[label == one for one in labels] for _, label in chosen])
        data = FeatureSet(
            labels,
            tuple(str(path) for path, _ in chosen),
            found.digests,
            found.features,
            present,
            torch.ones_like(present),
        )
        quarter = len(chosen) // 4
        validation = data.select(range(quarter))
        train = data.select(range(quarter, len(chosen)))
        generic = train_generic(train, validation, seed=0).head
        settings = replace(TrainSettings(), patience=10_000)
        process = choice(labels)
        if "head" in options.levels.split(","):
            with Timed(f"head, one setting, {settings.epochs} epochs"):
                train_methods(
                    process, generic, train, validation, names=["basic"], settings=settings
                )
            with Timed("ours at the head, two settings"):
                train_methods(
                    process, generic, train, validation, names=["ours"], settings=settings
                )
        for level in (one for one in options.levels.split(",") if one in DEEP_LEVELS):
            deep = replace(TAIL_SETTINGS[level], patience=10_000)
            with Timed(f"{level}, {deep.epochs} epochs"):
                rows = CutCache(cache, backbone, cut_of(level, backbone), read_square)
                with Timed("  rows at the cut"):
                    rows.provide(dict(zip(found.digests, readers, strict=True)))
                depth = Depth(level, backbone, rows, deep)
                train_methods(
                    process,
                    generic,
                    train,
                    validation,
                    names=["ours"],
                    depth=depth,
                    settings=replace(settings, epochs=1, ordinary=0.1),
                )
    return 1 if Timed.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
