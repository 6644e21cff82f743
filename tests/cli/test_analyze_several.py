"""``chameleon analyze`` of several paths: one failing stops no other."""

import json

import pytest

from chameleonapi.cli.main import main

START = (
    "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
    "def main(image):\n"
    "    for label in client.label_detection(image=image).label_annotations:\n"
)
PLAIN = START + "        if label.description == 'Dog':\n            return 1\n    return 0\n"
SURPRISING = START + "        if 'can' in label.description.lower():\n            return 1\n"
ECHO = START + "        print(label.description)\n"


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, source in (("dog", PLAIN), ("tin", SURPRISING), ("echo", ECHO), ("bad", "def (")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").write_text(source, "utf-8")

    def run(*options):
        code = main(["analyze", *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_text_has_each_application_and_a_table(ask):
    code, out, _ = ask("dog", "tin", "echo")
    assert code == 0
    places = [out.index(f"== {name}") for name in ("dog", "tin", "echo")]
    assert places == sorted(places)
    assert "3 applications, 2 decisions." in out
    rows = [line.split() for line in out.splitlines() if line.startswith(("dog", "tin", "echo"))]
    assert [row[:6] for row in rows] == [
        ["dog", "COMPLETE", "1", "0", "0", "0"],
        ["tin", "COMPLETE", "1", "0", "0", "1"],
        ["echo", "COMPLETE", "0", "1", "0", "0"],
    ]


def test_an_error_stops_no_other(ask):
    code, out, err = ask("nowhere", "dog", "bad/app.py", "--json")
    assert code == 5
    made = json.loads(out)
    assert made["schema"] == "chameleonapi.analyses/1"
    assert [one["path"] for one in made["applications"]] == ["nowhere", "dog", "bad/app.py"]
    assert made["applications"][1]["report"]["status"] == "COMPLETE"
    assert "no such file" in made["applications"][0]["error"]
    assert "not valid Python" in made["applications"][2]["error"]
    assert "nowhere" in err


def test_sarif_has_a_run_for_each(ask):
    _, out, _ = ask("tin", "dog", "--format", "sarif")
    log = json.loads(out)
    uris = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for run in log["runs"]
        for one in run["results"]
    ]
    assert len(log["runs"]) == 2
    assert uris == ["tin/app.py"]


def test_markdown_has_a_section_for_each(ask):
    _, out, _ = ask("tin", "dog", "--format", "markdown")
    heads = [line for line in out.splitlines() if line.startswith("### ")]
    assert [one.split(":")[0] for one in heads] == ["### `tin/app.py", "### `dog/app.py"]


def test_github_and_failing(ask):
    code, out, _ = ask("dog", "tin", "--format", "github", "--fail-on", "warning")
    assert code == 11
    assert "file=tin/app.py" in out
    assert ask("dog", "echo", "--fail-on", "warning")[0] == 0


def test_records_of_each_are_written_apart(ask, tmp_path):
    ask("dog", "dog/../tin", "dog/app.py", "--output", "made")
    found = sorted(one.parent.name for one in (tmp_path / "made").rglob("*.decision.json"))
    assert found == ["app.py", "dog", "tin"]


def test_nothing_is_decided_in_any(ask):
    code, _, err = ask("echo", "echo/app.py")
    assert code == 3
    assert "No decision" in err


def test_a_replay_is_of_one_application(ask):
    code, _, err = ask("dog", "tin", "--replay")
    assert code == 2
    assert "one application" in err
