"""BERT's encoder, as far as its features go: no dropout, no pooler, no heads.

Reference: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
Understanding", NAACL 2019. Names of weights are those of the published files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["BertEncoder", "BertShape", "mask_of", "mean_of_tokens"]


@dataclass(frozen=True, slots=True)
class BertShape:
    """How large an encoder is; names as in ``config.json``."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12


@final
class _Layer(nn.Module):
    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        size, inner = shape.hidden_size, shape.intermediate_size
        self.heads = shape.num_attention_heads
        self.query, self.key, self.value, self.mixed = (nn.Linear(size, size) for _ in range(4))
        self.wide, self.narrow = nn.Linear(size, inner), nn.Linear(inner, size)
        self.first_norm = nn.LayerNorm(size, eps=shape.layer_norm_eps)
        self.second_norm = nn.LayerNorm(size, eps=shape.layer_norm_eps)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        batch, length, size = states.shape

        def split(values: Tensor) -> Tensor:
            return values.reshape(batch, length, self.heads, -1).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(
            split(self.query(states)), split(self.key(states)), split(self.value(states)), mask
        )
        joined = attended.transpose(1, 2).reshape(batch, length, size)
        states = self.first_norm(states + self.mixed(joined))
        widened = functional.gelu(self.wide(states))
        found: Tensor = self.second_norm(states + self.narrow(widened))
        return found


@final
class _Embeddings(nn.Module):
    """Tokens in, the states before the first layer out."""

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.positions = nn.Embedding(shape.max_position_embeddings, shape.hidden_size)
        self.kinds = nn.Embedding(shape.type_vocab_size, shape.hidden_size)
        self.norm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)

    def forward(self, tokens: Int[Tensor, "batch length"]) -> Tensor:
        states: Tensor = self.words(tokens) + self.positions.weight[: tokens.shape[1]]
        found: Tensor = self.norm(states + self.kinds.weight[0])
        return found


@final
class BertEncoder(nn.Module):
    """Tokens in, one state for each token out."""

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = _Embeddings(shape)
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.num_hidden_layers))

    def forward(
        self,
        tokens: Int[Tensor, "batch length"],
        present: Bool[Tensor, "batch length"],
        layers: int | None = None,
    ) -> Float[Tensor, "batch length hidden"]:
        """Return the last states; those of places that are not ``present`` say nothing.

        ``layers`` is after how many of the layers; after all, if None.
        """
        *_, states = self.each(tokens, present, layers)
        return states

    def each(
        self,
        tokens: Int[Tensor, "batch length"],
        present: Bool[Tensor, "batch length"],
        layers: int | None = None,
    ) -> Iterator[Float[Tensor, "batch length hidden"]]:
        """Yield the states before the first layer, and those behind each of them."""
        states: Tensor = self.embeddings(tokens)
        yield states
        mask = mask_of(present)
        for layer in self.layers[:layers]:
            states = layer(states, mask)
            yield states

    def load_published(self, weights: Mapping[str, Tensor]) -> None:
        """Take the weights of a published file.

        Raises:
            KeyError: if one is missing.
            RuntimeError: if one has another shape.
        """
        prefix = "bert." if "bert.embeddings.word_embeddings.weight" in weights else ""
        own = {}
        for name in self.state_dict():
            own[name] = weights[prefix + _published(name)].float()
        self.load_state_dict(own)


_EMBEDDINGS = {
    "words": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "kinds": "embeddings.token_type_embeddings",
    "norm": "embeddings.LayerNorm",
}
_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "first_norm": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "second_norm": "output.LayerNorm",
}


def _published(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "embeddings":
        return f"{_EMBEDDINGS[parts[1]]}.{parts[2]}"
    return f"encoder.layer.{parts[1]}.{_PARTS[parts[2]]}.{parts[3]}"


def mask_of(present: Bool[Tensor, "batch length"]) -> Bool[Tensor, "batch 1 1 length"]:
    """Return which places are attended to, for all heads and places alike."""
    return present[:, None, None, :]


def mean_of_tokens(
    states: Float[Tensor, "batch length hidden"], present: Bool[Tensor, "batch length"]
) -> Float[Tensor, "batch hidden"]:
    """Return the mean state of each text.

    Reference: Reimers and Gurevych, "Sentence-BERT: Sentence Embeddings using Siamese
    BERT-Networks", EMNLP 2019, section 3.
    """
    weights = present.to(states.dtype)[:, :, None]
    return torch.sum(states * weights, 1) / weights.sum(1).clamp(min=1)
