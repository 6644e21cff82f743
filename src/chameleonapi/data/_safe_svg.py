"""Drawings from strangers: shapes and colours alone, and not too many of them.

A renderer follows references as often as they occur: a handful of groups, each of which shows the
one before it twice, takes minutes. And it goes down into groups by calls, which deep ones exhaust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from chameleonapi.data.safe_xml import parse_xml
from chameleonapi.errors import DataError

__all__ = ["check_svg"]

_MOST_BYTES: Final = 512 * 1024
_MOST_DRAWN: Final = 5_000
_LONGEST_CHAIN: Final = 16
_SHAPES: Final = frozenset(
    (
        *("svg", "circle", "ellipse", "g", "line", "path", "polygon", "polyline", "rect"),
        *("clipPath", "defs", "linearGradient", "mask", "radialGradient", "stop", "symbol", "use"),
        # Of filters, those that only change colours; a drawing needs neither text nor pictures.
        *("filter", "feBlend", "feColorMatrix", "feComposite", "feFlood", "feGaussianBlur"),
        *("feMerge", "feMergeNode", "feOffset"),
    )
)
_URL: Final = re.compile(r"url\(\s*[\"']?\s*([^\"')\s]*)", re.IGNORECASE)


def check_svg(drawing: str) -> None:
    """Check a drawing before it is rendered.

    Raises:
        ValueError: if it is no plain XML, holds more than shapes, refers to anything outside
            itself, is deep, or would be large when it is drawn.
    """
    if len(drawing) > _MOST_BYTES:
        raise ValueError(f"it has {len(drawing):,} characters")
    try:
        root = parse_xml(drawing.encode(), "it")
    except DataError as error:
        raise ValueError(error.message.rstrip(".")) from None
    named: dict[str, Element] = {}
    for one in root.iter():
        tag = one.tag.rpartition(":")[2]
        if tag not in _SHAPES:
            raise ValueError(f"it holds <{tag[:40]}>, which is no shape")
        if "id" in one.attrib:
            named[one.attrib["id"]] = one
    _drawn(root, named, {}, 0)


def _references(element: Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        found = [value] if name.rpartition(":")[2] == "href" else _URL.findall(value)
        for one in found:
            target = one.strip()
            if not target.startswith("#"):
                raise ValueError("it refers to something outside itself")
            yield target[1:]


def _drawn(element: Element, named: dict[str, Element], known: dict[str, int], chain: int) -> int:
    """Return how many elements are drawn for one, with all that it and those in it refer to."""
    if chain > _LONGEST_CHAIN:
        raise ValueError(f"its parts refer to one another more than {_LONGEST_CHAIN} times over")
    total = 0
    for one in element.iter():
        total += 1
        for name in _references(one):
            if name in named and name not in known:
                known[name] = _drawn(named[name], named, known, chain + 1)
            total += known.get(name, 0)
        if total > _MOST_DRAWN:
            raise ValueError(f"it draws more than {_MOST_DRAWN:,} things")
    return total
