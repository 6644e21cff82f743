"""Measure several ways to answer on the same held-out examples."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import AskedProcess, DecisionProcess
from chameleonapi.errors import DataError, UsageError
from chameleonapi.evaluation.bootstrap import Resampled, resample
from chameleonapi.evaluation.calibration import calibrate
from chameleonapi.evaluation.decisions import (
    acceptable_outcomes,
    decision_margins,
    outcome_space,
    outcomes_alone,
    served_decisions,
)
from chameleonapi.evaluation.environment import describe_environment
from chameleonapi.evaluation.labelled import LabelledFeatures, Method
from chameleonapi.evaluation.leakage import check_disjoint
from chameleonapi.evaluation.mistakes import confusion, count_mistakes
from chameleonapi.evaluation.record import (
    Comparison,
    DataSummary,
    Evaluation,
    ExampleResult,
    MethodResult,
    Share,
)
from chameleonapi.evaluation.shares import gain_steps
from chameleonapi.evaluation.weights import acceptable_matrix, example_weights, outcome_weights

__all__ = ["evaluate"]

Advance = Callable[[int, int], None]


def evaluate(
    process: DecisionProcess,
    methods: Sequence[Method],
    test: LabelledFeatures,
    *,
    seen: Mapping[str, LabelledFeatures],
    ours: str = "ours",
    application: str = "",
    data_name: str = "dataset",
    data_digest: str = "",
    split: str = "test",
    seed: int = 0,
    confidence: float = 0.95,
    resamples: int = 2000,
    advance: Advance | None = None,
) -> Evaluation:
    """Decide every test example with every method, and compare one of them with the others.

    Args:
        process: the application.
        methods: what to measure, in the order of the report.
        test: examples that none of the methods has seen.
        seen: everything that shaped the methods: training, validation, the generic model's
            data. Test examples found there are refused.
        ours: name of the method that is compared with each other one, if it is there.
        application: for the reader; the id of the process if empty.
        data_name, data_digest, split: for the record; the digest of the examples' contents
            if none is given.
        seed: of the resampling.
        confidence: of the intervals.
        resamples: of the bootstrap, at least 2,000 for a record to publish.
        advance: called with (decided, total) as it goes.

    Raises:
        DataError: if there is nothing to test on, or a test example was seen before.
        UsageError: if no method or two of the same name came.
    """
    _check(methods, test)
    check_disjoint(test, seen)
    acceptable = acceptable_outcomes(process, test)
    decided = _decide(process, methods, test, advance)

    reached = {one for rows in decided.values() for one in rows}
    outcomes = outcome_space(process, [*reached, *(one for some in acceptable for one in some)])
    matrix = acceptable_matrix(acceptable, outcomes)
    wrong = np.array(
        [
            [decided[one.name][row] not in right for one in methods]
            for row, right in enumerate(acceptable)
        ]
    )
    strata = np.unique(matrix, axis=0, return_inverse=True)[1].reshape(-1)
    balanced, natural = _resample(wrong, matrix, strata, resamples, seed)

    alone = outcomes_alone(process, test)
    margins = _margins(process, methods, test)
    results = tuple(
        MethodResult(
            name=one.name,
            title=one.title,
            balanced=balanced.rate(index, confidence),
            natural=natural.rate(index, confidence),
            confusion=confusion(decided[one.name], acceptable, outcomes),
            errors=count_mistakes(process, decided[one.name], acceptable, alone),
            threshold=one.threshold,
            seconds=one.seconds,
            peak_bytes=one.peak_bytes,
            calibration=(
                calibrate(margins[one.name], wrong[:, index].tolist())
                if one.name in margins
                else None
            ),
        )
        for index, one in enumerate(methods)
    )
    weights = dict(zip(outcomes, outcome_weights(matrix).tolist(), strict=True))
    return Evaluation(
        application=application or process.id,
        api=process.api,
        kind=process.kind.name,
        process_digest=process.digest,
        outcomes=outcomes,
        data=DataSummary(
            name=data_name,
            digest=data_digest or hashlib.sha256("\n".join(test.digests).encode()).hexdigest(),
            split=split,
            examples=len(test.ids),
            outcome_weights=weights,
        ),
        methods=results,
        comparisons=_compare(methods, ours, wrong, balanced, confidence),
        examples=_examples(test, acceptable, decided, outcomes, margins),
        seed=seed,
        confidence=confidence,
        resamples=resamples,
        environment=describe_environment(),
        shares=_shares(methods, ours, balanced, confidence),
        through_program=isinstance(process, AskedProcess),
    )


def _check(methods: Sequence[Method], test: LabelledFeatures) -> None:
    if not test.ids:
        raise DataError("there are no test examples.", hint="Give the data a test split.")
    names = [one.name for one in methods]
    if not names or len(set(names)) != len(names):
        raise UsageError(
            f"the methods to evaluate are named {', '.join(names) or 'nothing'}.",
            hint="Give at least one method, each with its own name.",
        )


def _decide(
    process: DecisionProcess,
    methods: Sequence[Method],
    test: LabelledFeatures,
    advance: Advance | None,
) -> dict[str, list[str]]:
    total = len(methods) * len(test.ids)
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if advance is not None:
            advance(done, total)

    return {
        one.name: served_decisions(process, one.head, _seen(one, test), advance=step)
        for one in methods
    }


def _seen(method: Method, test: LabelledFeatures) -> Float[Tensor, "examples dimension"]:
    return test.features if method.features is None else method.features


def _resample(
    wrong: Bool[np.ndarray, "examples methods"],
    matrix: Bool[np.ndarray, "examples outcomes"],
    strata: Int[np.ndarray, " examples"],
    resamples: int,
    seed: int,
) -> tuple[Resampled, Resampled]:
    even = np.full(len(wrong), 1 / len(wrong))
    return (
        resample(wrong, example_weights(matrix), strata, resamples=resamples, seed=seed),
        resample(wrong, even, strata, resamples=resamples, seed=seed),
    )


def _compare(
    methods: Sequence[Method],
    ours: str,
    wrong: Bool[np.ndarray, "examples methods"],
    balanced: Resampled,
    confidence: float,
) -> tuple[Comparison, ...]:
    names = [one.name for one in methods]
    if ours not in names:
        return ()
    mine = names.index(ours)
    made = []
    for other, name in enumerate(names):
        if other == mine:
            continue
        difference = balanced.difference(mine, other, confidence)
        base = float(balanced.observed[other])
        made.append(
            Comparison(
                method=ours,
                against=name,
                difference=difference,
                relative=difference.rate / base if base > 0 else None,
                fixed=int((wrong[:, other] & ~wrong[:, mine]).sum()),
                broken=int((wrong[:, mine] & ~wrong[:, other]).sum()),
            )
        )
    return tuple(made)


def _shares(
    methods: Sequence[Method], ours: str, balanced: Resampled, confidence: float
) -> tuple[Share, ...]:
    place = {one.name: index for index, one in enumerate(methods)}
    return tuple(
        Share(
            cause,
            method,
            against,
            balanced.difference(place[method], place[against], confidence),
        )
        for cause, method, against in gain_steps(list(place), ours)
    )


def _margins(
    process: DecisionProcess, methods: Sequence[Method], test: LabelledFeatures
) -> dict[str, list[float]]:
    found = {one.name: decision_margins(process, one.head, _seen(one, test)) for one in methods}
    return {name: rows for name, rows in found.items() if rows is not None}


def _examples(
    test: LabelledFeatures,
    acceptable: Sequence[frozenset[str]],
    decided: Mapping[str, Sequence[str]],
    outcomes: Sequence[str],
    margins: Mapping[str, Sequence[float]],
) -> tuple[ExampleResult, ...]:
    return tuple(
        ExampleResult(
            id=test.ids[row],
            file=test.files[row],
            present=tuple(
                _told(label, here) for label, here in zip(test.labels, present, strict=True) if here
            ),
            acceptable=tuple(one for one in outcomes if one in acceptable[row]),
            decided={name: rows[row] for name, rows in decided.items()},
            margins={name: round(rows[row], 4) for name, rows in margins.items()},
        )
        for row, present in enumerate((test.present * test.known).tolist())
    )


def _told(label: str, here: bool | float) -> str:
    """Return a label, or a number that is present to a degree, as people write it."""
    return label if isinstance(here, bool) else f"{label} {2 * here - 1:+.2f}"
