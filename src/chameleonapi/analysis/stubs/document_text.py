"""The pages, blocks, paragraphs, words and symbols of a document's text.

Answers hold words in one block and one paragraph of one page, and a word is read as one symbol
with all of its text: what is put together from symbols is the word again. A gap says so.
"""

from __future__ import annotations

from typing import Any, Final

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Opaque, Unknown

__all__ = ["BREAKS", "SymbolProperty", "note_structure"]

BREAKS: Final = ("UNKNOWN", "SPACE", "SURE_SPACE", "EOL_SURE_SPACE", "HYPHEN", "LINE_BREAK")


def note_structure(machine: Machine) -> None:
    """Say what is assumed about where words stand."""
    machine.gap(
        "document-structure",
        "The words of a document are taken to stand in one block and one paragraph, with a space "
        "after each, and the symbols of a word are read together.",
    )


class SymbolProperty(Opaque):
    """The property of the symbol that ends a word: a space follows."""

    __slots__ = ("_space",)
    name = "TextProperty"

    def __init__(self, space: Any) -> None:
        self._space = space

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the break, or its type; both are this object."""
        del machine
        if name in ("detected_break", "detectedBreak"):
            return self
        if name in ("type", "type_"):
            return self._space
        if name in ("is_prefix", "isPrefix"):
            return False
        return Unknown(f"property.{name}", is_tainted=True)

    def truth(self, _machine: Machine) -> bool:
        """Return True: there is a break."""
        return True
