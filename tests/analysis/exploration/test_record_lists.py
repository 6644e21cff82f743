"""Lists with a record for each element that was found are many flags, whatever their order."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.record_lists import record_listing
from chameleonapi.decision import Kind, Status

BUDGET = Budget(verification_answers=300)
APP = """
from google.cloud import vision

KINDS = {"crack": ["Crack", "Glass"], "dent": ["Dent", "Bumper"], "loss": ["Tire", "Mirror"]}

def look(path):
    found = []
    answer = vision.ImageAnnotatorClient().label_detection(image=path)
    for label in answer.label_annotations:
        for kind, names in KINDS.items():
            if label.description in names:
                found.append({"label": label.description, "kind": kind})
    return RESULT
"""


@pytest.mark.parametrize(
    "result",
    [
        '{"found": found}',
        '{"found": found, "summary": f"Found {len(found)} things"}',
    ],
)
def test_each_sort_of_record_is_a_flag(tmp_path, result):
    file = tmp_path / "app.py"
    file.write_text(APP.replace("RESULT", result), encoding="utf-8")
    (process,) = analyze(file, budget=BUDGET).processes
    assert process.kind is Kind.MULTI_SELECT
    assert process.status is Status.COMPLETE

    def decided(*names):
        rows = [{"description": one, "score": 0.9} for one in names]
        return process.decide({"labelAnnotations": rows}).id

    assert decided("Glass", "Tire") == decided("Mirror", "Crack", "Dog")
    assert len({decided(), decided("Glass"), decided("Tire"), decided("Tire", "Dent")}) == 4


def test_what_a_number_beside_the_list_says_is_kept():
    row = "{'label': <answer>, 'kind': %r}"
    texts = {f"{{'rows': [{row % 'a'}], 'level': 1}}", f"{{'rows': [{row % 'b'}], 'level': 3}}"}
    assert record_listing(texts) is None


def test_the_first_of_the_records_is_kept():
    one, two = ("{'label': <answer>, 'kind': 'a'}", "{'label': <answer>, 'kind': 'b'}")
    texts = {f"{{'first': 'a', 'all': [{one}, {two}]}}", f"{{'first': 'b', 'all': [{two}, {one}]}}"}
    assert record_listing(texts) is None


def test_records_of_two_lists_are_told_apart():
    row = "{'label': <answer>, 'kind': 'a'}"
    listing = record_listing({f"([{row}], [])", f"([], [{row}])"})
    assert listing is not None
    assert listing.items(f"([{row}], [])") != listing.items(f"([], [{row}])")


GALLERY = """
from google.cloud import storage, vision

def gallery():
    cats, dogs = [], []
    for blob in storage.Client().list_blobs("pictures"):
        uri = "https://pictures/" + blob.name
        client = vision.ImageAnnotatorClient()
        for one in client.object_localization(image=uri).localized_object_annotations:
            if one.name == "Cat":
                cats.append(uri)
            if one.name == "Dog":
                dogs.append(uri)
    return {"cats": cats, "dogs": dogs}
"""


def test_how_often_the_same_unknown_thing_is_listed_is_no_outcome(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(GALLERY, encoding="utf-8")
    (process,) = analyze(file, budget=BUDGET).processes
    assert len(process.outcomes) == 4

    def decided(*names):
        rows = [{"name": one, "score": 0.9} for one in names]
        return process.decide({"localizedObjectAnnotations": rows}).id

    assert decided("Cat", "Cat", "Cat") == decided("Cat")
    assert len({decided(), decided("Cat"), decided("Dog"), decided("Cat", "Dog")}) == 4
