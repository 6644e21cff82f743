"""News with marked mentions, as ``chameleon data texts entities`` makes it, divided by report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from chameleonapi.analysis import Vocabulary
from chameleonapi.data import Dataset, load_dataset
from chameleonapi.errors import ChameleonError, DataError, UsageError
from chameleonapi.models import Backbone
from chameleonapi.models.mentions import MentionBackbone, MentionFinder
from chameleonapi.pipeline.benchmark.division import Division
from chameleonapi.pipeline.benchmark.texts import divide_texts
from chameleonapi.pipeline.featuring import dataset_features
from chameleonapi.pipeline.mentioning import mention_finder_of
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import FeatureSet

__all__ = ["EntityCollection", "load_entities"]

_PROVIDERS: Final = ("news",)
"""What the provider has learnt from, where applications read reports of sport."""
_MOST_OF_PROVIDER: Final = (3_000, 500)
"""Texts of the provider that are used, to learn and to check."""


@dataclass(frozen=True, eq=False)
class EntityCollection:
    """Texts without copies of which every mention is marked.

    Attributes:
        texts: with the id ``SOURCE/...`` each.
        backbone, cache, progress: for their features.
        provider: sources that the provider has, and nobody else; where there are none, a third of
            every source.
    """

    texts: Dataset
    backbone: Backbone
    cache: Path
    progress: Progress
    provider: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For a reader."""
        return self.texts.name

    @property
    def digest(self) -> str:
        """SHA-256 of the texts and of how they are divided."""
        what = (self.texts.digest, *self.provider, *map(str, _MOST_OF_PROVIDER))
        return hashlib.sha256("\n".join(what).encode()).hexdigest()

    @property
    def vocabulary(self) -> Vocabulary:
        """The types."""
        return Vocabulary(f"{self.name}-track", "1", self.texts.labels, is_complete=True)

    @cached_property
    def _digests(self) -> tuple[str, ...]:
        return tuple(hashlib.sha256(one.read()).hexdigest() for one in self.texts)

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Divide the texts, and make the provider's finder.

        Raises:
            UsageError: if both models are to learn from the same texts.
        """
        if setting == "same-pool":
            raise UsageError(
                "entities are measured in the setting `deployed` only.",
                hint="Leave out --setting.",
            )
        groups = tuple(
            one.group or digest for one, digest in zip(self.texts, self._digests, strict=True)
        )
        ids = tuple(one.id for one in self.texts)
        parts = divide_texts(
            ids, self._digests, groups, self.provider, seed, development=development
        )
        train, validation = (
            self.texts.select(some[:most])
            for some, most in zip(parts.provider, _MOST_OF_PROVIDER, strict=True)
        )
        mentions = MentionBackbone(self.backbone, self._finder(train, validation, seed))
        learnt, checked, pool, test = (
            self._features(one, mentions)
            for one in (
                train,
                validation,
                self.texts.select(parts.pool),
                self.texts.select(parts.test),
            )
        )
        clusters = tuple(groups[one] for one in parts.test)
        return Division((learnt, checked), pool, None, test, clusters)

    def _features(self, dataset: Dataset, mentions: MentionBackbone) -> FeatureSet:
        return dataset_features(dataset, mentions, self.cache, self.progress)

    def _finder(self, train: Dataset, validation: Dataset, seed: int) -> MentionFinder:
        """Return the finder of this seed: from the file, or trained and kept there."""
        digests = "/".join([self.backbone.sha256, train.digest, validation.digest, str(seed)])
        key = hashlib.sha256(digests.encode()).hexdigest()[:32]
        path = self.cache / "finders" / f"{key}.safetensors"
        if path.is_file():
            try:
                return MentionFinder.from_bytes(path.read_bytes())
            except ChameleonError:
                path.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        marked = [
            replace(one, split=split)
            for split, some in (("train", train), ("validation", validation))
            for one in some
        ]
        found = mention_finder_of(
            replace(train, examples=tuple(marked)),
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


def load_entities(
    folder: Path, backbone: Backbone, cache: Path, progress: Progress
) -> EntityCollection:
    """Read texts with marked mentions.

    Raises:
        DataError: if the folder holds none.
    """
    dataset = load_dataset(folder, check_pictures=False)
    kept: dict[str, int] = {}
    for index, one in enumerate(dataset):
        if one.entities is not None:
            kept.setdefault(hashlib.sha256(one.read()).hexdigest(), index)
    if not kept:
        raise DataError(
            f"no text in {folder} says what it names.",
            hint="Make the texts: chameleon data texts entities --help.",
        )
    texts = dataset.select(sorted(kept.values()))
    sources = {one.id.partition("/")[0] for one in texts}
    provider = tuple(one for one in _PROVIDERS if one in sources and len(sources) > 1)
    return EntityCollection(texts, backbone, cache, progress, provider)
