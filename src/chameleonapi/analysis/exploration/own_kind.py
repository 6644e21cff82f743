"""What sort of decision one call makes, where its record also reads the answers of other calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.trace import End
from chameleonapi.apis import ApiSpec, own_part
from chameleonapi.decision import (
    Compare,
    CountAtLeast,
    DecisionProcess,
    Field,
    Kind,
    LengthAtLeast,
)
from chameleonapi.decision.structure import walk_numbers

__all__ = ["only_fails", "with_own_kind"]

_SAMPLES: Final = 60
_MOST_OTHERS: Final = 8
_TWO: Final = 2
# What more outcomes than the call itself tells apart make of a choice between two.
_WIDER: Final = frozenset({Kind.MULTI_CHOICE, Kind.MULTI_SELECT, Kind.COUNT, Kind.GENERAL})


def with_own_kind(
    process: DecisionProcess, alphabet: Alphabet, own: ApiSpec, seed: int
) -> DecisionProcess:
    """Return a record of several calls with the kind that fits what one of them tells apart.

    Whatever the others answer, this call may choose between two outcomes only.
    """
    is_wider = process.kind in _WIDER or (
        process.kind is Kind.VALUE_RANGES and not _reads_fields(process, own)
    )
    if not is_wider or _counts(process, own):
        return process
    if any(len(one) > _TWO for one in _told_apart(process, alphabet, own, seed)):
        return process
    return process.with_(kind=Kind.TRUE_FALSE, order=None)


def only_fails(
    process: DecisionProcess,
    alphabet: Alphabet,
    own: ApiSpec,
    seed: int,
    ends: Callable[[Mapping[str, Any]], End],
) -> bool:
    """Return whether one of several calls decides only that the application fails.

    Args:
        process: the record of all of them.
        alphabet: of the record.
        own: the API of the call.
        seed: of the answers that are tried.
        ends: how a run on an answer ends.
    """
    failing = {one.outcome for one in process.witnesses if ends(one.answer) is End.RAISED}
    return all(len(one - failing) < _TWO for one in _told_apart(process, alphabet, own, seed))


def _told_apart(
    process: DecisionProcess, alphabet: Alphabet, own: ApiSpec, seed: int
) -> Iterator[set[str]]:
    """Yield the outcomes of the answers of one call, for each of some answers of the others."""
    source = AnswerSource(alphabet, seed)
    drawn = [source.draw() for _ in range(_SAMPLES)]
    # nothing at all in any of six lists is hardly drawn
    given = [own_part(own, one) for one in (*drawn, *(one.answer for one in process.witnesses))]
    keys = {key for one in given for key in one}
    for witness in process.witnesses[:_MOST_OTHERS]:
        others = {key: value for key, value in witness.answer.items() if key not in keys}
        yield {process.decide({**others, **one}).id for one in given}


def _reads_fields(process: DecisionProcess, own: ApiSpec) -> bool:
    """Return whether the record asks more of the call's own answer than whether there is any."""
    paths = {one.path for one in own.collections}
    fields = {one.path for one in own.answer_fields}
    if any(one.tests for one in process.atoms if one.collection in paths):
        return True
    return any(
        isinstance(part, Field) and part.path in fields
        for one in process.predicates()
        if isinstance(one, Compare)
        for part in walk_numbers(one.value)
    )


def _counts(process: DecisionProcess, own: ApiSpec) -> bool:
    """Return whether the record asks how many elements there are in the call's own answer."""
    paths = {one.path for one in own.collections}
    mine = {one.id for one in process.atoms if one.collection in paths}
    for one in process.predicates():
        if isinstance(one, CountAtLeast) and one.count > 1 and one.atom in mine:
            return True
        if isinstance(one, LengthAtLeast) and one.count > 1 and one.collection in paths:
            return True
    return False
