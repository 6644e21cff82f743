"""What the outcomes of a program are called: as in the record where the two agree on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from chameleonapi.decision import OTHER_OUTCOME, DecisionProcess

__all__ = ["outcome_ids", "shown_name"]


def outcome_ids(
    record: DecisionProcess,
    names: Iterable[str],
    asked: Iterable[tuple[Mapping[str, Any], str]],
) -> tuple[dict[str, str], frozenset[str]]:
    """Return an id for each thing that a program was seen to do, and which of them the record has.

    It is the id of an outcome of the record where the two are one: of all answers, the program
    does this on those that the record decides so, and on no other. Then whatever counts decisions
    by the record counts the same outcomes. Other ids are made of the words of what is done, and
    are none that the record has.

    Args:
        record: what the analysis says.
        names: of what the program does.
        asked: answers, and the name of what the program does on each.
    """
    pairs = {(name, record.decide(answer).id) for answer, name in asked}
    of_program = Counter(name for name, _ in pairs)
    of_record = Counter(outcome for _, outcome in pairs)
    same = {
        name: outcome
        for name, outcome in pairs
        if of_program[name] == of_record[outcome] == 1 and outcome != OTHER_OUTCOME
    }
    taken = {OTHER_OUTCOME, *of_record, *(one.id for one in record.outcomes)}
    made: dict[str, str] = {}
    for name in sorted(names):
        made[name] = same.get(name) or _free_id(name, taken)
        taken.add(made[name])
    return made, frozenset(same[name] for name in made if name in same)


def shown_name(name: str) -> str:
    """Return the words of what a program does, without the digest that tells it from others."""
    return re.sub(r" \[[0-9a-f]{8}\]$", "", name)


def _free_id(name: str, taken: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", shown_name(name).lower()).strip("-")[:40].strip("-")
    base = words or "outcome"
    number, made = 1, base
    while made in taken:
        number += 1
        made = f"{base}-{number}"
    return made
