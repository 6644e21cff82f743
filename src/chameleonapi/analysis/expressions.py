"""Pure expressions over what an answer holds: the taint of a value is how it was computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

__all__ = ["Expression", "Leaf", "leaf_at", "written"]

_SHOWN = 200


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """One value of an answer.

    Attributes:
        collection: path of the list in the answer; empty for the answer as a whole.
        index: position of the element, zero-based; -1 for the answer as a whole.
        field: field path in the element (in the provider's JSON names, whatever the client
            calls it); ``#`` with index -1 is the length of the collection.
        is_fixed: whether it is of an answer that is the same in every run, since another
            call's answer is what is varied.
    """

    collection: str
    index: int
    field: str
    is_fixed: bool = False


@lru_cache(20_000)
def leaf_at(collection: str, index: int, field: str, is_fixed: bool = False) -> Leaf:
    """Return a leaf: the same object each time, which is found among others at once."""
    return Leaf(collection, index, field, is_fixed)


@final
class Expression:
    """A pure function of leaves and constants; immutable, shared, compared by identity.

    Args:
        operation: name for readers, such as ``lower`` or ``==``.
        function: total on the values that occur; may raise like the operation that it models.
        arguments: expressions, leaves or plain constants.
        text: how a developer would write it; made from the operation if empty.

    Attributes:
        shape: for the text of a container, what of it is constant, as effects show it.
    """

    __slots__ = ("arguments", "function", "leaves", "operation", "shape", "size", "text")
    leaves: frozenset[Leaf]
    size: int

    def __init__(
        self,
        operation: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        text: str = "",
    ) -> None:
        self.operation = operation
        self.function = function
        self.arguments = arguments
        leaves: set[Leaf] = set()
        size = 1
        for one in arguments:
            if isinstance(one, Leaf):
                leaves.add(one)
            elif isinstance(one, Expression):
                leaves |= one.leaves
                size += one.size
        self.leaves = frozenset(leaves)
        self.size = size
        self.shape = ""
        shown = text or f"{operation}({', '.join(map(_show, arguments))})"
        self.text = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"

    def evaluate(self, values: Mapping[Leaf, Any]) -> Any:
        """Return the value of the expression under an assignment of its leaves.

        Raises:
            KeyError: if a leaf has no value.
            Exception: whatever the modelled operation raises on these values.
        """
        return self._evaluate(values, {})

    def _evaluate(self, values: Mapping[Leaf, Any], done: dict[int, Any]) -> Any:
        # Shared parts are evaluated once: text built in a loop is a chain, not a tree.
        key = id(self)
        if key not in done:
            parts = []
            for one in self.arguments:
                if isinstance(one, Leaf):
                    parts.append(values[one])
                elif isinstance(one, Expression):
                    parts.append(one._evaluate(values, done))  # noqa: SLF001 - its own kind
                else:
                    parts.append(one)
            done[key] = self.function(*parts)
        return done[key]

    def walk(self) -> Iterator[Expression]:
        """Yield this expression and its parts, each once."""
        stack, seen = [self], set()
        while stack:
            one = stack.pop()
            if id(one) not in seen:
                seen.add(id(one))
                yield one
                stack.extend(part for part in one.arguments if isinstance(part, Expression))

    def __repr__(self) -> str:
        return f"Expression({self.text})"


def written(text: str | Callable[[], str]) -> str:
    """Return a text that is there, or one that is written when it is wanted."""
    return text if isinstance(text, str) else text()


def _show(value: Any) -> str:
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Leaf):
        return value.field.rsplit(".", 1)[-1]
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
