"""Explore one call site under one entry: the call alone, then together with others that decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.exploration.attempts import Exploration
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.explored import Explored
from chameleonapi.analysis.exploration.joining import (
    can_join,
    may_join_lists,
    reads,
    reads_labels,
    tells_labels_apart,
)
from chameleonapi.analysis.exploration.own_kind import only_fails, with_own_kind
from chameleonapi.analysis.trace import CallSite, End, Entry, Program
from chameleonapi.apis import get_api, own_part
from chameleonapi.decision import DecisionProcess, Gap, Status

__all__ = ["Explored", "explore_site"]

_EXPLORING: Final = 0.55  # of the time that is left, for one exploration
_VERIFYING: Final = 0.25
_AGAIN: Final = 0.25  # of all time: where less is left, nothing else is begun
_MOST_BESIDE: Final = 4
_SETTLED_JOINTLY: Final = frozenset({"other-call", "always-fails"})  # codes of gaps


def explore_site(
    program: Program,
    entry: Entry,
    site: CallSite,
    assumptions: Mapping[str, bool],
    vocabulary: tuple[str, ...],
    budget: Budget,
    *,
    process_id: str = "process",
    others: Mapping[str, Mapping[str, Any]] | None = None,
    until: Deadline | None = None,
    joins: bool = True,
    inputs: int = 1,
) -> Explored:
    """Return the decision of one call site, seen from one entry.

    Args:
        program, entry, site, assumptions: what is explored.
        vocabulary: labels of its API.
        budget: limits.
        process_id: of the record.
        others: the answers of other calls by API id; typical ones if None.
        until: when all of it ends; only the budget counts if None.
        joins: whether a call that decides nothing by itself is looked at together with others.
        inputs: how many inputs in a row a loop gets, all answered alike.
    """
    end = until or Deadline(budget.seconds + budget.verification_seconds)
    whole = max(end.seconds_left, 0.0)

    def explored(
        joint: Sequence[str] = (),
        *,
        tells_empty: bool = False,
        needs_own: bool = False,
        beside: Mapping[str, Mapping[str, Any]] | None = others,
    ) -> tuple[Explored, Exploration]:
        for recalls in (True, False):
            left = max(end.seconds_left, 0.0)
            made = Exploration(
                program,
                entry,
                site,
                assumptions,
                vocabulary,
                replace(
                    budget,
                    seconds=min(budget.seconds, left * _EXPLORING),
                    verification_seconds=min(budget.verification_seconds, left * _VERIFYING),
                ),
                process_id,
                beside,
                recalls=recalls,
                joint=joint,
                tells_empty=tells_empty,
                needs_own=needs_own,
                inputs=inputs,
            )
            found = made.result()
            recall = made.runner.recall
            if recall.is_trusted or not recall.recalled:
                break
            # Something leads this application that no test tells: what was recalled may be wrong.
            if end.seconds_left < whole * _AGAIN:
                return _with_budget_gap(found), made
        return found, made

    found, alone = explored()
    if end.seconds_left < whole * _AGAIN:
        return found
    if found.process is None and alone.may_filter():
        # What is handed on may be nothing: a filter by label decides.
        second, _ = explored(tells_empty=True)
        if second.process is not None and reads_labels(second.process):
            return second
    if found.process is not None and may_join_lists(found.process, alone.runner):
        second, _ = explored(tells_empty=True)
        if (
            second.process is not None
            and {one.code for one in second.gaps} <= {one.code for one in found.gaps}
            and tells_labels_apart(found.process, second.process)
        ):
            return second
    deciding = tuple(alone.deciding)
    is_idle = joins and not found.decides and not others and found.is_reached
    if is_idle:
        # What it says may matter only when another call says something else than usual.
        deciding = alone.runner.other_apis
    stays_open = {one.code for one in found.gaps} - _SETTLED_JOINTLY
    if (
        stays_open
        or end.seconds_left < whole * _AGAIN
        or not can_join(site.api, alone.runner, deciding)
    ):
        return found
    joined, together = explored(deciding, needs_own=is_idle)
    process = joined.process
    if process is None or process.status is not Status.COMPLETE:
        return found
    if found.process is None:
        if joined.alphabet is None or not reads(process, alone.runner.own):
            return found

        def ends(answer: Mapping[str, Any]) -> End:
            return together.runner.observe(answer).end

        if only_fails(process, joined.alphabet, alone.runner.own, budget.seed, ends):
            return found
        if is_idle and not any(
            explored(beside=one)[0].decides for one in _other_answers(process, deciding)
        ):
            return found  # whatever another call answers, this one only shows what it found
        own = with_own_kind(process, joined.alphabet, alone.runner.own, budget.seed)
        return replace(joined, process=own)
    # what sort of decision a call makes is a question about that call alone
    same = process.with_(kind=found.process.kind, order=found.process.order)
    return replace(joined, process=same)


def _other_answers(
    process: DecisionProcess, others: Sequence[str]
) -> list[dict[str, dict[str, Any]]]:
    """Return some answers of other calls, by API, as the witnesses of a joint record have them."""
    found: list[dict[str, dict[str, Any]]] = []
    for witness in process.witnesses:
        one = {name: dict(own_part(get_api(name), witness.answer)) for name in others}
        if one not in found:
            found.append(one)
    return found[:_MOST_BESIDE]


def _with_budget_gap(found: Explored) -> Explored:
    """Return what is known, with a gap that says that it was not looked at to the end."""
    gap = Gap("budget", "The exploration ended before everything was looked at.", found.site.span)
    gaps = tuple(dict.fromkeys((*found.gaps, gap)))
    process = found.process
    if process is not None:
        process = process.with_(gaps=gaps, status=Status.PARTIAL)
    return replace(found, process=process, gaps=gaps)
