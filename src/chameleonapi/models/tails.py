"""The end of a backbone as an application has changed it: whole weights, or a low-rank change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.cuts import device_of, need_cuts

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
        tensors = {
            name: one.detach().to("cpu", torch.float32).contiguous().clone()
            for name, one in self.tensors.items()
        }
        record = {
            "format": _FORMAT,
            "backbone": self.backbone,
            "cut": self.cut,
            "form": self.form,
        }
        # one entry only: safetensors writes several in no fixed order
        return bytes(save(tensors, {"tail": json.dumps(record, sort_keys=True)}))

    @classmethod
    def from_bytes(cls, content: bytes) -> Tail:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors = load(content)
            record = _read_record(content)
            tail = cls(record["backbone"], record["cut"], record["form"], tensors)
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise _unfit(str(error).splitlines()[0] if str(error) else "it is empty") from None
        if not all(bool(torch.isfinite(one).all()) for one in tensors.values()):
            raise _unfit("it holds values that are not finite")
        return tail


def start_tail(form: str, network: nn.Module, *, rank: int = 8, seed: int = 0) -> dict[str, Tensor]:
    """Return what is to be trained; as returned, it changes nothing about the network.

    Args:
        form: ``whole`` or ``low-rank``.
        network: the tail as the backbone has it.
        rank: of the change, for ``low-rank``.
        seed: of where the change starts from.

    Reference: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022,
    on the 1 x 1 convolutions, which hold nearly all weights.
    """
    parameters = dict(network.named_parameters())
    if form == WHOLE:
        return {name: one.detach().clone() for name, one in parameters.items()}
    _check_form(form)
    generator = torch.Generator().manual_seed(seed)
    found: dict[str, Tensor] = {}
    for name, one in parameters.items():
        if one.ndim == 4 and one.shape[2:] == (1, 1):
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
        found[target] = parameters[target] + change[:, :, None, None]
    return found


def _check_form(form: str) -> None:
    if form != LOW_RANK:
        raise UsageError(f"{form!r} is no form of a tail.", hint=f"Use {WHOLE} or {LOW_RANK}.")


def _read_record(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:8], "little")
    record = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["tail"])
    if record["format"] != _FORMAT:
        raise ValueError(f"its format is {record['format']!r}, expected {_FORMAT!r}")
    if record["form"] not in {WHOLE, LOW_RANK} or not isinstance(record["cut"], int):
        raise ValueError("its form is not known")
    return dict(record)


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"the tail of a model cannot be used: {why}.",
        hint="The file is damaged or was made by another version; publish the model again.",
    )
