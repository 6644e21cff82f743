"""What a scene holds, drawn by chance from a seed of its own.

The seed of a scene depends on the seed of the dataset, the split and the scene's number,
never on which process makes it or what was made before.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from chameleonapi.data._backgrounds import Background, plan_background
from chameleonapi.data._catalogue import Catalogue
from chameleonapi.data.examples import SPLITS
from chameleonapi.data.hierarchy import expand_descendants, invert
from chameleonapi.data.names import check_labels
from chameleonapi.errors import UsageError

__all__ = ["GENERATOR", "PlacedObject", "Planner", "ScenePlan", "owner_of"]

GENERATOR: Final = "chameleonapi.scenes/2"

_OBJECTS: Final = (1, 2, 3, 4)
_OBJECT_SHARES: Final = (0.42, 0.36, 0.17, 0.05)
_SPLIT_TENTHS: Final = (6, 2, 2)  # of all sets of pictures, in the order of SPLITS
_FOCUS_SHARE: Final = 0.4  # of all objects, drawn from the labels in focus
_MOST_OVERLAP: Final = 0.66  # least distance of two centres, in sums of half sizes
_CROWD: Final = (2, 3, 4, 5, 6)  # objects in a scene in which one sort of thing comes again
_CROWD_SHARES: Final = (0.24, 0.26, 0.22, 0.16, 0.12)
_RELATED_SHARE: Final = 0.5  # of these scenes, in which the things are of one group, not alike
_SIZES: Final = {1: 0.9, 2: 0.68, 3: 0.56, 4: 0.48, 5: 0.42, 6: 0.38}  # the largest, by count
_LEAST_SIZE: Final = 0.36
_LEAST_IN_CROWD: Final = 0.26


@dataclass(frozen=True, slots=True)
class PlacedObject:
    """One object: centre and size in fractions of the side, rotation in degrees."""

    picture: str
    label: str
    size: float
    across: float
    down: float
    rotation: float
    squeeze: float
    mirrored: bool
    brightness: float
    saturation: float
    blur: float


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """Everything that determines the pixels of a scene."""

    background: Background
    objects: tuple[PlacedObject, ...]
    effects_seed: int


def owner_of(pictures: Collection[str]) -> str | None:
    """Return the only split in which these pictures may appear together; None for a single one.

    A single object has to appear in every split, or its label could not be learned. Three of a
    picture are another set than two of it.
    """
    if len(pictures) < 2:
        return None
    tenth = hashlib.sha256("/".join(sorted(pictures)).encode()).digest()[0] % 10
    bounds = itertools.accumulate(_SPLIT_TENTHS)
    return next(split for split, bound in zip(SPLITS, bounds, strict=True) if tenth < bound)


class Planner:
    """Draws scenes of one dataset."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        seed: int,
        focus: Mapping[str, float] | None = None,
        repeats: float = 0.0,
    ) -> None:
        if not 0 <= repeats <= 1:
            raise UsageError(
                f"a share of {repeats} scenes with things that come again was asked for.",
                hint="Give a number from 0 to 1.",
            )
        self._seed = seed
        self._repeats = repeats
        self._pictures: dict[str, list[str]] = {}
        for picture, label in catalogue.pictures.items():
            self._pictures.setdefault(label, []).append(picture)
        self._labels = sorted(self._pictures)
        self._shares = _shares(catalogue, self._labels, focus or {})
        self._related = _related(catalogue, self._labels)

    def plan(self, split: str, index: int, attempt: int = 0) -> ScenePlan:
        """Draw one scene; another attempt gives another scene."""
        key = f"{GENERATOR}/{self._seed}/{split}/{index}/{attempt}".encode()
        rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key).digest()[:16], "big"))
        background = plan_background(rng, split)
        chosen = self._choose(rng, split)
        objects = tuple(_place(rng, chosen))
        return ScenePlan(background, objects, int(rng.integers(2**63)))

    def _choose(self, rng: np.random.Generator, split: str) -> list[tuple[str, str]]:
        # Without repeats nothing is drawn here: such scenes are what they always were.
        if self._repeats and rng.random() < self._repeats:
            return self._choose_crowd(rng, split)
        count = int(rng.choice(_OBJECTS, p=_OBJECT_SHARES))
        while True:
            labels = rng.choice(len(self._labels), count, replace=False, p=self._shares)
            chosen = []
            for label in (self._labels[one] for one in labels):
                own = self._pictures[label]
                chosen.append((own[int(rng.integers(len(own)))], label))
            if owner_of(frozenset(picture for picture, _ in chosen)) in {None, split}:
                return chosen

    def _choose_crowd(self, rng: np.random.Generator, split: str) -> list[tuple[str, str]]:
        """Draw two to six objects, at least two of them of one sort."""
        while True:
            count = int(rng.choice(_CROWD, p=_CROWD_SHARES))
            others = int(rng.integers(0, count - 1))
            drawn = rng.choice(len(self._labels), 1 + others, replace=False, p=self._shares)
            sort, *rest = (self._labels[one] for one in drawn)
            pool = [sort]
            if rng.random() < _RELATED_SHARE:
                pool = self._related.get(sort, pool)
            labels = [pool[int(rng.integers(len(pool)))] for _ in range(count - others)]
            chosen = []
            for label in (*labels, *rest):
                own = self._pictures[label]
                chosen.append((own[int(rng.integers(len(own)))], label))
            if owner_of([picture for picture, _ in chosen]) == split:
                return [chosen[one] for one in rng.permutation(count)]


