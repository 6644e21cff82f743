"""Scores that are compared in another unit than the API's: 0.8 with percent, 80 with fractions."""

from __future__ import annotations

from collections.abc import Iterator

from chameleonapi.analysis.exploration.cuts import constants
from chameleonapi.analysis.exploration.questions import NumberQuestion
from chameleonapi.analysis.warnings.evidence import Evidence
from chameleonapi.apis import FieldSpec
from chameleonapi.decision import (
    Aggregate,
    Compare,
    DecisionProcess,
    ElementValue,
    Field,
    Notice,
)
from chameleonapi.decision.structure import walk_numbers

__all__ = ["score_units"]

# Fields whose numbers have a unit; a box or an age is measured in whatever it is measured in.
_SCORES = frozenset(
    [
        "score",
        "confidence",
        "topicality",
        "salience",
        "detectionconfidence",
        "landmarkingconfidence",
        "sentimentscore",
    ]
)
_FRACTION = (0.0, 1.0)
_PERCENT = (0.0, 100.0)
_SENTIMENT = (-1.0, 1.0)
_LEAST_ASKED = 0.01  # nobody asks for scores from less than one percent on


def score_units(evidence: Evidence) -> Iterator[Notice]:
    """Yield warnings about thresholds that are out of the field's range, or at its very edge."""
    summed = _summed(evidence.process)
    for one in evidence.numbers:
        if one.field.path in summed:
            continue  # a sum of which one element was seen: it may be as large as it likes
        notice = _about(one)
        if notice is not None:
            yield notice
    asked = evidence.site.request.min_score
    if evidence.site.api.startswith("aws.") and asked is not None and 0 < asked < _LEAST_ASKED:
        yield Notice(
            "score-unit",
            f"The least confidence asked for is {asked * 100:g} percent: Amazon counts from 0 to "
            f"100, so nearly everything is returned. Probably meant: {asked * 10_000:g}.",
            evidence.site.span,
        )


def _summed(process: DecisionProcess | None) -> frozenset[str]:
    """Return the fields that the rules of a process add up over elements."""
    return frozenset(
        part.value.path
        for predicate in (process.predicates() if process is not None else ())
        if isinstance(predicate, Compare)
        for part in walk_numbers(predicate.value)
        if isinstance(part, Aggregate | ElementValue) and isinstance(part.value, Field)
    )


def _about(question: NumberQuestion) -> Notice | None:
    field = question.field
    if not any(part in _SCORES for part in field.path.lower().split(".")):
        return None
    written = constants(question.expression)
    bounds = (field.low, field.high)
    if bounds == _PERCENT and question.cuts:
        small = [value for value, _ in question.cuts if 0 < value < 1 and value in written]
        if len(small) == len(question.cuts):
            return _notice(question, field, small[0], small[0] * 100)
    if bounds in (_FRACTION, _SENTIMENT) and not question.cuts:
        large = [value for value in written if 1 < abs(value) <= 100]
        if len(written) == 1 and large:
            return _notice(question, field, large[0], large[0] / 100)
    return None


def _notice(question: NumberQuestion, field: FieldSpec, written: float, meant: float) -> Notice:
    return Notice(
        "score-unit",
        f"{field.path} runs from {field.low:g} to {field.high:g}, and is compared with "
        f"{written:g} here. Probably meant: {meant:g}.",
        question.span,
    )
