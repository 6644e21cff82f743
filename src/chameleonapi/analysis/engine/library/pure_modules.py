"""Modules whose functions only compute: quoting, encodings, differences between texts."""

from __future__ import annotations

import base64
import bisect
import difflib
import html
import shlex
import struct
import urllib.parse
from typing import Any

from chameleonapi.analysis.engine.comparing import less
from chameleonapi.analysis.engine.library.ordering import order
from chameleonapi.analysis.engine.library.pure import pure
from chameleonapi.analysis.engine.lifting import is_touched, lift, pin, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import drain, truth
from chameleonapi.analysis.engine.texts import concatenate, to_text
from chameleonapi.analysis.engine.values import Native, Opaque, Tainted, Unknown
from chameleonapi.analysis.frontend.syntax import literal_of

__all__ = ["ordered_modules", "pure_functions"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]
_LONG = 100_000


def _literal(text: Any) -> Any:
    if not isinstance(text, str) or len(text) > _LONG:
        raise ValueError("malformed node or string")
    return literal_of(text)


# by module: what ``pure`` may lift as it stands
pure_functions: dict[str, dict[str, Any]] = {
    "html": {"escape": html.escape, "unescape": html.unescape},
    "shlex": {"split": shlex.split, "quote": shlex.quote, "join": shlex.join},
    "base64": {
        name: getattr(base64, name)
        for name in (
            "b64encode",
            "b64decode",
            "urlsafe_b64encode",
            "urlsafe_b64decode",
            "b16encode",
            "encodebytes",
            "decodebytes",
        )
    },
    "struct": {name: getattr(struct, name) for name in ("pack", "unpack", "calcsize")},
    "urllib.parse": {
        name: getattr(urllib.parse, name)
        for name in (
            "quote",
            "quote_plus",
            "unquote",
            "unquote_plus",
            "urlencode",
            "urljoin",
            "parse_qs",
            "parse_qsl",
        )
    },
    "ast": {"literal_eval": _literal},
    "difflib": {"get_close_matches": difflib.get_close_matches},
}


def _ratio(one: Any, other: Any) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


class _Matcher(Opaque):
    """``difflib.SequenceMatcher`` of two texts."""

    __slots__ = ("_texts",)
    name = "SequenceMatcher"

    def __init__(self, texts: Arguments) -> None:
        self._texts = texts

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``ratio``; what else there is, is unknown."""
        del machine
        touched = is_touched(self._texts)
        if name not in ("ratio", "quick_ratio", "real_quick_ratio"):
            return Unknown(f"SequenceMatcher.{name}", is_tainted=touched)
        return Native(name, lambda m, _a, _n: self._ratio(m, is_exact=name == "ratio"))

    def _ratio(self, machine: Machine, *, is_exact: bool) -> Any:
        plain = [one.value if type(one) is Tainted else one for one in self._texts]
        if not is_exact or not all(isinstance(one, str) for one in plain):
            return Unknown("SequenceMatcher.ratio()", is_tainted=is_touched(self._texts))
        text = f"similarity of {' and '.join(map(shown, self._texts))}"
        if is_touched(self._texts):
            return lift(machine, "ratio", _ratio, self._texts, text)
        return _ratio(*plain)


def _matcher(_m: Machine, arguments: Arguments, named: Named) -> Any:
    texts = (*arguments[1:3], *(named[one] for one in ("a", "b") if one in named))
    if len(texts) != 2 or (arguments and arguments[0] is not None):
        return Unknown("SequenceMatcher()", is_tainted=is_touched((*arguments, *named.values())))
    return _Matcher(texts)


def _ranked(name: str) -> Native:
    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        count, items = pin(machine, arguments[0]), drain(machine, arguments[1])
        key = arguments[2] if len(arguments) > 2 else named.get("key")
        if isinstance(count, Unknown):
            return Unknown(f"heapq.{name}()", is_tainted=is_touched(items))
        return order(machine, items, key, reverse=name == "nlargest")[: max(count, 0)]

    return Native(name, run)


def _heapify(machine: Machine, arguments: Arguments, _n: Named) -> None:
    heap = arguments[0]
    if isinstance(heap, list):
        # a sorted list is a heap; which one it is, only its first item tells
        heap[:] = order(machine, list(heap), None, reverse=False)


def _push(machine: Machine, arguments: Arguments, _n: Named) -> None:
    if isinstance(arguments[0], list):
        machine.charge(1)
        arguments[0].append(arguments[1])
        _heapify(machine, arguments, {})


def _pop(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if not isinstance(arguments[0], list):
        return Unknown("heapq.heappop()", is_tainted=is_touched(arguments))
    return machine.linker.call(
        machine, machine.linker.attribute(machine, arguments[0], "pop"), (0,), {}
    )


def _place(*, is_right: bool) -> Any:
    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        items, value = arguments[:2]
        if isinstance(items, Unknown) or len(arguments) > 2 or named:
            return Unknown("bisect()", is_tainted=is_touched(arguments))
        place = 0
        for one in drain(machine, items):
            behind = less(machine, value, one) if is_right else less(machine, one, value)
            if truth(machine, behind) is is_right:
                break
            place += 1
        return place

    return run


def _insort(machine: Machine, arguments: Arguments, _n: Named) -> None:
    place = _place(is_right=True)(machine, arguments[:2], {})
    if isinstance(arguments[0], list) and isinstance(place, int):
        arguments[0].insert(place, arguments[1])


_quote_plus = pure("urllib.parse.quote_plus", urllib.parse.quote_plus)
_urlencode = pure("urllib.parse.urlencode", urllib.parse.urlencode)


def _query(machine: Machine, arguments: Arguments, named: Named) -> Any:
    """Return ``urlencode(...)``: a text put together of the names and the values."""
    items = arguments[0] if len(arguments) == 1 and not named else None
    if not isinstance(items, dict) or not all(map(_is_one, (*items, *items.values()))):
        return _urlencode.function(machine, arguments, named)
    pieces: list[Any] = []
    for name, value in items.items():
        pieces += ["&", _quoted(machine, name), "=", _quoted(machine, value)]
    return concatenate(machine, tuple(pieces[1:]))


def _is_one(value: Any) -> bool:
    return isinstance(value, (str, int, float, Tainted, Unknown))


def _quoted(machine: Machine, value: Any) -> Any:
    return _quote_plus.function(machine, (to_text(machine, value),), {})


def ordered_modules() -> dict[str, Any]:
    """Return what the engine does itself: members by module."""
    heap = {
        "nlargest": _ranked("nlargest"),
        "nsmallest": _ranked("nsmallest"),
        "heapify": Native("heapify", _heapify),
        "heappush": Native("heappush", _push),
        "heappop": Native("heappop", _pop),
    }
    right, left = Native("bisect", _place(is_right=True)), Native("bisect", _place(is_right=False))
    places = {"bisect": right, "bisect_right": right, "bisect_left": left}
    insort = Native("insort", _insort)
    assert all(hasattr(bisect, name) for name in places)
    return {
        "heapq": heap,
        "bisect": {**places, "insort": insort, "insort_right": insort},
        "urllib.parse": {"urlencode": Native("urlencode", _query)},
        "difflib": {"SequenceMatcher": Native("SequenceMatcher", _matcher)},
    }
