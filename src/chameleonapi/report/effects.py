"""What an outcome does, as far as a reader wants to see it: first what no other outcome does."""

from __future__ import annotations

from collections import Counter

from chameleonapi.decision import DecisionProcess, Effect, Outcome, Span

__all__ = ["shown_effects"]


def shown_effects(process: DecisionProcess, outcome: Outcome) -> tuple[Effect, ...]:
    """Return the effects of an outcome, those first that tell it from the others.

    What leaves the application at a line where another effect is told already, as the value of
    a ``return`` that is also seen on its way, is left out.
    """
    told = {_line(one.span) for one in outcome.effects if one.function is None}
    kept: dict[tuple[tuple[str, int], str], Effect] = {}
    for one in outcome.effects:
        if one.function is None or not any(_line(place) in told for place in one.places):
            kept.setdefault((_line(one.span), one.text), one)
    counts = Counter(
        place for other in process.outcomes for place in {(e.span, e.text) for e in other.effects}
    )
    return tuple(sorted(kept.values(), key=lambda one: counts[one.span, one.text]))


def _line(span: Span) -> tuple[str, int]:
    return span.file, span.line
