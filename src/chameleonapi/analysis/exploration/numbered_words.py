"""Numbers that are part of a word of the source, as in ``faces/1f601.png``: they count nothing.

Effects that differ only in a number are one effect when the number says how many elements there
are, or which one it is. What a constant of the source says about itself is no such number: its
digits are written with letters that no program uses for as long as effects are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["NumberedWords", "with_digits"]

_FIRST: Final = 0x10300  # Old Italic: letters to every pattern, and no digits
_HIDDEN: Final = {ord(str(digit)): chr(_FIRST + digit) for digit in range(10)}
_SHOWN: Final = {_FIRST + digit: str(digit) for digit in range(10)}
_TOKEN: Final = re.compile(r"[\w.-]*\d[\w.-]*")
_WORD: Final = re.compile(r"\w*\d\w*")
_LETTER: Final = re.compile(r"[^\W\d_]")


class NumberedWords:
    """The words with digits in them that the constants of an application hold.

    Args:
        texts: every text of the source.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = {
            word
            for text in texts
            for token in _TOKEN.findall(text)
            for word in (token.strip(".-"), *_WORD.findall(token))
            if _LETTER.search(word)
        }

    def hide(self, text: str) -> str:
        """Return a text in which the digits of those words are none to who looks for numbers."""
        return _TOKEN.sub(self._hidden, text) if self._known else text

    def _hidden(self, match: re.Match[str]) -> str:
        token = match[0]
        bare = token.strip(".-")
        if bare in self._known:
            return token.translate(_HIDDEN)
        return _WORD.sub(
            lambda word: word[0].translate(_HIDDEN) if word[0] in self._known else word[0], token
        )


def with_digits(text: str) -> str:
    """Return a text with the digits of words as their author wrote them."""
    return text.translate(_SHOWN)
