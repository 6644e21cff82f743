"""Workflow commands: one a line, whatever the texts are."""

from __future__ import annotations

import re

from chameleonapi.analysis import AnalysisReport, CallWithoutDecision
from chameleonapi.decision import Gap, Notice, Span
from chameleonapi.report.github import github_commands
from chameleonapi.report.places import Places


def shown(tmp_path, *notices, gaps=()):
    calls = (CallWithoutDecision("google.vision.label_detection", "app.py", 3, tuple(notices)),)
    report = AnalysisReport((), calls, tuple(gaps))
    return github_commands(report, Places(tmp_path, tmp_path))


def test_a_warning_with_its_place(tmp_path):
    assert shown(tmp_path, Notice("one-round", "Only once.", Span("app.py", 4, 2, 4, 9))) == (
        "::warning title=A loop that looks at its first element only,file=app.py,line=4,endLine=4,"
        "col=3,endColumn=9::Only once. [one-round]\n"
    )


def test_columns_only_within_one_line(tmp_path):
    text = shown(tmp_path, Notice("unreachable", "Never.", Span("app.py", 4, 2, 6, 9)))
    assert "line=4,endLine=6::" in text
    assert "col=" not in text


def test_notes_and_gaps_are_notices(tmp_path):
    text = shown(
        tmp_path,
        Notice("order", "Order.", Span("app.py", 4)),
        gaps=[Gap("free-text", "Text.", Span("app.py", 7))],
    )
    assert [line.split(" ", 1)[0] for line in text.splitlines()] == ["::notice", "::notice"]


def test_no_text_can_begin_another_command(tmp_path):
    evil = "100%\r\n::error::x,y:z\x1b[2J"
    name = "a,b:c%\n::error::.py"
    text = shown(tmp_path, Notice("substring", evil, Span(name, 1)))
    (line,) = text.splitlines()
    assert re.fullmatch(r"::warning [^:]*::[^\r\n]*", line)
    assert "file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3A.py" in line
    assert "100%25%0D%0A::error::x,y:z\\x1b[2J" in line
