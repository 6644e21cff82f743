"""A head kept as the rows in which it differs from another one, its base.

Training changes the rows of the labels that an application tells apart and leaves the others, and
the scale of the features, as they were. What is put together again is the same bit by bit.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final, final

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from chameleonapi.errors import ModelError
from chameleonapi.models.heads import LinearHead, Origin
from chameleonapi.models.weight_files import read_weights, write_weights

__all__ = ["SHARED_AT_LEAST", "HeadRows", "differing_rows"]

SHARED_AT_LEAST: Final = 0.25
"""Of the rows; a head that shares fewer with another one is kept, and computed, by itself."""
_FORMAT: Final = "chameleonapi.head-rows/1"
_ENTRY: Final = "rows"
_MOST_ROWS: Final = 1 << 31


@final
@dataclass(frozen=True, eq=False)
class HeadRows:
    """What a head does not share with its base.

    Attributes:
        base: SHA-256 of the base as it is stored.
        places: of the rows among those of the base, ascending.
        weight, bias: of these rows.
    """

    base: str
    places: Int64[Tensor, " own"]
    weight: Float[Tensor, "own dimension"]
    bias: Float[Tensor, " own"]

    @classmethod
    def between(cls, head: LinearHead, base: LinearHead, digest: str) -> HeadRows | None:
        """Return the rows in which a head differs from a base; None if too many or all else does.

        Args:
            head: what is to be kept.
            base: what is kept already.
            digest: SHA-256 of the base as it is stored.
        """
        places = differing_rows(head, base)
        if places is None or len(places) > (1 - SHARED_AT_LEAST) * len(base.labels):
            return None
        return cls(digest, places, _stored(head.weight)[places], _stored(head.bias)[places])

    def on(self, base: LinearHead) -> LinearHead:
        """Return the head again.

        Raises:
            ModelError: if the rows are not those of such a base.
        """
        if self.weight.shape[1] != base.dimension:
            raise _unfit(
                f"they have {self.weight.shape[1]} numbers each, those of the base {base.dimension}"
            )
        if len(self.places) and int(self.places[-1]) >= len(base.labels):
            raise _unfit(
                f"one is said to be row {int(self.places[-1])}, and the base has "
                f"{len(base.labels)}, counted from 0"
            )
        weight, bias = base.weight.clone(), base.bias.clone()
        weight[self.places], bias[self.places] = self.weight, self.bias
        origin = Origin(base, self.base, self.places)
        return LinearHead(base.labels, weight, bias, base.mean, base.std).from_origin(origin)

    def to_bytes(self) -> bytes:
        """Return them as a safetensors file; equal ones give equal bytes."""
        record = {"format": _FORMAT, "base": self.base, "rows": self.places.tolist()}
        return write_weights({"weight": self.weight, "bias": self.bias}, _ENTRY, record)

    @classmethod
    def from_bytes(cls, content: bytes) -> HeadRows:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors, record = read_weights(content, _ENTRY, _FORMAT)
            weight, bias = tensors["weight"], tensors["bias"]
            base, places = record["base"], _places(record["rows"])
        except KeyError as error:
            raise _unfit(f"{error} is missing") from None
        except ValueError as error:
            raise _unfit(str(error)) from None
        if not isinstance(base, str):
            raise _unfit("their base is no text")
        shapes = (tuple(weight.shape[:1]), tuple(bias.shape))
        if weight.ndim != 2 or shapes != ((len(places),), (len(places),)):
            raise _unfit(
                f"weights of shape {tuple(weight.shape)} and {tuple(bias.shape)} came for "
                f"{len(places)} rows"
            )
        return cls(base, torch.tensor(places, dtype=torch.int64), weight, bias)


def differing_rows(head: LinearHead, base: LinearHead) -> Int64[Tensor, " own"] | None:
    """Return the rows in which two heads differ by a bit; None if they differ in all else."""
    if head.labels != base.labels or head.dimension != base.dimension:
        return None
    if bool(_differs(head.mean, base.mean).any() | _differs(head.std, base.std).any()):
        return None
    differs = _differs(head.weight, base.weight).any(1) | _differs(head.bias, base.bias)
    return differs.nonzero().flatten()


def _differs(one: Tensor, other: Tensor) -> Tensor:
    # as whole numbers: 0.0 and -0.0 are equal as floats and are not the same
    return _stored(one).view(torch.int32) != _stored(other).view(torch.int32)


def _stored(tensor: Tensor) -> Tensor:
    """Return a tensor with the numbers that a file of weights keeps of it."""
    return tensor.detach().to("cpu", torch.float32).contiguous()


def _places(found: Any) -> list[int]:
    if not isinstance(found, list) or any(type(one) is not int for one in found):
        raise ValueError("the places of its rows are no list of whole numbers")
    for one in found[:1] + found[-1:]:
        if not 0 <= one < _MOST_ROWS:
            raise ValueError(f"one is said to be row {one}")
    for former, one in itertools.pairwise(found):
        if one <= former:
            why = "twice" if one == former else f"after {former}"
            raise ValueError(f"row {one} comes {why}; rows come once each, in their order")
    return found


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"the rows of a head cannot be used: {why}.",
        hint="The file is damaged or none of this package; publish the model again.",
    )
