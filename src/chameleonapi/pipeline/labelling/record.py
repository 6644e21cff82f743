"""What is recommended to a person who labels. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chameleonapi.decision.codec import encode

__all__ = ["LabelCheck", "LabelWish", "Suspect", "SuspectLabel", "Wish"]


@dataclass(frozen=True, slots=True)
class SuspectLabel:
    """A label that may be wrong.

    Attributes:
        label: its name.
        says: ``present`` or ``absent``, as the data has it.
        doubt: probability, by models that have not seen the example, that it is the other.
    """

    label: str
    says: str
    doubt: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """An example whose labels should be looked at.

    Attributes:
        id, file: of the example.
        score: doubt about the decision, times what the doubted labels change in it.
        labels: to check, the most doubtful first.
        right: outcomes that are right by the labels as they are.
        otherwise: outcomes that would be right if the doubted labels were the other way.
    """

    id: str
    file: str
    score: float
    labels: tuple[SuspectLabel, ...]
    right: tuple[str, ...]
    otherwise: tuple[str, ...]


@dataclass(frozen=True)
class LabelCheck:
    """Which labels to check first.

    Attributes:
        application, process_digest, data, data_digest: what was looked at.
        examples: how many.
        folds: of the cross-validation.
        suspects: the most suspicious first; only those whose doubted labels change the decision.
        seed: of the training.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.label-check/1"

    application: str
    process_digest: str
    data: str
    data_digest: str
    examples: int
    folds: int
    suspects: tuple[Suspect, ...]
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that should be labelled.

    Attributes:
        file: its path.
        score: how open the decision on it is, less what is known from pictures like it.
        decided: the outcome that it leads to now.
        instead: the likeliest other outcome.
        margin: how far, in logits, the scores are from leading elsewhere.
        labels: to ask about: those that the application reads and whose scores are most open.
    """

    file: str
    score: float
    decided: str
    instead: str
    margin: float
    labels: tuple[str, ...]


@dataclass(frozen=True)
class LabelWish:
    """Which pictures to label next.

    Attributes:
        application, process_digest: what decides.
        model: whose scores were used.
        pool: how many pictures were to choose from.
        wishes: in the order in which to label.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.label-wish/1"

    application: str
    process_digest: str
    model: str
    pool: int
    wishes: tuple[Wish, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}
