"""SARIF: held against what the standard asks of the objects that we write."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from chameleonapi.analysis import AnalysisReport, CallWithoutDecision
from chameleonapi.analysis.warnings import RULES
from chameleonapi.decision import Gap, Notice, Span
from chameleonapi.report.places import Places
from chameleonapi.report.sarif import sarif_log

# SARIF 2.1.0, sections 3.13 to 3.58: (required, all) properties of the objects that we write.
FORM = {
    "sarifLog": ({"version", "runs"}, {"$schema", "version", "runs"}),
    "run": ({"tool"}, {"tool", "columnKind", "invocations", "results"}),
    "toolComponent": ({"name"}, {"name", "semanticVersion", "rules", "notifications"}),
    "reportingDescriptor": (
        {"id"},
        {"id", "name", "shortDescription", "help", "defaultConfiguration"},
    ),
    "invocation": (
        {"executionSuccessful"},
        {"executionSuccessful", "toolExecutionNotifications"},
    ),
    "notification": ({"message"}, {"descriptor", "level", "message", "locations"}),
    "result": (
        {"message"},
        {
            "ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints",
            "properties",
        },
    ),
    "region": (set(), {"startLine", "startColumn", "endLine", "endColumn"}),
}  # fmt: skip
LEVELS = {"none", "note", "warning", "error"}


def check(kind, made):
    required, known = FORM[kind]
    assert required <= set(made) <= known, (kind, made)
    return made


def check_location(made):
    assert set(made) == {"physicalLocation"}
    place = made["physicalLocation"]
    assert set(place) == {"artifactLocation", "region"}
    uri = place["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(' <>"{}|\\^`')
    assert urlsplit(uri).scheme in {"", "file"}
    region = check("region", place["region"])
    assert all(isinstance(one, int) and one >= 1 for one in region.values())
    start = (region["startLine"], region["startColumn"])
    if "endLine" in region:
        assert (region["endLine"], region["endColumn"]) >= start
    return uri


def check_log(log):
    json.dumps(log)
    check("sarifLog", log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    check("run", run)
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    driver = check("toolComponent", run["tool"]["driver"])
    rules = [check("reportingDescriptor", one)["id"] for one in driver["rules"]]
    assert len(set(rules)) == len(rules)
    assert all(one["defaultConfiguration"]["level"] in LEVELS for one in driver["rules"])
    # 3.49.7: a name is for people, and is left out where it is the identifier again.
    assert all(one.get("name", "").lower() != one["id"] for one in driver["rules"])
    assert all(one["shortDescription"]["text"].endswith(".") for one in driver["rules"])
    declared = {check("reportingDescriptor", one)["id"] for one in driver["notifications"]}
    uris = []
    (invocation,) = run["invocations"]
    for one in check("invocation", invocation)["toolExecutionNotifications"]:
        check("notification", one)
        assert one["descriptor"]["id"] in declared
        assert one["level"] in LEVELS
        assert one["message"]["text"]
        uris += map(check_location, one["locations"])
    prints = []
    for one in run["results"]:
        check("result", one)
        assert rules[one["ruleIndex"]] == one["ruleId"]
        assert one["level"] in LEVELS
        assert one["message"]["text"]
        uris += map(check_location, one["locations"])
        prints += one["partialFingerprints"].values()
    assert len(set(prints)) == len(prints)
    return run, uris


def report(*notices, gaps=()):
    calls = (CallWithoutDecision("google.vision.label_detection", "app.py", 3, tuple(notices)),)
    return AnalysisReport((), calls, tuple(gaps))


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_a_rule(tmp_path, code):
    made = report(Notice(code, "What to say.", Span("app.py", 4, 2, 4, 9), ("Dog",)))
    run, uris = check_log(sarif_log(made, Places(tmp_path, tmp_path), "1.2.3"))
    (result,) = run["results"]
    assert result["ruleId"] == code
    assert result["level"] == RULES[code].level.value
    assert result["properties"] == {"suggested": ["Dog"]}
    assert uris == ["app.py"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 4, "startColumn": 3, "endLine": 4, "endColumn": 10,
    }  # fmt: skip


def test_names_of_files_are_addresses(tmp_path):
    name = "my files/später #1 100%.py"
    made = report(Notice("substring", "x", Span(name, 1)))
    _, (near,) = check_log(sarif_log(made, Places(tmp_path, tmp_path), "1"))
    assert unquote(near) == name
    _, (far,) = check_log(sarif_log(made, Places(tmp_path, Path("/somewhere/else")), "1"))
    assert far.startswith("file:///")
    assert unquote(far).endswith(name)
    _, (inner,) = check_log(sarif_log(made, Places(tmp_path / "app", tmp_path), "1"))
    assert unquote(inner) == f"app/{name}"


def test_what_was_not_understood_is_a_notification_and_no_result(tmp_path):
    gaps = [
        Gap("syntax-error", "Not Python.", Span("b.py", 1)),
        Gap("free-text", "Text.", Span("a.py", 2)),
    ]
    run, uris = check_log(sarif_log(report(gaps=gaps), Places(tmp_path, tmp_path), "1"))
    assert run["results"] == []
    assert uris == ["a.py", "b.py"]


def test_two_equal_warnings_are_two(tmp_path):
    rows = [Notice("substring", "same", Span("a.py", line, 0, line, 5)) for line in (3, 9)]
    run, _ = check_log(sarif_log(report(*rows), Places(tmp_path, tmp_path), "1"))
    assert len(run["results"]) == 2


def test_a_warning_keeps_its_identity_when_lines_move(tmp_path):
    prints = []
    for line in (3, 30):
        row = Notice("substring", "same", Span("a.py", line))
        run, _ = check_log(sarif_log(report(row), Places(tmp_path, tmp_path), "1"))
        prints.append(run["results"][0]["partialFingerprints"])
    assert prints[0] == prints[1]
