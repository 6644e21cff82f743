"""Tests on how many elements there are."""

from collections import Counter

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.discovery import Discovery

SOURCE = """
from google.cloud import vision

found = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
for i in range(len(found)):
    if found[i].description == "Dog":
        print("dog")
"""


def test_a_test_on_the_length_is_solved_once(tmp_path, monkeypatch):
    asked = Counter()
    real = Discovery._absorb_length

    def absorb(self, expression, leaf, fixed):
        asked[expression.text] += 1
        return real(self, expression, leaf, fixed)

    monkeypatch.setattr(Discovery, "_absorb_length", absorb)
    (tmp_path / "app.py").write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert len(process.outcomes) == 2
    assert asked
    assert set(asked.values()) == {1}
