"""Pictures in the layout of Open Images, imported once and then divided by content."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.analysis import Vocabulary
from chameleonapi.data import load_dataset
from chameleonapi.data.importers import ImportSettings, import_data
from chameleonapi.models import Backbone, need_pictures
from chameleonapi.pipeline.benchmark.division import Division, counts, pool_division
from chameleonapi.pipeline.featuring import dataset_features
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import FeatureSet

__all__ = ["OpenImagesCollection", "load_open_images"]

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, eq=False)
class OpenImagesCollection:
    """Pictures with labels verified present and absent; what nobody verified is unknown."""

    pictures: FeatureSet
    name: str = "Open Images"

    @property
    def digest(self) -> str:
        """SHA-256 of features and labels."""
        return self.pictures.digest

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels of the data."""
        return Vocabulary("open-images", "1", self.pictures.labels, is_complete=True)

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Return the parts of one seed; the provider of the deployed setting has a third."""
        digests = self.pictures.digests
        if setting == "same-pool":
            return pool_division(self.pictures, digests, seed, development=development)
        order = sorted(
            range(len(digests)),
            key=lambda one: hashlib.sha256(f"{seed}/{digests[one]}".encode()).digest(),
        )
        third = len(order) // 3
        provider, own = order[:third], order[third:]
        random.Random(seed).shuffle(own)  # noqa: S311 - a split, not a secret
        sixth, half = len(provider) // 6, len(own) // 2
        test = [one for one in own[half:] if counts(digests[one], development=development)]
        return Division(
            (self.pictures.select(provider[sixth:]), self.pictures.select(provider[:sixth])),
            self.pictures.select(own[:half]),
            None,
            self.pictures.select(test),
            tuple(digests[one] for one in test),
        )


def load_open_images(
    folder: Path, backbone: Backbone, resume: Path, progress: Progress
) -> OpenImagesCollection:
    """Import the folder, or take what an earlier run has imported from it.

    Raises:
        DataError: if it is not in the layout of Open Images, or nothing of it can be used.
    """
    imported = resume / "imported" / _tables_digest(folder)[:16]
    if not imported.is_dir():
        with progress.step("import of Open Images") as advance:
            imported.parent.mkdir(parents=True, exist_ok=True)
            import_data(
                folder,
                imported,
                ImportSettings(format="open-images", short_side=need_pictures(backbone).side),
                advance=lambda done: advance(done, done),
            )
    dataset = load_dataset(imported)
    every = dataset_features(dataset, backbone, resume / "features", progress)
    first = {digest: index for index, digest in reversed(list(enumerate(every.digests)))}
    return OpenImagesCollection(every.select(sorted(first.values())))


def _tables_digest(folder: Path) -> str:
    """Return the SHA-256 of the tables below a folder: other labels are imported anew."""
    running = hashlib.sha256(str(folder.resolve()).encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".csv", ".json"} and path.is_file() and not path.is_symlink():
            running.update(f"{path.relative_to(folder)}\n".encode())
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    running.update(block)
    return running.hexdigest()
