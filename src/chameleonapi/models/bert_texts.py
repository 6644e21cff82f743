"""Texts through a BERT encoder of which the last layers can be trained."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import torch
from jaxtyping import Bool, Float, Float16, Int
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

    A row at a cut is how many tokens a text has, a state for each of them, and what has been
    pooled up to there; at cut 0, before everything, the numbers of the tokens stand in the place
    of states.

    Attributes:
        earlier: the layers, ascending, whose mean states follow those of the last layer; they are
            named by how many layers lie before what they give, from 1.
    """

    network: BertEncoder
    earlier: tuple[int, ...] = ()

    @property
    def dimension(self) -> int:
        """Number of features of a text."""
        return self.state_dimension * (1 + len(self.earlier))

    def pooled(
        self, tokens: Int[Tensor, "batch length"], present: Bool[Tensor, "batch length"]
    ) -> Float[Tensor, "batch dimension"]:
        """Return the mean states behind the last layer, and behind the earlier ones."""
        means = [mean_of_tokens(one, present) for one in self.network.each(tokens, present)]
        return torch.cat([means[-1], *(means[layer] for layer in self.earlier)], 1)

    @property
    def cuts(self) -> tuple[int, ...]:
        """Before everything, and before the last two layers."""
        return (0, max(0, self.layers - _LAST_STAGES))

    def row_size(self, cut: int) -> int:
        """Return how many numbers a text is at a cut."""
        places = self.length * (self.state_dimension if self._known(cut) else 2)
        return 2 + places + self.state_dimension * len(self._before(cut))

    @torch.no_grad()
    def rows(
        self, inputs: Sequence[Int[Tensor, " length"]], cut: int
    ) -> Float16[Tensor, "batch row"]:
        """Compute the rows of texts up to a cut."""
        found = torch.zeros(len(inputs), self.row_size(cut), dtype=torch.float16)
        for places in batches(inputs):
            texts = [inputs[one] for one in places]
            tokens, present = self.padded(texts)
            states = [*self.network.each(tokens, present, cut)] if cut else [_two_digits(tokens)]
            # What stands behind a text says nothing.
            flat = (states[-1] * present[:, :, None]).flatten(1)
            means = [mean_of_tokens(states[layer], present) for layer in self._before(cut)]
            found[places, :2] = _two_digits(present.sum(1)).half().cpu()
            found[places, 2 : 2 + flat.shape[1]] = _halved(flat)
            if means:
                found[places, -self.state_dimension * len(means) :] = _halved(torch.cat(means, 1))
        return found

    def tail(self, cut: int) -> nn.Module:
        """Return what follows the cut, with weights of its own."""
        behind = self.earlier[len(self._before(self._known(cut))) :]
        return BertTail(self.network, cut, self.length, behind)

    def jitter(
        self,
        rows: Float[Tensor, "batch row"],
        cut: int,  # noqa: ARG002 - texts are left alone at every cut
        drawn: Float[Tensor, "batch draws"],  # noqa: ARG002 - likewise
    ) -> Float[Tensor, "batch row"]:
        """Return the rows as they are: a text that says the same in other words is not at hand."""
        return rows

    def _before(self, cut: int) -> tuple[int, ...]:
        """Return which of the earlier layers a row at a cut has behind it already."""
        return tuple(one for one in self.earlier if one <= cut)

    def _known(self, cut: int) -> int:
        if cut not in range(self.layers):
            raise UsageError(
                f"{self.name} has no cut {cut}.",
                hint=f"Its cuts are 0 to {self.layers - 1}.",
            )
        return cut


@final
class BertTail(nn.Module):
    """What follows a cut: rows of a cut in, the features of each text out.

    Args:
        network: the whole.
        cut: before which of its layers.
        length: tokens of a text that are read.
        behind: the layers whose mean states are features too; those of layers before the cut
            stand in its rows.
    """

    def __init__(
        self, network: BertEncoder, cut: int, length: int, behind: Sequence[int] = ()
    ) -> None:
        super().__init__()
        self.length = length
        self.width = network.shape.hidden_size if cut else 2
        self.behind = tuple(behind)
        # Names of the whole network, so that saved weights say where they belong.
        self.layers = nn.ModuleDict(
            {str(n): copy.deepcopy(network.layers[n]) for n in range(cut, len(network.layers))}
        )
        self.embeddings = copy.deepcopy(network.embeddings) if cut == 0 else None

    def forward(self, rows: Float[Tensor, "batch row"]) -> Float[Tensor, "batch dimension"]:
        lengths = _number(rows[:, :2])
        longest = int(lengths.max()) if len(rows) else 1
        size = 2 + self.length * self.width
        kept = rows[:, 2:size].reshape(len(rows), self.length, self.width)[:, :longest]
        present = torch.arange(longest, device=rows.device) < lengths[:, None]
        states = kept if self.embeddings is None else self.embeddings(_number(kept))
        means = [rows[:, size:]]
        for number, layer in self.layers.items():
            states = layer(states, mask_of(present))
            if int(number) + 1 in self.behind:
                means.append(mean_of_tokens(states, present))
        return torch.cat([mean_of_tokens(states, present), *means], 1)


def _halved(numbers: Float[Tensor, "batch numbers"]) -> Float16[Tensor, "batch numbers"]:
    return numbers.clamp(-_LARGEST, _LARGEST).half().cpu()


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
    earlier: Sequence[int] = (),
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
    return BertTexts(
        base, network, size, layers, words, sha256, length, where, mark, tuple(earlier)
    )
