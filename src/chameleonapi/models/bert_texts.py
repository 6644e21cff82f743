"""Texts through a BERT encoder of which the last layers can be trained."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import torch
from jaxtyping import Float, Float16, Int
from safetensors.torch import load
from torch import Tensor, nn

from chameleonapi.errors import ChameleonError, ModelError, UsageError
from chameleonapi.models._bert import BertEncoder, BertShape, mask_of, mean_of_tokens
from chameleonapi.models.backbones import PieceBackbone
from chameleonapi.models.token_texts import (
    LEAST_LENGTH,
    USUAL_LENGTH,
    TokenTexts,
    batches,
    open_tokenizer,
)

__all__ = ["BertTexts", "open_bert"]

_LAST_STAGES: Final = 2  # layers behind the usual cut
_LARGEST: Final = 65504.0  # of half precision
# Half precision holds whole numbers up to 2,048: larger ones are kept as two.
_RADIX: Final = 1024


@final
@dataclass(frozen=True, eq=False)
class BertTexts(TokenTexts):
    """An encoder of texts that can be cut before any of its layers.

    A row at a cut is how many tokens a text has, and a state for each of them; at cut 0, before
    everything, the numbers of the tokens stand in the place of states.
    """

    network: BertEncoder

    @property
    def cuts(self) -> tuple[int, ...]:
        """Before everything, and before the last two layers."""
        return (0, max(0, self.layers - _LAST_STAGES))

    def row_size(self, cut: int) -> int:
        """Return how many numbers a text is at a cut."""
        return 2 + self.length * (self.dimension if self._known(cut) else 2)

    @torch.no_grad()
    def rows(
        self, inputs: Sequence[Int[Tensor, " length"]], cut: int
    ) -> Float16[Tensor, "batch row"]:
        """Compute the rows of texts up to a cut."""
        found = torch.zeros(len(inputs), self.row_size(cut), dtype=torch.float16)
        for places in batches(inputs):
            texts = [inputs[one] for one in places]
            tokens, present = self.padded(texts)
            made = _two_digits(tokens) if not cut else self.network(tokens, present, cut)
            made = made * present[:, :, None]  # what stands behind a text says nothing
            flat = made.flatten(1).clamp(-_LARGEST, _LARGEST).half().cpu()
            found[places, :2] = _two_digits(present.sum(1)).half().cpu()
            found[places, 2 : 2 + flat.shape[1]] = flat
        return found

    def tail(self, cut: int) -> nn.Module:
        """Return what follows the cut, with weights of its own."""
        return BertTail(self.network, self._known(cut), self.length)

    def jitter(
        self,
        rows: Float[Tensor, "batch row"],
        cut: int,  # noqa: ARG002 - texts are left alone at every cut
        drawn: Float[Tensor, "batch draws"],  # noqa: ARG002 - likewise
    ) -> Float[Tensor, "batch row"]:
        """Return the rows as they are: a text that says the same in other words is not at hand."""
        return rows

    def _known(self, cut: int) -> int:
        if cut not in range(self.layers):
            raise UsageError(
                f"{self.name} has no cut {cut}.",
                hint=f"Its cuts are 0 to {self.layers - 1}.",
            )
        return cut


@final
class BertTail(nn.Module):
    """What follows a cut: rows of a cut in, the mean state of each text out."""

    def __init__(self, network: BertEncoder, cut: int, length: int) -> None:
        super().__init__()
        self.length = length
        # Names of the whole network, so that saved weights say where they belong.
        self.layers = nn.ModuleDict(
            {str(n): copy.deepcopy(network.layers[n]) for n in range(cut, len(network.layers))}
        )
        self.embeddings = copy.deepcopy(network.embeddings) if cut == 0 else None

    def forward(self, rows: Float[Tensor, "batch row"]) -> Float[Tensor, "batch dimension"]:
        lengths = _number(rows[:, :2])
        longest = int(lengths.max()) if len(rows) else 1
        kept = rows[:, 2:].reshape(len(rows), self.length, -1)[:, :longest]
        present = torch.arange(longest, device=rows.device) < lengths[:, None]
        states = kept if self.embeddings is None else self.embeddings(_number(kept))
        for layer in self.layers.values():
            states = layer(states, mask_of(present))
        return mean_of_tokens(states, present)


def _two_digits(numbers: Int[Tensor, " *shape"]) -> Int[Tensor, "*shape 2"]:
    return torch.stack([numbers // _RADIX, numbers % _RADIX], -1)


def _number(digits: Float[Tensor, "*shape 2"]) -> Int[Tensor, " *shape"]:
    found: Tensor = (digits[..., 0] * _RADIX + digits[..., 1]).long()
    return found


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
) -> PieceBackbone:
    """Return an encoder from the contents of its three published files.

    Raises:
        MissingPackageError: if the package of tokenizers is missing.
        ModelError: if the files do not fit together.
        UsageError: if it cannot take texts of this length.
    """
    try:
        known = [one.name for one in dataclasses.fields(BertShape)]
        shape = BertShape(**{name: config[name] for name in known if name in config})
        network = BertEncoder(shape)
        network.load_published(load(weights))
        words = open_tokenizer(tokenizer, base)
    except ChameleonError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever files of another form lead to
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"{base} cannot be loaded: {told}.",
            hint="It must be a BERT encoder: config.json, model.safetensors and tokenizer.json.",
        ) from None
    if not LEAST_LENGTH <= length <= shape.max_position_embeddings:
        raise UsageError(
            f"{base} takes {LEAST_LENGTH} to {shape.max_position_embeddings} tokens, "
            f"but {length} came.",
            hint=f"Write for instance {base}{mark}{USUAL_LENGTH}.",
        )
    where = torch.device(device)
    network = network.eval().requires_grad_(False).to(where)
    size, layers = shape.hidden_size, shape.num_hidden_layers
    return BertTexts(base, network, size, layers, words, sha256, length, where, mark)
