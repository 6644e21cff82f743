"""All warnings about one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chameleonapi.analysis.exploration.asking import Asking
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.blocks import block_surprises
from chameleonapi.analysis.warnings.constant_parts import constant_parts
from chameleonapi.analysis.warnings.dead_targets import DeadTarget, dead_notices, dead_targets
from chameleonapi.analysis.warnings.evidence import Evidence, answering_api
from chameleonapi.analysis.warnings.literals import Question, read_question
from chameleonapi.analysis.warnings.orders import order_surprises
from chameleonapi.analysis.warnings.score_units import score_units
from chameleonapi.analysis.warnings.shadowed import shadowed_tests
from chameleonapi.analysis.warnings.substrings import (
    Surprise,
    substring_notices,
    substring_surprise,
)
from chameleonapi.analysis.warnings.syntax import SyntaxIndex
from chameleonapi.apis import FieldKind, get_api
from chameleonapi.decision import Notice, Span

__all__ = ["Findings", "find_warnings"]

_LABELS = frozenset({FieldKind.LABEL, FieldKind.ENUM})
_CAUSES = frozenset({"dead-target", "score-unit", "always-false"})
_SAID_ONCE: Final = frozenset({"dead-target", "substring"})
_NEAR: Final = 4  # lines


@dataclass(frozen=True)
class Findings:
    """What was found about a call.

    Attributes:
        notices: warnings and notes.
        accidents: labels that are accepted by accident.
        meant: labels that dead targets mean.
        compared: the warnings that stand where the answer of the call itself is asked.
    """

    notices: tuple[Notice, ...]
    accidents: frozenset[str]
    meant: tuple[tuple[str, tuple[str, ...]], ...]
    compared: tuple[Notice, ...] = ()


def find_warnings(evidence: Evidence, index: SyntaxIndex) -> Findings:
    """Look at every test, at the statements around it, and at the shape of the whole."""
    dead: list[DeadTarget] = []
    surprises: list[Surprise] = []
    words: set[str] = set()
    notices: list[Notice] = []
    for question in _questions(evidence):
        if question.is_constant and _is_marked(question):
            continue
        vocabulary = _vocabulary(question, evidence)
        found = dead_targets(question, vocabulary)
        dead += found
        if question.is_constant:
            notices += [] if found else list(_constant(question, evidence))
            continue
        surprise = substring_surprise(question, vocabulary)
        if surprise is None:
            words |= question.accepted
        else:
            surprises.append(surprise)
            words |= surprise.words
    notices += dead_notices(dead)
    notices += substring_notices(surprises)
    notices += score_units(evidence)
    notices += evidence.remarks
    notices += shadowed_tests(evidence)
    notices += order_surprises(evidence, index)
    notices += _syntactic(evidence, index)
    accidents = frozenset[str]().union(*(one.accidents for one in surprises)) - words
    meant = {one.literal: one.likely for one in dead if one.likely}
    unique = dict.fromkeys(sorted(notices, key=lambda one: (one.span, one.code, one.message)))
    kept = tuple(_without_echoes(unique))
    own = {one.path for one in get_api(evidence.site.api).collections}
    asked = [one.span for one in evidence.questions if one.collection in own]
    compared = tuple(one for one in kept if any(_holds(one.span, span) for span in asked))
    return Findings(kept, accidents, tuple(meant.items()), compared)


def _questions(evidence: Evidence) -> Iterator[Question]:
    by_path = dict(evidence.texts)
    for one in evidence.questions:
        dimension = by_path.get(one.field.path)
        if one.field.kind not in _LABELS or dimension is None:
            continue
        if len(dimension.values) == len(one.signature):
            yield read_question(one, dimension)


def _vocabulary(question: Question, evidence: Evidence) -> Vocabulary:
    """Return the values that the field of a question can have, as far as is known."""
    asked = question.question
    if asked.field.kind is FieldKind.ENUM:
        return Vocabulary(asked.field.path, "1", asked.field.values, is_complete=True)
    api = answering_api(evidence.site.api, evidence.process, asked.collection)
    return evidence.vocabulary_of(api)


def _constant(question: Question, evidence: Evidence) -> Iterator[Notice]:
    """Yield a warning where all labels go one way at a comparison with a word of the source."""
    if question.operation.startswith("can "):
        return  # asked by the analysis: whether an operation raises
    if not any(any(map(str.isalnum, one)) for one in question.literals):
        return
    if _looks_up_all(question) or _may_hold_beyond(question):
        return
    if _is_about_a_number(question) and len(evidence.ways.get(question.question.span, ())) > 1:
        return  # another round of a loop goes the other way
    always = question.is_always
    yield Notice(
        "always-true" if always else "always-false",
        f"The condition {question.question.expression.text} is {str(always).lower()} for every "
        "label.",
        question.question.span,
    )


def _is_marked(question: Question) -> bool:
    """Return whether the source puts words around a label, which tell it from other texts.

    Of ``flags = ["adult", f"label:{name}"]``, those of labels are found by their beginning.
    """
    parts = question.question.expression.walk()
    added = [text for one in parts if one.operation == "concat" for text in one.arguments]
    words = [one for one in added if isinstance(one, str) and any(map(str.isalnum, one))]
    compared = [one for one in question.literals if one not in words]
    return bool(words) and not any(word in one for word in words for one in compared)


def _is_about_a_number(question: Question) -> bool:
    return any(isinstance(one, int | float) for one in question.question.expression.arguments)


def _looks_up_all(question: Question) -> bool:
    """Return whether a value is looked for in a table that has all values there are."""
    values = question.question.field.values
    parts = question.question.expression.arguments
    return (
        bool(values)
        and question.is_always
        and question.operation == "in"
        and any(isinstance(one, tuple | list) and set(values) <= set(one) for one in parts)
    )


def _may_hold_beyond(question: Question) -> bool:
    """Return whether a test that no known label meets may be met by one that is not known."""
    asked = question.question
    if question.is_always or asked.field.values:
        return False
    leaf = next(iter(asked.expression.leaves))
    tried = [text for one in question.literals for text in (f"{one}x", f"{one} x")]
    asking = Asking(asked.expression, leaf, {})
    return any(asking(text) for text in tried)


def _syntactic(evidence: Evidence, index: SyntaxIndex) -> Iterator[Notice]:
    asked = [*evidence.ways, *(one.span for one in evidence.questions)]
    for unit in index.units_of([evidence.site.span, *asked]):
        yield from constant_parts(index, unit)
        yield from block_surprises(index, unit, asked)


def _without_echoes(notices: dict[Notice, None]) -> Iterator[Notice]:
    """Leave out that a test never holds where another warning says why, and what is said again.

    ``if name in REPLIES: say(REPLIES[name])`` asks the same table twice.
    """
    causes = [one.span for one in notices if one.code in _CAUSES]
    said: dict[tuple[str, str, str], int] = {}  # the line at which something was said
    for one in notices:
        key = (one.code, one.message, one.span.file)
        if one.code in _SAID_ONCE and one.span.line - said.get(key, -_NEAR) < _NEAR:
            continue
        said[key] = one.span.line
        if one.code != "unreachable" or not any(_holds(span, one.span) for span in causes):
            yield one


def _holds(outer: Span, inner: Span) -> bool:
    return (
        outer.file == inner.file
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )
