"""Composed scenes of things that come again: what is where in a picture, and how often."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from chameleonapi.analysis import Vocabulary
from chameleonapi.data import Dataset
from chameleonapi.data.objects import with_object_names
from chameleonapi.data.scenes import SCENES_VERSION, make_scenes, open_drawings, scene_labels
from chameleonapi.errors import ChameleonError, UsageError
from chameleonapi.models import Backbone
from chameleonapi.models.regions import RegionBackbone, RegionFinder
from chameleonapi.pipeline.benchmark.division import Division, counts
from chameleonapi.pipeline.featuring import dataset_features
from chameleonapi.pipeline.object_names import object_vocabulary, scene_object_names
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.regioning import finder_of
from chameleonapi.training import FeatureSet

__all__ = ["OWN_COUNTS", "PROVIDER_COUNTS", "ObjectCollection"]

PROVIDER_COUNTS: Final[Mapping[str, int]] = MappingProxyType({"train": 4000, "validation": 500})
OWN_COUNTS: Final[Mapping[str, int]] = MappingProxyType({"train": 3000, "test": 1500})
# Seeds far apart, so that no scene of the provider is one of the application.
_PROVIDER_SEED: Final = 1_000_000
_PROVIDER_REPEATS: Final = 0.5
_OWN_REPEATS: Final = 0.6
# What the cameras of the applications see more often than a provider's do.
_FOCUS: Final = (
    "Bag",
    "Ball",
    "Bird",
    "Book",
    "Bottle",
    "Car",
    "Clock",
    "Drinkware",
    "Flower",
    "Footwear",
    "Fruit",
    "Hat",
)


@dataclass(frozen=True, eq=False)
class ObjectCollection:
    """Scenes that are made when a seed asks for them, with the boxes of all that is in them.

    Attributes:
        folder: keeps the scenes.
        backbone, cache, progress: for their features.
        provider_sizes, sizes: scenes in each split, of the provider and of the application; half
            of the test scenes never count.
        drawings: a package of Iconify in whose drawings the application's things come, which the
            provider's model never saw; with None they are the provider's.
    """

    folder: Path
    backbone: Backbone
    cache: Path
    progress: Progress
    provider_sizes: Mapping[str, int] = field(default_factory=lambda: PROVIDER_COUNTS)
    sizes: Mapping[str, int] = field(default_factory=lambda: OWN_COUNTS)
    drawings: Path | None = None

    def __post_init__(self) -> None:
        open_drawings(self.drawings)  # refuses what cannot be read, before anything takes long

    @property
    def name(self) -> str:
        """For a reader."""
        if self.drawings is None:
            return "scenes with boxes"
        own = open_drawings(self.drawings).name
        return f"scenes with boxes; the application's things as {own} draws them"

    @property
    def digest(self) -> str:
        """SHA-256 of what the scenes follow from."""
        sizes = [sorted(one.items()) for one in (self.provider_sizes, self.sizes)]
        what = [SCENES_VERSION, sizes, _FOCUS, _PROVIDER_REPEATS, _OWN_REPEATS]
        what.append(list(scene_labels()))
        if self.drawings is not None:
            what.append(open_drawings(self.drawings).digest)
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    @property
    def vocabulary(self) -> Vocabulary:
        """The names of things."""
        return object_vocabulary()

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Make the scenes of one seed, and the provider's finder.

        Raises:
            UsageError: if both models are to learn from the same scenes.
        """
        if setting == "same-pool":
            raise UsageError(
                "objects are measured in the setting `deployed` only.",
                hint="Leave out --setting.",
            )
        provider = self._scenes(
            f"provider-{seed}", self.provider_sizes, _PROVIDER_SEED + seed, _PROVIDER_REPEATS, ()
        )
        own = self._scenes(
            f"application-{seed}{self._hand}", self.sizes, seed, _OWN_REPEATS, _FOCUS, self.drawings
        )
        regions = RegionBackbone(self.backbone, self._finder(provider, seed))
        held_out = own.split("test")
        test = self._features(
            held_out.select(
                index
                for index, one in enumerate(held_out)
                if counts(hashlib.sha256(one.read()).hexdigest(), development=development)
            ),
            regions,
        )
        return Division(
            (
                self._features(provider.split("train"), regions),
                self._features(provider.split("validation"), regions),
            ),
            self._features(own.split("train"), regions),
            None,
            test,
            test.digests,
        )

    @property
    def _hand(self) -> str:
        return "" if self.drawings is None else f"-{open_drawings(self.drawings).name}"

    def _features(self, dataset: Dataset, regions: RegionBackbone) -> FeatureSet:
        return dataset_features(dataset, regions, self.cache, self.progress)

    def _scenes(
        self,
        name: str,
        sizes: Mapping[str, int],
        seed: int,
        repeats: float,
        focus: tuple[str, ...],
        drawings: Path | None = None,
    ) -> Dataset:
        with self.progress.step(f"{sum(sizes.values())} scenes: {name}") as advance:
            found = make_scenes(
                self.folder / name,
                dict(sizes),
                seed=seed,
                focus=dict.fromkeys(focus, 1.0),
                repeats=repeats,
                drawings=drawings,
                advance=advance,
            )
        return with_object_names(found, scene_object_names())

    def _finder(self, provider: Dataset, seed: int) -> RegionFinder:
        """Return the finder of this seed: from the file, or trained and kept there."""
        key = hashlib.sha256(f"{self.backbone.sha256}/{provider.digest}/{seed}".encode())
        path = self.cache / "finders" / f"{key.hexdigest()[:32]}.safetensors"
        if path.is_file():
            try:
                return RegionFinder.from_bytes(path.read_bytes())
            except ChameleonError:
                path.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        found = finder_of(
            provider,
            self.backbone,
            seed=seed,
            checkpoint=path.with_suffix(".checkpoint"),
            progress=self.progress,
        )
        temporary = path.with_suffix(".part")
        temporary.write_bytes(found.to_bytes())
        temporary.replace(path)
        path.with_suffix(".checkpoint").unlink(missing_ok=True)
        return found
