"""What an evaluation proves: an upper bound on the rate of incorrect decisions.

An interval says where the rate probably is; a certificate says what it does not exceed, at a
chosen confidence, for every distribution of inputs from which the held-out examples were drawn
independently. It is made from the saved record alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from chameleonapi.decision.codec import encode
from chameleonapi.errors import DataError, UsageError
from chameleonapi.evaluation.bounds import Stratum, binomial_upper, stratified_upper
from chameleonapi.evaluation.record import Evaluation

__all__ = ["Bound", "Certificate", "certify"]

_MOST_CHOSEN: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Bound:
    """A rate that was observed, and what the true one does not exceed.

    Attributes:
        rate: of incorrect decisions among the examples.
        upper: bound on the true rate.
        examples: how many it rests on.
    """

    rate: float
    upper: float
    examples: int


@dataclass(frozen=True)
class Certificate:
    """Upper bounds for one method.

    Attributes:
        application, process_digest, data_digest: what was evaluated on what.
        method: whose decisions.
        confidence: with which ``natural`` holds, with which ``balanced`` holds, and with which
            all of ``outcomes`` hold at once.
        chosen_among: how many methods, models or settings the examples helped to choose from;
            the bounds hold for all of them at once (Bonferroni).
        natural: over inputs as the examples were drawn.
        balanced: every outcome counts alike; the mix within an outcome is that of the examples.
        outcomes: the rate among inputs for which this outcome is right.
        through_program: whether the application itself was run to decide, and no record did.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.certificate/1"

    application: str
    process_digest: str
    data_digest: str
    method: str
    confidence: float
    chosen_among: int
    natural: Bound
    balanced: Bound
    outcomes: Mapping[str, Bound] = field(hash=False)
    through_program: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}


def certify(
    evaluation: Evaluation,
    method: str = "ours",
    *,
    confidence: float = 0.95,
    chosen_among: int = 1,
) -> Certificate:
    """Bound the rate of incorrect decisions of a method from above.

    Args:
        evaluation: on examples that neither trained nor tuned the method.
        method: its name in the evaluation.
        confidence: of the bounds, between zero and one.
        chosen_among: how many candidates were compared on these very examples before this one
            was chosen; one if it was chosen on other data.

    Raises:
        RecordError: if the method was not evaluated.
        DataError: if the record holds no examples.
        UsageError: if the confidence or the number of candidates makes no sense.
    """
    evaluation.method(method)
    if not 0 < confidence < 1:
        raise UsageError(
            f"a confidence is between 0 and 1, but {confidence} came.", hint="0.95 is usual."
        )
    if not 1 <= chosen_among <= _MOST_CHOSEN:
        raise UsageError(
            f"a method is chosen among one to {_MOST_CHOSEN:,}, but {chosen_among} came.",
            hint="Give the number of methods that were compared on these examples.",
        )
    if not evaluation.examples:
        raise DataError(
            f"the evaluation of {evaluation.application} holds no examples.",
            hint="Evaluate again with `chameleon evaluate --output FILE`.",
        )
    miss = (1 - confidence) / chosen_among
    found = [
        (one.acceptable, one.decided[method] not in one.acceptable) for one in evaluation.examples
    ]
    wrong = sum(is_wrong for _, is_wrong in found)
    natural = Bound(wrong / len(found), binomial_upper(wrong, len(found), miss), len(found))
    strata = _strata(found)
    balanced = Bound(
        sum(one.weight * one.wrong / one.examples for one in strata.values()),
        stratified_upper(list(strata.values()), miss),
        len(found),
    )
    reached = [one for one in evaluation.outcomes if any(one in right for right in strata)]
    outcomes = {}
    for outcome in reached:
        some = [is_wrong for right, is_wrong in found if outcome in right]
        upper = binomial_upper(sum(some), len(some), miss / len(reached))
        outcomes[outcome] = Bound(sum(some) / len(some), upper, len(some))
    return Certificate(
        application=evaluation.application,
        process_digest=evaluation.process_digest,
        data_digest=evaluation.data.digest,
        method=method,
        confidence=confidence,
        chosen_among=chosen_among,
        natural=natural,
        balanced=balanced,
        outcomes=outcomes,
        through_program=evaluation.through_program,
    )


def _strata(found: list[tuple[tuple[str, ...], bool]]) -> dict[tuple[str, ...], Stratum]:
    """Return the examples by what is right for them, weighted as in the balanced rate."""
    shares: Counter[str] = Counter()
    for right, _ in found:
        for outcome in right:
            shares[outcome] += 1 / len(right)  # type: ignore[assignment]  # parts of examples
    counts = Counter(right for right, _ in found)
    wrong = Counter(right for right, is_wrong in found if is_wrong)
    return {
        right: Stratum(
            count,
            wrong[right],
            count * sum(1 / (len(right) * shares[one]) for one in right) / len(shares),
        )
        for right, count in counts.items()
    }
