"""Text from untrusted places (labels, file names, source lines) made safe to look at.

Control characters could drive a terminal, direction marks could show a line of source
in another order than it runs, and lone surrogates cannot be written at all: each
becomes its escape, everything else stays.
"""

from __future__ import annotations

import unicodedata

__all__ = [
    "approximate_width",
    "ascii_only",
    "display_width",
    "shorten",
    "shorten_middle",
    "shorten_width",
    "visible",
    "wrap_width",
]

# Cc control, Cf format (direction marks, zero width), Cs surrogate, Zl and Zp line ends
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # harmless, and needed by emoji and some scripts


def visible(text: object, *, keep: str = "") -> str:
    """Return the text with every character that would act instead of show as an escape.

    Args:
        text: anything; its ``str`` is taken.
        keep: control characters that are meant, such as a newline.
    """
    return "".join(
        _escape(one)
        if one not in keep and one not in _JOINERS and unicodedata.category(one) in _UNSAFE
        else one
        for one in str(text)
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def ascii_only(text: str) -> str:
    """Return the text for a place that takes nothing but ASCII."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def shorten(text: str, limit: int, mark: str = "…") -> str:
    """Return the text, cut to ``limit`` characters with a mark where it went on."""
    return text if len(text) <= limit else text[: max(0, limit - len(mark))].rstrip() + mark


def shorten_middle(text: str, limit: int, mark: str = "…") -> str:
    """Return the text, cut to ``limit`` characters, with its end: a statement ends in its data."""
    if len(text) <= limit:
        return text
    tail = max(0, limit - len(mark)) // 3
    return shorten(text, limit - tail, mark) + (text[-tail:].lstrip() if tail else "")


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide character."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten_width(text: str, width: int, mark: str = "…") -> str:
    """Return the text, cut to ``width`` columns with a mark where it went on."""
    if display_width(text) <= width:
        return text
    room, kept = width - display_width(mark), 0
    for one in text:
        room -= _columns(one)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + mark


_NARROW = frozenset("iljtfrI.,:;|'!()[]/ ")
_WIDE = frozenset("mwMWGOQ%@…→≥≤")


def approximate_width(text: str, size: float) -> float:
    """Return about how wide a sans-serif text of this font size is, never much too little."""
    return sum(map(_width, text)) * size


def _width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.36
    if character in _WIDE:
        return 0.95
    return 0.69 if character.isupper() else 0.61


def _fitting(text: str, size: float, width: float) -> int:
    """Return how many characters fit, at least one."""
    room = width / size
    for i, one in enumerate(text):
        room -= _width(one)
        if room < 0:
            return max(1, i)
    return len(text)


def wrap_width(text: str, size: float, width: float, max_lines: int) -> list[str]:
    """Break a text into at most ``max_lines`` lines that fit, the last one shortened."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < max_lines:
        end = _fitting(rest, size, width)
        if end == len(rest):
            return [*lines, rest]
        if len(lines) == max_lines - 1:
            end = _fitting(rest, size, width - approximate_width("…", size))
            return [*lines, rest[:end].rstrip() + "…"]
        space = rest.rfind(" ", 1, end + 1)
        end = space if space > end // 3 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return lines
