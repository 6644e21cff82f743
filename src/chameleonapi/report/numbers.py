"""How numbers are written: fractions as percent, differences in percentage points."""

from __future__ import annotations

import math

from chameleonapi.evaluation.record import Rate

__all__ = [
    "MINUS",
    "NOTHING",
    "count",
    "duration",
    "memory",
    "percent",
    "percent_span",
    "points",
    "points_span",
    "relative",
]

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"


def percent(rate: float, digits: int = 1) -> str:
    """Return a fraction as percent, a dash where there is none."""
    return f"{rate * 100:.{digits}f}%" if math.isfinite(rate) else NOTHING


def percent_span(rate: Rate) -> str:
    """Return the interval of a rate, such as ``6.5 to 9.4%``."""
    if not (math.isfinite(rate.low) and math.isfinite(rate.high)):
        return "no interval"
    return f"{rate.low * 100:.1f} to {rate.high * 100:.1f}%"


def points(difference: float) -> str:
    """Return a difference of fractions in percentage points, with its sign."""
    if not math.isfinite(difference):
        return NOTHING
    text = f"{abs(difference) * 100:.1f}"
    if float(text) == 0:
        return text
    return (MINUS if difference < 0 else "+") + text


def points_span(rate: Rate) -> str:
    """Return the interval of a difference, such as ``+1.2 to +4.9``."""
    return f"{points(rate.low)} to {points(rate.high)}"


def relative(change: float | None) -> str:
    """Return a relative change as whole percent with its sign."""
    if change is None or not math.isfinite(change):
        return NOTHING
    text = f"{abs(change) * 100:.0f}%"
    return text if text == "0%" else (MINUS if change < 0 else "+") + text


def count(value: float) -> str:
    """Return a number of examples, which may come in equal parts."""
    if not math.isfinite(value):
        return NOTHING
    return f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"


def duration(seconds: float) -> str:
    """Return a time for a reader."""
    if seconds <= 0:
        return "none"
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def memory(size_bytes: int) -> str:
    """Return an amount of memory for a reader; nothing where it is not known."""
    if size_bytes <= 0:
        return ""
    mebibytes = size_bytes / (1 << 20)
    return f"{mebibytes:.0f} MiB" if mebibytes < 1000 else f"{mebibytes / 1024:.1f} GiB"
