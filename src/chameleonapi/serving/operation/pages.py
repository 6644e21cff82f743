"""The page for people: what is served, how much is asked, what is decided, what has drifted."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chameleonapi.errors import MissingPackageError
from chameleonapi.serving.operation.decisions import DecisionSummary
from chameleonapi.serving.operation.state import OperationState

__all__ = ["GENERIC_NAME", "ApplicationView", "application_views", "status_page", "style_digest"]

GENERIC_NAME: Final = "generic"
_FOLDER: Final = Path(__file__).parent
_SHOWN_OUTCOMES: Final = 6
_OK: Final = frozenset({"OK", "200"})


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """What is told of one application."""

    name: str
    version: str
    api: str
    level: str
    created: str
    earlier: tuple[str, ...]
    requests: int
    refused: int
    decisions: dict[str, int]
    drift: float | None
    has_drift_alarm: bool
    is_followed: bool
    units: dict[str, int]
    saved: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "version": self.version or None,
            "api": self.api or None,
            "level": self.level or None,
            "created": self.created or None,
            "earlier": list(self.earlier),
            "requests": self.requests,
            "refused": self.refused,
            "decisions": self.decisions,
            "drift": self.drift,
            "drift_alarm": self.has_drift_alarm,
            "units": self.units,
            "saved": self.saved,
        }


def application_views(state: OperationState) -> list[ApplicationView]:
    """Return what is told of each application; the generic model comes first."""
    models = {one.application: one for one in state.models}
    asked: dict[str, int] = {}
    refused: dict[str, int] = {}
    for (_, _, application, code), number in state.traffic.requests.items():
        asked[application] = asked.get(application, 0) + number
        if code not in _OK:
            refused[application] = refused.get(application, 0) + number
    units: dict[str, dict[str, int]] = {}
    for (application, api), number in sorted(state.traffic.units.items()):
        units.setdefault(application, {})[api] = number
    decided = state.decisions.summaries()
    found = []
    for name in ("", *sorted(state.applications())):
        model = models.get(name)
        summary = decided.get(name, DecisionSummary({}, None))
        drift = summary.drift
        found.append(
            ApplicationView(
                name=name or GENERIC_NAME,
                version=model.version if model else "",
                api=model.api if model else "",
                level=model.level if model else "",
                created=model.created if model else "",
                earlier=model.earlier if model else (),
                requests=asked.get(name, 0),
                refused=refused.get(name, 0),
                decisions=dict(summary.total),
                drift=None if drift is None else round(drift.distance, 4),
                has_drift_alarm=drift is not None and drift.is_alarm,
                is_followed=model is not None and model.process is not None,
                units=units.get(name, {}),
                saved=state.prices.charged(units.get(name, {})),
            )
        )
    return found


def _style() -> str:
    return (_FOLDER / "status.css").read_text("utf-8")


def style_digest() -> str:
    """Return the digest by which a page's policy allows our style sheet and no other."""
    return base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()


def status_page(state: OperationState) -> str:
    """Return the page.

    Raises:
        MissingPackageError: if jinja2 is not installed.
    """
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError:
        raise MissingPackageError(
            "jinja2", needed_for="the status page", install="pip install 'chameleonapi[serve]'"
        ) from None
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["duration"] = _duration
    environment.filters["milliseconds"] = _milliseconds
    views = application_views(state)
    return environment.get_template("status.html.j2").render(
        style=Markup(_style()),  # noqa: S704 -- a file of ours
        applications=[(one, _bars(one.decisions)) for one in views],
        alarms=[one.name for one in views if one.has_drift_alarm],
        methods=_methods(state),
        codes=_codes(state),
        batches=state.traffic.batch_inputs,
        is_ready=state.is_ready(),
        waiting=state.waiting(),
        max_waiting=state.max_waiting,
        uptime=time.time() - state.started,
        bill=_bill(state),
        prices=state.prices,
        left_out=sum(state.decisions.left_out().values()),
    )


def _bars(decisions: dict[str, int]) -> list[tuple[str, int, float]]:
    """Return the most frequent outcomes with their number and share; the rest as one."""
    total = sum(decisions.values())
    ranked = sorted(decisions.items(), key=lambda one: (-one[1], one[0]))
    shown = ranked[:_SHOWN_OUTCOMES]
    rest = total - sum(number for _, number in shown)
    if rest:
        shown.append((f"{len(ranked) - len(shown)} others", rest))
    return [(name, number, number / total) for name, number in shown]


def _methods(state: OperationState) -> list[dict[str, Any]]:
    return [
        {
            "protocol": protocol,
            "method": method,
            "requests": one.count,
            "mean": one.total / one.count,
            "median": one.quantile(0.5),
            "most": one.quantile(0.99),
            "bound": one.bounds[-1],
        }
        for (protocol, method), one in sorted(state.traffic.seconds.items())
    ]


def _bill(state: OperationState) -> list[tuple[str, int, float | None, float | None]]:
    """Return units, the price of a thousand, and what they would have cost, by API."""
    units: dict[str, int] = {}
    for (_, api), number in state.traffic.units.items():
        units[api] = units.get(api, 0) + number
    prices = state.prices
    return [
        (api, number, prices.per_thousand.get(api), prices.charged({api: number}))
        for api, number in sorted(units.items())
    ]


def _codes(state: OperationState) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for (_, _, _, code), number in state.traffic.requests.items():
        found[code] = found.get(code, 0) + number
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def _duration(seconds: float) -> str:
    minutes, _ = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
