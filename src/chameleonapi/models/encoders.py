"""From the bytes of an input to features, whether they are a picture or a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, final

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from chameleonapi.models.backbones import Backbone, PictureBackbone, TextBackbone, need_pictures

__all__ = ["Encoder", "PictureReader", "encoder_of", "reader_id"]


class PictureReader(Protocol):
    """Turns the bytes of a picture into a square, or raises ``InputError``.

    ``chameleonapi.data.read_square`` is one.
    """

    @property
    def id(self) -> str:
        """Name of what is done to a picture; another name where pixels come out otherwise."""
        ...

    def __call__(self, content: bytes, side: int, /) -> UInt8[np.ndarray, "side side 3"]:
        """Read one picture."""
        ...


class Encoder(Protocol):
    """A backbone together with the way in which its inputs are read."""

    @property
    def reader(self) -> str:
        """Name of what is done to an input; another name where features come out otherwise."""
        ...

    def read(self, content: bytes) -> Tensor:
        """Return an input as the backbone takes it.

        Raises:
            InputError: if the bytes are no such input.
        """
        ...

    def features(self, inputs: Sequence[Tensor]) -> Float[Tensor, "batch dimension"]:
        """Compute the features of inputs that were read."""
        ...


@final
@dataclass(frozen=True, eq=False)
class _Pictures:
    backbone: PictureBackbone
    read_picture: PictureReader

    @property
    def reader(self) -> str:
        return self.read_picture.id

    def read(self, content: bytes) -> Tensor:
        return self.backbone.preprocess(self.read_picture(content, self.backbone.side))

    def features(self, inputs: Sequence[Tensor]) -> Float[Tensor, "batch dimension"]:
        return self.backbone.features(torch.stack(list(inputs))).cpu()


@final
@dataclass(frozen=True, eq=False)
class _Texts:
    backbone: TextBackbone

    @property
    def reader(self) -> str:
        return self.backbone.reader

    def read(self, content: bytes) -> Tensor:
        return self.backbone.tokens(content)

    def features(self, inputs: Sequence[Tensor]) -> Float[Tensor, "batch dimension"]:
        return self.backbone.encode(inputs)


def encoder_of(backbone: Backbone, read_picture: PictureReader) -> Encoder:
    """Return what reads inputs for a backbone; ``read_picture`` reads pictures, where it takes any.

    Raises:
        UnsupportedError: if the backbone takes neither pictures nor texts.
    """
    if isinstance(backbone, TextBackbone):
        return _Texts(backbone)
    return _Pictures(need_pictures(backbone), read_picture)


def reader_id(backbone: Backbone, read_picture: PictureReader) -> str:
    """Return the name of what is done to an input of this backbone."""
    return encoder_of(backbone, read_picture).reader
