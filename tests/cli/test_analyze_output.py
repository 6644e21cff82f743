"""``chameleon analyze``: forms of output, exit codes for CI, silencing, vocabularies."""

from __future__ import annotations

import json

import pytest

from chameleonapi.cli.main import main

START = (
    "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
    "def main(image):\n"
    "    for label in client.label_detection(image=image).label_annotations:\n"
)
SURPRISING = START + (
    "        if 'can' in label.description.lower():\n"
    "            return 'tin'\n"
    "    return 'no'\n"
)  # fmt: skip
ORDERED = START + (
    "        if label.description == 'Dog':\n            return 'wuff'\n"
    "        if label.description == 'Cat':\n            return 'miau'\n"
    "    return 'no'\n"
)
OPEN = (
    "from fuzzywuzzy import fuzz\n"
    + START
    + (
        "        if fuzz.ratio(label.description, 'Dog') > 80 or label.description == 'Cat':\n"
        "            return 'wuff'\n    return 'no'\n"
    )
)
PLAIN = START + "        if label.description == 'Dog':\n            return 1\n    return 0\n"


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(source, *options, **files):
        (tmp_path / "app.py").write_text(source, "utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.txt").write_text(text, "utf-8")
        code = main(["analyze", "app.py", *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def codes(text):
    return [one["code"] for row in json.loads(text)["processes"] for one in row["warnings"]]


def test_text(ask):
    code, out, _ = ask(SURPRISING)
    assert code == 0
    assert "app.py:4  google.vision.label_detection" in out
    assert "probably meant: Aluminium can, Can, Tin can, Trash can" in out.replace("\n", " ") or (
        "probably meant: Aluminium can" in out
    )
    lines = out.splitlines()
    caret = next(i for i, line in enumerate(lines) if "^" in line)
    start, end = lines[caret].index("^"), lines[caret].rindex("^") + 1
    assert lines[caret - 1][start:end] == "'can' in label.description.lower()"
    assert lines[-1] == "1 decision, 1 warning."
    assert len(out.splitlines()) < 40
    assert max(map(len, lines)) <= 100


def test_json_twice(ask):
    assert ask(SURPRISING, "--json")[1] == ask(SURPRISING, "--format", "json")[1]
    _, out, _ = ask(SURPRISING, "--json")
    (warning,) = json.loads(out)["processes"][0]["warnings"]
    assert (warning["line"], warning["column"], warning["end_line"], warning["end_column"]) == (
        5, 12, 5, 46,
    )  # fmt: skip
    assert warning["level"] == "warning"


def test_two_forms_contradict_each_other(ask):
    code, _, err = ask(SURPRISING, "--json", "--format", "sarif")
    assert code == 2
    assert "contradict" in err


def test_sarif_and_github(ask):
    _, out, _ = ask(SURPRISING, "--format", "sarif")
    assert json.loads(out)["runs"][0]["results"][0]["ruleId"] == "substring"
    _, out, _ = ask(SURPRISING, "--format", "github")
    assert out.startswith("::warning ")
    assert out.count("\n") == 1


def test_markdown_draws_the_decision(ask):
    code, out, _ = ask(SURPRISING, "--format", "markdown")
    assert code == 0
    assert out.startswith("### `app.py:4` google.vision.label_detection\n\nTRUE_FALSE, COMPLETE")
    assert "```mermaid\nflowchart LR\n" in out
    assert out.count("```") == 2
    assert "- `app.py:5` substring: `Looking for 'can' inside the label" in out


@pytest.mark.parametrize(
    ("source", "fail_on", "code"),
    [
        (SURPRISING, ["warning"], 11),
        (SURPRISING, ["note"], 11),
        (SURPRISING, ["gap"], 0),
        (SURPRISING, ["never"], 0),
        (ORDERED, ["warning"], 0),
        (ORDERED, ["note"], 11),
        (ORDERED, ["warning", "note"], 11),
        (OPEN, ["gap"], 11),
        (OPEN, ["warning"], 0),
        (PLAIN, ["warning", "note", "gap"], 0),
        ("print('no call')\n", ["warning"], 0),
    ],
)
def test_exit_codes_for_ci(ask, source, fail_on, code):
    options = [part for one in fail_on for part in ("--fail-on", one)]
    assert ask(source, *options, "--json")[0] == code


def test_silenced_by_a_comment(ask):
    line = "lower():"
    for comment in ("ignore[substring]", "ignore", "ignore[order, substring]"):
        source = SURPRISING.replace(line, f"{line}  # chameleon: {comment}")
        assert codes(ask(source, "--json")[1]) == []
    above = SURPRISING.replace(
        "        if 'can'", "        # chameleon: ignore[substring]\n        if 'can'"
    )
    assert codes(ask(above, "--json")[1]) == []
    whole = "# chameleon: ignore-file[substring]\n" + SURPRISING
    assert codes(ask(whole, "--json")[1]) == []


def test_not_silenced_by_something_else(ask):
    line = "lower():"
    for comment in ("# chameleon: ignore[order]", "# ignore[substring]", "# chameleons"):
        assert codes(ask(SURPRISING.replace(line, f"{line}  {comment}"), "--json")[1]) == [
            "substring"
        ]
    text = "NOTE = '# chameleon: ignore-file[substring]'\n" + SURPRISING
    assert codes(ask(text, "--json")[1]) == ["substring"]
    other = SURPRISING.replace("return 'tin'", "return 'tin'  # chameleon: ignore[substring]")
    assert codes(ask(other, "--json")[1]) == ["substring"]


def test_silenced_by_an_option(ask):
    assert codes(ask(SURPRISING, "--json", "--ignore", "substring")[1]) == []
    assert codes(ask(SURPRISING, "--json", "--ignore", "order")[1]) == ["substring"]
    code, _, err = ask(SURPRISING, "--ignore", "substrings")
    assert code == 2
    assert "unknown warning 'substrings'" in err
    assert "always-true" in err


def test_silencing_keeps_what_was_probably_meant(ask):
    data = json.loads(ask(SURPRISING, "--json", "--ignore", "substring")[1])
    outcome = data["processes"][0]["outcomes"][0]
    assert "African elephant" in outcome["accepts"]
    assert "African elephant" not in outcome["suggested"]


def test_vocabularies_for_all_and_for_one(ask):
    def accepts(*options):
        _, out, _ = ask(SURPRISING, "--json", *options, mine="Canyon\nDog\n", other="Toucan\n")
        return [
            one
            for one in json.loads(out)["processes"][0]["outcomes"][0]["accepts"]
            if one[0] in "CT" and one != "Can"
        ]

    assert accepts("--vocabulary", "mine.txt") == ["Canyon"]
    single = ("--vocabulary", "google.vision.label_detection=other.txt")
    assert accepts(*single) == ["Toucan"]
    assert accepts("--vocabulary", "mine.txt", *single) == ["Toucan"]
    elsewhere = ("--vocabulary", "aws.rekognition.detect_labels=other.txt")
    assert accepts("--vocabulary", "mine.txt", *elsewhere) == ["Canyon"]
