"""Which handlers of a ``try`` are looked at though nothing in it is known to fail."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Failure", "failures_of"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What would come about if something failed that is tried, and is not known to.

    Attributes:
        tried: names that are used in what is tried.
        used: names that its handler uses.
        after: names that are used behind, where the handler leaves a flag for it; else empty.
    """

    tried: frozenset[str]
    used: frozenset[str]
    after: frozenset[str]

    def replaces(self, reaching: frozenset[str], *, is_over: bool) -> bool:
        """Return whether its handler calls an API where another call has failed that decides."""
        return not (is_over or self.tried.isdisjoint(reaching))

    def matters(self, reaching: frozenset[str], *, is_over: bool) -> bool:
        """Return whether an API is called only then: by the handler, or where its flag is read."""
        if not self.used.isdisjoint(reaching):
            return True
        return is_over and self.tried.isdisjoint(reaching) and not self.after.isdisjoint(reaching)


def failures_of(node: ast.Try, following: Sequence[ast.stmt]) -> tuple[Failure, ...]:
    """Return what each handler of a ``try`` would lead to.

    Args:
        node: the statement.
        following: the statements behind it in the same block.
    """
    tried = frozenset(_names_in(node.body))
    return tuple(
        Failure(
            tried,
            frozenset(_names_in(one.body)),
            frozenset(_names_in(following)) if _leaves_a_flag(one, following) else frozenset(),
        )
        for one in node.handlers
    )


def _leaves_a_flag(handler: ast.ExceptHandler, following: Sequence[ast.stmt]) -> bool:
    """Return whether a handler sets constants only, and one of them is asked for behind it."""
    names: set[str] = set()
    for one in handler.body:
        if not (isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)):
            return False
        names.update(_names_in(one.targets))
    tests = [one.test for node in following for one in ast.walk(node) if isinstance(one, ast.If)]
    return not names.isdisjoint(_names_in(tests))


def _names_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Name):
                yield one.id
            elif isinstance(one, ast.Attribute):
                yield one.attr
