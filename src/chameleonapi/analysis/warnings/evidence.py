"""What an exploration has seen, as the rules for warnings look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.questions import LabelQuestion, NumberQuestion
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.analysis.trace import CallSite
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.apis import get_api
from chameleonapi.decision import DecisionProcess, Notice, Span

__all__ = ["Evidence", "answering_api"]


def answering_api(called: str, process: DecisionProcess | None, collection: str) -> str:
    """Return the API whose answer has a list: a record may read the answers of other calls."""
    beside = () if process is None else process.beside
    for api in (called, *(one.api for one in beside)):
        if any(one.path == collection and one.path for one in get_api(api).collections):
            return api
    return called


@dataclass(frozen=True)
class Evidence:
    """All that is known of one call.

    Attributes:
        site: the call.
        process: the decision, None if there is none.
        questions: tests on texts that were met.
        texts: the text fields by path, over whose values the questions were solved.
        vocabulary_of: the labels of an API, by its id.
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
    vocabulary_of: Callable[[str], Vocabulary]
    numbers: tuple[NumberQuestion, ...] = ()
    ways: Mapping[Span, frozenset[bool]] = field(default_factory=dict)
    remarks: tuple[Notice, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    has_unknowns: bool = False
