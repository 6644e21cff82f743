"""Whether random numbers change what happens, where bins of single numbers do not."""

from __future__ import annotations

import contextlib
from typing import Final

from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.table import OutOfBudgetError, Table
from chameleonapi.analysis.exploration.words import standard_words
from chameleonapi.apis import elements

__all__ = ["varies"]

_VARIED: Final = 120
_SHORT: Final = 2  # elements of a word
_WORDS: Final = 60
_SHARE: Final = 0.2  # of the work, once more: what is not seen then stays open


def varies(discovery: Discovery, runner: Runner, seed: int) -> bool:
    """Return whether an application does different things on random answers.

    Args:
        discovery: knows the fields, and learns from what is tried.
        runner: runs the application.
        seed: of the answers.
    """
    alphabet = discovery.alphabet()
    source, table = AnswerSource(alphabet, seed), Table(runner, alphabet)
    runner.meter.grant(_SHARE)
    with contextlib.suppress(OutOfBudgetError):
        # what shows more or less of the answer is found out by short words
        for word in standard_words(alphabet, _SHORT, seed, table.letters)[:_WORDS]:
            table.raw(word)
    for _ in range(_VARIED):
        if runner.meter.is_exhausted:
            break
        answer = source.draw()
        discovery.absorb(runner.trace(answer), answer)
        effects = runner.observe(answer).effects
        table.note(effects, is_filled=any(elements(answer, one) for one in alphabet.lists))
    return table.choose_levels()
