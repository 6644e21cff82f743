"""Warnings as SARIF 2.1.0, the form that code scanning and editors read.

Reference: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from chameleonapi.analysis import AnalysisReport
from chameleonapi.analysis.warnings import RULES
from chameleonapi.decision import Gap, Notice, Span
from chameleonapi.report.places import Places

__all__ = ["sarif_log"]

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_CODES: Final = tuple(RULES)


def sarif_log(report: AnalysisReport, places: Places, version: str) -> dict[str, Any]:
    """Return the log of one analysis.

    Warnings and notes are results. What was not understood is a notification of the tool: it
    says something about the analysis, and nothing about the code.

    Args:
        report: of the analysis.
        places: how files are named.
        version: of this program.
    """
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "chameleon",
                        "semanticVersion": version,
                        "rules": [_rule(code) for code in _CODES],
                        "notifications": [
                            {"id": code} for code in sorted({one.code for one in report.every_gap})
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            _notification(one, places) for one in report.every_gap
                        ],
                    }
                ],
                "results": _results(report.warnings, places),
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    words = code.split("-")
    # A name that says no more than the identifier is to be left out (3.49.7).
    name = {"name": "".join(word.capitalize() for word in words)} if words[1:] else {}
    return {
        "id": code,
        **name,
        "shortDescription": {"text": f"{rule.title}."},
        "help": {"text": f"See docs/warnings/{code}.md."},
        "defaultConfiguration": {"level": rule.level.value},
    }


def _results(notices: Iterable[Notice], places: Places) -> list[dict[str, Any]]:
    made = []
    seen: Counter[str] = Counter()
    for one in notices:
        # a warning is the same one when lines above it come or go
        identity = f"{one.code}\0{places.path(one.span.file)}\0{one.message}"
        seen[identity] += 1
        made.append(_result(one, places, f"{identity}\0{seen[identity]}"))
    return made


def _result(notice: Notice, places: Places, identity: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": notice.code,
        "ruleIndex": _CODES.index(notice.code),
        "level": RULES[notice.code].level.value,
        "message": {"text": notice.message},
        "locations": [_location(notice.span, places)],
        "partialFingerprints": {
            "chameleon/v1": hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()
        },
    }
    if notice.suggested:
        made["properties"] = {"suggested": list(notice.suggested)}
    return made


def _notification(gap: Gap, places: Places) -> dict[str, Any]:
    return {
        "descriptor": {"id": gap.code},
        "level": "warning",
        "message": {"text": gap.message},
        "locations": [_location(gap.span, places)],
    }


def _location(span: Span, places: Places) -> dict[str, Any]:
    path = places.path(span.file)
    uri = quote(path, safe="/", errors="replace")
    span = places.physical(span)
    region = {"startLine": max(1, span.line), "startColumn": span.column + 1}
    if span.end_line:
        region |= {"endLine": span.end_line, "endColumn": span.end_column + 1}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": f"file://{uri}" if path.startswith("/") else uri},
            "region": region,
        }
    }
