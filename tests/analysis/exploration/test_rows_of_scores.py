"""Rows of numbers for another model: at which place a score stands is what is decided."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
import numpy as np
from google.cloud import vision
client = vision.ImageAnnotatorClient()
PLACES = {"Dog": 0, "Cat": 1}
def features(path):
    image = vision.Image(content=open(path, "rb").read())
    row = [0, 0, 0]
    for one in client.label_detection(image=image).label_annotations:
        if one.description in PLACES:
            row[PLACES[one.description]] = one.score
            break
"""


@pytest.mark.parametrize(
    "shaped", ["np.array([row])", "np.array(row)[np.newaxis, :]", "np.array(row).reshape(1, -1)"]
)
def test_the_place_of_a_score_is_an_outcome(tmp_path, shaped):
    source = HEAD + textwrap.indent(f"print({shaped})\n", "    ")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    decided = {
        name: process.decide({"labelAnnotations": [{"description": name, "score": 0.8}]}).id
        for name in ("Dog", "Cat", "Boat")
    }
    assert len(set(decided.values())) == len(decided)


def test_how_many_rows_of_nothing_but_data_there_are_is_no_outcome(tmp_path):
    source = """
import numpy as np
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def boxes(path):
    image = vision.Image(content=open(path, "rb").read())
    found = client.object_localization(image=image).localized_object_annotations
    rows = []
    for one in found:
        if one.name == "Person":
            rows.append([(at.x, at.y) for at in one.bounding_poly.normalized_vertices])
    print(np.array(rows))
"""
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    person = {"name": "Person", "score": 0.8}
    one, three = ({"localizedObjectAnnotations": [person] * count} for count in (1, 3))
    assert process.decide(one) == process.decide(three)
