"""How many labelled examples it takes: every method trained with few of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import torch

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError
from chameleonapi.evaluation import CurvePoint
from chameleonapi.evaluation.bootstrap import interval, resample
from chameleonapi.evaluation.decisions import fast_acceptable, fast_decisions
from chameleonapi.evaluation.weights import acceptable_matrix, example_weights
from chameleonapi.models import LinearHead
from chameleonapi.pipeline.benchmark.division import few_shots
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import DEFAULT_METHODS, FeatureSet, answering_head, train_methods

__all__ = ["SHOTS", "learning_curve"]

SHOTS: Final = (5, 10, 20, 50, 200)
DRAWS: Final = 3
_CONFIDENCE: Final = 0.95
_RESAMPLES: Final = 2000


def learning_curve(
    process: DecisionProcess,
    generic: LinearHead,
    features: Mapping[str, FeatureSet],
    shots: Sequence[int] = SHOTS,
    *,
    methods: Sequence[str] = DEFAULT_METHODS,
    draws: int = DRAWS,
    seed: int = 0,
    folds: int | None = None,
    rehearsal: FeatureSet | None = None,
    progress: Progress,
) -> tuple[CurvePoint, ...]:
    """Train with so many examples for each set of right outcomes, and measure on the test split.

    Examples are drawn from the training and validation splits together; a quarter of them
    validates. Numbers that leave too little to learn from, or that the data does not have, are
    left out with a note.

    Args:
        process: the application.
        generic: the head that everything starts from.
        features: by split.
        shots: examples at most for each set of right outcomes.
        methods: names of methods.
        draws: how often examples are drawn, by different seeds.
        seed: of the first draw.
        folds: as in ``train_methods``; 1 where the generic model has learnt from the data.
        rehearsal: shown to every method that is trained; as in ``train_methods``.
        progress: shows how far it is.
    """
    pool = features["train"].joined(features["validation"])
    test = features["test"]
    right = fast_acceptable(process, test)
    outcomes = sorted(set().union(*right))
    matrix = acceptable_matrix(right, outcomes)
    strata = np.unique(matrix, axis=0, return_inverse=True)[1].reshape(-1)
    balanced = example_weights(matrix)
    even = np.full(len(right), 1 / len(right))
    points: list[CurvePoint] = []
    sizes = sorted(set(shots))
    last = 0.0
    with progress.step(f"learning curve with {', '.join(map(str, sizes))} examples") as advance:
        for done, size in enumerate(sizes):
            advance(done, len(sizes))
            try:
                found = [
                    _draw(
                        process,
                        generic,
                        pool,
                        test,
                        right,
                        size,
                        seed + number,
                        methods,
                        folds,
                        rehearsal,
                    )
                    for number in range(draws)
                ]
            except DataError as error:
                progress.note(f"No point of the curve at {size}: {error}")
                continue
            examples = sum(count for count, _ in found) / draws
            if examples <= last:
                progress.note(f"No point of the curve at {size}: there are no more examples.")
                break
            last = examples
            names = [one for one in methods if all(one in wrong for _, wrong in found)]
            columns = np.stack([wrong[name] for name in names for _, wrong in found], axis=1)
            rates = [
                resample(columns, weights, strata, resamples=_RESAMPLES, seed=seed)
                for weights in (balanced, even)
            ]
            # The draws of examples are drawn again, too: with few of them much hangs on which.
            chances = np.full(draws, 1 / draws)
            picks = np.random.default_rng(seed).multinomial(draws, chances, size=_RESAMPLES) / draws
            for index, name in enumerate(names):
                mine = slice(index * draws, (index + 1) * draws)
                both = [
                    interval(
                        float(one.observed[mine].mean()),
                        (one.drawn[:, mine] * picks).sum(1),
                        _CONFIDENCE,
                    )
                    for one in rates
                ]
                points.append(CurvePoint(name, size, examples, draws, *both))
        advance(len(sizes), len(sizes))
    return tuple(points)


def _draw(
    process: DecisionProcess,
    generic: LinearHead,
    pool: FeatureSet,
    test: FeatureSet,
    right: Sequence[frozenset[str]],
    size: int,
    seed: int,
    methods: Sequence[str],
    folds: int | None,
    rehearsal: FeatureSet | None,
) -> tuple[int, dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]]:
    """Return how many examples there were, and which test examples each method gets wrong."""
    order = torch.randperm(len(pool), generator=torch.Generator().manual_seed(seed))
    train, validation = few_shots(process, pool.select(order), size)
    made = train_methods(
        process,
        generic,
        train,
        validation,
        seed=seed,
        names=methods,
        folds=folds,
        rehearsal=rehearsal,
    )
    wrong = {
        name: np.array(
            [
                one not in some
                for one, some in zip(
                    fast_decisions(process, answering_head(method.head, test), test.features),
                    right,
                    strict=True,
                )
            ]
        )
        for name, method in made.items()
        if name in methods  # what others leave beside them is not there in every draw
    }
    return len(train) + len(validation), wrong
