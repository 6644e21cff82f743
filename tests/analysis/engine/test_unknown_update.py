"""What an unknown source puts into a dictionary, and Python 2's print to a file, are no silent errors."""

import pytest

from chameleonapi.analysis import Budget, analyze

START = """
import sys
import database
from google.cloud import vision

client = vision.ImageAnnotatorClient()
names = [one.description for one in client.label_detection(image=None).label_annotations]
prices = {"Dog": 1}
"""
BUDGET = Budget(verification_answers=100)


@pytest.fixture
def report(tmp_path):
    def made(text):
        (tmp_path / "app.py").write_text(START + text, "utf-8")
        return analyze(tmp_path, budget=BUDGET)

    return made


def test_a_dictionary_from_outside_leaves_the_record_open(report):
    found = report(
        "prices.update(database.load())\n"
        "for one in names:\n    if one in prices:\n        print('known')\n"
    )
    assert found.status.name != "COMPLETE"
    assert found.every_gap


def test_a_setting_from_outside_is_no_missing_key(report):
    found = report(
        "prices.update(database.load())\n"
        "if 'Cat' in names and prices['least'] < 3:\n    print('known')\n"
    )
    (process,) = found.processes
    assert not any("error" in one.id for one in process.outcomes)


def test_an_unknown_update_of_something_else_changes_nothing(report):
    found = report(
        "headers = {}\nheaders.update(database.headers())\ndatabase.send(headers)\n"
        "if 'Cat' in names:\n    print('cat')\n"
    )
    assert found.status.name == "COMPLETE"


def test_printing_to_a_file_in_python_2_is_an_effect(report):
    found = report("if 'Cat' in names:\n    print >>sys.stderr, 'cat'\n")
    (process,) = found.processes
    assert process.decide({"labelAnnotations": [{"description": "Cat"}]}).effects
    assert [one.code for one in found.gaps] == ["repaired-source"]
