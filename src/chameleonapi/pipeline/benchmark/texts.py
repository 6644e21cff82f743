"""Texts of a track, as ``chameleon data texts`` makes it, divided by content."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from chameleonapi.analysis import Vocabulary
from chameleonapi.data import TEXT, load_dataset
from chameleonapi.errors import DataError
from chameleonapi.models import Backbone
from chameleonapi.pipeline.benchmark.division import Division, counts, pool_division
from chameleonapi.pipeline.featuring import dataset_features
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.tasks import TASKS
from chameleonapi.training import FeatureSet

__all__ = ["TextCollection", "TextParts", "divide_texts", "load_texts"]

# What the provider has learnt from: whole documents, where applications read messages; reviews of
# films and editorials, where applications read tweets and reviews of goods.
_PROVIDERS: Final = {
    "topics": ("documents",),
    **dict.fromkeys(("sentiment", "sentiment-classes"), ("movies", "editorials")),
}


@dataclass(frozen=True, eq=False)
class TextCollection:
    """Texts without copies.

    Attributes:
        texts: with the id ``SOURCE/...`` each.
        groups: texts of one group, such as the sentences of one review, stay together.
        name: of the track.
        provider: sources that the provider has in the deployed setting, and nobody else; where
            there are none, a third of every source.
        contents: what reads each text, by the SHA-256 of its bytes.
    """

    texts: FeatureSet
    groups: tuple[str, ...]
    name: str
    provider: tuple[str, ...] = ()
    contents: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)

    def readers(self, examples: FeatureSet) -> Mapping[str, Callable[[], bytes]]:
        """Return what reads each of some texts, by the SHA-256 of its bytes."""
        return {one: self.contents[one] for one in examples.digests}

    @property
    def digest(self) -> str:
        """SHA-256 of features, labels and groups."""
        running = hashlib.sha256(self.texts.digest.encode())
        running.update("\n".join((*self.groups, *self.provider)).encode())
        return running.hexdigest()

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels of the track."""
        return Vocabulary(f"{self.name}-track", "1", self.texts.labels, is_complete=True)

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Return the parts of one seed.

        In the deployed setting the provider has sources of its own, or a third of every source;
        none of its groups is among the application's.
        """
        if setting == "same-pool":
            return pool_division(self.texts, self.groups, seed, development=development)
        parts = divide_texts(
            self.texts.ids,
            self.texts.digests,
            self.groups,
            self.provider,
            seed,
            development=development,
        )
        return Division(
            (self.texts.select(parts.provider[0]), self.texts.select(parts.provider[1])),
            self.texts.select(parts.pool),
            None,
            self.texts.select(parts.test),
            tuple(self.groups[one] for one in parts.test),
        )


class TextParts(NamedTuple):
    """Positions of texts: of the provider (to learn, to check), of the application, of the test."""

    provider: tuple[list[int], list[int]]
    pool: list[int]
    test: list[int]


def divide_texts(
    ids: Sequence[str],
    digests: Sequence[str],
    groups: Sequence[str],
    provider: Sequence[str],
    seed: int,
    *,
    development: bool,
) -> TextParts:
    """Divide texts of the deployed setting.

    Args:
        ids: ``SOURCE/...`` each.
        digests: of their contents.
        groups: texts of one stay together.
        provider: sources that the provider has, and nobody else; a third of every source, if none.
        seed: of the division.
        development: whether the test is the half that never counts.
    """
    its: list[int] = []
    own: list[int] = []
    for source, some in _by_source(ids).items():
        if provider:
            (its if source in provider else own).extend(some)
            continue
        parts = list(dict.fromkeys(groups[one] for one in some))
        parts.sort(key=lambda one: hashlib.sha256(f"{seed}/{one}".encode()).digest())
        first = set(parts[: len(parts) // 3])
        for one in some:
            (its if groups[one] in first else own).append(one)
    generator = random.Random(seed)  # noqa: S311 - a split, not a secret
    generator.shuffle(its)
    sixth = len(its) // 6
    pool, rest = _halves(own, groups, generator)
    test = [one for one in rest if counts(digests[one], development=development)]
    return TextParts((its[sixth:], its[:sixth]), pool, test)


def _by_source(ids: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(ids):
        found[name.partition("/")[0]].append(index)
    return found


def _halves(
    rows: Sequence[int], groups: Sequence[str], generator: random.Random
) -> tuple[list[int], list[int]]:
    """Divide rows by groups into two halves, each in an order by chance."""
    parts = list(dict.fromkeys(groups[one] for one in rows))
    generator.shuffle(parts)
    first = set(parts[: len(parts) // 2])
    halves = (
        [one for one in rows if groups[one] in first],
        [one for one in rows if groups[one] not in first],
    )
    for half in halves:
        generator.shuffle(half)
    return halves


def load_texts(
    folder: Path, backbone: Backbone, cache: Path, progress: Progress, *, task: str
) -> TextCollection:
    """Read a track and compute the features, or take them from the cache.

    Raises:
        DataError: if the folder holds no texts.
    """
    dataset = load_dataset(folder, check_pictures=False)
    if dataset.medium != TEXT:
        raise DataError(
            f"{folder} holds pictures, but a benchmark of texts was asked for.",
            hint="Make the texts: chameleon data texts --help.",
        )
    target = TASKS[task].target
    every = dataset_features(dataset, backbone, cache, progress, target=target)
    first = {digest: index for index, digest in reversed(list(enumerate(every.digests)))}
    keep = sorted(first.values())
    groups = tuple(dataset[one].group or every.digests[one] for one in keep)
    sources = {one.partition("/")[0] for one in every.ids}
    provider = tuple(one for one in _PROVIDERS[task] if one in sources)
    contents = {every.digests[one]: dataset[one].read for one in keep}
    return TextCollection(every.select(keep), groups, dataset.name, provider, contents)
