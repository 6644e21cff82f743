"""Networks of pictures in ONNX files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from chameleonapi.errors import UsageError
from chameleonapi.models.backbones import PictureBackbone
from chameleonapi.models.onnx_graph import GraphFile
from chameleonapi.models.onnx_session import OnnxSession

__all__ = ["open_pictures"]

_MAX_DIMENSION: Final = 65_536
_SIDES: Final = range(32, 1025)
# Means and deviations of ImageNet's pictures, in values from 0 to 255; a file may name others.
_MEAN: Final = (123.675, 116.28, 103.53)
_STD: Final = (58.395, 57.12, 57.375)


@final
@dataclass(frozen=True, eq=False)
class _OnnxPictures:
    """A network from pixels to features; it can be customised at the level of its head."""

    name: str
    sha256: str
    dimension: int
    side: int
    mean: Float[np.ndarray, " 3"]
    std: Float[np.ndarray, " 3"]
    session: OnnxSession

    def preprocess(self, picture: UInt8[np.ndarray, "side side 3"]) -> Float[Tensor, "3 side side"]:
        if picture.shape != (self.side, self.side, 3):
            raise UsageError(
                f"{self.name} takes pictures of shape {(self.side, self.side, 3)}, "
                f"but one of shape {picture.shape} came.",
                hint="Read pictures with chameleonapi.data.read_square.",
            )
        values = (picture.astype(np.float32) - self.mean) / self.std
        return torch.from_numpy(values).permute(2, 0, 1)

    def features(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        if not len(pixels):
            return torch.zeros(0, self.dimension)
        return self.session.run(pixels).flatten(1)


def open_pictures(graph: GraphFile, side: int | None) -> PictureBackbone:
    """Return a network of pictures with this many pixels on a side.

    Raises:
        UsageError: if it takes others.
        ModelError: if its form does not fit, or it cannot be run.
    """
    path = graph.path
    found = _side_of(graph)
    if found is not None and side is not None and found != side:
        raise UsageError(
            f"{path} takes pictures of {found} x {found}, but {side} was asked for.",
            hint=f"Write onnx:{path}.",
        )
    side = found or side
    if side is None or side not in _SIDES:
        raise UsageError(
            f"{path} takes pictures of any size, and none was named from {_SIDES[0]} to "
            f"{_SIDES[-1]}.",
            hint=f"Write for instance onnx:{path}@224.",
        )
    pixels = graph.inputs[0].name
    shape = graph.probe({pixels: {"shape": [2, 3, side, side], "value": None}}, output=0)
    size = int(np.prod(shape[1:]))
    if not shape or shape[0] != 2 or not 0 < size <= _MAX_DIMENSION:
        raise graph.refused(f"two pictures give an output of shape {tuple(shape)}")
    mean, std = _scale(graph)
    return _OnnxPictures(
        f"onnx:{path}@{side}",
        graph.sha256,
        size,
        side,
        mean,
        std,
        OnnxSession(graph.content, str(path)),
    )


def _side_of(graph: GraphFile) -> int | None:
    """Return the side of the pictures that it takes; None if it takes any."""
    inputs, outputs = graph.inputs, graph.outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise graph.refused(
            f"it has {len(inputs)} inputs and {len(outputs)} outputs, not one of each"
        )
    shape = inputs[0].shape
    if inputs[0].kind != "float32" or len(shape) != 4 or shape[1] not in {0, 3}:
        raise graph.refused("its input is not of the form float (batch, 3, height, width)")
    if shape[0] > 1 or shape[2] != shape[3]:
        raise graph.refused("its input has a fixed batch, or is not square")
    return shape[2] or None


def _scale(graph: GraphFile) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    found = []
    for key, usual in (("chameleonapi.mean", _MEAN), ("chameleonapi.std", _STD)):
        text = graph.metadata.get(key, "")
        try:
            values = [float(one) for one in text.split(",")] if text else list(usual)
        except ValueError:
            values = []
        if (
            len(values) != 3
            or not np.isfinite(values).all()
            or (key.endswith("std") and 0 in values)
        ):
            raise graph.refused(f"its {key} must be three numbers joined by commas")
        found.append(np.array(values, np.float32))
    return found[0], found[1]
