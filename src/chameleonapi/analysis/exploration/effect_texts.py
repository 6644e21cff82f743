"""What goes out with more, less or no data of the answer in it, written in one form.

A list of the answer that is empty leaves JSON without any data: it goes out as a constant, where
otherwise it would be seen what it is made of. Records that hold nothing but data are data.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from chameleonapi.analysis.exploration.key_orders import KeyOrders
from chameleonapi.analysis.exploration.numbered_words import NumberedWords
from chameleonapi.analysis.trace import NOTHING

__all__ = ["EffectTexts", "plain_form"]

_ANSWER: Final = "<answer>"
_EMPTY: Final = "[]"
_TEXT: Final = re.compile(r"""(?<![\w'"\\])(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_DATA: Final = rf"(?:{_ANSWER}|\[{_ANSWER}{NOTHING[len(_ANSWER) :]}?\])"
# with the number that the first element is given
_ITEM: Final = rf"(?:'[^']*'|\"[^\"]*\"): (?:{_DATA}|[01])"
_RECORD: Final = rf"\{{(?=[^{{}}]*{_ANSWER}){_ITEM}(?:, {_ITEM})*\}}"
_RECORDS: Final = re.compile(rf"\[{_RECORD}(?:, {_RECORD})*\]")
_NESTED: Final = 4


class EffectTexts:
    """Texts of effects in the form in which they are compared.

    Args:
        literals: every text of the source.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self._orders = KeyOrders()
        self._words = NumberedWords(literals)

    def settle(self, text: str) -> str:
        """Return a text that is equal for effects that do the same."""
        return self._words.hide(self._orders.settle(plain_form(text)))


@functools.lru_cache(4096)
def plain_form(text: str) -> str:
    """Return the text of an effect with lists of records of the answer's data as lists of data."""
    if _EMPTY in text:
        text = _TEXT.sub(_opened, text)
    if _ANSWER in text:
        for _ in range(_NESTED):
            made = _RECORDS.sub(f"[{_ANSWER}]", text)
            if made == text:
                break
            text = made
    return text


def _opened(match: re.Match[str]) -> str:
    """Return a text that is JSON with an empty list written as what was made JSON of."""
    text = match.group(0)
    if _EMPTY not in text or text[1:2] not in "{[":
        return text
    try:
        value = json.loads(ast.literal_eval(text))
    except (ValueError, SyntaxError, RecursionError):
        return text
    if value == []:
        return text  # a list alone may have become a text without JSON
    return f"json {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + (", ".join(map(_shown, value)) or NOTHING) + "]"
    return repr(value)
