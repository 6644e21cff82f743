"""What an exploration has seen, as the rules for warnings look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.questions import LabelQuestion, NumberQuestion
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.analysis.trace import CallSite
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.decision import DecisionProcess, Notice, Span

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """All that is known of one call.

    Attributes:
        site: the call.
        process: the decision, None if there is none.
        questions: tests on texts that were met.
        texts: the text fields by path, over whose values the questions were solved.
        vocabulary: labels of the API.
        numbers: tests on numbers that were met.
        ways: how the tests at each place came out, over all runs for all calls.
        remarks: what runs remarked.
        sources: the parsed files.
        has_unknowns: whether a branch after the call depends on something unknown.
    """

    site: CallSite
    process: DecisionProcess | None
    questions: tuple[LabelQuestion, ...]
    texts: tuple[tuple[str, LabelDimension | TextDimension], ...]
    vocabulary: Vocabulary
    numbers: tuple[NumberQuestion, ...] = ()
    ways: Mapping[Span, frozenset[bool]] = field(default_factory=dict)
    remarks: tuple[Notice, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    has_unknowns: bool = False
