"""The compiler itself: a registry of syntax nodes, spans and scopes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from chameleonapi.analysis.engine.control import Abort
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.frontend.scopes import Scope
from chameleonapi.decision import Span

__all__ = ["Code", "Compiler", "compile_module", "expression", "statement"]

Code = Callable[[Frame], Any]
Maker = Callable[["Compiler", Any], Code]

_EXPRESSIONS: dict[type[ast.AST], Maker] = {}
_STATEMENTS: dict[type[ast.AST], Maker] = {}


def expression(*kinds: type[ast.AST]) -> Callable[[Maker], Maker]:
    """Register how an expression is compiled."""

    def register(maker: Maker) -> Maker:
        for kind in kinds:
            _EXPRESSIONS[kind] = maker
        return maker

    return register


def statement(*kinds: type[ast.AST]) -> Callable[[Maker], Maker]:
    """Register how a statement is compiled."""

    def register(maker: Maker) -> Maker:
        for kind in kinds:
            _STATEMENTS[kind] = maker
        return maker

    return register


class Compiler:
    """Compiles the nodes of one file."""

    def __init__(self, file: str, lines: Sequence[str], first_line: int = 0) -> None:
        self.file = file
        self.lines = lines
        self.first_line = first_line
        self.scope = Scope("module")
        self.body: Sequence[ast.AST] = ()  # of the function, or file, that is being compiled
        self.is_import_guarded = False  # inside of a try that expects an import to fail
        self.following: Sequence[ast.stmt] = ()  # what comes after a try in the same block

    def span(self, node: Any) -> Span:
        """Return the place of a node, with columns in characters."""
        end_line = getattr(node, "end_lineno", None) or node.lineno
        return Span(
            self.file,
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, getattr(node, "end_col_offset", None) or 0),
        )

    def _column(self, line: int, offset: int) -> int:
        # ast counts bytes of UTF-8
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if text.isascii():
            return offset
        return len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore"))

    def expr(self, node: ast.AST) -> Code:
        """Compile an expression."""
        maker = _EXPRESSIONS.get(type(node))
        if maker is None:
            return self._unsupported(node)
        return maker(self, node)

    def optional(self, node: ast.AST | None) -> Code:
        """Compile an expression that may be left out."""
        return self.expr(node) if node is not None else lambda _frame: None

    def stmt(self, node: ast.AST) -> Code:
        """Compile a statement."""
        maker = _STATEMENTS.get(type(node))
        if maker is None:
            return self._unsupported(node)
        return maker(self, node)

    def _unsupported(self, node: ast.AST) -> Code:
        span = self.span(node)
        what = type(node).__name__

        def run(frame: Frame) -> Any:
            frame.machine.span = span
            raise Abort("unsupported-syntax", f"{what} is not understood here.")

        return run

    def block(self, body: Sequence[ast.stmt]) -> Code:
        """Compile statements in a row."""
        made: list[Code] = []
        for number, node in enumerate(body):
            self.following = body[number + 1 :]
            made.append(self.stmt(node))
        steps = tuple(made)
        if len(steps) == 1:
            only = steps[0]

            def run_one(frame: Frame) -> Any:
                frame.machine.tick()
                return only(frame)

            return run_one

        def run(frame: Frame) -> Any:
            tick = frame.machine.tick
            for step in steps:
                tick()
                signal = step(frame)
                if signal is not None:
                    return signal
            return None

        return run


def compile_module(file: str, tree: ast.Module, lines: Sequence[str]) -> Code:
    """Compile a module's body."""
    compiler = Compiler(file, lines)
    compiler.body = tree.body
    return compiler.block(tree.body) if tree.body else lambda _frame: None
