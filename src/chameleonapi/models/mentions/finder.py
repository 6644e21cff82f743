"""The network that finds mentions: for each word, whether one begins there, goes on, or neither."""

from __future__ import annotations

from typing import Final, final

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from chameleonapi.models.finders import Finder

__all__ = ["BEGINS", "GOES_ON", "OUTSIDE", "MentionFinder"]

OUTSIDE, BEGINS, GOES_ON = range(3)
_WIDTH: Final = 128
_LEAST_SPREAD: Final = 1e-3


@final
class MentionFinder(Finder):
    """Words in, three logits for each word out: outside, begins, goes on.

    It sees two words to each side. The states that it stands on have seen the whole text.

    Args:
        dimension: numbers of a word.
    """

    entry = "mentions"
    form = "chameleonapi.mentions/1"

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimension))
        self.register_buffer("spread", torch.ones(dimension))
        self.first = nn.Linear(dimension, _WIDTH)
        self.second = nn.Conv1d(_WIDTH, _WIDTH, 3, padding=1)
        self.last = nn.Conv1d(_WIDTH, 3, 3, padding=1)

    @classmethod
    def untrained(cls, words: Float[Tensor, "words dimension"], *, seed: int) -> MentionFinder:
        """Return a finder with random weights, the same for the same seed, for words like these."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            made = cls(words.shape[1])
        spread, mean = torch.std_mean(words, 0, correction=0)
        made.get_buffer("mean").copy_(mean)
        made.get_buffer("spread").copy_(spread.clamp(min=_LEAST_SPREAD))
        return made

    def forward(
        self, words: Float[Tensor, "batch length dimension"], there: Tensor | None = None
    ) -> Float[Tensor, "batch length 3"]:
        """Find mentions; where ``there`` is false is no word, and its logits say nothing."""
        mask = 1.0 if there is None else there[:, None, :].to(words.dtype)
        seen = (words - self.get_buffer("mean")) / self.get_buffer("spread")
        hidden = functional.relu(self.first(seen)).transpose(1, 2) * mask
        hidden = functional.relu(self.second(hidden)) * mask
        found: Tensor = self.last(hidden).transpose(1, 2)
        return found

    @property
    def dimension(self) -> int:
        """Numbers of a word."""
        return self.first.in_features

    @property
    def sizes(self) -> dict[str, int]:
        """The numbers of a word."""
        return {"dimension": self.dimension}
