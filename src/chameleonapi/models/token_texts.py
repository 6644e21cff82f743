"""Texts through a network that gives a state for each token; their features are the mean.

Whose weights the network has, and what computes it, is the business of who opens one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.errors import InputError, MissingPackageError, ModelError
from chameleonapi.models._bert import mean_of_tokens
from chameleonapi.models.backbones import TextPieces

__all__ = [
    "LEAST_LENGTH",
    "USUAL_LENGTH",
    "StateNetwork",
    "TokenTexts",
    "batches",
    "open_tokenizer",
    "read_text",
]

USUAL_LENGTH: Final = 128
LEAST_LENGTH: Final = 8
# Tokens in one forward pass on a CPU: more of them fall out of its cache.
_TOKENS_AT_ONCE: Final = 2048


class StateNetwork(Protocol):
    """Tokens in, one state for each token out."""

    def __call__(
        self,
        tokens: Int[Tensor, "batch length"],
        present: Bool[Tensor, "batch length"],
        layers: int | None = None,
        /,
    ) -> Float[Tensor, "batch length hidden"]:
        """Compute the states behind so many layers, or behind the last."""
        ...


@dataclass(frozen=True, eq=False)
class TokenTexts:
    """An encoder of texts: the mean of the states of up to ``length`` tokens.

    Attributes:
        base: the name without its length.
        network: the encoder.
        state_dimension: numbers of a state.
        layers: of the network; one where only its end is to be seen.
        tokenizer: a ``tokenizers.Tokenizer`` that neither pads nor cuts.
        sha256: of the weights and the tokenizer.
        length: tokens of a text that are read, the two that mark its ends among them.
        device: where it is computed.
        mark: stands before the length in the name.
    """

    base: str
    network: StateNetwork
    state_dimension: int
    layers: int
    tokenizer: Any
    sha256: str
    length: int
    device: torch.device
    mark: str = "@"

    @property
    def name(self) -> str:
        """The name with which it is loaded again."""
        return f"{self.base}{self.mark}{self.length}"

    @property
    def dimension(self) -> int:
        """Number of features of a text."""
        return self.state_dimension

    @property
    def reader(self) -> str:
        """Name of how bytes become tokens."""
        return "utf-8/1"

    def tokens(self, content: bytes) -> Int[Tensor, " length"]:
        """Return the tokens of a text in UTF-8, or raise ``InputError``."""
        text = read_text(content)
        # What follows can change no token that is read: a token is at most a word.
        found = self.tokenizer.encode(text[: self._characters]).ids
        if len(found) > self.length:
            found = [*found[: self.length - 1], found[-1]]
        return torch.tensor(found, dtype=torch.long)

    def pieces(self, text: str) -> TextPieces:
        """Return the tokens of a text and where they stand."""
        found = self.tokenizer.encode(text[: self._characters])
        most = self.length - 2
        # The marks of both ends are put back, whatever is cut off between them.
        inner = slice(1, len(found.ids) - 1)
        places = found.offsets[inner][:most]
        ids = [found.ids[0], *found.ids[inner][:most], found.ids[-1]]
        return TextPieces(tuple(ids), tuple(places))

    @torch.no_grad()
    def states(
        self, texts: Sequence[Int[Tensor, " length"]], depth: float = 1.0
    ) -> Sequence[Float[Tensor, "pieces hidden"]]:
        """Return a state for each token but the two that mark the ends."""
        layers = max(1, round(depth * self.layers))
        found: list[Tensor] = [torch.zeros(0)] * len(texts)
        for rows in batches(texts):
            tokens, present = self.padded([texts[one] for one in rows])
            every = self.network(tokens, present, layers).cpu()
            for row, states in zip(rows, every, strict=True):
                found[row] = states[1 : len(texts[row]) - 1].clone()
        return found

    @cached_property
    def _characters(self) -> int:
        """How much of a text is looked at: words of a hundred letters each, and more."""
        return 100 * self.length

    @torch.no_grad()  # not inference_mode: heads are trained on these features
    def encode(self, texts: Sequence[Int[Tensor, " length"]]) -> Float[Tensor, "batch dimension"]:
        """Return the features of texts of any lengths."""
        found = torch.zeros(len(texts), self.dimension)
        for rows in batches(texts):
            tokens, present = self.padded([texts[one] for one in rows])
            found[rows] = self.pooled(tokens, present).cpu()
        return found

    def pooled(
        self, tokens: Int[Tensor, "batch length"], present: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch dimension"]:
        """Return the mean states of padded texts."""
        return mean_of_tokens(self.network(tokens, present), present)

    def padded(
        self, texts: Sequence[Int[Tensor, " length"]]
    ) -> tuple[Int[Tensor, "batch length"], Bool[Tensor, "batch length"]]:
        """Return texts as wide as the longest of them, and which places hold a token."""
        tokens = torch.nn.utils.rnn.pad_sequence(list(texts), batch_first=True)
        lengths = torch.tensor([len(one) for one in texts])
        present = torch.arange(tokens.shape[1]) < lengths[:, None]
        return tokens.to(self.device), present.to(self.device)


def batches(texts: Sequence[Int[Tensor, " length"]]) -> Iterator[list[int]]:
    """Yield the places of texts that go through a network together.

    Those of about one length do, so that little is padded, and as many as fit into one pass.
    """
    rows: list[int] = []
    for one in sorted(range(len(texts)), key=lambda place: len(texts[place])):
        if rows and (len(rows) + 1) * len(texts[one]) > _TOKENS_AT_ONCE:
            yield rows
            rows = []
        rows.append(one)
    if rows:
        yield rows


def open_tokenizer(content: bytes, base: str) -> Any:
    """Return the ``tokenizers.Tokenizer`` in a ``tokenizer.json``; it neither pads nor cuts.

    Raises:
        MissingPackageError: if the package of tokenizers is missing.
        ModelError: if this is none.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingPackageError(
            "tokenizers",
            needed_for=f"the backbone {base}",
            install="pip install 'chameleonapi[text]'",
        ) from None
    try:
        words = Tokenizer.from_str(content.decode())
    except Exception as error:  # noqa: BLE001 - tokenizers raises nothing more special
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"{base} cannot be loaded: its tokenizer.json cannot be read: {told}.",
            hint="It must be the file that the package tokenizers writes.",
        ) from None
    words.no_padding()
    words.no_truncation()
    return words


def read_text(content: bytes) -> str:
    """Return a text in UTF-8.

    Raises:
        InputError: if the bytes are no such text.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"the text is not UTF-8: {error.reason} at byte {error.start}.",
            hint="Send the text in UTF-8.",
        ) from None
