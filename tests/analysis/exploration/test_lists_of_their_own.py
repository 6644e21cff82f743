"""Which of several lists of the answer's data that go out is filled may be what decides."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

BUDGET = Budget(verification_answers=300)
APP = """
from flask import Flask, render_template
from google.cloud import vision

app = Flask(__name__)

@app.route("/pets")
def show():
    cats, dogs = [], []
    answer = vision.ImageAnnotatorClient().object_localization(image=vision.Image())
    for one in answer.localized_object_annotations:
        if one.name == "Cat" and one.score > 0.8:
            cats.append(WHAT)
        if one.name == "Dog" and one.score > 0.8:
            dogs.append(WHAT)
    return RESULT
"""


@pytest.mark.parametrize("what", ["one.score", "one.bounding_poly.normalized_vertices[0].x"])
@pytest.mark.parametrize(
    "result",
    ['render_template("pets.html", cats=cats, dogs=dogs)', '{"cats": cats, "dogs": dogs}'],
)
def test_labels_that_fill_several_lists_are_told_apart(tmp_path, what, result):
    file = tmp_path / "app.py"
    file.write_text(APP.replace("WHAT", what).replace("RESULT", result), encoding="utf-8")
    (process,) = analyze(file, budget=BUDGET).processes
    assert process.status is Status.COMPLETE

    def outcome(*names):
        corners = [{"x": 0.25, "y": 0.25}] * 4
        rows = [
            {"name": one, "score": 0.9, "boundingPoly": {"normalizedVertices": corners}}
            for one in names
        ]
        return process.decide({"localizedObjectAnnotations": rows}).id

    assert outcome("Cat") == outcome("Car", "Cat", "Cat")
    assert len({outcome(), outcome("Cat"), outcome("Dog"), outcome("Dog", "Cat")}) == 4


def test_what_fills_one_list_stays_one_outcome(tmp_path):
    file = tmp_path / "app.py"
    source = APP.replace("dogs.append", "cats.append").replace("WHAT", "one.score")
    file.write_text(source.replace("RESULT", '{"cats": cats, "dogs": dogs}'), encoding="utf-8")
    for process in analyze(file, budget=BUDGET).processes:
        assert len(process.outcomes) == 2
