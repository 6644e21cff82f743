"""Networks that turn a picture or a text into features, by name: ``provider:model@size``.

The size is the side of a picture in pixels, or the tokens of a text that are read.

Weights are checked against a known SHA-256 before anything reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple, Protocol, get_args, runtime_checkable

import numpy as np
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from chameleonapi.errors import UnknownNameError, UnsupportedError, UsageError

__all__ = [
    "DEFAULT_BACKBONE",
    "DEFAULT_TEXT_BACKBONE",
    "LAST_LAYER_BACKBONE",
    "Backbone",
    "BackboneLoader",
    "Backend",
    "PictureBackbone",
    "PieceBackbone",
    "TextBackbone",
    "TextPieces",
    "backbone_names",
    "load_backbone",
    "need_pictures",
    "need_texts",
    "register_backbone",
]

# What computes features: torch, ONNX Runtime, or the faster one of those that can.
Backend = Literal["torch", "onnx", "auto"]
DEFAULT_BACKBONE: Final = "embedded:efficientnet-lite0+stages@192"
LAST_LAYER_BACKBONE: Final = "embedded:efficientnet-lite0@192"
"""The same network without the features of its middle blocks."""
DEFAULT_TEXT_BACKBONE: Final = "embedded:minilm+layers@128"


@runtime_checkable
class Backbone(Protocol):
    """A frozen network from inputs to features: a ``PictureBackbone`` or a ``TextBackbone``."""

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
        """Number of features of one input."""
        ...


@runtime_checkable
class PictureBackbone(Backbone, Protocol):
    """A frozen network from pixels to features."""

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
class TextBackbone(Backbone, Protocol):
    """A frozen network from texts to features."""

    @property
    def reader(self) -> str:
        """Name of how bytes become tokens; another name where tokens come out otherwise."""
        ...

    def tokens(self, content: bytes) -> Int[Tensor, " length"]:
        """Return the tokens of a text in UTF-8.

        Raises:
            InputError: if the bytes are no text.
        """
        ...

    def encode(self, texts: Sequence[Int[Tensor, " length"]]) -> Float[Tensor, "batch dimension"]:
        """Compute the features of texts of any lengths, without gradients, on the CPU.

        A text's features do not depend on its neighbours in the batch, beyond the last
        bits of a floating-point number.
        """
        ...


class TextPieces(NamedTuple):
    """A text as a network reads it.

    Attributes:
        ids: of its tokens, with the two that mark its ends.
        places: where each of the others begins and ends, in characters.
    """

    ids: tuple[int, ...]
    places: tuple[tuple[int, int], ...]


@runtime_checkable
class PieceBackbone(TextBackbone, Protocol):
    """A frozen network that also gives a state for each token of a text."""

    @property
    def state_dimension(self) -> int:
        """Numbers of a state."""
        ...

    def pieces(self, text: str) -> TextPieces:
        """Return the tokens of a text, as many as are read."""
        ...

    def states(
        self, texts: Sequence[Int[Tensor, " length"]], depth: float = 1.0
    ) -> Sequence[Float[Tensor, "pieces hidden"]]:
        """Return a state for each token but the two that mark the ends, without gradients.

        ``depth`` says after which part of the network; one is its end.
        """
        ...


def need_pictures(backbone: Backbone) -> PictureBackbone:
    """Return the backbone as one that takes pictures.

    Raises:
        UnsupportedError: if it does not.
    """
    if not isinstance(backbone, PictureBackbone):
        raise UnsupportedError(
            f"{backbone.name} takes no pictures.",
            hint=f"Choose a backbone of pictures, such as {DEFAULT_BACKBONE}.",
        )
    return backbone


def need_texts(backbone: Backbone) -> TextBackbone:
    """Return the backbone as one that takes texts.

    Raises:
        UnsupportedError: if it does not.
    """
    if not isinstance(backbone, TextBackbone):
        raise UnsupportedError(
            f"{backbone.name} takes no texts.",
            hint=f"Choose a backbone of texts, such as {DEFAULT_TEXT_BACKBONE}.",
        )
    return backbone


@runtime_checkable
class BackboneLoader(Protocol):
    """Makes a backbone that takes inputs of a size, or of its usual size if None."""

    def __call__(self, size: int | None, /, *, device: str) -> Backbone:
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
    """Return the registered names, without sizes."""
    from chameleonapi.models import embedded, embedded_text  # noqa: F401  register themselves

    return tuple(sorted(_LOADERS))


def load_backbone(
    name: str = DEFAULT_BACKBONE, *, device: str = "cpu", backend: Backend = "torch"
) -> Backbone:
    """Load a backbone by ``provider:model`` or ``provider:model@size``.

    ``hf:REPO@REVISION`` and ``spacy:PACKAGE`` are encoders of texts; ``onnx:FILE`` and
    ``onnx:FILE@size`` are a network of pictures or of texts in a file of yours.

    Args:
        name: of the backbone.
        device: of torch.
        backend: what computes its features. They agree but for the last bits of a
            floating-point number; whatever else is done with the backbone, torch does.

    Raises:
        UnknownNameError: listing the known names.
        UsageError: if the size is no number that the network can take.
        ModelError: if the weights are damaged.
        MissingPackageError: naming the package that ships the weights.
    """
    if backend not in get_args(Backend):
        known = ", ".join(get_args(Backend))
        raise UsageError(f"unknown backend {backend!r}.", hint=f"Known: {known}.")
    if name.startswith("onnx:"):
        from chameleonapi.models.onnx_file import load_onnx_file

        return load_onnx_file(name)
    if name.startswith("spacy:"):
        from chameleonapi.models.spacy_text import load_spacy

        return load_spacy(name)
    loaded = _load_named(name, device)
    if backend == "torch":
        return loaded
    from chameleonapi.models.onnx_backbone import with_onnx

    return with_onnx(loaded, device=device, is_wanted=backend == "onnx")


def _load_named(name: str, device: str) -> Backbone:
    known = backbone_names()
    if name.startswith("hf:"):
        from chameleonapi.models.hub_text import load_hub_text

        return load_hub_text(name, device=device)
    base, at, size = name.partition("@")
    if base not in known:
        raise UnknownNameError("backbone", base, known)
    if at and not size.isdecimal():
        raise UsageError(
            f"{size!r} in {name!r} is no number of pixels or tokens.",
            hint=f"Write for instance {base}@192.",
        )
    return _LOADERS[base](int(size) if at else None, device=device)
