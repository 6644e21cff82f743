"""What is compared: the names of the methods, and one of them, ready to be evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chameleonapi.models import LabelHead, Tail
from chameleonapi.training.customize import CustomizedModel
from chameleonapi.training.folds import Heads

__all__ = ["DEFAULT_METHODS", "HEAD", "METHODS", "NO_OPINION", "TITLES", "TrainedMethod"]

METHODS: Final = {
    "generic": "Generic model",
    "tuned": "Generic model, thresholds tuned to the decision",
    "categorised": "Model of the labels' category",
    "basic": "Ordinary loss on the target labels",
    "basic-opinion": "Ordinary loss, with a second opinion on the outcome",
    "softmax": "Softmax over the outcomes, no labels learnt",
    "weighted": "Weighted cross-entropy on the target labels",
    "asymmetric": "Asymmetric loss on the target labels",
    "paper": "The paper's loss",
    "perturbation": "Perturbation loss: the decision as a black box",
    "no-opinion": "ChameleonAPI without its second opinion",
    "ours": "ChameleonAPI",
}

DEFAULT_METHODS: Final = ("generic", "tuned", "basic", "paper", "ours")
"""What is compared unless more is asked for; ours falls back to no other than these."""

NO_OPINION: Final = "no-opinion"
"""What ours would be without a second opinion: it tells what the opinion is worth."""

HEAD: Final = "head"
"""What ours was before it went below the head: it tells what the level is worth."""

TITLES: Final = {**METHODS, HEAD: "ChameleonAPI, nothing but the head trained"}


@dataclass(frozen=True, eq=False)
class TrainedMethod:
    """One way to answer, ready to be evaluated.

    Attributes:
        name, title: as in ``METHODS``.
        head: with everything folded in; ours perhaps with a second opinion on the outcome.
        threshold: for a reader.
        seconds: that it took.
        rate: balanced rate of incorrect decisions on validation data.
        model: how it came about, where something was trained.
        peak_bytes: largest resident size of the process meanwhile.
        parts: the heads of the folds, of which that of the labels is the mean.
    """

    name: str
    title: str
    head: LabelHead
    threshold: str
    seconds: float
    rate: float
    model: CustomizedModel | None = None
    peak_bytes: int = 0
    parts: Heads = ()

    @property
    def tail(self) -> Tail | None:
        """What gives the head its features, if not the untouched backbone."""
        return self.model.tail if self.model is not None else None
