"""A small writer of SVG text in which nothing untrusted can become markup."""

from __future__ import annotations

from html import escape

from chameleonapi.report.characters import visible

__all__ = ["Drawing"]


class Drawing:
    """Collects shapes; colours and fonts come from classes of the page's style sheet.

    Args:
        width, height: in user units, one for each CSS pixel at full size.
        title: what the drawing shows, for those who do not see it.
        css_class: class of the outer element.
    """

    def __init__(self, width: float, height: float, title: str, css_class: str = "") -> None:
        self._width = width
        self._height = height
        self._title = title
        self._class = css_class
        self._parts: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, css_class: str, radius: float = 0
    ) -> None:
        """Add a rectangle."""
        self._add(
            "rect", css_class, x=x, y=y, width=max(width, 0), height=height, rx=radius or None
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, css_class: str) -> None:
        """Add a straight line."""
        self._add("line", css_class, x1=x1, y1=y1, x2=x2, y2=y2)

    def circle(self, x: float, y: float, radius: float, css_class: str) -> None:
        """Add a circle."""
        self._add("circle", css_class, cx=x, cy=y, r=radius)

    def path(self, commands: str, css_class: str) -> None:
        """Add a path; the commands are ours, never a user's."""
        self._add("path", css_class, d=commands)

    def arrow(self, x: float, y: float, css_class: str, *, is_down: bool = False) -> None:
        """Add an arrow head with its tip at a point, to the right or down."""
        tip = f"M{_number(x)} {_number(y)}"
        self.path(f"{tip}l-4.5 -7h9z" if is_down else f"{tip}l-7 -4.5v9z", css_class)

    def text(
        self, x: float, y: float, content: str, css_class: str, *, anchor: str = "start"
    ) -> None:
        """Add one line of text with its baseline at ``y``."""
        at = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text class="{css_class}" x="{_number(x)}" y="{_number(y)}"{at}>'
            f"{escape(visible(content))}</text>"
        )

    def texts(self, x: float, y: float, parts: tuple[tuple[str, str], ...]) -> None:
        """Add pieces of (content, class) on one line, each after the last, however wide."""
        pieces = "".join(
            f'<tspan class="{css_class}" dx="{10 if i else 0}">{escape(visible(content))}</tspan>'
            for i, (content, css_class) in enumerate(parts)
        )
        self._parts.append(f'<text x="{_number(x)}" y="{_number(y)}">{pieces}</text>')

    def markup(self) -> str:
        """Return the whole element."""
        size = f"{_number(self._width)} {_number(self._height)}"
        return (
            f'<svg class="{self._class}" viewBox="0 0 {size}" role="img" '
            f'aria-label="{escape(visible(self._title))}" '
            f'width="{_number(self._width)}" height="{_number(self._height)}">'
            f"{''.join(self._parts)}</svg>"
        )

    def _add(self, name: str, css_class: str, **numbers: float | str | None) -> None:
        parts = [f'class="{css_class}"']
        for key, value in numbers.items():
            if value is not None:
                text = value if isinstance(value, str) else _number(value)
                parts.append(f'{key}="{text}"')
        self._parts.append(f"<{name} {' '.join(parts)}/>")


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
