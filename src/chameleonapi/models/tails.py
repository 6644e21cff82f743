"""The end of a backbone as an application has changed it: whole weights, or a low-rank change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import torch
from torch import Tensor, nn

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.cuts import device_of, need_cuts
from chameleonapi.models.weight_files import read_weights, write_weights

__all__ = ["LOW_RANK", "WHOLE", "Tail", "merge", "start_tail"]

WHOLE: Final = "whole"
LOW_RANK: Final = "low-rank"

_FORMAT: Final = "chameleonapi.tail/1"
_DOWN: Final = ".down"
_UP: Final = ".up"


@final
@dataclass(frozen=True, eq=False)
class Tail:
    """What was trained behind a cut.

    Attributes:
        backbone: name of the backbone that is cut.
        cut: where.
        form: ``whole`` (the weights themselves) or ``low-rank`` (what is added to some).
        tensors: by the names that ``start_tail`` gives them.
    """

    backbone: str
    cut: int
    form: str
    tensors: Mapping[str, Tensor]

    def build(self, backbone: Backbone) -> nn.Module:
        """Return the network from the rows of the cut to the features, ready to be used.

        Raises:
            ModelError: if it was made for another backbone, or does not fit this one.
        """
        if backbone.name != self.backbone:
            raise ModelError(
                f"a tail was made for {self.backbone}, but the backbone is {backbone.name}.",
                hint="Serve it with the backbone that its manifest names.",
            )
        network = need_cuts(backbone).tail(self.cut)
        expected = {name: tuple(one.shape) for name, one in network.named_parameters()}
        device = device_of(network)
        try:
            moved = {name: one.to(device) for name, one in self.tensors.items()}
            weights = merge(self.form, network, moved)
        except (KeyError, RuntimeError, UsageError) as error:
            raise _unfit(str(error)) from None
        for name, weight in weights.items():
            if tuple(weight.shape) != expected.get(name):
                raise _unfit(f"{name} has shape {tuple(weight.shape)}")
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if name in weights:
                    parameter.copy_(weights[name])
        return network.requires_grad_(False).eval()

    def to_bytes(self) -> bytes:
        """Return the tail as a safetensors file; equal tails give equal bytes."""
        record = {
            "format": _FORMAT,
            "backbone": self.backbone,
            "cut": self.cut,
            "form": self.form,
        }
        return write_weights(self.tensors, "tail", record)

    @classmethod
    def from_bytes(cls, content: bytes) -> Tail:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors, record = read_weights(content, "tail", _FORMAT)
            tail = cls(record["backbone"], record["cut"], record["form"], tensors)
        except (KeyError, ValueError) as error:
            raise _unfit(str(error)) from None
        if tail.form not in (WHOLE, LOW_RANK) or not isinstance(tail.cut, int):
            raise _unfit("its form is not known")
        return tail


def start_tail(form: str, network: nn.Module, *, rank: int = 8, seed: int = 0) -> dict[str, Tensor]:
    """Return what is to be trained; as returned, it changes nothing about the network.

    Args:
        form: ``whole`` or ``low-rank``.
        network: the tail as the backbone has it.
        rank: of the change, for ``low-rank``.
        seed: of where the change starts from.

    Reference: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022,
    on the 1 x 1 convolutions of a network of pictures and on the linear layers of one of texts,
    which hold nearly all weights.
    """
    parameters = dict(network.named_parameters())
    if form == WHOLE:
        return {name: one.detach().clone() for name, one in parameters.items()}
    _check_form(form)
    generator = torch.Generator().manual_seed(seed)
    found: dict[str, Tensor] = {}
    for name, one in parameters.items():
        if _is_map(network, name):
            wide, narrow = one.shape[1], min(rank, *one.shape[:2])
            down = torch.randn((narrow, wide), generator=generator) / wide**0.5
            found[name + _DOWN] = down.to(one.device)
            found[name + _UP] = torch.zeros(one.shape[0], narrow, device=one.device)
    return found


def merge(form: str, network: nn.Module, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights that the network has with these tensors, by its own names."""
    if form == WHOLE:
        return dict(tensors)
    _check_form(form)
    parameters = dict(network.named_parameters())
    found: dict[str, Tensor] = {}
    for name in tensors:
        if not name.endswith(_DOWN):
            continue
        target = name.removesuffix(_DOWN)
        change = tensors[target + _UP] @ tensors[name]
        found[target] = parameters[target] + change.reshape(parameters[target].shape)
    return found


def _is_map(network: nn.Module, name: str) -> bool:
    """Return whether these are the weights of a linear map of channels."""
    place, _, kind = name.rpartition(".")
    layer = network.get_submodule(place)
    is_map = isinstance(layer, nn.Linear)
    is_map |= isinstance(layer, nn.Conv2d) and layer.weight.shape[2:] == (1, 1)
    return is_map and kind == "weight"


def _check_form(form: str) -> None:
    if form != LOW_RANK:
        raise UsageError(f"{form!r} is no form of a tail.", hint=f"Use {WHOLE} or {LOW_RANK}.")


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"the tail of a model cannot be used: {why}.",
        hint="The file is damaged or was made by another version; publish the model again.",
    )
