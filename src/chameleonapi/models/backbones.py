"""Networks that turn a picture into features, by name: ``provider:model@side``.

Weights are checked against a known SHA-256 before anything reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, UInt8
from torch import Tensor

from chameleonapi.errors import UnknownNameError, UsageError

__all__ = [
    "DEFAULT_BACKBONE",
    "Backbone",
    "BackboneLoader",
    "backbone_names",
    "load_backbone",
    "register_backbone",
]

DEFAULT_BACKBONE: Final = "embedded:efficientnet-lite0@192"


@runtime_checkable
class Backbone(Protocol):
    """A frozen network from pixels to features."""

    @property
    def name(self) -> str:
        """The full name with which ``load_backbone`` makes the same one again."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of its weights."""
        ...

    @property
    def dimension(self) -> int:
        """Number of features of one picture."""
        ...

    @property
    def side(self) -> int:
        """Width and height, in pixels, of the pictures that it takes."""
        ...

    def preprocess(self, picture: UInt8[np.ndarray, "side side 3"]) -> Float[Tensor, "3 side side"]:
        """Scale the values of a picture as the network expects them."""
        ...

    def features(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        """Compute the features of a batch, without gradients, on the CPU or back there.

        A picture's features do not depend on its neighbours in the batch, beyond the last
        bits of a floating-point number.
        """
        ...


@runtime_checkable
class BackboneLoader(Protocol):
    """Makes a backbone that takes pictures of ``side`` pixels, or of its usual size if None."""

    def __call__(self, side: int | None, /, *, device: str) -> Backbone:
        """Load the backbone onto a torch device."""
        ...


_LOADERS: dict[str, BackboneLoader] = {}


def register_backbone(name: str) -> Callable[[BackboneLoader], BackboneLoader]:
    """Register a loader under ``provider:model``.

    Raises:
        UsageError: if the name is taken or has another form.
    """
    provider, colon, model = name.partition(":")
    if not (provider and colon and model) or "@" in name:
        raise UsageError(
            f"{name!r} is no name of a backbone.", hint="Names have the form provider:model."
        )

    def add(loader: BackboneLoader) -> BackboneLoader:
        if name in _LOADERS:
            raise UsageError(
                f"the backbone {name!r} is registered already.", hint="Choose another name."
            )
        _LOADERS[name] = loader
        return loader

    return add


def backbone_names() -> tuple[str, ...]:
    """Return the registered names, without sides."""
    from chameleonapi.models import embedded  # noqa: F401  registers itself

    return tuple(_LOADERS)


def load_backbone(name: str = DEFAULT_BACKBONE, *, device: str = "cpu") -> Backbone:
    """Load a backbone by ``provider:model`` or ``provider:model@side``.

    Raises:
        UnknownNameError: listing the known names.
        UsageError: if the side is no number that the network can take.
        ModelError: if the weights are damaged.
        MissingPackageError: naming the package that ships the weights.
    """
    known = backbone_names()
    base, at, side_text = name.partition("@")
    if base not in known:
        raise UnknownNameError("backbone", base, known)
    if at and not side_text.isdecimal():
        raise UsageError(
            f"{side_text!r} in {name!r} is no side.", hint=f"Write for instance {base}@192."
        )
    return _LOADERS[base](int(side_text) if at else None, device=device)
