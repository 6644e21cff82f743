"""What one application on one division came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Int

__all__ = ["Cell", "Change", "Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one method does beyond its rate.

    Attributes:
        errors: by sort; see ``chameleonapi.evaluation.mistakes``.
        confusion: what was right (rows) against what was decided (columns).
        calibration_error: expected, of the margins; None where decisions have none.
        peak_bytes: largest resident size of the process while it was trained.
    """

    errors: Mapping[str, int]
    confusion: tuple[tuple[float, ...], ...]
    calibration_error: float | None
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Change:
    """A test picture that one of two models decides rightly and the other wrongly."""

    id: str
    file: str
    acceptable: tuple[str, ...]
    generic: str
    ours: str


@dataclass(frozen=True, eq=False)
class Cell:
    """Which test pictures each method decides incorrectly.

    Attributes:
        application, kind: what decides.
        seed: of the division.
        outcomes: how many sets of right outcomes occur in the test data.
        clusters: of the test pictures.
        strata: number of the set of right outcomes of each test picture.
        weights: of each stratum in the balanced rate, in sum one.
        wrong: by method.
        seconds: of training, by method.
        chosen: what ours turned out to be.
        examples: for training and validation.
        findings: more of each method, by its name.
        names: of the outcomes that the confusion matrices of the findings are over.
        changes: test pictures that only one of the generic model and ours decides rightly.
    """

    application: str
    kind: str
    seed: int
    outcomes: int
    clusters: tuple[str, ...]
    strata: Int[np.ndarray, " test"]
    weights: tuple[float, ...]
    wrong: Mapping[str, Bool[np.ndarray, " test"]]
    seconds: Mapping[str, float]
    chosen: str
    examples: int
    findings: Mapping[str, Finding] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    def rate(self, method: str) -> float:
        """Return the balanced rate of incorrect decisions."""
        wrong = np.bincount(self.strata, self.wrong[method], len(self.weights))
        count = np.bincount(self.strata, minlength=len(self.weights))
        return float(np.array(self.weights) @ (wrong / count))
