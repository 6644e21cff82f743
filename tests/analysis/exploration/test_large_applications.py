"""Applications that ask for much: what decides is found within seconds, and what is left is said."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.decision import Kind, Status

VISION = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
"""
AMAZON = """
import boto3
client = boto3.client("rekognition")
"""
GAMES = ["game", "gaming", "screenshot", "arcade", "console", "joystick", "pixel", "retro"]
PEOPLE = ["person", "human", "people", "man", "woman", "face", "portrait", "selfie", "crowd"]


def report_of(tmp_path, head, body, **limits):
    (tmp_path / "app.py").write_text(head + textwrap.dedent(body), encoding="utf-8")
    return analyze(tmp_path, budget=Budget(**{"verification_answers": 300, **limits}))


def test_two_long_lists_of_words_with_scores_are_a_few_sorts_of_labels(tmp_path, monkeypatch):
    runs = []
    run = Runner._run
    monkeypatch.setattr(Runner, "_run", lambda self, given: runs.append(1) or run(self, given))
    report = report_of(
        tmp_path,
        AMAZON,
        f"""
        GAMES = {GAMES}
        PEOPLE = {PEOPLE}
        def handler(event, context):
            game = person = 0.0
            for label in client.detect_labels(Image=event)["Labels"]:
                name, score = label["Name"].lower(), label["Confidence"]
                for word in GAMES:
                    if word in name:
                        game = max(game, score)
                for word in PEOPLE:
                    if word in name:
                        person = max(person, score)
            if person > 70.0 and game < 50.0:
                return "photo"
            return "game"
        """,
    )
    (process,) = report.processes
    assert process.verification.disagreements == 0

    def said(*labels):
        return process.decide({"Labels": [{"Name": n, "Confidence": c} for n, c in labels]}).id

    assert said(("Selfie", 90.0)) == said(("Woman", 71.0), ("Arcade", 40.0)) == "photo"
    assert said(("Selfie", 90.0), ("Arcade", 60.0)) == said(("Selfie", 60.0)) == "game"
    assert len(runs) < 1_500


def test_too_many_forms_of_one_effect_leave_the_place_that_is_reached(tmp_path):
    words = [f"badword{number}x" for number in range(30)]
    report = report_of(
        tmp_path,
        VISION,
        f"""
        WORDS = {words}
        def handler(event, context):
            reasons = []
            for label in client.label_detection(image=event).label_annotations:
                for word in WORDS:
                    if word in label.description:
                        reasons.append("found " + word)
                        break
            if reasons:
                print("rejected: " + ", ".join(reasons))
            else:
                print("accepted")
        """,
        runs=2_500,
    )
    (process,) = report.processes
    assert process.status is Status.PARTIAL
    assert "joined-effects" in {gap.code for gap in process.gaps}
    bad = process.decide({"labelAnnotations": [{"description": "a badword7x", "score": 0.9}]})
    good = process.decide({"labelAnnotations": [{"description": "Dog", "score": 0.9}]})
    assert bad.id != good.id


@pytest.mark.seconds
def test_a_text_that_is_gone_through_letter_by_letter_ends_in_time(tmp_path):
    report = report_of(
        tmp_path,
        AMAZON,
        """
        def handler(event, context):
            lines = []
            for text in client.detect_text(Image=event)["TextDetections"]:
                if text["Type"] == "LINE" and text["Confidence"] > 80:
                    lines.append(text["DetectedText"])
            if not lines:
                return "nothing"
            total = 0
            for letter in lines[0]:
                total = total * 31 + ord(letter)
            print("total", total % 7)
            return "something"
        """,
        total_seconds=12.0,
    )
    assert report.status is Status.PARTIAL
    assert "COMPLETE" not in {one.status.name for one in report.processes}


def test_a_key_of_an_answer_is_all_that_a_run_is_remembered_by(tmp_path, monkeypatch):
    runs = []
    run = Runner._run
    monkeypatch.setattr(Runner, "_run", lambda self, given: runs.append(1) or run(self, given))
    report = report_of(
        tmp_path,
        AMAZON,
        """
        def handler(event, context):
            labels = client.detect_labels(Image=event)
            faces = client.detect_faces(Image=event)
            if len(labels["Labels"]) > 0 and faces["FaceDetails"]:
                return "someone"
            return "nobody"
        """,
        verification_answers=3_000,
    )
    assert {one.kind for one in report.processes} <= {Kind.TRUE_FALSE, Kind.COUNT}
    assert all(one.status is Status.COMPLETE for one in report.processes)
    assert len(runs) < 4_000  # of more than 12,000 answers


@pytest.mark.seconds
@pytest.mark.parametrize("seconds", [0.005, 0.02, 0.03, 0.04, 0.06, 0.08, 0.2])
def test_a_call_that_time_was_too_short_for_is_open_and_never_said_to_decide_nothing(
    tmp_path, seconds
):
    body = "\n".join(
        f"""
def handler{number}(event, context):
    for label in client.label_detection(image=event).label_annotations:
        if label.description == "Dog{number}":
            return "dog"
    return "none"
"""
        for number in range(12)
    )
    report = report_of(tmp_path, VISION, body, total_seconds=seconds)
    assert not report.calls_without_decision
    known = [*(one.call.line for one in report.processes)]
    known += [one.line for one in report.calls_not_understood]
    assert len(set(known)) == 12
    for one in report.calls_not_understood:
        assert "budget" in {gap.code for gap in one.gaps}
    if seconds < 0.01:  # less than one run takes
        assert len(report.calls_not_understood) == 12
