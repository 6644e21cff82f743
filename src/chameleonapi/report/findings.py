"""What an evaluation lets one say, and what it does not: better, worse, or cannot be told."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from chameleonapi.evaluation.record import Comparison, Evaluation, MethodResult, Rate
from chameleonapi.report.numbers import percent, points, points_span

__all__ = [
    "BASELINE",
    "OURS",
    "Headline",
    "Standing",
    "Verdict",
    "baseline_of",
    "find_headline",
    "judge",
    "ours_of",
    "sorted_comparisons",
    "stand",
]

BASELINE = "generic"
OURS = "ours"


class Verdict(enum.Enum):
    """Where the interval of a difference of rates lies."""

    BETTER = "better"
    UNCLEAR = "no difference beyond the interval"
    WORSE = "worse"
    UNCOMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Headline:
    """The result in a few words and in one sentence, and the sentence on the strongest rival."""

    verdict: Verdict
    short: str
    sentence: str
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One method against another; without a paired interval ``difference`` is None."""

    fixed: int
    broken: int
    relative: float | None
    difference: Rate | None


def judge(difference: Rate | None) -> Verdict:
    """Return what the interval of a difference says; touching zero says nothing."""
    if difference is None:
        return Verdict.UNCOMPARED
    if difference.high < 0:
        return Verdict.BETTER
    return Verdict.WORSE if difference.low > 0 else Verdict.UNCLEAR


def baseline_of(evaluation: Evaluation) -> MethodResult:
    """Return the method that stands for today's API: the generic one, else the first."""
    named = [one for one in evaluation.methods if one.name == BASELINE]
    return (named or list(evaluation.methods))[0]


def ours_of(evaluation: Evaluation) -> MethodResult:
    """Return the method that this report is about: ours, else the one compared, else the last."""
    known = {one.name: one for one in evaluation.methods}
    for name in (OURS, *(one.method for one in evaluation.comparisons)):
        if name in known:
            return known[name]
    return evaluation.methods[-1]


def stand(evaluation: Evaluation, method: str, against: str) -> Standing:
    """Return how one method stands against another, from the record or from the examples."""
    for one in evaluation.comparisons:
        if (one.method, one.against) == (method, against):
            return Standing(one.fixed, one.broken, one.relative, one.difference)
        if (one.method, one.against) == (against, method):
            turned = Rate(-one.difference.rate, -one.difference.high, -one.difference.low)
            change = _relative(evaluation, method, against)
            return Standing(one.broken, one.fixed, change, turned)
    fixed = broken = 0
    for example in evaluation.examples:
        if method in example.decided and against in example.decided:
            right = example.decided[method] in example.acceptable
            was_right = example.decided[against] in example.acceptable
            fixed += right and not was_right
            broken += was_right and not right
    return Standing(fixed, broken, _relative(evaluation, method, against), None)


def _relative(evaluation: Evaluation, method: str, against: str) -> float | None:
    old = evaluation.method(against).balanced.rate
    return (evaluation.method(method).balanced.rate - old) / old if old else None


def find_headline(evaluation: Evaluation) -> Headline:
    """Return the result, worded so that it claims no more than the interval allows."""
    ours, base = ours_of(evaluation), baseline_of(evaluation)
    if ours.name == base.name:
        return Headline(
            Verdict.UNCOMPARED,
            f"{percent(ours.balanced.rate)} of decisions are wrong",
            "Only one method was evaluated, so there is nothing to compare it with.",
        )
    found = stand(evaluation, ours.name, base.name)
    verdict = judge(found.difference)
    rates = (
        f"With “{ours.title}”, {percent(ours.balanced.rate)} of decisions are wrong, "
        f"against {percent(base.balanced.rate)} with “{base.title}”"
    )
    if found.difference is None:
        return Headline(
            verdict,
            f"{percent(ours.balanced.rate)} of decisions are wrong",
            f"{rates}; they were not compared in pairs, so the difference has no interval.",
        )
    between = f"{evaluation.confidence:.0%} interval {points_span(found.difference)}"
    gap = f"the difference of {points(found.difference.rate)} percentage points ({between})"
    short, tail = {
        Verdict.BETTER: (_share(found.relative, "fewer"), "lies below zero"),
        Verdict.WORSE: (_share(found.relative, "more"), "lies above zero"),
    }.get(
        verdict,
        (
            "No difference beyond the interval",
            "may as well be none: this test cannot tell the two apart",
        ),
    )
    return Headline(verdict, short, f"{rates}; {gap} {tail}.", _rival(evaluation, ours, base))


def _share(relative: float | None, word: str) -> str:
    if relative is None:
        return f"{word.capitalize()} wrong decisions"
    return f"{abs(relative):.0%} {word} wrong decisions"


def _rival(evaluation: Evaluation, ours: MethodResult, base: MethodResult) -> str:
    others = [one for one in evaluation.methods if one.name not in {ours.name, base.name}]
    if not others:
        return ""
    best = min(others, key=lambda one: one.balanced.rate)
    found = stand(evaluation, ours.name, best.name)
    start = f"The strongest other method is “{best.title}” with {percent(best.balanced.rate)}"
    if found.difference is None:
        return f"{start}; it was not compared in pairs."
    words = {
        Verdict.BETTER: "fewer wrong decisions, beyond the interval",
        Verdict.WORSE: "more wrong decisions, beyond the interval",
    }.get(judge(found.difference), "no difference beyond the interval")
    return (
        f"{start}; against it the difference is {points(found.difference.rate)} points "
        f"({points_span(found.difference)}): {words}."
    )


def sorted_comparisons(evaluation: Evaluation) -> tuple[Comparison, ...]:
    """Return the paired comparisons, those of our method first."""
    ours = ours_of(evaluation).name
    return tuple(sorted(evaluation.comparisons, key=lambda one: one.method != ours))
