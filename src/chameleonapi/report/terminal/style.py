"""How much a console can show, and the pieces that adapt to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from rich import box
from rich.console import Console, ConsoleOptions, ConsoleRenderable, Group, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chameleonapi.report.characters import ascii_only, shorten, shorten_middle, visible
from chameleonapi.report.numbers import MINUS, NOTHING

__all__ = ["Adaptive", "Style", "block"]

_NARROW = 72


@final
class Style:
    """The signs and the room of one rendering."""

    def __init__(self, console: Console, options: ConsoleOptions) -> None:
        self.width = options.max_width
        self.only_ascii = options.ascii_only
        self.is_plain = (
            not console.is_terminal
            or console.no_color
            or options.ascii_only
            or options.max_width < _NARROW
        )
        self.is_narrow = options.max_width < _NARROW

    def text(self, content: object, style: str = "") -> Text:
        """Return untrusted text, safe to show here."""
        return Text(self.safe(content), style)

    def safe(self, content: object) -> str:
        """Return untrusted text with nothing that acts, or that cannot be written here."""
        shown = visible(content)
        return ascii_only(shown) if self.only_ascii else shown

    def short(self, text: str, limit: int) -> str:
        """Return a text cut to a length, with a mark that can be written here."""
        return shorten(text, limit, self.sign("…", "..."))

    def middle(self, text: str, limit: int) -> str:
        """Return a text without its middle, as long as it may be."""
        return shorten_middle(text, limit, self.sign("…", "..."))

    def sign(self, fancy: str, plain: str) -> str:
        """Return one of two forms of a sign."""
        return plain if self.is_plain else fancy

    def number(self, text: str) -> str:
        """Return a number without typographic signs where they do not belong."""
        plain = text.replace(MINUS, "-").replace(NOTHING, "-")
        return plain if self.is_plain else text

    def table(self, *headers: str, right: frozenset[str] = frozenset()) -> Table:
        """Return an empty table with these column headers."""
        made = Table(
            box=None if self.is_plain else box.SIMPLE_HEAD,
            pad_edge=False,
            show_edge=False,
            padding=(0, 2, 0, 0),
            header_style="bold",
        )
        for header in headers:
            # Rich would cut a cell with a sign that is not ASCII; folding shows all of it.
            is_right = header in right
            made.add_column(header, justify="right" if is_right else "left", overflow="fold")
        return made


@final
class Adaptive:
    """Something drawn for the console that shows it."""

    def __init__(self, draw: Callable[[Style], ConsoleRenderable]) -> None:
        self._draw = draw

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._draw(Style(console, options))


def block(cells: dict[str, Text]) -> Group:
    """Return a row as lines, its first cell as the title, for a window without room."""
    title, *rest = cells.items()
    width = max(len(header) for header, _ in rest)
    return Group(
        title[1],
        *(
            Padding(Text(f"{header:<{width}}  ", "dim") + text, (0, 0, 0, 4))
            for header, text in rest
            if text.plain
        ),
    )
