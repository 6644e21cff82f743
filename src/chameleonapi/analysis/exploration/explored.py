"""What is known of one call site after it was explored."""

from __future__ import annotations

from dataclasses import dataclass

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.questions import LabelQuestion, NumberQuestion
from chameleonapi.analysis.exploration.table import Place
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.analysis.trace import Assumption, CallSite, Entry
from chameleonapi.decision import (
    DecisionProcess,
    Gap,
    Notice,
    Span,
)

__all__ = ["Explored"]


@dataclass(frozen=True)
class Explored:
    """What is known of one call site under one entry and one set of assumptions.

    Attributes:
        site, entry: what was explored.
        is_reached: whether any run got to the call.
        process: the decision, None if there is none or it could not be expressed.
        decides: whether the application behaves differently on different answers.
        gaps: what stays open.
        open: unknown branches that were met, for trying the other way.
        questions: tests on texts, for warnings.
        texts: the fields that they read, by path.
        alphabet: the letters of the process.
        numbers: tests on numbers, for warnings.
        ways: how the tests at each place came out, over all runs.
        remarks: what runs remarked.
        echoes: places that only show what the answer holds.
        hands_on: whether the entry returns data of the answer.
        inputs_wanted: how many inputs in a row may show more than one does; 1 if none.
    """

    site: CallSite
    entry: Entry
    is_reached: bool
    process: DecisionProcess | None
    decides: bool
    gaps: tuple[Gap, ...]
    open: tuple[Assumption, ...]
    questions: tuple[LabelQuestion, ...] = ()
    texts: tuple[tuple[str, LabelDimension | TextDimension], ...] = ()
    alphabet: Alphabet | None = None
    numbers: tuple[NumberQuestion, ...] = ()
    ways: tuple[tuple[Span, frozenset[bool]], ...] = ()
    remarks: tuple[Notice, ...] = ()
    echoes: frozenset[Place] = frozenset()
    inputs_wanted: int = 1
    hands_on: bool = False
