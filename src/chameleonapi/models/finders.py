"""What networks have in common that find the parts of an input: their files and their weights."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from torch import Tensor, nn

from chameleonapi.errors import ModelError
from chameleonapi.models.weight_files import read_weights, write_weights

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Finder"]

_MOST_NUMBERS: Final = 8192
_SPREAD: Final = "spread"


class Finder(nn.Module):
    """A small network that is made from a few sizes.

    Buffers whose names end with ``spread`` are divided by, and so above zero.

    Attributes:
        entry: of its file's record.
        form: that the record names.
    """

    entry: ClassVar[str]
    form: ClassVar[str]

    @property
    @abstractmethod
    def sizes(self) -> dict[str, int]:
        """What the network is made from: the arguments of its constructor."""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights; they do not change once it has been asked for."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the finder as a safetensors file; equal finders give equal bytes."""
        return write_weights(self.state_dict(), self.entry, {"format": self.form, **self.sizes})

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors, record = read_weights(content, cls.entry, cls.form)
            sizes = {name: one for name, one in record.items() if name != "format"}
            made = cls(**_checked(sizes))
            made.load_state_dict(tensors)
        except (TypeError, ValueError, RuntimeError) as error:
            raise _unfit(cls.entry, str(error).splitlines()[0]) from None
        if not all(
            bool((one > 0).all()) for name, one in tensors.items() if name.endswith(_SPREAD)
        ):
            raise _unfit(cls.entry, "it holds a spread of zero")
        return made.requires_grad_(False).eval()

    def trained(self, parameters: Mapping[str, Tensor]) -> Self:
        """Return this finder with trained weights, ready to be used."""
        made = type(self)(**self.sizes)
        weights = {name: one.detach() for name, one in parameters.items()}
        made.load_state_dict({**self.state_dict(), **weights})
        return made.requires_grad_(False).eval()


def _checked(sizes: Mapping[str, Any]) -> dict[str, int]:
    for name, one in sizes.items():
        if type(one) is not int or not 0 < one <= _MOST_NUMBERS:
            raise ValueError(f"its {name} is {one!r}")
    return dict(sizes)


def _unfit(entry: str, why: str) -> ModelError:
    return ModelError(
        f"the finder of {entry} cannot be used: {why}.",
        hint="Restore the registry from a backup, or make the generic model again.",
    )
