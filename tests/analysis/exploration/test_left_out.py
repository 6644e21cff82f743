"""Texts with data of the answer in them or without: one effect, unless a name decides which."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.left_out import LeftOut, bare_form
from chameleonapi.decision import Span, Status

HERE = Span("app.py", 4)
HEAD = """
import boto3
import sign
answer = boto3.client("rekognition").detect_faces(Image={"Bytes": b"x"}, Attributes=["ALL"])
"""


def process_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=300)).processes
    return process


def face(low, *emotions):
    shown = [{"Type": name, "Confidence": sure} for name, sure in emotions]
    return {"FaceDetails": [{"AgeRange": {"Low": low, "High": 90}, "Emotions": shown}]}


@pytest.mark.parametrize("show", ["print(text)", "sign.write(sign.new(text, 3), 'done')"])
def test_what_a_score_leaves_out_of_a_text_is_no_outcome(tmp_path, show):
    process = process_of(
        tmp_path,
        f"""
        for one in answer["FaceDetails"]:
            moods = [e["Type"] for e in one["Emotions"] if e["Confidence"] > 60]
            text = "moods: " + ", ".join(moods)
            {show}
            if one["AgeRange"]["Low"] < 18:
                print("a child")
        """,
    )
    assert process.status is Status.COMPLETE
    assert len(process.outcomes) == 2
    calm, sure = face(30, ("CALM", 40)), face(30, ("CALM", 95))
    assert process.decide(calm).id == process.decide(sure).id != process.decide(face(9)).id


def test_what_a_name_leaves_out_is_one(tmp_path):
    process = process_of(
        tmp_path,
        """
        for one in answer["FaceDetails"]:
            names = [e["Type"] for e in one["Emotions"][:1] if e["Type"] == "HAPPY"]
            print("glad: " + ", ".join(names))
            if one["AgeRange"]["Low"] < 18:
                print("a child")
        """,
    )
    glad, sad = face(30, ("HAPPY", 90)), face(30, ("SAD", 90))
    assert process.decide(glad).id != process.decide(sad).id


def test_other_words_are_another_effect():
    def effect(text):
        return (0, "print", HERE, text, "")

    assert bare_form(effect("print 'moods: <answer>'")) == bare_form(effect("print 'moods: '"))
    assert bare_form(effect("print 'moods: <answer>'")) != bare_form(effect("print 'none'"))


RECORDS = """
from google.cloud import vision
import shelf
client = vision.ImageAnnotatorClient()
def handler(request):
    image = vision.Image(content=request["image"])
    objects = client.object_localization(image=image).localized_object_annotations
    boxes = [shelf.Box(name=one.name, sure=one.score) for one in objects]
    texts = [f"#{one.description}" for one in client.text_detection(image=image).text_annotations]
    return shelf.Answer(boxes=boxes, texts=texts)
"""


def test_whether_a_list_of_records_is_empty_is_no_outcome_beside_another(tmp_path):
    (tmp_path / "app.py").write_text(RECORDS, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert [one.api for one in report.processes] == []
    assert len(report.calls_without_decision) == 2
    assert report.gaps == ()


def test_what_stands_in_a_list_still_counts(tmp_path):
    process = process_of(
        tmp_path,
        """
        rows = []
        for one in answer["FaceDetails"]:
            if one["AgeRange"]["Low"] < 18:
                rows.append(f"child from {one['AgeRange']['Low']}")
            else:
                rows.append(f"adult from {one['AgeRange']['Low']}")
        print({"rows": rows})
        """,
    )
    assert process.decide(face(9)).id != process.decide(face(30)).id


def test_a_text_left_empty_beside_other_data_is_no_outcome(tmp_path):
    process = process_of(
        tmp_path,
        """
        rows = []
        for one in answer["FaceDetails"]:
            moods = [e["Type"] for e in one["Emotions"] if e["Confidence"] > 60]
            age = one["AgeRange"]["Low"]
            rows.append({"age": age, "moods": "|".join(moods), "group": "child" if age < 18 else ""})
        sign.write(rows)
        """,
    )
    calm, sure = face(30, ("CALM", 40)), face(30, ("CALM", 95))
    assert process.decide(calm).id == process.decide(sure).id != process.decide(face(9)).id


def test_a_dictionary_of_data_may_be_empty():
    def effect(text):
        return (0, "return", HERE, text, "")

    assert bare_form(effect("{'seen': {<answer>: <answer>}}")) == bare_form(effect("{'seen': {}}"))


@pytest.mark.parametrize("more", ["", " + '{' + str(one['Geometry']) + '}'"])
def test_names_that_are_joined_by_hand_are_an_echo(tmp_path, more):
    """``if text: text += "," + name`` adds no more than a separator."""
    body = f"""
        import boto3
        answer = boto3.client("rekognition").detect_text(Image={{"Bytes": b"x"}})
        text = ""
        for one in answer["TextDetections"]:
            name = one["DetectedText"] + ":"{more}
            if text:
                text = text + "," + name
            else:
                text = name
        print({{"words": answer["TextDetections"], "text": text}})
        """
    (tmp_path / "app.py").write_text(textwrap.dedent(body), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    assert not report.processes
    assert report.status is Status.COMPLETE


def test_lists_whose_items_hold_lists_may_be_empty_too():
    place = (0, "call", HERE)
    full = (*place, "put({'faces': [{'n': 1, 'low': <answer>, 'moods': [<answer>]}]})", "")
    empty = (*place, "put({'faces': [<answer>]})", "")
    other = (*place, "put({'faces': [{'n': 2, 'low': <answer>, 'moods': [<answer>]}]})", "")
    words = [(0, ()), (0, (1,)), (0, (1, 1))]
    alike = LeftOut(None, [(words[0], frozenset({empty})), (words[1], frozenset({full}))])
    assert alike.standing_for(empty) == full
    apart = LeftOut(None, list(zip(words, map(frozenset, ([empty], [full], [other])), strict=True)))
    assert apart.standing_for(empty) == empty


HIGHEST = """
    highest = 0.0
    for one in answer["FaceDetails"]:
        if one["Confidence"] > highest:
            highest = one["Confidence"]
    print({"sure": highest > 80, "how sure": highest})
    """


def test_the_zero_that_a_maximum_begins_with_is_no_outcome(tmp_path):
    process = process_of(tmp_path, HIGHEST)
    assert process.status is Status.COMPLETE
    assert len(process.outcomes) == 2
    none, little = {"FaceDetails": []}, {"FaceDetails": [{"Confidence": 20.0}]}
    assert process.decide(none).id == process.decide(little).id


def test_a_zero_in_the_place_of_a_number_that_is_too_small_is_one(tmp_path):
    process = process_of(tmp_path, HIGHEST.replace("> highest", "> 50"))
    little, much = {"FaceDetails": [{"Confidence": 20.0}]}, {"FaceDetails": [{"Confidence": 60.0}]}
    assert process.decide(little).id != process.decide(much).id
