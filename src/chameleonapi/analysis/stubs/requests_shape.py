"""What the arguments of a call say about the answer: how many results, from which score."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.values import Tainted, Unknown
from chameleonapi.analysis.stubs.shapes import to_camel
from chameleonapi.decision import RequestShape

__all__ = ["field_of", "list_of", "request_shape"]


def field_of(value: Any, *names: str) -> Any:
    """Return a field of a request, given as a dictionary or as a message; None if it has none."""
    source = value
    if isinstance(value, Unknown):
        source = value.attributes or {}
    if not isinstance(source, dict):
        return None
    for name in names:
        for key in (name, to_camel(name), f"{name}_"):
            if key in source:
                return source[key]
    return None


def list_of(value: Any) -> list[Any]:
    """Return a value as a list: itself, or the only item."""
    if isinstance(value, (list, tuple)):
        return list(value)
    return [] if value is None else [value]


def _number(value: Any) -> float | None:
    if isinstance(value, (bool, Unknown, Tainted)):
        return None
    return float(value) if isinstance(value, (int, float)) else None


def request_shape(
    *, results: Any = None, percent: Any = None, language: Any = None
) -> RequestShape:
    """Return the record of what is known."""
    count, least = _number(results), _number(percent)
    return RequestShape(
        max_results=int(count) if count is not None and 0 < count < 100_000 else None,
        min_score=least / 100.0 if least is not None else None,
        language=language if isinstance(language, str) else None,
    )
