"""Composed scenes as a collection: every seed has scenes of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from chameleonapi.analysis import Vocabulary
from chameleonapi.data.scenes import SCENES_VERSION, make_scenes, scene_labels
from chameleonapi.models import Backbone
from chameleonapi.pipeline.benchmark.division import Division, counts
from chameleonapi.pipeline.featuring import split_features
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.quickstart import scene_vocabulary
from chameleonapi.training import FeatureSet

__all__ = ["COUNTS", "SceneCollection"]

COUNTS: Final[Mapping[str, int]] = MappingProxyType(
    {"train": 2400, "validation": 800, "test": 3200}
)
# Seeds far apart, so that no scene of the provider is one of the application.
_PROVIDER_SEED: Final = 10_000


@dataclass(frozen=True, eq=False)
class SceneCollection:
    """Scenes that are made when a seed asks for them, and kept in a folder.

    Attributes:
        folder: keeps the scenes.
        backbone, cache, progress: for their features.
        sizes: scenes in each split; half of the test scenes never count.
        name: for a reader.
    """

    folder: Path
    backbone: Backbone
    cache: Path
    progress: Progress
    sizes: Mapping[str, int] = field(default_factory=lambda: COUNTS)
    name: str = "scenes"

    @property
    def digest(self) -> str:
        """SHA-256 of what the scenes follow from."""
        what = json.dumps([SCENES_VERSION, sorted(self.sizes.items()), list(scene_labels())])
        return hashlib.sha256(what.encode()).hexdigest()

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels that can be drawn."""
        return scene_vocabulary()

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Make the scenes of one seed."""
        own = self._make("application", self.sizes, seed)
        test = own["test"]
        test = test.select(
            [
                index
                for index, digest in enumerate(test.digests)
                if counts(digest, development=development)
            ]
        )
        clusters = test.digests
        if setting == "same-pool":
            both = own["train"], own["validation"]
            return Division(both, own["train"], own["validation"], test, clusters)
        # The provider's own scenes: another test set than the application's is not needed.
        its = self._make("provider", {**self.sizes, "test": 1}, _PROVIDER_SEED + seed)
        return Division((its["train"], its["validation"]), own["train"], None, test, clusters)

    def _make(self, whose: str, sizes: Mapping[str, int], seed: int) -> Mapping[str, FeatureSet]:
        with self.progress.step(f"{sum(sizes.values())} scenes: {whose}, seed {seed}") as advance:
            dataset = make_scenes(
                self.folder / f"{whose}-{seed}", dict(sizes), seed=seed, advance=advance
            )
        return split_features(dataset, self.backbone, self.cache, self.progress)
