"""Each warning has its page, whose wrong example has the warning, and whose right one has not."""

import re
import textwrap
from pathlib import Path

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.warnings import RULES

FOLDER = Path(__file__).parents[2] / "docs" / "warnings"
START = (
    "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n\ndef main(image):\n"
)
PARTS = ["What", "Example", "Why it matters", "What to do", "How to silence it"]
BUDGET = Budget(verification_answers=300)


def example(code, which):
    text = (FOLDER / f"{code}.md").read_text("utf-8")
    (found,) = re.findall(rf"^```py {which}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return found


def codes(tmp_path, body):
    (tmp_path / "app.py").write_text(START + textwrap.indent(body, "    "), "utf-8")
    report = analyze(tmp_path, budget=BUDGET)
    assert report.processes or report.calls_without_decision, report.gaps
    return {one.code for one in report.warnings}


def test_each_code_has_a_page_and_each_page_a_code():
    assert {one.stem for one in FOLDER.glob("*.md")} - {"index"} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_page_says_all_there_is_to_say(code):
    text = (FOLDER / f"{code}.md").read_text("utf-8")
    rule = RULES[code]
    assert text.startswith(f"# {rule.title}\n\n`{code}`, a {rule.level.value}.\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS
    assert f"ignore[{code}]" in text
    index = (FOLDER / "index.md").read_text("utf-8")
    assert f"| [`{code}`]({code}.md) | {rule.level.value} | {rule.title} |" in index


@pytest.mark.parametrize("code", RULES)
def test_the_wrong_example_has_the_warning_and_the_right_one_has_none(code, tmp_path):
    assert code in codes(tmp_path, example(code, "wrong"))
    assert codes(tmp_path, example(code, "right")) <= {"order"} - {code}


@pytest.mark.parametrize("code", RULES)
def test_the_comment_of_the_page_silences_it(code, tmp_path):
    body = f"# chameleon: ignore-file[{code}]\n" + example(code, "wrong")
    assert code not in codes(tmp_path, body)
