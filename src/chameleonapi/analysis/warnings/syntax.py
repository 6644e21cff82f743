"""Places of the source as trees: which function and which loop a span is in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, final

from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.decision import Span

__all__ = ["Loop", "SyntaxIndex", "Unit"]

Loop: TypeAlias = ast.For | ast.AsyncFor | ast.While
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass
class Unit:
    """A function, or the top level of a file with its classes, without the functions in it."""

    file: str
    node: ast.AST
    nodes: list[ast.AST] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)

    @property
    def blocks(self) -> Iterator[list[ast.stmt]]:
        """The lists of statements of the unit."""
        for one in (self.node, *self.nodes):
            if isinstance(one, _FUNCTIONS) and one is not self.node:
                continue  # a unit of its own
            for name in _BLOCKS:
                found = getattr(one, name, None)
                if isinstance(found, list) and found:
                    yield found


@final
class SyntaxIndex:
    """The units of the sources, made when they are asked for."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._units: dict[str, list[Unit]] = {}

    def span(self, file: str, node: ast.stmt | ast.expr, last: ast.stmt | None = None) -> Span:
        """Return the place of a node, or from it to the end of another one."""
        end = last or node
        end_line = end.end_lineno or end.lineno
        return Span(
            file,
            node.lineno,
            self._column(file, node.lineno, node.col_offset),
            end_line,
            self._column(file, end_line, end.end_col_offset or 0),
        )

    def head(self, file: str, loop: Loop) -> Span:
        """Return the place of the first line of a loop, up to what it goes over."""
        head = loop.test if isinstance(loop, ast.While) else loop.iter
        start, end = self.span(file, loop), self.span(file, head)
        return Span(file, start.line, start.column, end.end_line, end.end_column)

    def units(self, file: str) -> list[Unit]:
        """Return the units of a file; the top level is the first."""
        if file not in self._units:
            source = self._sources.get(file)
            made: list[Unit] = []
            if source is not None:
                top = Unit(file, source.tree)
                made.append(top)
                _collect(source.tree, top, made)
            self._units[file] = made
        return self._units[file]

    def units_of(self, spans: Iterable[Span]) -> list[Unit]:
        """Return the units that hold any of the spans, each once."""
        found: dict[int, Unit] = {}
        for span in spans:
            unit = self.unit_at(span)
            if unit is not None:
                found.setdefault(id(unit), unit)
        return list(found.values())

    def unit_at(self, span: Span) -> Unit | None:
        """Return the innermost unit that holds a span."""
        units = self.units(span.file)
        holding = [one for one in units[1:] if self.holds(one.file, one.node, span)]
        return holding[-1] if holding else (units[0] if units else None)

    def holds(self, file: str, node: ast.AST, span: Span) -> bool:
        """Return whether a node's text holds a span."""
        if file != span.file or not isinstance(node, ast.stmt | ast.expr):
            return False
        place = self.span(file, node)
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        return start <= (span.line, span.column) < end

    def loop_around(self, span: Span) -> Loop | None:
        """Return the innermost loop whose body holds a span."""
        unit = self.unit_at(span)
        found = None
        for loop in unit.loops if unit else ():
            if any(self.holds(span.file, one, span) for one in loop.body):
                found = loop
        return found

    def has_negative_index(self, span: Span) -> bool:
        """Return whether the unit around a span counts from the end of something."""
        unit = self.unit_at(span)
        return unit is not None and any(
            isinstance(one, ast.Subscript)
            and any(isinstance(part, ast.USub) for part in ast.walk(one.slice))
            for one in unit.nodes
        )

    def _column(self, file: str, line: int, offset: int) -> int:
        # ast counts bytes of UTF-8
        lines = self._sources[file].lines
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        if text.isascii():
            return offset
        return len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore"))


def _collect(root: ast.AST, top: Unit, made: list[Unit]) -> None:
    stack = [(child, top) for child in reversed(list(ast.iter_child_nodes(root)))]
    while stack:
        node, unit = stack.pop()
        unit.nodes.append(node)
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            unit.loops.append(node)
        inner = unit
        if isinstance(node, _FUNCTIONS):
            inner = Unit(unit.file, node)
            made.append(inner)
        stack += [(child, inner) for child in reversed(list(ast.iter_child_nodes(node)))]
