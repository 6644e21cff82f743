from pathlib import Path

import pytest

from chameleonapi.analysis import AnalysisReport, CallWithoutDecision
from chameleonapi.decision import Gap, Span
from chameleonapi.report.markdown import analysis_markdown
from chameleonapi.report.places import Places
from report import samples

EVIL = "](http://x) <img src=x onerror=alert(1)> \x1b[31m ```` ![a](b)"


def shown(report):
    return analysis_markdown(report, Places(Path("/app"), Path("/app")))


def test_each_decision_has_a_diagram():
    text = shown(AnalysisReport(processes=(samples.smart_bin(), samples.multi_select(3))))
    assert text.count("```mermaid\nflowchart LR\n") == 2
    assert "### `smart_bin.py:16` google.vision.label_detection" in text
    assert "the first match in the API's order decides, reached from `sort`" in text


def test_what_has_no_decision_is_listed():
    report = AnalysisReport(
        calls_without_decision=(CallWithoutDecision("google.vision.face_detection", "a.py", 3),),
        gaps=(Gap("unknown-value", "A branch.", Span("a.py", 7)),),
    )
    assert shown(report) == (
        "- `a.py:3` google.vision.face_detection: nothing is decided\n"
        "- `a.py:7` unknown-value: `A branch.`\n"
    )


@pytest.mark.parametrize("text", [EVIL, "`", "``` \n- x", "a\nb"])
def test_text_of_the_application_stays_text(text):
    report = AnalysisReport(gaps=(Gap("code", text, Span("a.py", 7)),))
    (line,) = shown(report).splitlines()
    assert "\x1b" not in line
    fence = line.split("code: ")[1].split(" ")[0] if "`" in text else "`"
    inner = line.split("code: ")[1]
    assert inner.startswith(fence)
    assert inner.endswith(fence)
    assert fence not in inner[len(fence) : -len(fence)]
