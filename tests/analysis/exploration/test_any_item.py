"""Any item of a list inside an element, however long the list is."""

import random
import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.inner_items import inner_items, lists_by_items
from chameleonapi.decision import InnerTest, Status

LABELS = """
import boto3
found = boto3.client("rekognition").detect_labels(Image={})["Labels"]
"""
FACES = """
import boto3
found = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])["FaceDetails"]
"""
ENTITIES = """
from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
found = client.analyze_entities(document={"content": open("a.txt").read()}).entities
"""


def process_of(tmp_path, head, body):
    (tmp_path / "app.py").write_text(head + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=400)).processes
    return process


def labels(*rows):
    return {
        "Labels": [
            {
                "Name": name,
                "Confidence": 99.0,
                "Instances": [
                    {"BoundingBox": {"Width": width, "Height": 0.5}, "Confidence": sure}
                    for width, sure in instances
                ],
            }
            for name, instances in rows
        ]
    }


LARGE = """
for label in found:
    for seen in label["Instances"]:
        if label["Name"] == "Person" and seen["BoundingBox"]["Width"] > 0.5:
            print("near")
"""
ANY = """
people = [one for one in found if one["Name"] == "Person"]
print("near" if any(i["BoundingBox"]["Width"] > 0.5 for p in people for i in p["Instances"]) else "far")
"""
RETURNED = """
def near():
    for label in found:
        if label["Name"] == "Person":
            for seen in label["Instances"]:
                if seen["BoundingBox"]["Width"] > 0.5:
                    return True
    return False

print("near" if near() else "far")
"""


@pytest.mark.parametrize("body", [LARGE, ANY, RETURNED])
def test_any_instance_that_is_large(tmp_path, body):
    process = process_of(tmp_path, LABELS, body)
    assert process.status is Status.COMPLETE
    small, large = (0.2, 90.0), (0.7, 90.0)

    def outcome(*instances):
        return process.decide(labels(("Sky", [large] * 2), ("Person", instances))).id

    far = outcome()
    for length in (1, 3, 4, 9):
        assert outcome(*[small] * length) == far
        for place in range(length):
            row = [small] * length
            row[place] = large
            assert outcome(*row) != far
    assert process.decide(labels(("Cat", [large]), ("Person", [small] * 5))).id == far


def test_both_questions_are_about_the_same_item(tmp_path):
    process = process_of(
        tmp_path,
        LABELS,
        """
        for label in found:
            if label["Name"] != "Car":
                continue
            for seen in label["Instances"]:
                if seen["Confidence"] > 80 and seen["BoundingBox"]["Width"] > 0.5:
                    print("parked")
        """,
    )
    assert process.status is Status.COMPLETE
    apart = [(0.7, 50.0), (0.2, 95.0)] * 3
    nothing = process.decide(labels(("Car", apart))).id
    assert nothing == process.decide(labels()).id
    assert process.decide(labels(("Car", [*apart, (0.7, 95.0)]))).id != nothing


def test_all_items_is_that_none_is_otherwise(tmp_path):
    process = process_of(
        tmp_path,
        LABELS,
        """
        crowd = [one for one in found if one["Name"] == "Person"]
        if crowd and all(i["Confidence"] >= 80 for p in crowd for i in p["Instances"]):
            print("sure")
        else:
            print("not sure")
        """,
    )
    inner = {test for atom in process.atoms for test in atom.tests if isinstance(test, InnerTest)}
    assert {one.path for one in inner} == {"Instances"}
    assert process.status is Status.COMPLETE
    sure = process.decide(labels(("Person", [(0.5, 90.0)] * 6))).id
    assert process.decide(labels(("Person", []))).id == sure
    doubtful = [(0.5, 90.0)] * 5 + [(0.5, 70.0)]
    assert process.decide(labels(("Person", doubtful))).id != sure
    assert process.decide(labels(("Dog", []))).id != sure
    assert {one.path for one in inner} == {"Instances"}


