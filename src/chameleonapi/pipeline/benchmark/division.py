"""Who gets which pictures: the provider, the application, the test."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from chameleonapi.analysis import Vocabulary
from chameleonapi.decision import DecisionProcess
from chameleonapi.training import FeatureSet, right_outcomes

__all__ = ["Collection", "Division", "counts", "few_shots", "pool_division"]

_DEVELOPMENT: Final = 2
_VALIDATION_SHARE: Final = 4


@dataclass(frozen=True, eq=False)
class Division:
    """The parts of one seed.

    Attributes:
        provider: what the generic model learns from, and its validation data.
        pool: what the application may learn from.
        validation: of the application; None where it is to be taken out of its examples.
        test: what counts, unseen by all others.
        clusters: of the test examples; those of one cluster are drawn together.
        rehearsal: what the provider shows again to every method that is trained; None for nothing.
    """

    provider: tuple[FeatureSet, FeatureSet]
    pool: FeatureSet
    validation: FeatureSet | None
    test: FeatureSet
    clusters: tuple[str, ...]
    rehearsal: FeatureSet | None = None


class Collection(Protocol):
    """Labelled pictures that can be divided."""

    @property
    def name(self) -> str:
        """For a reader."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of all that divisions and features depend on."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels of the stand-in for the API."""
        ...

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Return the parts of one seed; with the development half of the test pictures."""
        ...


def counts(digest: str, *, development: bool) -> bool:
    """Return whether a test picture belongs to the half asked for.

    Settings of the training were chosen on the half with an even digest, which never counts.
    """
    return (int(digest[:2], 16) % _DEVELOPMENT == 0) == development


def few_shots(
    process: DecisionProcess, pool: FeatureSet, shots: int
) -> tuple[FeatureSet, FeatureSet]:
    """Return training and validation examples: at most so many for each set of right outcomes.

    A quarter of them is for validation. The examples of a smaller number are among those of a
    larger one.
    """
    acceptable = right_outcomes(process, pool)
    train: list[int] = []
    validation: list[int] = []
    for pattern in acceptable.unique(dim=0):  # type: ignore[no-untyped-call]  # torch's own
        rows: list[int] = (acceptable == pattern).all(1).nonzero()[:, 0].tolist()[:shots]
        quarter = max(1, len(rows) // _VALIDATION_SHARE) if len(rows) > 1 else 0
        validation += rows[:quarter]
        train += rows[quarter:]
    return pool.select(train), pool.select(validation)


def pool_division(
    pictures: FeatureSet, clusters: Sequence[str], seed: int, *, development: bool
) -> Division:
    """Divide one pool for both models: a fifth to learn from, a tenth to check, the rest."""
    order = list(range(len(pictures)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a split, not a secret
    fifth, tenth = len(order) // 5, len(order) // 10
    train = pictures.select(order[:fifth])
    validation = pictures.select(order[fifth : fifth + tenth])
    rest = order[fifth + tenth :]
    test = [one for one in rest if counts(pictures.digests[one], development=development)]
    chosen: Mapping[int, str] = dict(enumerate(clusters))
    return Division(
        (train, validation),
        train,
        validation,
        pictures.select(test),
        tuple(chosen[one] for one in test),
    )
