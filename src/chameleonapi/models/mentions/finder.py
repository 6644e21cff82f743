"""The network that finds mentions: for each word, whether one begins there, goes on, or neither."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, final

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn import functional

from chameleonapi.errors import ModelError

__all__ = ["BEGINS", "GOES_ON", "OUTSIDE", "MentionFinder"]

OUTSIDE, BEGINS, GOES_ON = range(3)
_FORMAT: Final = "chameleonapi.mentions/1"
_WIDTH: Final = 128
_LEAST_SPREAD: Final = 1e-3
_MOST_NUMBERS: Final = 8192


@final
class MentionFinder(nn.Module):
    """Words in, three logits for each word out: outside, begins, goes on.

    It sees two words to each side. The states that it stands on have seen the whole text.

    Args:
        dimension: numbers of a word.
    """

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

    # As a file

    @property
    def dimension(self) -> int:
        """Numbers of a word."""
        return self.first.in_features

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights; they do not change once it has been asked for."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the finder as a safetensors file; equal finders give equal bytes."""
        tensors = {
            name: one.detach().to("cpu", torch.float32).contiguous().clone()
            for name, one in self.state_dict().items()
        }
        record = {"format": _FORMAT, "dimension": self.dimension}
        return bytes(save(tensors, {"mentions": json.dumps(record, sort_keys=True)}))

    @classmethod
    def from_bytes(cls, content: bytes) -> MentionFinder:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors = load(content)
            made = cls(_read_record(content)["dimension"])
            made.load_state_dict(tensors)
        except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise _unfit(str(error).splitlines()[0] if str(error) else "it is empty") from None
        is_sound = all(bool(torch.isfinite(one).all()) for one in tensors.values())
        if not is_sound or not bool((tensors["spread"] > 0).all()):
            raise _unfit("it holds values that are not finite, or a spread of zero")
        return made.requires_grad_(False).eval()

    def trained(self, parameters: Mapping[str, Tensor]) -> MentionFinder:
        """Return this finder with trained weights, ready to be used."""
        made = type(self)(self.dimension)
        weights = {name: one.detach() for name, one in parameters.items()}
        made.load_state_dict({**self.state_dict(), **weights})
        return made.requires_grad_(False).eval()


def _read_record(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:8], "little")
    record = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["mentions"])
    if record["format"] != _FORMAT:
        raise ValueError(f"its format is {record['format']!r}, expected {_FORMAT!r}")
    if type(record["dimension"]) is not int or not 0 < record["dimension"] <= _MOST_NUMBERS:
        raise ValueError(f"its words have {record['dimension']!r} numbers")
    return dict(record)


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"this is no finder of mentions: {why}.",
        hint="Restore the registry from a backup, or make the generic model again.",
    )
