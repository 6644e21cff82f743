"""Train the finder of mentions: of any sort, once for all applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from jaxtyping import Float, Float16, Int
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from chameleonapi.errors import DataError
from chameleonapi.models.mentions import MentionFinder
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.loop import Advance, Parameters, fit
from chameleonapi.training.settings import TrainSettings

__all__ = ["MENTION_FINDER_SETTINGS", "MentionExamples", "train_mention_finder"]

MENTION_FINDER_SETTINGS: Final = TrainSettings(
    epochs=12, patience=4, batch_size=32, learning_rate=2e-3, pull=0.0, noise=0.0
)
_DROPPED: Final = 0.2
_NOTHING: Final = -100


@dataclass(frozen=True, eq=False)
class MentionExamples:
    """Words of texts, and where mentions begin and go on.

    Attributes:
        words: the numbers of the words of each text.
        tags: of the same words, as the finder's outputs are numbered.
        digest: of both, for checkpoints.
    """

    words: Sequence[Float16[Tensor, "words dimension"]]
    tags: Sequence[Int[Tensor, " words"]]
    digest: str

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True, eq=False)
class _Finding:
    module: MentionFinder
    train: MentionExamples
    validation: MentionExamples
    settings: TrainSettings

    @property
    def start(self) -> Parameters:
        return dict(self.module.named_parameters())

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        size = len(self.train)
        rounds = max(1, -(-self.settings.least_steps * self.settings.batch_size // size))
        return torch.cat([torch.randperm(size, generator=generator) for _ in range(rounds)])

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        return self._loss(parameters, self.train, rows, generator)

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        parts = torch.split(torch.arange(len(self.validation)), self.settings.batch_size)
        with torch.no_grad():
            losses = [
                float(self._loss(parameters, self.validation, one)) * len(one) for one in parts
            ]
        return 0.0, sum(losses) / len(self.validation)

    def _loss(
        self,
        parameters: Parameters,
        data: MentionExamples,
        rows: Tensor,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        places: list[int] = rows.tolist()
        words = pad_sequence([data.words[one].float() for one in places], batch_first=True)
        tags = pad_sequence(
            [data.tags[one] for one in places], batch_first=True, padding_value=_NOTHING
        )
        if generator is not None:  # some numbers of each word are left out, so that none is all
            kept = torch.rand(words.shape, generator=generator) >= _DROPPED
            words = torch.where(kept, words, self.module.get_buffer("mean"))
        logits: Tensor = functional_call(self.module, dict(parameters), (words, tags != _NOTHING))
        if not bool((tags != _NOTHING).any()):
            return logits.sum() * 0
        return functional.cross_entropy(logits.flatten(0, 1), tags.flatten(), ignore_index=_NOTHING)


def train_mention_finder(
    train: MentionExamples,
    validation: MentionExamples,
    *,
    seed: int,
    settings: TrainSettings = MENTION_FINDER_SETTINGS,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> MentionFinder:
    """Train a finder until the validation texts say stop.

    Args:
        train, validation: texts of which every mention is marked.
        seed: of the first weights and of the order of texts.
        settings: of the loop.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).

    Raises:
        DataError: if there is nothing to learn from.
        ModelError: if training diverges.
    """
    for name, one in (("training", train), ("validation", validation)):
        if not any(bool((tags > 0).any()) for tags in one.tags):
            raise DataError(
                f"no {name} text names anything.",
                hint="Give the texts their `entities`: a list of type, text and begin.",
            )
    some = [one.float() for one in train.words if len(one)]
    module = MentionFinder.untrained(torch.cat(some[:256]), seed=seed)
    saved = None
    if checkpoint is not None:
        what = ["mention finder", train.digest, validation.digest, settings.to_json(), seed]
        saved = Checkpoint.of(checkpoint, *what)
    task = _Finding(module, train, validation, settings)
    fitted = fit(task, settings, seed=seed, checkpoint=saved, advance=advance)
    return module.trained(fitted.parameters)
