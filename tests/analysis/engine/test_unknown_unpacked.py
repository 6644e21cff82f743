"""Names of files and other texts from outside hold as many parts as an application unpacks."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
import os
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def look(path):
"""


@pytest.mark.parametrize(
    "unpacked",
    [
        "lat, lon = map(float, path.split('_'))",
        "lat, lon = [float(one) for one in os.path.basename(path).split('_')]",
        "lat, lon, *rest = path.split('_')",
        "lat, lon = path.split('_')",
    ],
)
def test_an_unknown_text_has_the_parts_that_are_taken(tmp_path, unpacked):
    body = f"""
        {unpacked}
        image = vision.Image(content=open(path, "rb").read())
        labels = client.label_detection(image=image).label_annotations
        if any(one.description == "Road" for one in labels):
            return "paved"
        return "unpaved"
    """
    source = HEAD + textwrap.indent(textwrap.dedent(body), "    ")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert len(process.outcomes) == 2


def test_a_list_that_is_known_has_the_parts_that_it_has(tmp_path):
    body = """
        image = vision.Image(content=open(path, "rb").read())
        labels = client.label_detection(image=image).label_annotations
        first, second = [one.description for one in labels]
        return first == second
    """
    source = HEAD + textwrap.indent(textwrap.dedent(body), "    ")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    one = {"labelAnnotations": [{"description": "Road", "score": 0.9}]}
    assert (
        "ValueError" in str(process.decide(one))
        or process.decide(one).id
        != process.decide({"labelAnnotations": one["labelAnnotations"] * 2}).id
    )
