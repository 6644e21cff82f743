"""The last layer: features in, one logit for each label out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, final

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models.weight_files import read_weights, write_weights

__all__ = ["LinearHead", "Origin", "labels_digest"]

_FORMAT: Final = "chameleonapi.linear-head/1"
_TENSORS: Final = ("weight", "bias", "mean", "std")


def labels_digest(labels: tuple[str, ...]) -> str:
    """Return the SHA-256 of a label space, in its order."""
    return hashlib.sha256(json.dumps(list(labels), ensure_ascii=True).encode()).hexdigest()


@final
@dataclass(frozen=True, eq=False)
class Origin:
    """What a head that was stored as rows was put together from.

    Attributes:
        base: the head whose other rows it has, bit by bit.
        digest: SHA-256 of the base as it is stored.
        places: of the rows that are its own, ascending.
    """

    base: LinearHead
    digest: str
    places: Int64[Tensor, " own"]


@final
@dataclass(frozen=True, eq=False)
class LinearHead:
    """A linear layer over normalised features.

    Attributes:
        labels: the label space, one row of ``weight`` for each.
        weight, bias: of the layer.
        mean, std: of the features on which it was trained; ``std`` is above zero.
        origin: what it shares with another head, where that is known without comparing them;
            a head made from this one with other numbers does not have it.
    """

    labels: tuple[str, ...]
    weight: Float[Tensor, "labels dimension"]
    bias: Float[Tensor, " labels"]
    mean: Float[Tensor, " dimension"]
    std: Float[Tensor, " dimension"]
    origin: Origin | None = field(default=None, repr=False, init=False)

    def __post_init__(self) -> None:
        rows = len(self.labels)
        columns = self.weight.shape[-1] if self.weight.ndim else 0
        expected = {"weight": (rows, columns), "bias": (rows,), "mean": (columns,)}
        expected["std"] = (columns,)
        for name, shape in expected.items():
            found = tuple(getattr(self, name).shape)
            if found != shape:
                raise UsageError(
                    f"the {name} of a head for {rows} labels has shape {found}, expected {shape}.",
                    hint="Build weight as (labels, dimension).",
                )
        if len(set(self.labels)) != rows:
            raise UsageError("a head names a label twice.", hint="List every label once.")

    @classmethod
    def untrained(
        cls,
        labels: tuple[str, ...],
        *,
        mean: Float[Tensor, " dimension"],
        std: Float[Tensor, " dimension"],
        prior: Float[Tensor, " labels"] | None = None,
    ) -> LinearHead:
        """Return a head that ignores its input: every score is the label's prior, or one half."""
        bias = torch.zeros(len(labels)) if prior is None else torch.logit(prior, eps=1e-6)
        return cls(labels, torch.zeros(len(labels), len(mean)), bias, mean, std)

    def from_origin(self, origin: Origin) -> LinearHead:
        """Return this head, of which it is known what it shares."""
        made = replace(self)
        object.__setattr__(made, "origin", origin)
        return made

    @property
    def dimension(self) -> int:
        """Number of features that it takes."""
        return self.weight.shape[1]

    def logits(self, features: Float[Tensor, "batch dimension"]) -> Float[Tensor, "batch labels"]:
        """Return the logits of a batch; zero is the line between present and not present."""
        weight, bias = self.folded
        return torch.addmm(bias, features, weight.T)

    @cached_property
    def folded(self) -> tuple[Float[Tensor, "labels dimension"], Float[Tensor, " labels"]]:
        """Weight and bias for features that are not normalised."""
        weight = self.weight / self.std
        return weight, self.bias - weight @ self.mean

    def with_thresholds(self, thresholds: Float[Tensor, " labels"]) -> LinearHead:
        """Return a head whose scores cross one half where this one's cross ``thresholds``.

        Raises:
            UsageError: if a threshold is not between 0 and 1.
        """
        if not bool(((thresholds > 0) & (thresholds < 1)).all()):
            raise UsageError("a threshold lies outside (0, 1).", hint="Give scores, not logits.")
        bias = self.bias - torch.logit(thresholds)
        return LinearHead(self.labels, self.weight, bias, self.mean, self.std)

    def to_bytes(self) -> bytes:
        """Return the head as a safetensors file; equal heads give equal bytes."""
        record = {"format": _FORMAT, "labels": json.dumps(list(self.labels))}
        return write_weights({name: getattr(self, name) for name in _TENSORS}, "head", record)

    @classmethod
    def from_bytes(cls, content: bytes) -> LinearHead:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors, record = read_weights(content, "head", _FORMAT)
            head = cls(_labels(record["labels"]), *(tensors[name] for name in _TENSORS))
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise _unfit(str(error)) from None
        if not bool((head.std > 0).all()):
            raise _unfit("it holds a spread of zero")
        return head


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"a head cannot be read: {why}.",
        hint="The file is damaged or no head of this package; publish the model again.",
    )


def _labels(text: str) -> tuple[str, ...]:
    labels = json.loads(text)
    if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
        raise ValueError("its labels are no list of strings")
    return tuple(labels)
