"""The small records around a decision: outcomes, gaps, warnings, witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chameleonapi.decision.span import Span

__all__ = [
    "Beside",
    "Effect",
    "Gap",
    "Notice",
    "Outcome",
    "RequestShape",
    "Verification",
    "VocabularyReference",
    "Witness",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the application does after the call on some paths but not on all.

    Attributes:
        span: where it is done.
        text: what is done, for a reader.
        also: other places that do the same: two statements that return one value, say.
        function: for a value that is returned to whoever called the application, the function
            that returns it. Whichever of its statements does so, it is one effect.
    """

    span: Span
    text: str
    also: tuple[Span, ...] = ()
    function: Span | None = None

    @property
    def places(self) -> tuple[Span, ...]:
        """Every place where it is done."""
        return (self.span, *self.also)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A set of effects that tells one branch of the application from the others.

    Attributes:
        id: short, stable and unique in its process.
        effects: what happens, in source order; none for the path on which nothing happens.
        accepts: labels that by themselves lead here, exactly, over vocabulary and literals.
        suggested: labels that were probably meant to lead here; equal to ``accepts`` mostly.
        members: for a joint outcome of a multi-select, the ids of its members.
    """

    id: str
    effects: tuple[Effect, ...] = ()
    accepts: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the analysis did not understand.

    Attributes:
        code: machine-readable reason, such as ``unknown-value``.
        message: what it means for this application, one sentence.
        span: where.
    """

    code: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning to the developer: the code does what it says, but probably not what was meant.

    ``suggested`` are the labels that were probably meant, where that applies.
    """

    code: str
    message: str
    span: Span
    suggested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """An answer, in the provider's form, that reaches an outcome."""

    outcome: str
    answer: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """Another call about the same input, whose answer decides too.

    Attributes:
        api: what it asks.
        span: where.
        answer: what it is taken to say when nobody gives its answer.
    """

    api: str
    span: Span
    answer: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class RequestShape:
    """Arguments of the call that shape the answer; None where the call does not say.

    ``min_score`` is in [0, 1] whatever the provider's unit.
    """

    max_results: int | None = None
    min_score: float | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class VocabularyReference:
    """The label list over which the accepted sets are exact."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many random answers were tried, and on how many the record and the source differ."""

    answers: int
    disagreements: int
    seed: int
