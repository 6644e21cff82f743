"""What a record leaves open, and says so: unknown branches, free texts, lists inside elements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.draft import Draft
from chameleonapi.analysis.exploration.element_making import MOST_ITEMS
from chameleonapi.analysis.exploration.inner_items import lists_by_items, places_read
from chameleonapi.analysis.exploration.printed_scores import PRINTED_NUMBER, has_scores
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.table import Table
from chameleonapi.analysis.exploration.unknown_branches import unsettled
from chameleonapi.analysis.trace import Assumption
from chameleonapi.decision import Gap, Span

__all__ = ["joint_gaps", "open_gaps"]

_FREE_TEXT: Final = (
    "The field {path!r} holds free text: what is accepted is known for sample texts made from the "
    "literals of the source only."
)
_NESTED: Final = f"Of {{name!r}} inside an element the first {MOST_ITEMS} items are told apart."


def open_gaps(
    runner: Runner, discovery: Discovery, draft: Draft, table: Table | None, budget: Budget
) -> list[Gap]:
    """Return the gaps of a record that agrees with the application as far as it says anything.

    Args:
        runner: ran the application.
        discovery: found out what it asks.
        draft: the record.
        table: what was done on words.
        budget: limits.
    """
    span = runner.site.span
    gaps = [*runner.gaps, *runner.scattered_failures, *discovery.gaps.values()]
    if table is not None and has_scores(runner, table, draft.levels, draft.outcome_of):
        gaps.append(Gap("printed-number", PRINTED_NUMBER, span))
    gaps += [
        Gap("free-text", _FREE_TEXT.format(path=path), span) for path in sorted(discovery.free_text)
    ]
    any_item = {path for paths in lists_by_items(draft.process).values() for path in paths}
    places = places_read(draft.process, least=1)  # where the first item decides, no later one does
    gaps += [
        Gap("nested-list", _NESTED.format(name=one), span)
        for one in draft.alphabet.cut_lists()
        if one in places and one not in any_item
    ]
    if runner.aborted:
        gaps.append(
            Gap("aborted", f"{runner.aborted} runs ended before the application did.", span)
        )
    for one in unsettled(runner, draft, budget):
        gaps.append(
            Gap(
                "tainted-unknown" if one.is_tainted else "unknown-value",
                _unknown(one),
                one.span,
            )
        )
    return list(dict.fromkeys(gaps))


def joint_gaps(discovery: Discovery, settled: Collection[Span]) -> list[Gap]:
    """Return the tests on several numbers that random answers have not seen both ways.

    Args:
        discovery: found out what the application asks.
        settled: where tests stand that were seen both ways since.
    """
    return [
        Gap(
            "joint-numbers",
            f"The test {one.text} joins several numbers, and was seen one way only.",
            one.span,
        )
        for one in discovery.joint.values()
        if len(one.values) < 2 and one.span not in settled
    ]


def _unknown(one: Assumption) -> str:
    """Return what to say of a branch on something unknown."""
    if one.is_tainted:
        return (
            f"A branch depends on {one.provenance}, which is not known and was computed from the "
            "answer."
        )
    if one.is_after_call:
        return f"A branch depends on {one.provenance}, which is not known."
    way = "so" if one.taken else "not so"
    return (
        f"A branch before the call depends on {one.provenance}, which is not known: this record "
        f"holds where it is {way}."
    )
