"""What is really named in a text, as the answer that a perfect API gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.apis import ApiSpec, Mention, Mentions, entity_answer

__all__ = ["Passage", "TrueEntity", "perfect_answer"]

_SURE: Final = 40.0


@dataclass(frozen=True, slots=True)
class TrueEntity:
    """One mention in a text.

    Attributes:
        label: the type of what it names.
        begin, end: places of its first character and behind its last, in characters.
    """

    label: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of which every mention that matters is known.

    Attributes:
        text: whole.
        entities: its mentions, in the order of the text.
    """

    text: str
    entities: tuple[TrueEntity, ...] = ()


def perfect_answer(spec: ApiSpec, passage: Passage) -> dict[str, Any]:
    """Return what an API answers that knows every mention, and is sure of it.

    Raises:
        AnswerError: if the API does not answer with entities.
    """
    labels = tuple(dict.fromkeys(one.label for one in passage.entities))
    return entity_answer(
        spec,
        Mentions(
            labels,
            [
                Mention.at(passage.text[one.begin : one.end], one.begin, len(passage.text))
                for one in passage.entities
            ],
            [
                [_SURE if label == one.label else -_SURE for label in labels]
                for one in passage.entities
            ],
        ),
    )
