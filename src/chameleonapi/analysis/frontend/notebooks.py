"""Notebooks: code cells become one module whose lines count from its first cell.

Cells that parse stay as they are. In the others, shell commands become calls that the analysis
sees as effects, magics leave their statement behind, and a cell that is no Python even then is
left out, as a comment and with a word about it: the other cells say what they say without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.analysis.frontend.lexing import OpenState
from chameleonapi.analysis.frontend.python2 import repair
from chameleonapi.analysis.frontend.syntax import tree_of
from chameleonapi.errors import SourceError

__all__ = ["Notebook", "NotebookCell", "cell_at", "read_notebook"]

_SHELL: Final = re.compile(r"^(\s*)(?:([A-Za-z_]\w*)\s*=\s*)?!+(.*)$")
_MAGIC: Final = re.compile(r"^(\s*)(?:([A-Za-z_]\w*)\s*=\s*)?%+(\w+)\s*(.*)$")
_HELP: Final = re.compile(r"^(\s*)(?:\?+\s*[\w.]+|[\w.]+\s*\?+)\s*$")
_TIMED: Final = frozenset({"time", "timeit", "prun", "memit"})
_PYTHON_CELLS: Final = frozenset({"time", "timeit", "capture", "prun", "memit", "python3"})
_SOURCE_KEY: Final = re.compile(r'^\s*"source": ?\[$')
_SPREAD: Final = re.compile(r'^\s*"source": ?(?:\[|"|\[\])')


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """Where a code cell is.

    Attributes:
        file: the notebook.
        number: of the cell in its notebook, one-based, cells of text counted too.
        line: on which it begins in the module that the notebook is read as.
        raw_line: on which its source begins in the file; 0 if its lines are not lines there.
    """

    file: str
    number: int
    line: int
    raw_line: int = 0


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook as Python.

    Attributes:
        left_out: cells that are no Python: the first line of each, and what is wrong.
    """

    text: str
    cells: tuple[NotebookCell, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()


def cell_at(cells: Iterable[NotebookCell], file: str, line: int) -> NotebookCell | None:
    """Return the cell that holds a line of the module of a notebook."""
    mine = [one for one in cells if one.file == file and one.line <= line]
    return max(mine, key=lambda one: one.line, default=None)


def read_notebook(content: bytes, file: str) -> Notebook:
    """Return the code of a notebook as Python.

    Raises:
        SourceError: if the file is no notebook.
    """
    try:
        record = json.loads(content)
        cells = record.get("cells")
        if cells is None:
            cells = [cell for sheet in record["worksheets"] for cell in sheet["cells"]]
        sources = [_source(cell) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError("this is not a Jupyter notebook.", file=file) from None
    raw_lines = _raw_lines(content, [_parts(cell) for cell in cells])
    lines: list[str] = []
    places: list[NotebookCell] = []
    left_out: list[tuple[int, str]] = []
    for number, source in enumerate(sources, 1):
        if source is None:
            continue
        made, problem = _cell(source)
        places.append(NotebookCell(file, number, len(lines) + 1, raw_lines[number - 1]))
        if problem:
            left_out.append((len(lines) + 1, f"Cell {number} is left out: {problem}"))
        lines += made
    return Notebook("\n".join(lines) + "\n", tuple(places), tuple(left_out))


def _parts(cell: Mapping[str, Any]) -> Any:
    return cell.get("source", cell.get("input", ""))


def _source(cell: Mapping[str, Any]) -> str | None:
    """Return the source of a code cell, None for another cell."""
    parts = _parts(cell)
    if cell.get("cell_type") != "code":
        return None
    return parts if isinstance(parts, str) else "".join(parts)


def _raw_lines(content: bytes, sources: Sequence[Any]) -> list[int]:
    """Return on which line of the file each source begins; 0 where that is not clear.

    Jupyter writes every line of a source on a line of its own.
    """
    unknown = [0] * len(sources)
    rows = content.decode("utf-8", "replace").split("\n")
    keys = [index for index, row in enumerate(rows) if _SPREAD.match(row)]
    if len(keys) != len(sources):
        return unknown
    made = []
    for index, source in zip(keys, sources, strict=True):
        found = 0
        if isinstance(source, list) and source and _SOURCE_KEY.match(rows[index].rstrip()):
            found = index + 2 if _is_at(rows, index + 1, source) else 0
        made.append(found)
    return made


def _is_at(rows: Sequence[str], start: int, source: Sequence[Any]) -> bool:
    for row, part in zip(rows[start:], source, strict=False):
        try:
            if json.loads(row.strip().removesuffix(",")) != part:
                return False
        except ValueError:  # noqa: PERF203 - one try per line
            return False
    return len(rows) - start >= len(source)


def _cell(text: str) -> tuple[list[str], str]:
    """Return the lines of a cell as Python, and what is wrong with a cell that is none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = text.split("\n")
    if not _problem(text):
        return lines, ""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%"):
        name = re.match(r"%%(\w*)", first)
        if name is None or name[1] not in _PYTHON_CELLS:
            return [f"# {line}" for line in lines], ""  # of another language
        lines[lines.index(first)] = f"# {first}"
    changed = _lines(lines)
    whole = "\n".join(changed)
    problem = _problem(whole)
    if problem:
        repaired = repair(whole)
        if repaired is None or _problem(repaired.text):
            return [f"# {line}" for line in lines], problem
        # Python 2: the whole module is repaired later
    return changed, ""


def _problem(text: str) -> str:
    try:
        tree_of(text)
    except SyntaxError as error:
        return f"its line {error.lineno or 1} is not valid Python 3 ({error.msg})."
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return "it is nested too deeply to be parsed."
    return ""


def _lines(lines: Sequence[str]) -> list[str]:
    made: list[str] = []
    state = OpenState()
    is_command = False  # a shell command goes on
    for line in lines:
        if is_command:
            made.append(f"# {line}")
            is_command = line.endswith("\\")
            continue
        if state.is_open:
            changed = line
        else:
            changed = _line(line)
            is_command = changed != line and line.endswith("\\")
        state.read(changed)
        made.append(changed)
    return made


def _line(line: str) -> str:
    found = _SHELL.match(line)
    if found is not None:
        indent, name, command = found.groups()
        shown = repr(command.rstrip("\\").strip())
        if name:
            return f"{indent}{name} = __import__('subprocess').getoutput({shown}).split('\\n')"
        return f"{indent}__import__('subprocess').call({shown})"
    found = _MAGIC.match(line)
    if found is not None:
        indent, name, magic, rest = found.groups()
        statement = _statement(magic, rest)
        if name:
            return f"{indent}{name} = None  # %{magic}"
        return f"{indent}{statement or 'pass'}  # %{magic}"
    found = _HELP.match(line)
    return f"{found[1]}pass  # {line.strip()}" if found is not None else line


def _statement(magic: str, rest: str) -> str:
    """Return what a magic does, in Python; nothing for what has no part in a decision."""
    if magic in _TIMED:
        return re.sub(r"^(-\w+(\s+\d+)?\s+)+", "", rest)
    if magic == "run":
        module = re.match(r"(?:-\w\s+)*(?:\./)?([A-Za-z_]\w*)(?:\.py|\.ipynb)?\s*$", rest)
        return f"from {module[1]} import *" if module is not None else ""
    if magic in {"env", "set_env"}:
        name, sign, value = rest.partition("=")
        if sign:
            return f"__import__('os').environ[{name.strip()!r}] = {value.strip()!r}"
    return ""
