"""Words of a source text that may be no Python 3: for repairs, which must not touch strings.

Every text can be read, whatever it is: joining the words gives it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["OpenState", "Word", "logical_lines", "significant"]

_STRING = r"(?i:ur|br|[ubrf]?r?|r[bf]?)"
_WORD: Final = re.compile(
    rf"""
    (?P<space>(?:[ \t\f\r]|\\\n)+)
  | (?P<newline>\n)
  | (?P<comment>\#[^\n]*)
  | (?P<string>{_STRING}(?:
        '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'''|\Z)
      | \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:\"\"\"|\Z)
      | '[^'\\\n]*(?:\\.[^'\\\n]*)*(?:'|(?=\n)|\\?\Z)
      | "[^"\\\n]*(?:\\.[^"\\\n]*)*(?:"|(?=\n)|\\?\Z)))
  | (?P<number>0[xXoObB]\w+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJlL]?)
  | (?P<name>\w+)
  | (?P<operator><>|<<=|>>=|\*\*=|//=|[-+*/%&|^@<>=!:]=|->|\*\*|//|<<|>>|\.\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENS: Final = frozenset("([{")
_CLOSES: Final = frozenset(")]}")


@dataclass(slots=True)
class Word:
    """One word, and how many brackets are open around it.

    Attributes:
        kind: ``space``, ``newline``, ``comment``, ``string``, ``number``, ``name`` or ``operator``.
    """

    kind: str
    text: str
    depth: int = 0


def logical_lines(text: str) -> list[list[Word]]:
    """Return the words of a text, line by line; a line in brackets or a string goes on."""
    lines: list[list[Word]] = [[]]
    depth = 0
    for found in _WORD.finditer(text):
        kind = found.lastgroup or "operator"
        word = Word(kind, found[0], depth)
        if kind == "operator" and word.text in _CLOSES:
            depth = word.depth = max(0, depth - 1)
        elif kind == "operator" and word.text in _OPENS:
            depth += 1
        elif kind == "newline" and depth:
            word.kind = "space"
        lines[-1].append(word)
        if word.kind == "newline":
            lines.append([])
    return lines


def significant(words: list[Word]) -> list[int]:
    """Return the places of words that are more than space and comments."""
    return [i for i, one in enumerate(words) if one.kind not in {"space", "newline", "comment"}]


_OPEN_WORD: Final = re.compile(
    r"""\#.*|'''|\"\"\"|'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?$)|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[][(){}]"""
)
_ENDS: Final = {
    quote: re.compile(rf"(?:[^\\{quote[0]}]|\\.|{quote[0]}(?!{quote[1:]}))*{quote}")
    for quote in ("'''", '"""')
}


@dataclass(slots=True)
class OpenState:
    """What is open where a line ends: brackets, or a string of several lines."""

    depth: int = 0
    quote: str = ""
    is_continued: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the next line goes on with this one."""
        return bool(self.depth or self.quote or self.is_continued)

    def read(self, line: str) -> None:
        """Take in one line."""
        at = 0
        self.is_continued = False
        while True:
            if self.quote:
                end = _ENDS[self.quote].match(line, at)
                if end is None:
                    return
                at, self.quote = end.end(), ""
            found = _OPEN_WORD.search(line, at)
            if found is None:
                break
            at, text = found.end(), found[0]
            if text in _ENDS:
                self.quote = text
            elif text[0] in _OPENS:
                self.depth += 1
            elif text[0] in _CLOSES:
                self.depth = max(0, self.depth - 1)
            elif text[0] == "#":
                return
        self.is_continued = line.endswith("\\")
