"""Tell a set of independent flags (multi-select) from one choice among outcomes."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chameleonapi.analysis.exploration.alphabet import Word
from chameleonapi.analysis.exploration.atom_book import all_of, any_of, negate
from chameleonapi.analysis.exploration.problem import Rule
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.exploration.table import ANSWER, Outcome, constant_words
from chameleonapi.decision import Always, Not, Predicate, Span

__all__ = ["FlagColumn", "are_a_choice", "every_effect", "find_flags", "single_predicate"]

_MAX_FLAGS: Final = 40


@dataclass(frozen=True)
class FlagColumn:
    """Effects that come and go together.

    Attributes:
        effects: seen when the flag is up, at least one.
        opposite: seen when it is down (the other branch of its ``if``).
    """

    effects: tuple[EffectKey, ...]
    opposite: tuple[EffectKey, ...]

    def is_up(self, observed: Outcome) -> bool:
        """Return whether the flag is up."""
        return self.effects[0] in observed


def find_flags(
    out: Callable[[Word], Outcome], words: Sequence[Word], base: Word
) -> tuple[FlagColumn, ...]:
    """Return at least two independent flags that make up all outcomes, or nothing.

    Beside them may stand what is done with every answer that has an element, such as to save what
    was drawn on, and what is done in the place of all flags, such as to refuse the answer.
    """
    flags = _without_rest(_columns(out, words, base))
    filled = tuple(bool(letters) for _, letters in words)
    empty = tuple(not one for one in filled)
    own = [key for key, _ in flags if key not in (filled, empty)]
    together = [key for key in own if not _stands_alone(key, own)]
    if not 2 <= len(together) <= len(flags) <= _MAX_FLAGS:
        return ()
    for one, two in itertools.combinations(together, 2):
        if len(set(zip(one, two, strict=True))) < 4:
            return ()
    return tuple(
        FlagColumn(flag.opposite, flag.effects) if key == empty and flag.opposite else flag
        for key, flag in flags
    )


def every_effect(
    out: Callable[[Word], Outcome], words: Sequence[Word], base: Word
) -> tuple[FlagColumn, ...]:
    """Return all effects that tell outcomes apart, whether or not they come and go by themselves.

    That is nothing where there are fewer than two, or too many.
    """
    flags = _columns(out, words, base)
    return tuple(flag for _, flag in flags) if 2 <= len(flags) <= _MAX_FLAGS else ()


def are_a_choice(
    out: Callable[[Word], Outcome], words: Sequence[Word], flags: Sequence[FlagColumn]
) -> bool:
    """Return whether there are no more sets of flags than flags: then they are a choice."""
    sets = {tuple(one.is_up(out(word)) for one in flags) for word in words}
    return len(sets) <= len(flags) + 1


def _columns(
    out: Callable[[Word], Outcome], words: Sequence[Word], base: Word
) -> list[tuple[tuple[bool, ...], FlagColumn]]:
    """Return the effects that come and go together, with the words on which they come."""
    seen = [out(word) for word in words]
    every = frozenset().union(*seen)
    columns: dict[tuple[bool, ...], list[EffectKey]] = {}
    for effect in sorted(every, key=_place):
        columns.setdefault(tuple(effect in one for one in seen), []).append(effect)
    columns = {key: value for key, value in columns.items() if len(set(key)) > 1}
    at_base = out(base)
    flags: list[tuple[tuple[bool, ...], FlagColumn]] = []
    done: set[tuple[bool, ...]] = set()
    for key, effects in columns.items():
        if key in done:
            continue
        opposite = tuple(not one for one in key)
        if opposite not in columns:
            opposite = _other_form(key, effects, columns)
        done |= {key, opposite}
        up, down = tuple(effects), tuple(columns.get(opposite, ()))
        if _shows_only(up, down) or _shows_only(down, up):
            continue
        if up[0] in at_base and down:
            # The branch on which nothing was found is not the flag, its counterpart is.
            flags.append((opposite, FlagColumn(down, up)))
        else:
            flags.append((key, FlagColumn(up, down)))
    return flags


def _other_form(
    key: tuple[bool, ...],
    effects: Sequence[EffectKey],
    columns: Mapping[tuple[bool, ...], Sequence[EffectKey]],
) -> tuple[bool, ...]:
    """Return when the other one of two things is done at a place, where the run gets there."""
    here = {_slot(one) for one in effects}
    same = [
        other
        for other, found in columns.items()
        if other != key and any(_slot(one) in here for one in found)
    ]
    if len(same) == 1 and not any(map(operator.and_, key, same[0])):
        return same[0]
    return tuple(not one for one in key)


def _slot(effect: EffectKey) -> tuple[int, str, Span, str]:
    return (*effect[:3], effect[4])


def _stands_alone(key: Sequence[bool], keys: Sequence[Sequence[bool]]) -> bool:
    """Return whether no other flag is up where one is."""
    others = [one for one in keys if one != key]
    return not any(is_up and any(column) for is_up, *column in zip(key, *others, strict=True))


def _shows_only(filled: Sequence[EffectKey], bare: Sequence[EffectKey]) -> bool:
    """Return whether one side shows data of the answer where the other shows that there is none."""
    said = {(*one[:3], one[4]): constant_words(one[3]) for one in filled if ANSWER in one[3]}
    return (
        bool(bare)
        and len(said) == len(filled) == len(bare)
        and all(constant_words(one[3]) <= said.get((*one[:3], one[4]), set()) for one in bare)
    )


def _without_rest(
    flags: list[tuple[tuple[bool, ...], FlagColumn]],
) -> list[tuple[tuple[bool, ...], FlagColumn]]:
    """Leave out what happens just when no other flag is up, or just when some flag is."""
    if len(flags) < 3:
        return flags
    keys = [key for key, _ in flags]
    together = [key for key in keys if not _stands_alone(key, keys)]
    for i, key in enumerate(keys):
        # beside the flags may stand what is done in the place of all of them
        for among in (keys, together):
            others = [other for other in among if other != key]
            some = tuple(any(column) for column in zip(*others, strict=True))
            if some and (key == some or key == tuple(not one for one in some)):
                return _without_rest([flag for j, flag in enumerate(flags) if j != i])
    return flags


def _place(effect: EffectKey) -> tuple[int, str, int, int, str, str]:
    level, _, span, key, member = effect
    return (level, span.file, span.line, span.column, member, key)


def single_predicate(rules: Sequence[Rule], default: Hashable) -> Predicate:
    """Return one predicate for rules whose outcomes are true or false."""
    made: Predicate = Always() if default else Not(Always())
    for predicate, outcome in reversed(rules):
        is_always, is_never = made == Always(), made == Not(Always())
        if outcome:
            made = predicate if is_never else made if is_always else any_of([predicate, made])
        else:
            opposite = negate(predicate)
            made = made if is_never else opposite if is_always else all_of([opposite, made])
    return made
