"""How training goes about it; all of it enters the manifest."""

from __future__ import annotations

from dataclasses import dataclass, fields

from chameleonapi.errors import UsageError
from chameleonapi.training.judge import BALANCED, MIXES

__all__ = ["TrainSettings"]


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Settings of the one loop that trains every head.

    The defaults were chosen on scenes and photographs that no reported number is measured on;
    ``chameleon benchmark`` measures them.

    Attributes:
        epochs: at most.
        patience: epochs without an improvement after which to stop.
        batch_size: examples in a step.
        least_steps: steps in an epoch at least, however few the examples are.
        learning_rate: at the start; it falls to zero along a cosine.
        pull: strength of the pull towards the head that training starts from (an L2 penalty
            on the change of the weights, which are those of normalised features).
        ordinary: share of the ordinary loss (cross-entropy of the labels read) beside the
            main one.
        averaging: decay, per step, of the running average of the weights that is judged and
            kept; 0 keeps the weights themselves.
        noise: standard deviation of the noise added to normalised features; on features from
            few pictures it works better than a stronger pull.
        keep: strength of the pull of features towards those of the untouched backbone, where
            its end is trained too; labels that nobody reads stay what they were.
        folds: parts of the examples, each of which checks what the others teach; 1 keeps the
            split that came, 0 decides by the number of examples.
        rehearsal: how many of the application's own examples those count for, all together,
            which the generic model has learnt from, where they are given; 0 leaves them out.
        mix: of outcomes for which the model is made: ``balanced``, every outcome alike, or
            ``natural``, as the examples come. Examples are drawn and judged accordingly.
        tune_thresholds: whether the thresholds of target classes are searched on validation
            data afterwards.
        opinions: whether our head may be answered with together with a second opinion on the
            outcome, where that decides better on held-out examples.
    """

    epochs: int = 40
    patience: int = 10
    batch_size: int = 128
    least_steps: int = 16
    learning_rate: float = 1e-3
    pull: float = 1e-3
    ordinary: float = 0.0
    averaging: float = 0.98
    noise: float = 1.0
    keep: float = 0.0
    folds: int = 0
    rehearsal: float = 100.0
    mix: str = BALANCED
    tune_thresholds: bool = True
    opinions: bool = True

    def __post_init__(self) -> None:
        for name in ("epochs", "patience", "batch_size", "least_steps", "learning_rate"):
            if getattr(self, name) <= 0:
                self._refuse(name, "above zero")
        for name in ("pull", "ordinary", "noise", "keep", "folds", "rehearsal"):
            if getattr(self, name) < 0:
                self._refuse(name, "zero or above")
        if self.mix not in MIXES:
            self._refuse("mix", " or ".join(MIXES))
        if not 0 <= self.averaging < 1:
            self._refuse("averaging", "from zero to below one")

    def _refuse(self, name: str, expected: str) -> None:
        raise UsageError(
            f"the training setting {name!r} must be {expected}, but {getattr(self, name)!r} came.",
            hint="Leave it out to use its default.",
        )

    def to_json(self) -> dict[str, float | int | bool | str]:
        """Return the settings by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}
