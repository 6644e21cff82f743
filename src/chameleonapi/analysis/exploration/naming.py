"""Short, stable names for outcomes, from what the application does there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from chameleonapi.analysis.trace import HOLE, ObservedEffect
from chameleonapi.decision import NO_FLAGS

__all__ = ["NOTHING", "outcome_names", "slug"]

NOTHING: Final = "nothing"
_LITERAL: Final = re.compile(r"""(?<![\w'"])(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
_CONSTANT: Final = re.compile(r"\b(True|False|None)\b")
_NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?\b")
# a text that is no key of a dictionary
_HELD: Final = re.compile(_LITERAL.pattern + r"(?!\s*:)")
_NAMED: Final = re.compile(r"\b([A-Z][A-Z0-9_]+)\b(?![\w.('\"])")
_MARKS: Final = re.compile(r"<answer>|<unknown\b|[>⟨⟩]")
_MOST: Final = 32
_UNSET: Final = re.compile(r" = (?:0|False)\W*$")  # a flag of several that is down


def slug(text: str) -> str:
    """Return lower-case words joined by hyphens; empty if there is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()
    if len(words) > _MOST:
        words = words[:_MOST].rsplit("-", 1)[0].strip("-")
    return words


def outcome_names(
    effects: Sequence[Sequence[ObservedEffect]], labels: Sequence[Sequence[str]] = ()
) -> list[str]:
    """Return one unique name per outcome, in the order given.

    Args:
        effects: what happens in each outcome.
        labels: those that lead to each outcome, a name where the effects give none.
    """
    words = [_words(one, labels[i] if i < len(labels) else ()) for i, one in enumerate(effects)]
    made: list[str] = []
    for i, mine in enumerate(words):
        others = {word for j, other in enumerate(words) if j != i for word in other}
        own = [word for word in mine if word not in others] or _told_apart(effects, i)
        name = next(iter(own or mine), "") or _fallback(effects[i])
        made.append(_unique(name, made))
    return made


def _words(effects: Sequence[ObservedEffect], labels: Sequence[str]) -> list[str]:
    """Return candidates: texts that the effect holds, constants, labels, texts beside it."""
    rows = [one for one in effects if not one.kind.startswith("raise")]
    found = [text for one in rows for text in _matches(_LITERAL, one.member)]
    found += [text for one in rows for text in _matches(_LITERAL, one.key)]
    if len(labels) == 1 and any(one.member for one in rows):
        found.append(labels[0])
    found += [text for one in rows for text in _matches(_CONSTANT, one.key)]
    found += list(labels[:1]) if any(one.member for one in rows) else []
    found += [text for one in rows for text in _matches(_NUMBER, one.key)]
    found += [text for one in rows for text in _matches(_LITERAL, one.text)]
    # what is not known names an outcome where nothing else does
    names = (slug(HOLE.sub(" ", one)) or slug(_MARKS.sub(" ", one)) for one in found)
    return [one for one in dict.fromkeys(names) if one]


def _told_apart(effects: Sequence[Sequence[ObservedEffect]], at: int) -> list[str]:
    """Return words that tell one outcome from the others by where they stand.

    What a key of a dictionary is called is the same in all outcomes, what it holds is not: the
    one that is counted or set names them. A constant with a name, such as ``GPIO.HIGH``, says
    what is done.
    """
    beside = {(e.member, e.key) for j, rows in enumerate(effects) if j != at for e in rows}
    rows = [one for one in effects[at] if (one.member, one.key) not in beside]
    set_here = [one.member for one in rows if one.member and not _UNSET.search(one.key)]
    if set_here:
        return [slug(text) for one in set_here for text in _matches(_LITERAL, one)]
    for pattern in (_HELD, _NAMED):
        words = [
            [slug(word) for one in rows for word in _matches(pattern, one.key)] for rows in effects
        ]
        others = {word for j, other in enumerate(words) if j != at for word in other}
        own = [word for word in words[at] if word and word not in others]
        if own:
            return own
    return []


def _matches(pattern: re.Pattern[str], text: str) -> list[str]:
    return [
        next((part for part in match.groups() if part), match.group(0))
        for match in pattern.finditer(text)
    ]


def _fallback(effects: Sequence[ObservedEffect]) -> str:
    if not effects:
        return NOTHING
    one = effects[0]
    if one.kind.startswith("raise"):
        error = re.search(r"[A-Z]\w*", one.key or one.text)
        return slug(f"error {error.group(0)}" if error else "error")
    name = slug(one.text.split("(", 1)[0])
    return name or slug(one.kind) or "outcome"


def _unique(name: str, taken: Sequence[str]) -> str:
    if name == NO_FLAGS:
        name = f"{NO_FLAGS}-found"
    number = 2
    made = name
    while made in taken:
        made = f"{name}-{number}"
        number += 1
    return made
