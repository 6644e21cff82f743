"""From bytes to a syntax tree, repairing what is safe to repair and saying so."""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
from dataclasses import dataclass

from chameleonapi.analysis.frontend.mangling import mangle
from chameleonapi.analysis.frontend.python2 import Repaired, repair
from chameleonapi.analysis.frontend.python2_meaning import apply_python_2
from chameleonapi.analysis.frontend.syntax import tree_of
from chameleonapi.errors import SourceError

__all__ = ["Source", "decode", "parse"]

_MAX_NODES = 400_000


@dataclass(frozen=True)
class Source:
    """One parsed file.

    Attributes:
        repaired: what was changed before it could be parsed; empty mostly.
    """

    file: str
    text: str
    lines: tuple[str, ...]
    tree: ast.Module
    repaired: str = ""


def decode(content: bytes, file: str) -> str:
    """Return the text of a source file.

    Raises:
        SourceError: if the bytes are no text.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError(
            "the file is UTF-16 text, and Python reads source as UTF-8: save it as UTF-8.",
            file=file,
        )
    if b"\0" in content:
        raise SourceError("the file holds null bytes, so it is no Python source.", file=file)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = content.decode("latin-1")
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str, file: str) -> Source:
    """Parse a source text.

    Raises:
        SourceError: if it is not Python, or not after any safe repair.
    """
    try:
        tree = _tree(text, file)
        if _prints_by_shifting(tree):
            changed = repair(text)
            if changed is not None:
                return _repaired(file, changed)
        return _source(file, text, tree)
    except SyntaxError as error:
        changed = repair(text)
        if changed is not None and changed.text != text:
            try:
                return _repaired(file, changed)
            except SyntaxError:
                pass
        raise SourceError(
            f"this is not valid Python 3 ({error.msg}).",
            file=file,
            line=error.lineno or 0,
            column=error.offset or 0,
            hint="Correct the file, or convert it from Python 2, and analyse again.",
        ) from None


def _prints_by_shifting(tree: ast.Module) -> bool:
    """Return whether there is ``print >> file, text``: no error in Python 3, and never meant."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr):
            continue
        shown: ast.expr = node.value
        if isinstance(shown, ast.Tuple) and shown.elts:
            shown = shown.elts[0]
        if isinstance(shown, ast.BinOp) and isinstance(shown.op, ast.RShift):
            left = shown.left
            if isinstance(left, ast.Name) and left.id == "print":
                return True
    return False


def _source(file: str, text: str, tree: ast.Module, repaired: str = "") -> Source:
    return Source(file, text, tuple(text.split("\n")), tree, repaired)


def _repaired(file: str, changed: Repaired) -> Source:
    return _source(file, changed.text, _tree(changed.text, file, changed), changed.done)


def _tree(text: str, file: str, repaired: Repaired | None = None) -> ast.Module:
    try:
        tree = tree_of(text)
        if repaired is not None:
            apply_python_2(tree, repaired.unpacked, is_python_2=repaired.is_python_2)
        mangle(tree, text)
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        raise SourceError(
            f"the source is nested too deeply to be parsed ({type(error).__name__}).", file=file
        ) from None
    if any(count > _MAX_NODES for count, _ in enumerate(ast.walk(tree))):
        raise SourceError("the source is too large to be analysed.", file=file)
    return tree
