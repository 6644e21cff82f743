"""What is done, in words that tell one outcome from another.

A line such as ``print(answer)`` is the same for all outcomes: what it prints is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from chameleonapi.analysis.trace import NOTHING, ObservedEffect
from chameleonapi.decision import Span

__all__ = ["EffectWords"]

_ORIGIN: Final = re.compile(r"⟨[^⟩]*⟩")
_UNKNOWN: Final = re.compile(r"<unknown ([^<>]*)>")
_HEAD: Final = 32  # characters of what texts have in common that are shown
_TEXT: Final = re.compile(r"""(?<![\w'"\\])(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_COLUMN: Final = re.compile(r"\[\d+\] = ['\"]")  # a text at its place in a list
_RETURNED: Final = re.compile(r"\S+ (?:returns|answers) (?:\[(\d+)\] )?")


class EffectWords:
    """Texts of effects: the line of the source, or what it does where lines are alike.

    Args:
        effects: all that tells the outcomes of a process apart.
    """

    def __init__(self, effects: Iterable[ObservedEffect]) -> None:
        effects = list(effects)
        forms: dict[tuple[Span, str], set[str]] = {}
        for one in effects:
            forms.setdefault((one.span, one.text), set()).add(_told(one))
        values: dict[tuple[Span, str, str], set[str]] = {}
        for one in effects:
            values.setdefault((one.span, one.text, one.member), set()).add(one.key)
        self._valued = {place for place, keys in values.items() if place[2] and len(keys) > 1}
        self._alike = {
            place: _start(min(told), max(told)) for place, told in forms.items() if len(told) > 1
        }

    def of(self, effect: ObservedEffect) -> str:
        """Return the text of an effect."""
        if effect.member:
            value = ""
            is_place = _COLUMN.search(effect.key) is not None
            if is_place or (effect.span, effect.text, effect.member) in self._valued:
                held = re.search(re.escape(effect.member) + r" = ([^\s,{}()]+)", effect.key)
                value = f" = {held[1]}" if held else ""
            is_told = effect.member in effect.text and not value
            return effect.text if is_told else f"{effect.text} with {effect.member}{value}"
        start = self._alike.get((effect.span, effect.text))
        if start is None:
            return effect.text
        told = _told(effect)
        return told if start <= _HEAD else f"{told[:_HEAD]}…{told[start:]}"


def _start(first: str, last: str) -> int:
    """Return where the part begins that tells texts apart, of which these are first and last."""
    size = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    common = first[:size]
    return max(common.rfind(", ") + 2, common.rfind("(") + 1, common.rfind("{") + 1)


def _told(effect: ObservedEffect) -> str:
    """Return what an effect does, as a statement."""
    if effect.member:
        return effect.text
    shown = effect.key.replace(NOTHING, "<answer>")
    shown = _TEXT.sub(_with_braces, _ORIGIN.sub("", shown))
    shown = _UNKNOWN.sub(r"\1", shown)
    if effect.kind == "print":
        return f"print({shown.removeprefix('print ')})"
    if effect.kind == "return":
        found = _RETURNED.match(shown)
        if found is None:
            return effect.text
        value = shown[found.end() :]
        return f"return {value}" if found[1] is None else f"return [{found[1]}] {value}"
    return shown.removeprefix("global ")


def _with_braces(text: re.Match[str]) -> str:
    """Return a text with what is not known written as it is in a formatted text."""
    made = _UNKNOWN.sub(r"{\1}", text[0])
    return made if made == text[0] else f"f{made}"