def test_mentions_of_an_entity(tmp_path):
    process = process_of(
        tmp_path,
        ENTITIES,
        """
        for entity in found:
            if any(one.type_.name == "PROPER" for one in entity.mentions):
                print("named")
                break
        """,
    )
    assert process.status is Status.COMPLETE

    def outcome(*types):
        rows = [{"text": {"content": "x"}, "type": one} for one in types]
        return process.decide({"entities": [{"name": "x", "type": "OTHER", "mentions": rows}]}).id

    assert outcome(*["COMMON"] * 5) == outcome() != outcome(*["COMMON"] * 5, "PROPER")


def test_items_beside_texts_that_may_be_absent(tmp_path):
    process = process_of(
        tmp_path,
        ENTITIES,
        """
        kept = []
        for entity in found:
            if entity.salience > 0.1:
                kept.append(entity.name)
            elif "mid" in entity.metadata or "wikipedia" in entity.metadata:
                kept.append(entity.name)
            elif any(one.type_.name == "PROPER" for one in entity.mentions):
                kept.append(entity.name)
        print("some" if kept else "none")
        """,
    )
    assert process.status is Status.COMPLETE

    def outcome(**fields):
        return process.decide({"entities": [{"name": "x", "type": "OTHER", **fields}]}).id

    common, proper = ({"type": one} for one in ("COMMON", "PROPER"))
    nothing = outcome(salience=0.05, mentions=[common] * 5, metadata={"year": "1999"})
    assert nothing == outcome()
    assert outcome(salience=1.0, metadata={"year": "1999"}) != nothing
    assert outcome(salience=0.05, metadata={"mid": "/m/0"}) != nothing
    assert outcome(salience=0.05, mentions=[common] * 5 + [proper]) != nothing


def test_the_first_few_items_are_not_any_item(tmp_path):
    process = process_of(
        tmp_path,
        LABELS,
        """
        for label in found:
            for seen in label["Instances"][:2]:
                if label["Name"] == "Person" and seen["BoundingBox"]["Width"] > 0.5:
                    print("near")
        """,
    )
    small, large = (0.2, 90.0), (0.7, 90.0)
    assert not lists_by_items(process)
    near = process.decide(labels(("Person", [small, large]))).id
    assert process.decide(labels(("Person", [small, small, large]))).id != near


def test_the_strongest_item_is_not_any_item(tmp_path):
    process = process_of(
        tmp_path,
        FACES,
        """
        for face in found:
            if max(face["Emotions"], key=lambda one: one["Confidence"])["Type"] == "HAPPY":
                print("smile")
        """,
    )
    assert not lists_by_items(process)


def test_a_record_of_any_item_is_what_the_application_does(tmp_path):
    process = process_of(tmp_path, LABELS, ANY)
    rng = random.Random(5)
    for _ in range(300):
        rows = [
            (
                rng.choice(["Person", "Sky"]),
                [(rng.choice([0.1, 0.5, 0.51, 0.9]), 90.0) for _ in range(rng.randrange(7))],
            )
            for _ in range(rng.randrange(4))
        ]
        expected = any(w > 0.5 for name, items in rows if name == "Person" for w, _ in items)
        told = process.outcome(process.decide(labels(*rows)).id).effects[0].text
        assert ("near" in told) is expected


def test_fields_of_elements_without_lists_have_no_items():
    assert inner_items(()) is None


MENTIONS = """
from google.cloud import language_v1

def is_disliked(text):
    client = language_v1.LanguageServiceClient()
    answer = client.analyze_entity_sentiment(request={"document": {"content": text}})
    for entity in answer.entities:
        for mention in entity.mentions:
            if mention.sentiment.score < -0.5:
                return "disliked"
    return "fine"
"""


def test_the_sentiment_of_a_mention_is_told_apart_from_that_of_its_entity(tmp_path):
    (tmp_path / "app.py").write_text(MENTIONS, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes

    def outcome(*scores, of_all=0.0):
        mentions = [{"text": {"content": "it"}, "sentiment": {"score": one}} for one in scores]
        entity = {"name": "it", "sentiment": {"score": of_all}, "mentions": mentions}
        return process.decide({"entities": [entity]}).id

    assert outcome(-0.6) == outcome(0.1, -0.6) != outcome(0.1) == outcome(0.1, of_all=-0.6)
