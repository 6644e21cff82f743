"""Is it worth to look at a call once more, with other answers of other calls?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.runner import Runner, full_answer, typical_answer
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.trace import Trace
from chameleonapi.decision import Span

__all__ = ["probes_of", "shows_more"]

_RANDOM: Final = 8


def probes_of(runner: Runner, alphabet: Alphabet | None, seed: int) -> list[Mapping[str, Any]]:
    """Return answers to a call that make an application show most of what it does with them."""
    literals = runner.program.literals
    probes: list[Mapping[str, Any]] = [
        typical_answer(runner.own),
        full_answer(runner.own, literals),
        full_answer(runner.own, literals, is_negative=True),
        {},
    ]
    if alphabet is not None:
        source = AnswerSource(alphabet, seed)
        probes += [source.draw() for _ in range(_RANDOM)]
    return probes


def shows_more(
    usual: Runner, other: Runner, probes: Sequence[Mapping[str, Any]], known: Iterable[Span]
) -> bool:
    """Return whether the answers may do something else where other things are taken as given.

    They may where other ones of them are told apart, or where something new is asked of them.

    Args:
        usual: how the call was looked at, and nothing was found.
        other: the same with other answers of other calls.
        probes: answers to the call.
        known: places where something was asked of them as usual.
    """
    asked = set(known)
    before: dict[Any, int] = {}
    after: dict[Any, int] = {}
    for number, answer in enumerate(probes):
        here, there = usual.look(answer), other.look(answer)
        asked |= _asked(here[0])
        first = before.setdefault(here[1].effects, number)
        second = after.setdefault(there[1].effects, number)
        if first != second or not _asked(there[0]) <= asked:
            return True
    return False


def _asked(trace: Trace) -> set[Span]:
    return {
        one.span for one in trace.tests if any(not leaf.is_fixed for leaf in one.expression.leaves)
    }
