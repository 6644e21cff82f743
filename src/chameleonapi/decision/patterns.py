"""Regular expressions with care: how long one may search, before it is run on a text."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import Any, Final

__all__ = ["is_quick", "repeats"]

_STEPS: Final = 50_000_000
_SHORT: Final = 24
_MANY: Final = 8  # so many rounds make a repeat one without an end
_CHOICES: Final = 22.0  # powers of two: ways through what may be there or not
_ENDLESS: Final = 1e9


def _parse(pattern: str, flags: int) -> Any:
    try:
        from re import _parser  # type: ignore[attr-defined]  # the module since Python 3.11
    except ImportError:  # pragma: no cover - Python 3.10
        import sre_parse as _parser
    return _parser.parse(pattern, flags)


@functools.lru_cache(1024)
def repeats(pattern: str, flags: int) -> tuple[int, bool]:
    """Return how many unbounded repeats a pattern has, and whether some are nested.

    Raises:
        re.error: if it is no pattern.
    """
    count, nested = 0, False
    stack: list[tuple[Any, int]] = [(_parse(pattern, flags), 0)]
    while stack:
        items, depth = stack.pop()
        for operation, argument in list(items):
            name = str(operation)
            if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                low, high, inner = argument
                grows = int(high) - int(low) > _MANY
                if grows:
                    count += 1
                    nested = nested or depth > 0
                stack.append((inner, depth + (1 if grows else 0)))
            elif name == "SUBPATTERN":
                stack.append((argument[-1], depth))
            elif name == "BRANCH":
                nested = nested or depth > 0
                stack.extend((one, depth) for one in argument[1])
            elif name in ("ASSERT", "ASSERT_NOT"):
                stack.append((argument[1], depth))
            elif name == "ATOMIC_GROUP":
                stack.append((argument, depth))
            elif name in ("GROUPREF", "GROUPREF_EXISTS"):
                count += 1
    return count, nested


@functools.lru_cache(1024)
def _choices(pattern: str, flags: int) -> float:
    """Return how many ways there are through the optional parts of a pattern, as a power of two.

    Repeats without an end are counted elsewhere; what is in them is gone through once here.
    """

    def of(items: Any) -> float:
        total = 0.0
        for operation, argument in list(items):
            name = str(operation)
            if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                low, high, inner = argument
                grows = int(high) - int(low) > _MANY
                rounds = 1 if grows else int(high)
                total += 0.0 if grows else math.log2(int(high) - int(low) + 1)
                total += rounds * of(inner)
            elif name == "BRANCH":
                firsts = Counter(str(one[0]) if len(one) else "" for one in argument[1])
                alike = sum(n for first, n in firsts.items() if "LITERAL" not in first)
                known = max((n for first, n in firsts.items() if "LITERAL" in first), default=0)
                total += math.log2(max(known + alike, 1)) + max(map(of, argument[1]))
            elif name == "SUBPATTERN":
                total += of(argument[-1])
            elif name in ("ASSERT", "ASSERT_NOT"):
                total += of(argument[1])
            elif name == "ATOMIC_GROUP":
                total += of(argument)
        return min(total, _ENDLESS)

    return of(_parse(pattern, flags))


def is_quick(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether a search in this text ends in reasonable time."""
    count, nested = repeats(pattern.pattern, pattern.flags)
    if nested and len(text) > _SHORT:
        return False
    if min(_choices(pattern.pattern, pattern.flags), len(text)) > _CHOICES:
        return False
    return count == 0 or float(max(len(text), 1)) ** min(count + 1, 12) < _STEPS
