"""The records of an analysis in the form that ``chameleon analyze --json`` prints."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.warnings import level_of
from chameleonapi.decision import Beside, DecisionProcess, Effect, Gap, Notice, Span

__all__ = ["gap_json", "notice_json", "process_json"]


def process_json(process: DecisionProcess) -> dict[str, Any]:
    """Return a decision process as programs read it at a glance."""
    return {
        "id": process.id,
        "api": process.api,
        "call": {"file": process.call.file, "line": process.call.line},
        "kind": process.kind.name,
        "order": None if process.order is None else process.order.value,
        "status": process.status.name,
        "outcomes": [
            {
                "id": one.id,
                "effects": [_effect_json(effect) for effect in one.effects],
                "accepts": list(one.accepts),
                "suggested": list(one.suggested),
            }
            for one in process.outcomes
        ],
        "default": process.default,
        "witnesses": [
            {"outcome": one.outcome, "answer": dict(one.answer)} for one in process.witnesses
        ],
        "gaps": [gap_json(one) for one in process.gaps],
        "warnings": [notice_json(one) for one in process.warnings],
        **({"beside": [_beside_json(one) for one in process.beside]} if process.beside else {}),
    }


def _effect_json(effect: Effect) -> dict[str, Any]:
    made: dict[str, Any] = {
        "file": effect.span.file,
        "line": effect.span.line,
        "text": effect.text,
    }
    if effect.also:
        made["also"] = [{"file": one.file, "line": one.line} for one in effect.also]
    return made


def _beside_json(beside: Beside) -> dict[str, Any]:
    return {
        "api": beside.api,
        "file": beside.span.file,
        "line": beside.span.line,
        "answer": dict(beside.answer),
    }


def notice_json(notice: Notice) -> dict[str, Any]:
    """Return a warning or a note."""
    return {
        "code": notice.code,
        "level": level_of(notice.code).value,
        "message": notice.message,
        **_place_json(notice.span),
        "suggested": list(notice.suggested),
    }


def gap_json(gap: Gap) -> dict[str, Any]:
    """Return something that was not understood."""
    return {
        "code": gap.code,
        "message": gap.message,
        **_place_json(gap.span),
    }


def _place_json(span: Span) -> dict[str, Any]:
    """Return a place with one-based lines and columns; the end is exclusive, as in SARIF."""
    made: dict[str, Any] = {"file": span.file, "line": span.line, "column": span.column + 1}
    if span.end_line:
        made |= {"end_line": span.end_line, "end_column": span.end_column + 1}
    return made
