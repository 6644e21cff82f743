"""Notebooks: code cells become one module whose lines count from its first cell.

Cells that parse stay as they are. In the others, shell commands become calls that the analysis
sees as effects, magics leave their statement behind, and a cell that is no Python even then is
left out, as a comment: the other cells say what they say without it.
"""

from __future__ import annotations

import ast
import json
import re

from chameleonapi.analysis.frontend.python2 import repair
from chameleonapi.errors import SourceError

__all__ = ["notebook_source"]

_SHELL = re.compile(r"^(\s*)(?:([A-Za-z_]\w*)\s*=\s*)?!+(.*)$")
_MAGIC = re.compile(r"^(\s*)(?:([A-Za-z_]\w*)\s*=\s*)?%+(\w+)\s*(.*)$")
_HELP = re.compile(r"^(\s*)(?:\?+\s*[\w.]+|[\w.]+\s*\?+)\s*$")
_TIMED = frozenset({"time", "timeit", "prun", "memit"})
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")


def notebook_source(content: bytes, file: str) -> str:
    """Return the code of a notebook as Python.

    Raises:
        SourceError: if the file is no notebook.
    """
    try:
        record = json.loads(content)
        cells = record.get("cells")
        if cells is None:
            cells = [cell for sheet in record["worksheets"] for cell in sheet["cells"]]
        lines: list[str] = []
        for cell in cells:
            if cell.get("cell_type") != "code":
                continue
            source = cell.get("source", cell.get("input", ""))
            text = source if isinstance(source, str) else "".join(source)
            lines.extend(_cell(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError("this is not a Jupyter notebook.", file=file) from None
    return "\n".join(lines) + "\n"


def _cell(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    if _parses(text):
        return lines
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%"):
        if not first.startswith(_PYTHON_CELLS):
            return [f"# {line}" for line in lines]
        place = lines.index(first)
        lines[place] = f"# {first}"
    changed = [_line(line) for line in lines]
    whole = "\n".join(changed)
    if _parses(whole):
        return changed
    repaired = repair(whole)
    if repaired is not None:
        return changed  # Python 2: the whole module is repaired later
    return [f"# {line}" for line in lines]


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _line(line: str) -> str:
    found = _SHELL.match(line)
    if found is not None:
        indent, name, command = found.groups()
        if name:
            return f"{indent}{name} = __import__('subprocess').getoutput({command.strip()!r})"
        return f"{indent}__import__('subprocess').call({command.strip()!r})"
    found = _MAGIC.match(line)
    if found is not None:
        indent, name, magic, rest = found.groups()
        statement = re.sub(r"^(-\w+(\s+\d+)?\s+)+", "", rest) if magic in _TIMED else ""
        if name:
            return f"{indent}{name} = None  # %{magic}"
        return f"{indent}{statement or 'pass'}  # %{magic}"
    found = _HELP.match(line)
    return f"{found[1]}pass  # {line.strip()}" if found is not None else line
