"""Syntax trees of texts, made without a look at any file."""

from __future__ import annotations

import ast
import warnings
from typing import Any, Final

__all__ = ["literal_of", "tree_of"]

# Python looks up the line of a syntax error in the file that a text is said to come from: below
# the folder it happens to run in. There is no such file.
_NO_FILE: Final = "/dev/null/source"


def tree_of(text: str) -> ast.Module:
    """Return the tree of a source; invalid escapes and the like are nobody's business.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: as ``ast.parse``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, filename=_NO_FILE)


def literal_of(text: str) -> Any:
    """Return the value of a literal, as ``ast.literal_eval`` does."""
    return ast.literal_eval(ast.parse(text.lstrip(" \t"), filename=_NO_FILE, mode="eval"))
