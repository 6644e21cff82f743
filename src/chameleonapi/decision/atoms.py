"""Atoms: what an application asks of one element of an answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from chameleonapi.decision.numbers import Number
from chameleonapi.decision.sets import IntervalSet, LabelSet
from chameleonapi.decision.span import Span
from chameleonapi.decision.text_rules import TextRule

__all__ = ["Atom", "ElementTest", "InnerTest", "LabelTest", "NumberTest"]


@dataclass(frozen=True, slots=True)
class LabelTest:
    """A field's text is among the accepted labels.

    ``operations`` says for readers what the source does to the text before it compares;
    ``accepts`` is already the exact result, label by label, over the vocabulary and the
    literals of the source. With a ``*`` in the field, one accepted value is enough.
    Where texts are free, ``rule`` decides, for every text; ``accepts`` then lists no more than
    the literals of the source that it accepts. ``beyond`` decides for labels that no vocabulary
    lists; on those that it lists it says what ``accepts`` says, and so it tells no record from
    another.
    """

    op: ClassVar[str] = "label"
    field: str
    accepts: LabelSet
    operations: tuple[str, ...] = ()
    rule: TextRule | None = None
    beyond: TextRule | None = dataclasses.field(default=None, compare=False)

    def holds(self, text: str) -> bool:
        """Return whether the test accepts this text.

        Raises:
            AnswerError: if a pattern of the rule would take too long on it.
        """
        if self.rule is not None:
            return self.rule.accepts(text)
        if self.beyond is None or text in self.accepts.labels:
            return text in self.accepts
        return self.beyond.accepts(text)

    def found_beyond(self, texts: Sequence[str]) -> list[str]:
        """Return the texts that are on no list and yet told from the other unlisted ones."""
        if self.beyond is None:
            return []
        others = [one for one in texts if one not in self.accepts.labels]
        said = self.beyond.accepts_each(others)
        return [
            one
            for one, holds in zip(others, said, strict=True)
            if holds is not self.accepts.complement
        ]

    def holds_each(self, texts: Sequence[str]) -> list[bool]:
        """Return what ``holds`` says of each of many texts, such as a label space.

        Raises:
            AnswerError: if a pattern of the rule would take too long on one of them.
        """
        if self.rule is not None:
            return self.rule.accepts_each(texts)
        found = [one in self.accepts for one in texts]
        if self.beyond is not None:
            listed = self.accepts.labels
            others = [at for at, one in enumerate(texts) if one not in listed]
            said = self.beyond.accepts_each([texts[at] for at in others])
            for at, one in zip(others, said, strict=True):
                found[at] = one
        return found


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A number of the element lies in ``accepts`` (in the provider's unit)."""

    op: ClassVar[str] = "number"
    value: Number
    accepts: IntervalSet


@dataclass(frozen=True, slots=True)
class InnerTest:
    """Some item of a list inside the element is as asked: any instance of a label, say.

    ``items`` holds one conjunction of tests for each way in which an item may be as asked; their
    fields are those of an item. With ``lacks``, no item of the list may be so. A list that is not
    there is empty.
    """

    op: ClassVar[str] = "inner"
    path: str
    items: tuple[tuple[LabelTest | NumberTest, ...], ...]
    lacks: bool = False


ElementTest: TypeAlias = LabelTest | NumberTest | InnerTest


@dataclass(frozen=True, slots=True)
class Atom:
    """A conjunction of tests on one element of a collection.

    Attributes:
        id: unique in its process.
        collection: path of the list in the answer, as in the API's spec.
        tests: all must hold; none accepts every element.
        text: the condition as a developer would recognise it.
        spans: where the source asks.
        suggested: labels that were probably meant, if they differ from the accepted ones.
        not_in_vocabulary: literals of the source that the vocabulary does not have.
    """

    id: str
    collection: str
    tests: tuple[ElementTest, ...] = ()
    text: str = ""
    spans: tuple[Span, ...] = ()
    suggested: LabelSet | None = None
    not_in_vocabulary: tuple[str, ...] = ()

    def label_sets(self, field: str | None = None) -> tuple[LabelSet, ...]:
        """Return the accepted sets of the tests on labels (of one field, if given)."""
        return tuple(
            test.accepts
            for test in self.tests
            if isinstance(test, LabelTest) and field in {None, test.field}
        )
