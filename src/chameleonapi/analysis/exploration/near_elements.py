"""Elements of answers that led to something new: those near them stay, where letters are many."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, final

from chameleonapi.analysis.exploration.fields import is_list
from chameleonapi.analysis.expressions import Leaf
from chameleonapi.analysis.trace import Trace
from chameleonapi.apis import elements

__all__ = ["NearElements"]

_MOST: Final = 40  # elements of a list, and outcomes


@final
class NearElements:
    """The elements on which an application asked or did something new, by list."""

    def __init__(self) -> None:
        self.by_list: dict[str, list[Mapping[str, Any]]] = {}
        self._outcomes: set[Hashable] = set()  # of single elements

    def note_outcome(
        self, trace: Trace, answer: Mapping[str, Any], collections: Iterable[str]
    ) -> bool:
        """Remember the first elements of an answer if they lead to what none has; return whether.

        Args:
            trace: of a run.
            answer: the one that it was given.
            collections: the lists whose elements are meant.
        """
        outcome = frozenset((one.level, one.span, one.key) for one in trace.effects)
        if outcome in self._outcomes or len(self._outcomes) >= _MOST:
            return False
        self._outcomes.add(outcome)
        is_new = False
        for collection in collections:
            rows = elements(answer, collection)[:1]
            self.by_list.setdefault(collection, []).extend(rows)
            is_new = is_new or bool(rows)
        return is_new

    def note_question(self, leaves: Iterable[Leaf], answer: Mapping[str, Any]) -> None:
        """Remember the elements of an answer on which something new was asked."""
        for leaf in leaves:
            if not is_list(leaf.collection) or leaf.index < 0:
                continue
            known = self.by_list.setdefault(leaf.collection, [])
            rows = elements(answer, leaf.collection)
            if leaf.index < len(rows) and len(known) < _MOST:
                known.append(rows[leaf.index])
