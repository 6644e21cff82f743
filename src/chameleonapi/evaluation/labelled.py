"""What an evaluation takes: features with verified labels, and heads that answer on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.apis import Detections, Mentions
from chameleonapi.decision import Passage, TrueObject

__all__ = [
    "Head",
    "LabelledFeatures",
    "LabelledPassages",
    "LabelledRegions",
    "MentionFinding",
    "Method",
    "RegionFinding",
]


@runtime_checkable
class LabelledFeatures(Protocol):
    """Examples as the heads see them; ``chameleonapi.training.FeatureSet`` is one.

    Where ``known`` is false, ``present`` says nothing. ``digests`` are of the contents of the
    inputs, so that a copy under another name is still found.
    """

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns of ``present`` and ``known``."""
        ...

    @property
    def ids(self) -> tuple[str, ...]:
        """One for each example."""
        ...

    @property
    def digests(self) -> tuple[str, ...]:
        """Content digest of each example's input."""
        ...

    @property
    def files(self) -> tuple[str, ...]:
        """Where a reader finds each example's input; empty strings where nowhere."""
        ...

    @property
    def features(self) -> Float[Tensor, "examples dimension"]:
        """What the heads take."""
        ...

    @property
    def present(self) -> Bool[Tensor, "examples labels"] | Float[Tensor, "examples labels"]:
        """Which labels are verified present, or to which degree."""
        ...

    @property
    def known(self) -> Bool[Tensor, "examples labels"]:
        """Which labels are verified at all."""
        ...


@runtime_checkable
class LabelledRegions(Protocol):
    """Examples of which it is known what is where."""

    @property
    def objects(self) -> Sequence[Sequence[TrueObject]]:
        """What is where in each example; nothing at all where that is not known."""
        ...


@runtime_checkable
class LabelledPassages(Protocol):
    """Examples of which it is known what is named where."""

    @property
    def passages(self) -> Sequence[Passage]:
        """Each text with its mentions; nothing at all where these are not known."""
        ...


@runtime_checkable
class MentionFinding(Protocol):
    """A head that says what is named; ``chameleonapi.models.mentions.MentionHead`` is one."""

    @property
    def mentions(self) -> int:
        """Mentions in a text at most."""
        ...

    def named(self, features: Float[Tensor, "batch numbers"]) -> Sequence[Mentions]:
        """Return what is said of the mentions of each text."""
        ...


@runtime_checkable
class RegionFinding(Protocol):
    """A head that says what is where; ``chameleonapi.models.regions.RegionHead`` is one."""

    @property
    def regions(self) -> int:
        """Regions in an input at most; its logits are rows for so many."""
        ...

    def detections(self, features: Float[Tensor, "batch numbers"]) -> Sequence[Detections]:
        """Return what is found in each input."""
        ...


@runtime_checkable
class Head(Protocol):
    """Features in, one logit for each label out; ``chameleonapi.models.LinearHead`` is one."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The label space."""
        ...

    def logits(self, features: Float[Tensor, "batch dimension"]) -> Float[Tensor, "batch labels"]:
        """Return the logits of a batch."""
        ...


@dataclass(frozen=True, eq=False)
class Method:
    """One way to answer.

    Attributes:
        name: short and unique, such as ``ours``.
        title: for a reader.
        head: whose scores are answered with, thresholds folded in.
        threshold: the score line or lines that it uses, for a reader.
        seconds: training time.
        peak_bytes: largest resident size of the process while it was trained; zero if unknown.
        features: of the test examples, where this method does not see those of all others.
    """

    name: str
    title: str
    head: Head
    threshold: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    features: Float[Tensor, "examples dimension"] | None = None
