"""The text of an HTML document, with every character at its own place.

Tags, comments, scripts and styles become blanks of the same length, and so do entities
but for the character that they stand for. Offsets therefore are those of the document.
"""

from __future__ import annotations

import html
import re
from typing import Final

__all__ = ["visible_text"]

# Each alternative stops at a character that cannot begin it again: linear in the text.
_COMMENT: Final = "<!--"
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>|<[!?][^<>]*>")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SILENT: Final = frozenset({"script", "style", "template", "noscript"})


def visible_text(document: str) -> str:
    """Return the text that a reader would see, as long as the document."""
    out: list[str] = []
    here = 0
    while here < len(document):
        start = document.find("<", here)
        if start < 0:
            start = len(document)
        out.append(_unescape(document[here:start]))
        if start == len(document):
            break
        here = _end_of_markup(document, start)
        out.append(_blank(document[start:here]) if here > start + 1 else "<")
    return "".join(out)


def _end_of_markup(document: str, start: int) -> int:
    """Return where the markup at ``start`` ends; a lone "<" ends at once."""
    if document.startswith(_COMMENT, start):
        end = document.find("-->", start + len(_COMMENT))
        return len(document) if end < 0 else end + 3
    tag = _TAG.match(document, start)
    if tag is None:
        return start + 1
    name = (tag[1] or "").lower()
    if name in _SILENT and document[start + 1] != "/":
        closing = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(document, tag.end())
        return len(document) if closing is None else closing.end()
    return tag.end()


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda found: _same_length(found[0]), text) if "&" in text else text


def _same_length(entity: str) -> str:
    character = html.unescape(entity)
    return entity if len(character) > len(entity) else character.ljust(len(entity))


def _blank(markup: str) -> str:
    return re.sub(r"[^\n]", " ", markup)
