"""Find the ways through an application that reach its API calls, and explore each call once.

A branch on something unknown (a command-line argument, a frame of a camera) may
hide a call or a decision: the other way is tried, within limits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.explored import Explored
from chameleonapi.analysis.exploration.inputs import needs_repeats
from chameleonapi.analysis.exploration.probing import probes_of, shows_more
from chameleonapi.analysis.exploration.runner import (
    EffectKey,
    Runner,
    full_answer,
    typical_answer,
)
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.site import explore_site
from chameleonapi.analysis.exploration.ways import (
    Defaults,
    Way,
    later_ways,
    others_of,
    tells_apart,
    ways_beside,
)
from chameleonapi.analysis.trace import Entry, Program, Trace, other_ways
from chameleonapi.apis import iter_apis
from chameleonapi.decision import Gap, Span, Status
from chameleonapi.errors import AnswerError

__all__ = ["Known", "SiteKey", "explore_program"]

SiteKey = tuple[Span, str]
Known = dict[SiteKey, list[Explored]]

_MAX_ENTRIES: Final = 60
_OTHER_WAYS: Final = 5
_QUESTIONS: Final = 12  # that only some answers of a call lead to
_MIXED: Final = 6  # other calls that are asked one by one
_IN_VAIN: Final = 5  # runs that come to no other call, after which calls are taken to be all
_UNBOUND: Final = "UnboundLocalError"
_UNNAMED: Final = "NameError"
_SAMPLES: Final = 150
_PROBES: Final = 60
_MAX_WITNESSES: Final = 16


def explore_program(
    program: Program,
    labels: Callable[[str], tuple[str, ...]],
    budget: Budget,
    progress: Callable[[Callable[[], Known]], None] | None = None,
) -> Known:
    """Return what is known of each call that a run reaches, the best first.

    One call may ask several APIs at once (``annotate_image`` with features): each has its own row.

    Args:
        program: the application.
        labels: vocabulary by API id.
        budget: limits.
        progress: called after each step, with what returns all that is known by then.
    """
    deadline = Deadline(budget.total_seconds)
    found: dict[SiteKey, list[Explored]] = {}
    defaults: Defaults = (
        {one.id: typical_answer(one) for one in iter_apis()},
        {one.id: full_answer(one, program.literals) for one in iter_apis()},
        {one.id: full_answer(one, program.literals, is_negative=True) for one in iter_apis()},
        {one.id: {} for one in iter_apis()},
    )
    idle: dict[SiteKey, Way] = {}  # calls that seem to decide nothing, and how they are reached
    for entry in program.entries[:_MAX_ENTRIES]:
        if deadline.is_over:
            break
        ways = _ways(program, entry, budget, deadline, defaults)
        while ways and not deadline.is_over:
            way = ways.pop(0)
            rows = found.setdefault((way.site.span, way.site.api), [])
            if entry.is_called and any(map(_shows_all, rows)):
                continue  # a caller of it has shown what becomes of the answer
            if any(_settles(program, way, one, budget) for one in rows):
                continue
            # What one call costs must not keep the others from being looked at.
            coming = {(one.site.span, one.site.api) for one in ways}
            waiting = {(one.span, one.api) for one in program.sites} - {*found} | coming
            until = Deadline(deadline.seconds_left / (1 + len(waiting)))
            is_open = entry.has_callers or (entry.is_called and any(one.is_reached for one in rows))
            made = _explore(program, way, labels(way.site.api), budget, until, defaults)
            rows.append(_as_part(made) if is_open else made)
            if made.is_reached and not made.decides and len(idle) < _MIXED:
                idle.setdefault((way.site.span, way.site.api), way)
            if progress is not None:
                progress(functools.partial(_known, program, found, is_over=True))
            known = {*found, *((one.site.span, one.site.api) for one in ways)}
            ways += _ways_on(program, way, rows[-1], known, defaults[0])
    for key, way in idle.items():
        if not deadline.is_over and not any(one.decides for one in found[key]):
            found[key] += _beside_witnesses(program, way, found, labels, budget, deadline, defaults)
    return _known(program, found, is_over=deadline.is_over)


def _known(program: Program, found: Mapping[SiteKey, list[Explored]], *, is_over: bool) -> Known:
    """Return what is known of each call; of those that nobody came to, that this is so."""
    known = {key: _best(rows) for key, rows in found.items() if rows}
    if is_over and program.entries:
        for one in program.sites:
            if (one.span, one.api) not in known:
                gap = Gap("budget", "The analysis ended before this call was looked at.", one.span)
                unseen = Explored(one, program.entries[0], False, None, False, (gap,), ())
                known[one.span, one.api] = [unseen]
    return known


def _ways(
    program: Program, entry: Entry, budget: Budget, deadline: Deadline, defaults: Defaults
) -> list[Way]:
    """Return one way to each call that the entry reaches.

    What leads on from a run that came to a new call is tried first, the last question before the
    call before the others: a chain of comparisons (the name of a service, a command) has a call
    at each of its ends.
    """
    ways: dict[SiteKey, Way] = {}
    queue: list[dict[str, bool]] = [{}]
    seen = {frozenset[tuple[str, bool]]()}
    tried = in_vain = 0
    while queue and tried < budget.contexts and not deadline.is_over:
        assumptions = queue.pop(0)
        tried += 1
        trace = program.run(entry, {}, assumptions, default=defaults[0])
        before = len(ways)
        for site in trace.sites:
            ways.setdefault((site.span, site.api), Way(entry, site, assumptions, {}))
        in_vain = 0 if len(ways) > before else in_vain + 1
        if ways and in_vain > _IN_VAIN:
            break
        onward: list[dict[str, bool]] = []
        since = 0  # how many ways on there were before the last answer that is given here
        for mark, one in other_ways(trace.assumptions):
            # Once a call is reached, only branches before it can lead to another one.
            if mark in assumptions:
                since = len(onward)
                continue
            if one.is_after_call and ways:
                continue
            other = {**assumptions, mark: not one.taken}
            key = frozenset(other.items())
            if key not in seen:
                seen.add(key)
                onward.append(other)
        if ways and not in_vain:
            queue = [*_from_both_ends(onward), *queue]
        elif ways and in_vain == 1:  # one step without a call may lie between two of a chain
            queue = [*onward[since : since + 1], *queue, *onward[since + 1 :], *onward[:since]]
        else:
            queue += onward
        if ways and len(ways) >= len(program.sites):
            break
    plain = _nothing_found(program, entry, ways, defaults[0])
    if plain:
        ways = {key: replace(one, assumptions=plain) for key, one in ways.items()}
    if ways and len(ways) < len(program.sites):
        # A call may follow only on certain answers of another one.
        first = next(iter(ways.values()))
        for others in defaults[1:]:
            trace = program.run(entry, {}, first.assumptions, default=others)
            for site in trace.sites:
                ways.setdefault((site.span, site.api), Way(entry, site, first.assumptions, others))
    if len(ways) < len(program.sites) and not deadline.is_over:
        for way in later_ways(program, entry, defaults[0]):
            ways.setdefault((way.site.span, way.site.api), way)
    return list(ways.values())


def _from_both_ends(ways: Sequence[dict[str, bool]]) -> Iterator[dict[str, bool]]:
    """Yield the last way, the first, the last but one: an outer question may be far from a call."""
    low, high = 0, len(ways) - 1
    while low <= high:
        yield ways[high]
        if low < high:
            yield ways[low]
        low, high = low + 1, high - 1


def _nothing_found(
    program: Program,
    entry: Entry,
    ways: Mapping[SiteKey, Way],
    default: Mapping[str, Mapping[str, Any]],
) -> dict[str, bool]:
    """Return assumptions under which none of many words is in a text that is not known.

    By themselves, all of them would be: as if each message held every bad word.
    """
    if not ways:
        return {}
    before = dict(next(iter(ways.values())).assumptions)
    if any(dict(one.assumptions) != before for one in ways.values()):
        return {}
    trace = program.run(entry, {}, before, default=default)
    many = {
        mark: False
        for mark, one in other_ways(trace.assumptions)
        if mark == one.place and one.taken and mark not in before and not one.is_tainted
    }
    if not many:
        return {}
    plain = {**before, **many}
    other = program.run(entry, {}, plain, default=default)
    failed = {one.message for one in other.failures}
    more = {one.message for one in other.failures if one not in trace.failures}
    if any(_UNBOUND in one for one in failed) or any(_UNNAMED in one for one in more):
        return {}  # what is found there is needed, such as a class by a file's name
    sites = {(one.span, one.api) for one in other.sites}
    return plain if sites >= set(ways) else {}


def _ways_on(
    program: Program,
    way: Way,
    explored: Explored,
    known: Collection[SiteKey],
    default: Mapping[str, Mapping[str, Any]],
) -> list[Way]:
    """Return ways to calls that follow only on certain answers of a call that was explored.

    What is not known and was computed from its answer (a share of the size of an image) may have
    to be true for that, too.
    """
    process = explored.process
    if process is None or len(known) >= len(program.sites):
        return []
    ways: dict[SiteKey, Way] = {}
    taken = {**{one.key: one.taken for one in explored.open}, **way.assumptions}
    turned = [
        {**taken, one.key: not one.taken}
        for one in explored.open[:_OTHER_WAYS]
        if one.is_tainted and one.key not in way.assumptions
    ]
    witnesses = [others_of(way, process, one) for one in process.witnesses[:_MAX_WITNESSES]]

    def note(assumptions: Mapping[str, bool], others: Mapping[str, Mapping[str, Any]]) -> Trace:
        trace = program.run(way.entry, {}, assumptions, default={**default, **others})
        for site in trace.sites:
            key = (site.span, site.api)
            if key not in known:
                ways.setdefault(key, Way(way.entry, site, assumptions, others))
        return trace

    asked: dict[str, tuple[bool, Mapping[str, Mapping[str, Any]]]] = {}
    for assumptions in (taken, *turned):
        for others in witnesses:
            for mark, one in other_ways(note(assumptions, others).assumptions):
                if one.is_after_call and one.key not in way.assumptions:
                    asked.setdefault(mark, (not one.taken, others))
    if not ways:  # what another service says may have to be otherwise, too
        for mark, (other, given) in [*asked.items()][:_QUESTIONS]:
            note({**taken, mark: other}, given)
    return list(ways.values())


def _beside_witnesses(
    program: Program,
    way: Way,
    found: Mapping[SiteKey, list[Explored]],
    labels: Callable[[str], tuple[str, ...]],
    budget: Budget,
    deadline: Deadline,
    defaults: Defaults,
) -> list[Explored]:
    """Return what a call decides where another one answers as it hardly does by chance."""
    known = [
        one.process
        for rows in found.values()
        for one in rows
        if one.process is not None and one.entry == way.entry
    ]
    for other in ways_beside(program, way, known, defaults):
        if deadline.is_over:
            break
        made = explore_site(
            program,
            other.entry,
            other.site,
            other.assumptions,
            labels(other.site.api),
            budget,
            others=other.others,
            until=deadline,
            joins=False,
        )
        if made.decides:
            return [made]
    return []


def _explore(
    program: Program,
    way: Way,
    labels: tuple[str, ...],
    budget: Budget,
    deadline: Deadline,
    defaults: Defaults,
) -> Explored:
    plenty = deadline.seconds_left / 2

    def look(
        assumptions: Mapping[str, bool],
        others: Mapping[str, Mapping[str, Any]],
        inputs: int = 1,
    ) -> Explored:
        return explore_site(
            program,
            way.entry,
            way.site,
            assumptions,
            labels,
            budget,
            others=others,
            until=deadline,
            joins=deadline.seconds_left > plenty,
            inputs=inputs,
        )

    best = look(way.assumptions, way.others)
    if best.decides:
        process, alphabet = best.process, best.alphabet
        if best.inputs_wanted > 1 and process is not None and alphabet is not None:
            many = needs_repeats(process, alphabet, budget.seed)
            other = look(way.assumptions, way.others, best.inputs_wanted) if many else best
            return other if other.decides else best
        return best
    apis = {one.api for one in program.sites if one.span != way.site.span}
    tried: list[Mapping[str, Any]] = [{one: defaults[0][one] for one in apis}]
    for others in defaults[1:]:
        said = {one: others[one] for one in apis}
        if said in tried:
            continue  # the other calls say nothing new
        tried.append(said)
        if deadline.is_over:
            break
        if not _may_differ(program, way, best, others, budget):
            continue
        other = look(way.assumptions, others)
        if other.decides:
            return other
    turned = [
        {**way.assumptions, one.key: not one.taken}
        for one in best.open[:_OTHER_WAYS]
        if one.key not in way.assumptions
    ]
    for api in sorted(apis)[:_MIXED] if len(apis) > 1 and not best.decides else ():
        # One of the others may have to say much and the rest as little as ever, and what is
        # not known may have to be otherwise too.
        mixed = {**tried[0], api: defaults[1][api]}
        for assumptions in (way.assumptions, *turned):
            if deadline.is_over or not tells_apart(program, way, assumptions, mixed, defaults):
                continue
            other = look(assumptions, mixed)
            if other.decides:
                return other
    unexpressed = None
    for one in best.open[:_OTHER_WAYS]:
        if deadline.is_over:
            break
        if one.key in way.assumptions:
            continue
        other = look({**way.assumptions, one.key: not one.taken}, way.others)
        if other.process is not None and not best.decides:
            return other
        if other.decides and unexpressed is None:
            unexpressed = other  # it does decide, though no record says how
    if unexpressed is None and best.is_reached and best.inputs_wanted > 1:
        # What is counted over many inputs decides only when there are as many.
        other = look(way.assumptions, way.others, best.inputs_wanted)
        if other.decides:
            return other
    return unexpressed or best


def _may_differ(
    program: Program,
    way: Way,
    known: Explored,
    others: Mapping[str, Mapping[str, Any]],
    budget: Budget,
) -> bool:
    """Return whether a call that decides nothing may do so when other calls answer like this."""
    if not known.is_reached or any(one.code == "budget" for one in known.gaps):
        return True
    usual = Runner(
        program,
        way.entry,
        way.site,
        way.assumptions,
        Meter(_SAMPLES, budget.seconds),
        others=way.others,
    )
    other = usual.otherwise(Meter(_SAMPLES, budget.seconds), others=others)
    probes = probes_of(usual, known.alphabet, budget.seed)
    return shows_more(usual, other, probes, (span for span, _ in known.ways))


def _settles(program: Program, way: Way, known: Explored, budget: Budget) -> bool:
    """Return whether a decision that is known already says all that the entry does."""
    process = known.process
    if process is None or process.status is not Status.COMPLETE or known.alphabet is None:
        return False
    meter = Meter(_SAMPLES, budget.seconds)
    joint = [one.api for one in process.beside]
    runner = Runner(
        program, way.entry, way.site, way.assumptions, meter, others=way.others, joint=joint
    )
    source = AnswerSource(known.alphabet, budget.seed)
    seen: dict[str, frozenset[EffectKey]] = {}
    for _ in range(_PROBES):
        answer = source.draw()
        observed = runner.observe(answer).effects
        effects = frozenset(one for one in observed if one[:3] not in known.echoes)
        if seen.setdefault(process.decide(answer).id, effects) != effects:
            return False
    return True


def _shows_all(one: Explored) -> bool:
    """Return whether it is known from one entry what becomes of the answer, even if nothing."""
    is_open = one.decides or any(a.is_tainted for a in one.open)
    return one.process is not None or (one.is_reached and not one.gaps and not is_open)


def _as_part(one: Explored) -> Explored:
    """Return what a function does by itself, where what its callers make of it is not known."""
    if one.process is None and not one.hands_on:
        return one
    gap = Gap(
        "callers",
        f"This is what {one.entry.name} does by itself; what its callers make of that was not "
        "understood.",
        one.site.span,
    )
    if one.process is None:
        return replace(one, gaps=(*one.gaps, gap))
    gaps = (*one.process.gaps, gap)
    process = one.process.with_(gaps=gaps, status=Status.PARTIAL)
    return replace(one, process=process, gaps=(*one.gaps, gap))


def _rank(one: Explored) -> tuple[bool, bool, bool, bool, bool]:
    process = one.process
    return (
        process is not None,
        process is not None and process.status is Status.COMPLETE,
        one.decides,
        one.is_reached,
        any(
            asked.is_tainted for asked in one.open
        ),  # may decide: one entry that does not says less
    )


def _best(rows: list[Explored]) -> list[Explored]:
    """Return the best first, without those whose decision follows from a better one."""
    ordered = sorted(rows, key=_rank, reverse=True)
    kept: list[Explored] = []
    for one in ordered:
        if one.process is None:
            if not kept:
                kept.append(one)
        elif not any(_follows(one, other) for other in kept):
            kept.append(one)
    return kept


def _follows(one: Explored, other: Explored) -> bool:
    """Return whether the outcome of ``other`` settles that of ``one``, on random answers."""
    if one.process is None or other.process is None or one.alphabet is None:
        return other.process is not None
    source = AnswerSource(one.alphabet, 5)
    seen: dict[str, str] = {}
    for _ in range(_SAMPLES):
        answer = source.draw()
        try:
            here, there = one.process.decide(answer).id, other.process.decide(answer).id
        except AnswerError:
            continue
        if seen.setdefault(there, here) != here:
            return False
    return True
