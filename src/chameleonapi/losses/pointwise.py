"""Numeric terms as tensor functions: of one element's score, and of one another.

Where the interpreter finds a term undefined, these functions give a value that is
not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import torch
from torch import Tensor

from chameleonapi.decision import Arithmetic, Constant, Field, Function, Number
from chameleonapi.errors import UnsupportedError

__all__ = ["Pointwise", "apply_function", "apply_operator", "read_fields"]


def apply_operator(operator: str, left: Tensor, right: Tensor) -> Tensor:
    """Return the result of an operator; the steps of ``//`` pass gradients straight through."""
    return _OPERATORS[operator](left, right)


def apply_function(name: str, values: Sequence[Tensor]) -> Tensor:
    """Return the result of a function; its steps pass gradients straight through."""
    return _FUNCTIONS[name](*values)


def _divide(left: Tensor, right: Tensor) -> Tensor:
    # A division by zero must not poison the gradient of its neighbours in the batch.
    is_zero = right == 0
    result = left / torch.where(is_zero, torch.ones_like(right), right)
    return result.masked_fill(is_zero, torch.nan)


def _straight(step: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def stepped(value: Tensor) -> Tensor:
        return value + (step(value) - value).detach()

    return stepped


def _guarded(
    function: Callable[[Tensor], Tensor], is_defined: Callable[[Tensor], Tensor]
) -> Callable[[Tensor], Tensor]:
    def guarded(value: Tensor) -> Tensor:
        defined = is_defined(value)
        result = function(torch.where(defined, value, torch.ones_like(value)))
        return result.masked_fill(~defined, torch.nan)

    return guarded


def _round(value: Tensor, digits: Tensor | None = None) -> Tensor:
    if digits is None:
        return _straight(torch.round)(value)
    factor = 10.0**digits
    return _straight(lambda one: torch.round(one * factor) / factor)(value)


def _extreme(join: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    def joined(*values: Tensor) -> Tensor:
        result = values[0]
        for one in values[1:]:
            result = join(result, one)
        return result

    return joined


def _first_finite(values: Sequence[Tensor]) -> Tensor:
    result = values[-1]
    for one in reversed(values[:-1]):
        result = torch.where(torch.isfinite(one), one, result)
    return result


_OPERATORS: Final[Mapping[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": _divide,
    "//": lambda a, b: _straight(torch.floor)(_divide(a, b)),
    "%": lambda a, b: torch.remainder(a, torch.where(b == 0, torch.nan, b)),
    "**": torch.pow,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Tensor]]] = {
    "abs": torch.abs,
    "neg": torch.neg,
    "round": _round,
    "floor": _straight(torch.floor),
    "ceil": _straight(torch.ceil),
    "trunc": _straight(torch.trunc),
    "hypot": lambda *values: torch.linalg.vector_norm(torch.stack(values, -1), dim=-1),
    "sqrt": _guarded(torch.sqrt, lambda one: one >= 0),
    "log": _guarded(torch.log, lambda one: one > 0),
    "exp": torch.exp,
    "min": _extreme(torch.minimum),
    "max": _extreme(torch.maximum),
    "default": lambda *values: _first_finite(values),
}


def _no_field(path: str) -> Tensor:
    raise KeyError(path)


def read_fields(number: Number) -> Iterator[str]:
    """Yield the paths of the fields of an element that a number of it is made of."""
    match number:
        case Field(path):
            yield path
        case Arithmetic(_, left, right):
            yield from read_fields(left)
            yield from read_fields(right)
        case Function(_, arguments):
            for one in arguments:
                yield from read_fields(one)


@final
@dataclass(frozen=True, slots=True)
class Pointwise:
    """Reads numbers of one element of an answer that shows labels and scores only.

    Attributes:
        score_field: the field that holds the score.
        scale: provider's units per unit of score.
        fields: paths of further fields that the model gives.
    """

    score_field: str
    scale: float
    fields: frozenset[str] = frozenset()

    def value(
        self, number: Number, scores: Tensor, field: Callable[[str], Tensor] = _no_field
    ) -> Tensor:
        """Return a number of elements with these scores, which are in [0, 1].

        Args:
            number: what to compute.
            scores: of the elements.
            field: gives a further field of the same elements by its path.
        """
        match number:
            case Constant(value):
                return torch.full_like(scores, value)
            case Field(path):
                return scores * self.scale if path == self.score_field else field(path).to(scores)
            case Arithmetic(operator, left, right):
                return apply_operator(
                    operator, self.value(left, scores, field), self.value(right, scores, field)
                )
            case Function(name, arguments):
                return apply_function(name, [self.value(one, scores, field) for one in arguments])
            case _:
                raise TypeError(f"{type(number).__name__} is no number of one element.")

    def check(self, number: Number, where: str) -> None:
        """Check that labels and scores determine a number of one element.

        Raises:
            UnsupportedError: naming ``where`` and what it reads besides.
        """
        match number:
            case Constant():
                return
            case Field(path):
                if path != self.score_field and path not in self.fields:
                    raise UnsupportedError(
                        f"{where} reads the field {path!r}, which the scores of labels"
                        " do not determine.",
                        hint="No loss over labels can train for this decision.",
                    )
            case Arithmetic(_, left, right):
                self.check(left, where)
                self.check(right, where)
            case Function(_, arguments):
                for one in arguments:
                    self.check(one, where)
            case _:
                raise UnsupportedError(
                    f"{where} compares one element with the whole answer.",
                    hint="Only numbers of the element itself can be compared there.",
                )
