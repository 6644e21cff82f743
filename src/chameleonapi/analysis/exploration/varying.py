"""Whether random numbers change what happens, where bins of single numbers do not."""

from __future__ import annotations

from typing import Final

from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.table import Table
from chameleonapi.apis import elements

__all__ = ["varies"]

_VARIED: Final = 120


def varies(discovery: Discovery, runner: Runner, seed: int) -> bool:
    """Return whether an application does different things on random answers.

    Args:
        discovery: knows the fields, and learns from what is tried.
        runner: runs the application.
        seed: of the answers.
    """
    alphabet = discovery.alphabet()
    source, table = AnswerSource(alphabet, seed), Table(runner, alphabet)
    for _ in range(_VARIED):
        answer = source.draw()
        discovery.absorb(runner.trace(answer), answer)
        effects = runner.observe(answer).effects
        table.note(effects, is_filled=any(elements(answer, one) for one in alphabet.lists))
    return table.choose_levels()
