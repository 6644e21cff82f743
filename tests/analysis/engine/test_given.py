"""Values that the user gives for what the source does not say."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.cli.analyze import assumptions
from chameleonapi.decision import Status
from chameleonapi.errors import UsageError

HEAD = """
import os, sys
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def ask():
    return [l.description for l in client.label_detection(image=vision.Image()).label_annotations]
"""
SOURCES = [
    ("print('x' if sys.argv[1] in ask() else 'y')", {"sys.argv[1]": "Dog"}),
    ("print('x' if input('which? ').strip() in ask() else 'y')", {"input()": " Dog "}),
    ("import argparse\np = argparse.ArgumentParser()\np.add_argument('wanted')\na = p.parse_args()\nprint('x' if a.wanted in ask() else 'y')", {"args.wanted": "Dog"}),
    ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--wanted', default='Cat')\na = p.parse_args()\nprint('x' if a.wanted in ask() else 'y')", {"wanted": "Dog"}),
    ("print('x' if os.environ['WANTED'] in ask() else 'y')", {"os.environ['WANTED']": "Dog"}),
    ("print('x' if os.getenv('WANTED', 'Cat') in ask() else 'y')", {'os.environ["WANTED"]': "Dog"}),
    ("def handler(event, context):\n    return 'x' if event['wanted'] in ask() else 'y'", {"event['wanted']": "Dog"}),
    ("def handler(event, context):\n    return 'x' if event['wanted'] in ask() else 'y'", {"event": {"wanted": "Dog"}}),
    ("def is_there(wanted):\n    return 'x' if any(w in wanted for w in ask()) else 'y'", {"wanted": ["Dog"]}),
    ("from flask import Flask, request\napp = Flask('a')\n@app.route('/')\ndef find():\n    return 'x' if request.args.get('q', 'Cat') in ask() else 'y'", {"request.args.get('q')": "Dog"}),
    ("from settings_of_mine import WANTED\nprint('x' if WANTED in ask() else 'y')", {"settings_of_mine.WANTED": "Dog"}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "assume"), SOURCES)
def test_a_given_value_decides(tmp_path, source, assume):
    (tmp_path / "app.py").write_text(HEAD + source, encoding="utf-8")
    report = analyze(tmp_path, assume=assume, budget=Budget(verification_answers=200))
    (process,) = report.processes
    assert process.status is Status.COMPLETE
    dog, cat = ({"labelAnnotations": [{"description": one}]} for one in ("Dog", "Cat"))
    assert process.decide(dog).id != process.decide(cat).id
    assert process.decide(cat).id == process.decide({}).id
    assert report.assumed == assume
    assert report.to_json()["assumed"] == assume


def test_without_a_value_the_gap_names_it(tmp_path):
    (tmp_path / "app.py").write_text(HEAD + SOURCES[1][0], encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert {one.code for one in report.every_gap} == {"tainted-unknown"}
    assert len(report.every_gap) == 1
    assert "input()" in report.every_gap[0].message
    assert "assumed" not in report.to_json()


def test_a_name_that_nobody_reads_is_an_error(tmp_path):
    (tmp_path / "app.py").write_text(HEAD + SOURCES[0][0], encoding="utf-8")
    with pytest.raises(UsageError, match=r"nothing that is called 'sys.argv\[2\]' is read"):
        analyze(tmp_path, assume={"sys.argv[1]": "a", "sys.argv[2]": "b"})


def test_runs_do_not_share_what_is_given(tmp_path):
    source = "def f(wanted):\n    wanted.append('Cat')\n    return 'x' if len(wanted) > 2 and 'Dog' in ask() else 'y'"
    (tmp_path / "app.py").write_text(HEAD + source, encoding="utf-8")
    report = analyze(tmp_path, assume={"wanted": ["Bird"]}, budget=Budget(verification_answers=50))
    assert report.processes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sys.argv[1]=Dog", {"sys.argv[1]": "Dog"}),
        ("a.b:=0.5", {"a.b": 0.5}),
        ("f('x=y')=z=w", {"f('x=y')": "z=w"}),
        ("x=", {"x": ""}),
    ],
)
def test_the_option_is_read(text, expected):
    assert assumptions([text]) == expected


@pytest.mark.parametrize("text", ["x", "=x", "x:=[", ""])
def test_what_is_no_assumption_is_refused(text):
    with pytest.raises(UsageError, match="--assume"):
        assumptions([text])
