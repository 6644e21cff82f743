"""Leave a decision to a person where the model is unsure, so that the rest keeps a bound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from chameleonapi.decision.codec import encode
from chameleonapi.errors import DataError, UnsupportedError, UsageError
from chameleonapi.evaluation.bounds import binomial_tail, binomial_upper
from chameleonapi.evaluation.record import Evaluation

__all__ = ["Abstention", "abstain", "find_abstention"]

_CANDIDATES: Final = 40


@dataclass(frozen=True)
class Abstention:
    """From which margin on decisions are answered, and what holds for those that are.

    Attributes:
        method: whose decisions.
        at_most: the rate of incorrect decisions that was asked for.
        confidence: with which the rate among answered inputs is at most that.
        margin: decisions with a smaller margin, in logits, are left to a person.
        coverage: share of the examples that are answered.
        rate: of incorrect decisions among the answered examples.
        upper: exact upper bound on that rate at this margin alone.
        rate_without: of incorrect decisions if all were answered.
        examples: how many all this rests on.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.abstention/1"

    method: str
    at_most: float
    confidence: float
    margin: float
    coverage: float
    rate: float
    upper: float
    rate_without: float
    examples: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}


def abstain(
    evaluation: Evaluation, method: str = "ours", *, at_most: float, confidence: float = 0.95
) -> Abstention | None:
    """Find the least abstaining rule for a method of an evaluation; see ``find_abstention``.

    Raises:
        RecordError: if the method was not evaluated.
        UnsupportedError: if the record holds no margins of its decisions.
    """
    evaluation.method(method)
    examples = evaluation.examples
    if not all(method in one.margins for one in examples):
        raise UnsupportedError(
            f"the evaluation of {evaluation.application} says not how sure {method!r} is.",
            hint="Evaluate again; decisions on more than labels and scores have no margin.",
        )
    return find_abstention(
        [one.margins[method] for one in examples],
        [one.decided[method] not in one.acceptable for one in examples],
        at_most=at_most,
        confidence=confidence,
        method=method,
    )


def find_abstention(
    margins: Sequence[float],
    wrong: Sequence[bool],
    *,
    at_most: float,
    confidence: float = 0.95,
    method: str = "ours",
) -> Abstention | None:
    """Return the least abstaining rule that provably keeps a bound; None if there is none.

    Margins are tried from the most careful on; each asks whether more errors than observed
    would be likely at the rate ``at_most``, and the first that fails ends the search. So the
    confidence holds for the margin that is returned although many were looked at.

    Reference: Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test: Calibrating
    Predictive Algorithms to Achieve Risk Control", 2021, fixed sequence testing.

    Args:
        margins: of the decision on each example, in logits; larger is surer.
        wrong: whether that decision is incorrect.
        at_most: the rate among answered inputs that must not be exceeded.
        confidence: with which it is not.
        method: whose decisions, for the record.

    Raises:
        DataError: if there are no examples, or not one margin for each.
        UsageError: if the bound or the confidence is not between zero and one.
    """
    for name, value in (("bound", at_most), ("confidence", confidence)):
        if not 0 < value < 1:
            raise UsageError(
                f"the {name} must be between 0 and 1, but {value} came.",
                hint="Write for instance 0.05 for 5%.",
            )
    if not margins or len(margins) != len(wrong):
        raise DataError(
            f"{len(margins)} margins for {len(wrong)} decisions came.",
            hint="Give one margin for each of at least one example.",
        )
    ranked = sorted(zip(margins, wrong, strict=True), key=lambda one: -one[0])
    total = len(ranked)
    best: tuple[int, int] | None = None
    for count in _sizes(ranked, at_most, confidence):
        errors = sum(is_wrong for _, is_wrong in ranked[:count])
        if binomial_tail(errors, count, at_most) > 1 - confidence:
            break
        best = count, errors
    if best is None:
        return None
    count, errors = best
    return Abstention(
        method=method,
        at_most=at_most,
        confidence=confidence,
        margin=-math.inf if count == total else ranked[count - 1][0],
        coverage=count / total,
        rate=errors / count,
        upper=binomial_upper(errors, count, 1 - confidence),
        rate_without=sum(wrong) / total,
        examples=total,
    )


def _sizes(ranked: Sequence[tuple[float, bool]], at_most: float, confidence: float) -> list[int]:
    """Return how many are answered at each candidate, chosen without a look at the errors.

    The first must be large enough to bear an error: a search that begins at fewer examples
    ends there by bad luck.
    """
    total = len(ranked)
    without_error = math.ceil(math.log(1 - confidence) / math.log1p(-at_most))
    least = min(total, max(2 * without_error, total // 4))
    step = max(1, (total - least) // _CANDIDATES)
    sizes = []
    for wanted in [*range(least, total, step), total]:
        count = wanted
        # Equal margins are answered together: a rule cannot tell them apart.
        while count < total and ranked[count][0] == ranked[count - 1][0]:
            count += 1
        sizes.append(count)
    return list(dict.fromkeys(sizes))
