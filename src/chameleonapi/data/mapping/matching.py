"""Which labels of an API a label of the data stands for, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, final

from chameleonapi.data.hierarchy import Parents, check_hierarchy
from chameleonapi.data.mapping.forms import joined_words, singulars
from chameleonapi.data.names import check_labels, closest_labels

__all__ = ["LabelMapper", "Match", "Rule"]


class Rule(str, Enum):
    """How a label was matched; the first rule that applies decides."""

    TABLE = "table"
    DROPPED = "dropped by the table"
    EXACT = "exact"
    CASE = "case"
    SEPARATORS = "separators"
    PLURAL = "plural"
    HIERARCHY = "hierarchy"
    KEPT = "kept"
    AMBIGUOUS = "ambiguous"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class Match:
    """What became of one label of the data.

    Attributes:
        name: the label of the data.
        labels: the labels that it stands for; none if it is dropped or was not matched.
        rule: what matched it.
        is_same: whether its absence is the absence of ``labels``; a mapping to something
            wider, by the hierarchy or because several names share a target, has it false.
        near: labels that were perhaps meant, where none was matched.
    """

    name: str
    labels: tuple[str, ...]
    rule: Rule
    is_same: bool = True
    near: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "labels": list(self.labels),
            "rule": self.rule.value,
            "near": list(self.near),
        }


@final
class LabelMapper:
    """Maps labels, and remembers what became of each.

    Args:
        vocabulary: labels of the API; None keeps every label that the table does not name.
        table: what the user says a label stands for; an empty tuple drops it.
        parents: direct parents of the data's labels, in the data's names.

    Raises:
        DataError: if the table leads outside the vocabulary, or ``parents`` has a cycle.
    """

    def __init__(
        self,
        vocabulary: Sequence[str] | None = None,
        table: Mapping[str, tuple[str, ...]] | None = None,
        parents: Parents | None = None,
    ) -> None:
        check_hierarchy(parents or {})
        self._table = dict(table or {})
        self._raw_parents = dict(parents or {})
        self._vocabulary = None if vocabulary is None else tuple(dict.fromkeys(vocabulary))
        self._matches: dict[str, Match] = {}
        self._sources: dict[str, int] = {}
        for labels in self._table.values():
            for label in labels:
                self._sources[label] = self._sources.get(label, 0) + 1
        if self._vocabulary is not None:
            check_labels(self._sources, self._vocabulary, where="the table of labels")
        space = self._vocabulary or ()
        self._exact = frozenset(space)
        self._by_case = _index((label.casefold(), label) for label in space)
        self._by_words = _index((joined_words(label), label) for label in space)
        self._by_singular = _index((form, label) for label in space for form in singulars(label))

    @property
    def matches(self) -> tuple[Match, ...]:
        """What became of every label that was asked for, in the order of asking."""
        return tuple(self._matches.values())

    def match(self, name: str) -> Match:
        """Return what a label of the data stands for."""
        found = self._matches.get(name)
        if found is None:
            found = self._matches[name] = self._find(name)
        return found

    def _find(self, name: str) -> Match:
        direct = self._direct(name)
        if direct.rule is not Rule.UNMAPPED:
            return direct
        wave = self._raw_parents.get(name, ())
        seen = set(wave)
        while wave:
            above = [self._direct(one) for one in wave]
            labels = tuple(dict.fromkeys(label for one in above for label in one.labels))
            if labels:
                return Match(name, labels, Rule.HIERARCHY, is_same=False)
            higher = (up for one in wave for up in self._raw_parents.get(one, ()))
            wave = tuple(up for up in dict.fromkeys(higher) if up not in seen)
            seen.update(wave)
        return Match(name, (), Rule.UNMAPPED, near=closest_labels(name, self._vocabulary or ()))

    def _direct(self, name: str) -> Match:
        if name in self._table:
            labels = self._table[name]
            if not labels:
                return Match(name, (), Rule.DROPPED)
            alone = len(labels) == 1 and self._sources[labels[0]] == 1
            return Match(name, labels, Rule.TABLE, is_same=alone)
        if self._vocabulary is None:
            return Match(name, (name,), Rule.KEPT)
        if name in self._exact:
            return Match(name, (name,), Rule.EXACT)
        folded, joined = name.strip().casefold(), joined_words(name)
        for rule, found in (
            (Rule.CASE, self._by_case.get(folded, ())),
            (Rule.SEPARATORS, self._by_words.get(joined, ()) if joined else ()),
            (Rule.PLURAL, self._plural(name)),
        ):
            if len(found) == 1:
                return Match(name, tuple(found), rule)
            if found:
                return Match(name, (), Rule.AMBIGUOUS, near=tuple(found))
        return Match(name, (), Rule.UNMAPPED)

    def _plural(self, name: str) -> tuple[str, ...]:
        forms = sorted(singulars(name))
        return tuple(
            dict.fromkeys(one for form in forms for one in self._by_singular.get(form, ()))
        )

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """The hierarchy among mapped labels.

        A label of the data that stands for nothing is skipped: its parents take its place.

        Raises:
            DataError: if the mapping has made a circle of it.
        """
        above: dict[str, dict[str, None]] = {}
        for name in self._raw_parents:
            for label in self._own(name):
                climbed = above.setdefault(label, {})
                climbed.update((one, None) for one in self._nearest(name) if one != label)
        found = {label: tuple(some) for label, some in above.items() if some}
        check_hierarchy(found)
        return found

    def _own(self, name: str) -> tuple[str, ...]:
        match = self._direct(name)
        return match.labels if match.is_same else ()

    def _nearest(self, name: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        wave = self._raw_parents.get(name, ())
        seen = set(wave)
        while wave:
            higher: dict[str, None] = {}
            for one in wave:
                labels = self._own(one)
                found.update(dict.fromkeys(labels))
                if not labels:
                    ups = self._raw_parents.get(one, ())
                    higher.update((up, None) for up in ups if up not in seen)
            wave = tuple(higher)
            seen.update(wave)
        return tuple(found)


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, label in pairs:
        found.setdefault(key, {})[label] = None
    return {key: tuple(labels) for key, labels in found.items()}
