"""One application on one division: every method trained, every test picture decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.evaluation import calibrate, check_disjoint
from chameleonapi.evaluation.decisions import (
    decision_margins,
    fast_acceptable,
    fast_decisions,
    outcome_space,
    outcomes_alone,
)
from chameleonapi.evaluation.mistakes import confusion, count_mistakes
from chameleonapi.models import LinearHead
from chameleonapi.pipeline.benchmark.applications import Application
from chameleonapi.pipeline.benchmark.cell import Cell, Change, Finding
from chameleonapi.pipeline.benchmark.depths import Depths
from chameleonapi.pipeline.benchmark.division import Division, few_shots
from chameleonapi.pipeline.benchmark.through_program import (
    THROUGH_PROGRAM,
    made_through_program,
)
from chameleonapi.training import (
    DEFAULT_METHODS,
    FeatureSet,
    TrainedMethod,
    answering_head,
    right_outcomes,
    train_methods,
)
from chameleonapi.training.judge import balanced_weights

__all__ = ["measure_cell"]

_SHOWN: Final = 6
_NO_OPINION: Final = "no-opinion"


def measure_cell(
    application: Application,
    generic: LinearHead,
    division: Division,
    *,
    shots: int,
    seed: int,
    names: Sequence[str] = DEFAULT_METHODS,
    depths: Depths | None = None,
    only_thresholds: bool = False,
    note: Callable[[str], None] = lambda _sentence: None,
) -> Cell:
    """Train every method and decide the test pictures.

    With ``depths``, every method that is trained goes below the head, and ``head`` is what
    ours was before; with ``only_thresholds`` nothing is trained. ``note`` is told why the method
    that runs the application is left out, where it is.

    Raises:
        DataError: if there is nothing to learn from or to test on, or a test picture was seen.
        UnsupportedError: if no loss fits the application.
    """
    process, test = application.process, division.test
    train, validation = division.pool, division.validation
    if validation is None:
        train, validation = few_shots(process, division.pool, shots)
    seen = {
        "the provider's data": division.provider[0],
        "the provider's checks": (division.provider[1]),
        "training": train,
        "validation": validation,
    }
    check_disjoint(test, seen)
    # In a shared pool nobody, the generic model included, learns from the validation examples.
    folds = None if division.validation is None else 1
    trained = [one for one in names if one != THROUGH_PROGRAM]
    methods = train_methods(
        process,
        generic,
        train,
        validation,
        seed=seed,
        names=trained,
        folds=folds,
        rehearsal=division.rehearsal,
        depth=None if depths is None else depths.open(train, validation),
        deepened=trained,
        only_thresholds=only_thresholds,
    )
    if _NO_OPINION not in names:  # one application may hear an opinion where another does not
        methods.pop(_NO_OPINION, None)
    if THROUGH_PROGRAM in names:
        try:
            methods[THROUGH_PROGRAM] = made_through_program(
                application,
                generic,
                train,
                validation,
                seed=seed,
                folds=folds,
                rehearsal=division.rehearsal,
                only_thresholds=only_thresholds,
            )
        except UnsupportedError as error:
            note(f"{application.name}: {THROUGH_PROGRAM} is left out: {error}")
        methods["ours"] = methods.pop("ours")  # the last one, as everywhere
    acceptable = right_outcomes(process, test)
    patterns, strata = acceptable.unique(  # type: ignore[no-untyped-call]  # torch's own
        dim=0, return_inverse=True
    )
    if len(patterns) < 2:
        raise DataError(
            f"the test pictures leave {application.name} one outcome only.",
            hint="Leave it out of --apps, or bring other data.",
        )
    each = balanced_weights(acceptable).numpy()
    places = strata.numpy()
    ours = methods["ours"].model
    right = fast_acceptable(process, test)
    seen_by = {
        name: test.features if depths is None else depths.seen(one.tail, test)
        for name, one in methods.items()
    }
    decided = {
        name: fast_decisions(process, answering_head(one.head, test), seen_by[name])
        for name, one in methods.items()
    }
    wrong = {
        name: np.array([one not in some for one, some in zip(rows, right, strict=True)])
        for name, rows in decided.items()
    }
    space = outcome_space(
        process, list({*(one for rows in decided.values() for one in rows), *set().union(*right)})
    )
    alone = outcomes_alone(process, test)
    return Cell(
        application.name,
        process.kind.name,
        seed,
        len(patterns),
        division.clusters,
        places,
        tuple(np.bincount(places, each, len(patterns)).tolist()),
        wrong,
        {name: round(one.seconds, 3) for name, one in methods.items()},
        ours.chosen if ours is not None else "",
        len(train) + len(validation),
        {
            name: Finding(
                count_mistakes(process, decided[name], right, alone),
                confusion(decided[name], right, space),
                _calibration_error(process, one, test, seen_by[name], wrong[name]),
                one.peak_bytes,
            )
            for name, one in methods.items()
        },
        space,
        _changes(test, right, decided),
    )


def _calibration_error(
    process: DecisionProcess,
    method: TrainedMethod,
    test: FeatureSet,
    features: Float[Tensor, "test dimension"],
    wrong: Bool[np.ndarray, " test"],
) -> float | None:
    margins = decision_margins(process, answering_head(method.head, test), features)
    return None if margins is None else round(calibrate(margins, wrong.tolist()).error, 6)


def _changes(
    test: FeatureSet, right: Sequence[frozenset[str]], decided: Mapping[str, Sequence[str]]
) -> tuple[Change, ...]:
    """Return some pictures on which ours and the generic model differ, in the order of content.

    That order is by chance, whatever the models make of the pictures.
    """
    if "generic" not in decided:
        return ()
    rows = [
        row
        for row, some in enumerate(right)
        if (decided["generic"][row] in some) != (decided["ours"][row] in some)
    ]
    rows.sort(key=lambda row: test.digests[row])
    fixed = [row for row in rows if decided["ours"][row] in right[row]]
    broken = [row for row in rows if decided["ours"][row] not in right[row]]
    return tuple(
        Change(
            test.ids[row],
            test.files[row],
            tuple(sorted(right[row])),
            decided["generic"][row],
            decided["ours"][row],
        )
        for row in (*fixed[:_SHOWN], *broken[:_SHOWN])
    )
