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
from chameleonapi.training.finder_fitting import FinderTask, fit_finder
from chameleonapi.training.loop import Advance, Parameters
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


class _Finding(FinderTask[MentionFinder, MentionExamples]):
    """The task: whether a mention begins at a word, goes on, or neither."""

    def loss_on(
        self,
        parameters: Parameters,
        data: MentionExamples,
        rows: Int[Tensor, " batch"],
        generator: torch.Generator | None,
    ) -> Float[Tensor, ""]:
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
    task = _Finding(module, train, validation, settings)
    finder, _ = fit_finder(
        task, what="mention finder", seed=seed, checkpoint=checkpoint, advance=advance
    )
    return finder
