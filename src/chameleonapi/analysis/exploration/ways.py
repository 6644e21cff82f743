"""Ways to a call: where to begin, which way to go at what is not known, what other calls answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chameleonapi.analysis.trace import ROUNDS, CallSite, Entry, Program, other_ways
from chameleonapi.apis import get_api, own_part
from chameleonapi.decision import DecisionProcess, Witness

__all__ = ["Defaults", "Way", "later_ways", "others_of", "tells_apart", "ways_beside"]

_MAX_WITNESSES: Final = 16
_OTHER_WAYS: Final = 5
_LATER: Final = (32, 320)  # rounds of loops before a call: batches of texts, frames of a camera

Defaults = tuple[dict[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Way:
    """One way to a call."""

    entry: Entry
    site: CallSite
    assumptions: Mapping[str, bool]
    others: Mapping[str, Mapping[str, Any]]


def later_ways(
    program: Program, entry: Entry, default: Mapping[str, Mapping[str, Any]]
) -> Iterator[Way]:
    """Yield ways to calls that are only made when a loop has gone round often.

    ``if len(batch) == 25`` and ``if count % 30 == 0`` are not so in the first round.
    """
    for rounds in _LATER:
        assumptions = {f"{ROUNDS}{rounds}": True}
        trace = program.run(entry, {}, assumptions, default=default)
        for site in trace.sites:
            yield Way(entry, site, assumptions, {})


def others_of(
    way: Way, process: DecisionProcess, witness: Witness
) -> Mapping[str, Mapping[str, Any]]:
    """Return the answers of other calls on a way, and a witness's to those that it is about."""
    others = dict(way.others)
    for api in (process.api, *(one.api for one in process.beside)):
        others[api] = own_part(get_api(api), witness.answer)
    return others


def tells_apart(
    program: Program,
    way: Way,
    assumptions: Mapping[str, bool],
    others: Mapping[str, Mapping[str, Any]],
    defaults: Defaults,
) -> bool:
    """Return whether plain answers of the call do different things beside these of the others."""
    seen = set()
    for answers in defaults:
        trace = program.run(
            way.entry,
            {way.site.span: answers[way.site.api]},
            assumptions,
            default={**defaults[0], **way.others, **others},
        )
        seen.add(frozenset((one.level, one.span, one.key) for one in trace.effects))
    return len(seen) > 1


def ways_beside(
    program: Program, way: Way, known: Sequence[DecisionProcess], defaults: Defaults
) -> Iterator[Way]:
    """Yield ways on which a call tells answers apart, beside an answer of another call.

    Of a face that looks ahead, say, the labels may be asked next. What another call tells apart
    is known, with an answer for each; what was computed from that may have to be otherwise too.

    Args:
        program: the application.
        way: on which the call decides nothing.
        known: the decisions of other calls of the same entry.
        defaults: plain answers, typical ones first.
    """
    witnesses = [
        others_of(way, process, one)
        for process in known
        if process.call != way.site.span
        for one in process.witnesses
    ]
    for others in witnesses[:_MAX_WITNESSES]:
        trace = program.run(way.entry, {}, way.assumptions, default={**defaults[0], **others})
        turned = [
            {**way.assumptions, mark: not one.taken}
            for mark, one in other_ways(trace.assumptions)
            if one.is_after_call and one.key not in way.assumptions
        ]
        for assumptions in (way.assumptions, *turned[:_OTHER_WAYS]):
            if tells_apart(program, way, assumptions, others, defaults):
                yield replace(way, assumptions=assumptions, others=others)