def _related(catalogue: Catalogue, labels: list[str]) -> dict[str, list[str]]:
    """Return, for each label in a group, the labels of its nearest group that can be drawn."""
    children = invert(catalogue.parents)
    known = set(labels)
    found = {}
    for label in labels:
        above = catalogue.parents.get(label, ())
        if above:
            below = expand_descendants(above[:1], children)
            found[label] = sorted(one for one in below if one in known)
    return found


def _shares(
    catalogue: Catalogue, labels: list[str], focus: Mapping[str, float]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how often each label is drawn: evenly, but for the share that the focus has."""
    check_labels(focus, catalogue.labels, where="the focus of the scenes")
    even = np.full(len(labels), 1 / len(labels))
    wrong = [name for name, one in focus.items() if not (math.isfinite(one) and one >= 0)]
    if wrong:
        raise UsageError(
            f"the focus on {wrong[0]!r} is {focus[wrong[0]]}, but a weight is a number from 0 on.",
            hint="Weights say how often these labels are drawn, relative to each other.",
        )
    total = sum(focus.values())
    if not total:
        return even
    children = invert(catalogue.parents)
    place = {label: index for index, label in enumerate(labels)}
    drawn = np.zeros(len(labels))
    for name, weight in focus.items():
        below = [place[one] for one in expand_descendants([name], children) if one in place]
        drawn[below] += weight / total / len(below)
    return _FOCUS_SHARE * drawn + (1 - _FOCUS_SHARE) * even


def _place(rng: np.random.Generator, chosen: list[tuple[str, str]]) -> list[PlacedObject]:
    largest = _SIZES[len(chosen)]
    least = _LEAST_SIZE if len(chosen) <= max(_OBJECTS) else _LEAST_IN_CROWD
    placed: list[PlacedObject] = []
    for picture, label in chosen:
        size = float(rng.uniform(least, largest))
        # what does not fit beside the others becomes smaller until it does
        for trial in range(60):
            size = size if trial % 12 else size * (0.85 if trial else 1.0)
            margin = size * 0.36
            across, down = rng.uniform(margin, 1 - margin, 2)
            if all(
                math.hypot(across - one.across, down - one.down)
                > _MOST_OVERLAP * (size + one.size) / 2
                for one in placed
            ):
                break
        placed.append(
            PlacedObject(
                picture=picture,
                label=label,
                size=size,
                across=float(across),
                down=float(down),
                rotation=float(np.clip(rng.normal(0, 20), -90, 90)),
                squeeze=float(rng.uniform(0.8, 1.2)),
                mirrored=bool(rng.random() < 0.5),
                brightness=float(rng.uniform(0.75, 1.25)),
                saturation=float(rng.uniform(0.5, 1.3)),
                blur=float(max(0.0, rng.normal(0.2, 0.5))),
            )
        )
    return placed
