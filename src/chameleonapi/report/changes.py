"""The test examples on which two methods differ: fixed, broken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from chameleonapi.evaluation.record import Evaluation, ExampleResult

__all__ = ["Changes", "find_changes"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Examples that came out right only with the second, or only with the first method."""

    fixed: tuple[ExampleResult, ...]
    broken: tuple[ExampleResult, ...]


def find_changes(evaluation: Evaluation, before: str, after: str) -> Changes:
    """Return all examples that changed, ordered so that a first few show every outcome."""
    fixed, broken = [], []
    for one in evaluation.examples:
        if before in one.decided and after in one.decided:
            was = one.decided[before] in one.acceptable
            now = one.decided[after] in one.acceptable
            if now and not was:
                fixed.append(one)
            elif was and not now:
                broken.append(one)
    return Changes(_in_turn(fixed), _in_turn(broken))


def _in_turn(examples: list[ExampleResult]) -> tuple[ExampleResult, ...]:
    groups: dict[tuple[str, ...], list[ExampleResult]] = defaultdict(list)
    rank = []
    for one in examples:
        group = groups[one.acceptable]
        rank.append((len(group), one))
        group.append(one)
    rank.sort(key=lambda pair: pair[0])  # stable: the order of the record within a round
    return tuple(one for _, one in rank)
