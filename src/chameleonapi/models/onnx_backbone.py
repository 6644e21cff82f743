"""A backbone of ours whose features ONNX Runtime computes; all else stays with torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, final, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Float16, UInt8
from torch import Tensor, nn

from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.models.backbones import Backbone, PictureBackbone
from chameleonapi.models.cuts import CutBackbone
from chameleonapi.models.onnx_session import OnnxSession, has_onnx, missing_onnx

__all__ = ["ExportableBackbone", "computes_by", "with_onnx"]


@runtime_checkable
class ExportableBackbone(PictureBackbone, CutBackbone, Protocol):
    """A backbone that can be written as an ONNX graph."""

    def export_onnx(self) -> bytes:
        """Return a model from pixels to features, for batches of any size."""
        ...


def with_onnx(backbone: Backbone, *, device: str, is_wanted: bool) -> Backbone:
    """Return the backbone with ONNX Runtime behind it.

    Args:
        backbone: as torch computes it.
        device: where; ONNX Runtime is used on the CPU only.
        is_wanted: whether nothing else will do; otherwise the backbone may come back as it is.

    Raises:
        MissingPackageError, UnsupportedError: if it is wanted and cannot be.
    """
    if isinstance(backbone, ExportableBackbone) and device == "cpu" and has_onnx():
        return _OnnxBackbone(backbone)
    if not is_wanted:
        return backbone
    if not has_onnx():
        raise missing_onnx("onnxruntime")
    raise UnsupportedError(
        f"{backbone.name} on {device} cannot be run by ONNX Runtime.",
        hint="Use the backend torch, or auto.",
    )


def computes_by(backbone: Backbone) -> str:
    """Return the name of what computes the features of a backbone, for people."""
    by_onnx = isinstance(backbone, _OnnxBackbone) or backbone.name.startswith("onnx:")
    return "ONNX Runtime" if by_onnx else "torch"


@final
class _OnnxBackbone:
    """Made anew from the checked weights whenever it is loaded: no file has to be trusted."""

    def __init__(self, inner: ExportableBackbone) -> None:
        self._inner = inner
        self._session = OnnxSession(inner.export_onnx(), inner.name)

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def sha256(self) -> str:
        return self._inner.sha256

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    @property
    def side(self) -> int:
        return self._inner.side

    @property
    def cuts(self) -> tuple[int, ...]:
        return self._inner.cuts

    def preprocess(self, picture: UInt8[np.ndarray, "side side 3"]) -> Float[Tensor, "3 side side"]:
        return self._inner.preprocess(picture)

    def features(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        if pixels.ndim != 4 or tuple(pixels.shape[1:]) != (3, self.side, self.side):
            raise UsageError(
                f"{self.name} takes pixels of shape (batch, 3, {self.side}, {self.side}), "
                f"but shape {tuple(pixels.shape)} came.",
                hint="Stack what preprocess returns.",
            )
        return self._session.run(pixels) if len(pixels) else torch.zeros(0, self.dimension)

    def row_size(self, cut: int) -> int:
        return self._inner.row_size(cut)

    def rows(self, inputs: Sequence[Tensor], cut: int) -> Float16[Tensor, "batch row"]:
        return self._inner.rows(inputs, cut)

    def tail(self, cut: int) -> nn.Module:
        return self._inner.tail(cut)

    def jitter(
        self, rows: Float[Tensor, "batch row"], cut: int, drawn: Float[Tensor, "batch draws"]
    ) -> Float[Tensor, "batch row"]:
        return self._inner.jitter(rows, cut, drawn)
