"""Mentions in a text, and the answers of the APIs that say who and what a text names.

``entity_answer`` is the one place where what a model says of mentions becomes an answer:
evaluation, losses and the server agree with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.apis.spec import ApiSpec
from chameleonapi.errors import AnswerError

__all__ = [
    "ENTITY_APIS",
    "FoundEntity",
    "Mention",
    "Mentions",
    "entities_of",
    "entity_answer",
    "entity_element",
]

_GOOGLE: Final = "google.language.analyze_entities"
_AWS: Final = "aws.comprehend.detect_entities"
ENTITY_APIS: Final = frozenset({_GOOGLE, _AWS})
"""The APIs that these functions answer."""

_FADING: Final = 0.5
"""What a mention at the end of a text weighs, one at its beginning weighing one."""
_PROPER: Final = "PROPER"


@dataclass(frozen=True, slots=True)
class Mention:
    """A piece of a text that may name something.

    Attributes:
        text: as it stands there.
        begin: place of its first character, in characters (code points).
        weight: how much it counts for the salience of what it names.
        sureness: how sure a finder is that it names something, in [0, 1].
    """

    text: str
    begin: int
    weight: float = 1.0
    sureness: float = 1.0

    @property
    def end(self) -> int:
        """Place behind its last character."""
        return self.begin + len(self.text)

    @classmethod
    def at(cls, text: str, begin: int, length: int, *, sureness: float = 1.0) -> Mention:
        """Return a mention that stands at a place in a text of so many characters.

        It weighs the more the earlier it stands, from one down to a half, and the surer a finder
        is that it names something.
        """
        place = begin / max(length, 1)
        return cls(text, begin, sureness * (1 - (1 - _FADING) * place), sureness)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a model says of the mentions of one text.

    Attributes:
        labels: the model's label space; one tuple shared by all answers of a model.
        mentions: in the order of the text; no two of them share a character.
        logits: a row for each mention, with one number for each label. The highest is its label
            where it is not below zero; otherwise the mention names nothing.
    """

    labels: tuple[str, ...]
    mentions: Sequence[Mention]
    logits: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """One element of an answer, whatever its label.

    Attributes:
        members: places of its mentions.
        salience: its share in the weight of all mentions of the text.
    """

    members: tuple[int, ...]
    salience: float


def entities_of(spec: ApiSpec, mentions: Sequence[Mention]) -> list[FoundEntity]:
    """Return what the elements of an answer are, in the order of the API.

    Google puts mentions of the same name together, whatever their capitals, and gives the most
    salient first; Amazon gives every mention, in the order of the text.
    """
    total = sum(one.weight for one in mentions) or 1.0
    if spec.id != _GOOGLE:
        return [FoundEntity((place,), one.weight / total) for place, one in enumerate(mentions)]
    by_name: dict[str, list[int]] = {}
    for place, one in enumerate(mentions):
        by_name.setdefault(" ".join(one.text.split()).casefold(), []).append(place)
    found = [
        FoundEntity(tuple(some), sum(mentions[one].weight for one in some) / total)
        for some in by_name.values()
    ]
    return sorted(found, key=lambda one: -one.salience)


def entity_element(
    spec: ApiSpec,
    mentions: Sequence[Mention],
    entity: FoundEntity,
    label: str,
    score: float,
) -> dict[str, Any]:
    """Return an element of an answer.

    Args:
        spec: of the API.
        mentions: of the text.
        entity: one of what ``entities_of`` gives for them.
        label: its type.
        score: of the type, in [0, 1].
    """
    own = [mentions[one] for one in entity.members]
    if spec.id == _AWS:
        (one,) = own
        return {
            "Score": score,
            "Type": label,
            "Text": one.text,
            "BeginOffset": one.begin,
            "EndOffset": one.end,
        }
    rows = [
        {
            "text": {"content": one.text, "beginOffset": one.begin},
            "type": _PROPER,
            "probability": score,
        }
        for one in own
    ]
    return {
        "name": own[0].text,
        "type": label,
        "metadata": {},
        "salience": entity.salience,
        "mentions": rows,
    }


def entity_answer(spec: ApiSpec, found: Mentions) -> dict[str, Any]:
    """Turn what a model says of mentions into an answer.

    Raises:
        AnswerError: if the API does not answer with entities of a type.
    """
    if spec.id not in ENTITY_APIS:
        raise AnswerError(
            f"{spec.id} does not answer with entities and their types.",
            hint=f"These do: {', '.join(sorted(ENTITY_APIS))}.",
        )
    rows = []
    for entity in entities_of(spec, found.mentions):
        logits = _mean([found.logits[one] for one in entity.members])
        best = max(range(len(logits)), key=logits.__getitem__) if logits else -1
        if best >= 0 and logits[best] >= 0:
            score = _sigmoid(logits[best])
            rows.append(entity_element(spec, found.mentions, entity, found.labels[best], score))
    answer: dict[str, Any] = {spec.main.path: rows}
    if spec.provider == "google":
        answer["language"] = "en"
    return answer


def _mean(rows: Sequence[Sequence[float]]) -> Sequence[float]:
    if len(rows) == 1:
        return rows[0]
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _sigmoid(logit: float) -> float:
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))
