"""Tell a decision from an echo: printing what the answer holds, however much that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from chameleonapi.analysis.exploration.alphabet import Word
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.exploration.table import Outcome, Table, constant_words
from chameleonapi.analysis.trace import NOTHING, EffectLevel
from chameleonapi.decision import (
    Case,
    Compare,
    Exists,
    Field,
    LengthAtLeast,
    Not,
    NumberTest,
    Predicate,
    Span,
)
from chameleonapi.decision.atoms import Atom
from chameleonapi.decision.predicates import And, Or
from chameleonapi.decision.structure import walk_numbers

__all__ = ["is_echo", "logs_instead", "says_one_of_several"]

_ANSWER: Final = "<answer>"
_CALLED: Final = "call"
_RAISED: Final = "raise"
_SCORES: Final = ("score", "confidence", "salience", "topicality", "magnitude", "#")
_LOGGED: Final = re.compile(r"[\w.()'\"]*\.(?:debug|info|warn(?:ing)?|error|exception|critical)\(")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?|#")


def is_echo(
    outcomes: Iterable[Outcome],
    cases: Iterable[Case],
    atoms: dict[str, Atom],
    merged: set[EffectKey],
) -> bool:
    """Return whether outcomes differ only in whether, or how much of, the answer is passed on.

    A filter by label is a decision even then, and one by a number such as an age; a filter by
    score or the length is not.

    Args:
        outcomes: effects of each outcome, common ones left out.
        cases: the rules.
        atoms: by id.
        merged: effects that stand for many numbers.
    """
    outcomes, cases = list(outcomes), list(cases)
    if _only_ends_early(outcomes, cases):
        return True
    rows = {_without_nothing(one) for one in outcomes if one}
    every = frozenset().union(*rows)
    if not every:
        return False
    places = {(one[1], one[2]) for one in every if one in merged}
    # A number that is left in an effect without its counters is one of its words.
    shapes = {
        (*one[1:3], one[3] if one in merged else _NUMBER.sub("#", one[3]), one[4]) for one in every
    }
    if places and all((one[1], one[2]) in places for one in every) and len(shapes) == len(places):
        return True
    if len(rows) > 1 or not any(_ANSWER in one[3] for one in every):
        return False
    shown = {one[1:3] for one in every if _ANSWER in one[3]}
    if any(one[1] == _CALLED and one[1:3] not in shown for one in every):
        return False  # something is done that does not say what was found
    return all(_is_plain(case.predicate, atoms) for case in cases)


def logs_instead(
    table: Table, words: Sequence[Word], reached: Iterable[Outcome], common: Outcome
) -> bool:
    """Return whether a line of a log is all there is where another outcome hands data on.

    ``if tags: post.update(tags) else: log.info("no tags")`` says itself that it decides.
    """
    logged: dict[Outcome, frozenset[EffectKey]] = {}
    for word in words:
        outcome = table.out(word)
        lines = frozenset(
            one for one in table.raw(word) if one[0] == EffectLevel.ASIDE and _LOGGED.match(one[3])
        )
        logged[outcome] = logged.get(outcome, lines) & lines
    every = [logged[one] for one in reached if one in logged]
    hands_on = any(
        one[1] == _CALLED and _ANSWER in one[3] for outcome in reached for one in outcome - common
    )
    shared = frozenset.intersection(*every) if every else frozenset()
    return hands_on and any(
        one == common and any(_ANSWER not in line[3] for line in logged.get(one, shared) - shared)
        for one in reached
    )


def says_one_of_several(flags: Iterable[Iterable[EffectKey]]) -> bool:
    """Return whether data of the answer go out at one place with different words beside them.

    ``f"{name} is {'sure' if score > 0.9 else 'unsure'}"`` chooses, though each text shows a name.
    """
    words: dict[tuple[int, str, Span], set[frozenset[str]]] = {}
    for one in frozenset[EffectKey]().union(*flags):
        words.setdefault(one[:3], set()).add(frozenset(constant_words(one[3])))
    return any(len(some) > 1 for some in words.values())


def _only_ends_early(outcomes: Sequence[Outcome], cases: Sequence[Case]) -> bool:
    """Return whether one thing is done, and an answer with too few elements breaks it off.

    ``labels[2]["Name"]`` chooses nothing.
    """
    broken = sum(any(one[1] == _RAISED for one in outcome) for outcome in outcomes)
    return 0 < broken >= len(outcomes) - 1 and all(_is_length(one.predicate) for one in cases)


def _is_length(predicate: Predicate) -> bool:
    match predicate:
        case Not(operand):
            return _is_length(operand)
        case And(operands) | Or(operands):
            return all(map(_is_length, operands))
        case _:
            return isinstance(predicate, LengthAtLeast)


def _without_nothing(outcome: Outcome) -> Outcome:
    return frozenset((*one[:3], one[3].replace(NOTHING, _ANSWER), one[4]) for one in outcome)


def _is_plain(predicate: Predicate, atoms: dict[str, Atom]) -> bool:
    match predicate:
        case Not(operand):
            return _is_plain(operand, atoms)
        case LengthAtLeast(_, count):
            return count == 1
        case Exists(name):
            return all(
                isinstance(test, NumberTest) and _is_score(test) for test in atoms[name].tests
            )
        case Compare():
            return False
        case _:
            return False


def _is_score(test: NumberTest) -> bool:
    fields = [one for one in walk_numbers(test.value) if isinstance(one, Field)]
    return all(one.path.rsplit(".", 1)[-1].lower().endswith(_SCORES) for one in fields)
