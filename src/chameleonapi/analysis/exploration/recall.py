"""Answers that read as the same word behave alike, where the tests of the run say so.

A run that asked only about the bins of single fields, and about lengths, goes the same way
on every answer of the same bins: it is recalled instead of run again. A share is run all the
same; the first difference ends all recalling.
"""

from __future__ import annotations

import random
from typing import Any, Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.fields import length_of
from chameleonapi.analysis.exploration.runner import EffectKey, Runner
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.analysis.trace import End, Trace

__all__ = ["Recall"]

_RUN_ANYWAY: Final = 0.04


@final
class Recall:
    """Runs an application on answers, or recalls what it did on one that reads the same.

    Args:
        runner: runs the application.
        alphabet: reads answers as words.
        seed: of the choice which answers are run all the same.
    """

    def __init__(self, runner: Runner, alphabet: Alphabet, seed: int) -> None:
        self.is_trusted = True
        self.recalled = 0
        self._runner = runner
        self._alphabet = alphabet
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._known: dict[Word, frozenset[EffectKey]] = {}
        self._asked: dict[Expression, bool] = {}

    def effects(
        self, answer: dict[str, Any], *, is_odd: bool
    ) -> tuple[frozenset[EffectKey], Trace | None]:
        """Return the effects of an answer, and the trace if it was run.

        ``is_odd`` says that it holds what no letter stands for: then it is run.
        """
        word = self._alphabet.word_of(answer) if self.is_trusted and not is_odd else None
        known = None if word is None else self._known.get(word)
        if known is not None and self._rng.random() >= _RUN_ANYWAY:
            self.recalled += 1
            return known, None
        trace = self._runner.trace(answer, is_counted=False)
        effects = frozenset(
            (int(one.level), one.kind, one.span, one.key, one.member) for one in trace.effects
        )
        if known is not None and known != effects:
            self.is_trusted = False
        elif word is not None and self._is_told(trace):
            self._known[word] = effects
        return effects, trace

    def _is_told(self, trace: Trace) -> bool:
        """Return whether the bins of the answer settled every test of a run."""
        if trace.end is End.ABORTED:
            return False
        for test in trace.tests:
            expression = test.expression
            found = self._asked.get(expression)
            if found is None:
                found = self._asked[expression] = self._is_single(expression.leaves)
            if not found:
                return False
        return True

    def _is_single(self, leaves: frozenset[Leaf]) -> bool:
        spec = self._runner.spec
        ours = [one for one in leaves if one.collection == "" or spec.collection(one.collection)]
        read = [one for one in ours if length_of(one) is None]
        # A field without bins is asked about in a way that is the same for every value.
        return len(read) <= 1 and not (read and len(ours) > 1)
