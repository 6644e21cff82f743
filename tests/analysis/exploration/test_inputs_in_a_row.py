"""A call in a loop: what many inputs add up to, and what one alone is about."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
import boto3
import cv2
client = boto3.client("rekognition")
camera = cv2.VideoCapture(0)
def labels():
    there, frame = camera.read()
    if not there:
        return None
    answer = client.detect_labels(Image={"Bytes": cv2.imencode(".jpg", frame)[1].tobytes()})
    return [one["Name"] for one in answer["Labels"]]
"""


def report_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=150))


def answer(*names):
    return {"Labels": [{"Name": one, "Confidence": 90.0} for one in names]}


def outcomes(process, *answers):
    return [process.decide(one).id for one in answers]


def test_a_count_over_many_inputs_decides_and_the_record_says_how_many(tmp_path):
    report = report_of(
        tmp_path,
        """
        fires = 0
        while True:
            seen = labels()
            if seen is None:
                break
            if "Fire" in seen:
                fires += 1
        print("burning" if fires > 5 else "safe")
        """,
    )
    (process,) = report.processes
    fire, cat = outcomes(process, answer("Fire"), answer("Cat"))
    assert fire != cat
    assert process.status is Status.PARTIAL
    (gap,) = process.gaps
    assert gap.code == "several-inputs"
    assert "7 inputs in a row" in gap.message


def test_a_table_of_counts_that_ends_a_loop_decides(tmp_path):
    report = report_of(
        tmp_path,
        """
        counts = {}
        while counts.get("Smoke", 0) < 3:
            for name in labels():
                counts[name] = counts.get(name, 0) + 1
            if counts.get("Fire", 0) >= 2:
                print("alarm")
                break
        """,
    )
    (process,) = report.processes
    assert "several-inputs" in {one.code for one in process.gaps}
    fire, cat = outcomes(process, answer("Fire"), answer("Cat"))
    assert fire != cat


def test_counts_that_only_are_printed_are_no_decision(tmp_path):
    report = report_of(
        tmp_path,
        """
        total = 0
        while True:
            seen = labels()
            if seen is None:
                break
            total += len(seen)
        print(total)
        """,
    )
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_a_loop_that_waits_for_a_flag_is_left_when_it_is_set(tmp_path):
    report = report_of(
        tmp_path,
        """
        found = False
        while not found:
            if "Dog" in labels():
                found = True
        print("the dog is back")
        """,
    )
    (process,) = report.processes
    assert process.kind is Kind.TRUE_FALSE
    assert process.status is Status.COMPLETE
    dog, cat = outcomes(process, answer("Dog"), answer("Cat"))
    assert dog != cat


def test_a_loop_over_a_number_of_inputs_goes_on_behind_it(tmp_path):
    report = report_of(
        tmp_path,
        """
        round = 0
        while round < 20:
            if "Dog" in labels():
                print("dog")
            round += 1
        print("done")
        """,
    )
    (process,) = report.processes
    assert process.status is Status.COMPLETE
    assert process.kind is Kind.TRUE_FALSE


def test_votes_over_several_inputs_are_about_one_of_them_with_a_gap(tmp_path):
    report = report_of(
        tmp_path,
        """
        votes = {"Cat": 0, "Dog": 0}
        for _ in range(4):
            for name in labels():
                if name in votes:
                    votes[name] += 1
        print(max(votes, key=votes.get))
        """,
    )
    (process,) = report.processes
    assert {one.code for one in process.gaps} == {"several-inputs"}
    assert process.status is Status.PARTIAL


def test_what_each_input_decides_by_itself_has_no_gap(tmp_path):
    report = report_of(
        tmp_path,
        """
        moved = {"cats": 0, "others": 0}
        for number in range(4):
            folder = "cats" if "Cat" in labels() else "others"
            moved[folder] += 1
            print("to", folder)
        """,
    )
    (process,) = report.processes
    assert process.status is Status.COMPLETE


def test_several_texts_of_a_list_that_is_not_known_are_named_in_a_gap(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            import boto3
            def handler(event, context):
                texts = [one["text"] for one in event["items"]]
                answer = boto3.client("comprehend").batch_detect_sentiment(
                    TextList=texts, LanguageCode="en"
                )
                moods = {one["Sentiment"] for one in answer["ResultList"]}
                if moods == {"POSITIVE"}:
                    return "all is well"
                return "mixed" if "POSITIVE" in moods else "bad"
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=150))
    (process,) = report.processes
    assert {one.code for one in process.gaps} == {"several-inputs"}


def test_two_calls_about_each_frame_are_one_record_without_a_gap(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            import boto3
            import queue_of_frames
            client = boto3.client("rekognition")
            while True:
                picture = {"Bytes": queue_of_frames.next()}
                labels = client.detect_labels(Image=picture)["Labels"]
                faces = client.detect_faces(Image=picture)["FaceDetails"]
                if any(one["Name"] == "Knife" for one in labels) or faces:
                    queue_of_frames.alarm()
                else:
                    queue_of_frames.forget()
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=150))
    by_api = {one.api: one for one in report.processes}
    process = by_api["aws.rekognition.detect_faces"]
    assert [one.api for one in process.beside] == ["aws.rekognition.detect_labels"]
    assert process.status is Status.COMPLETE


TWO_PHOTOS = """
import picamera
from google.cloud import vision
camera = picamera.PiCamera()
def has_person():
    {take}
    with open('photo.jpg', 'rb') as file:
        image = vision.Image(content=file.read())
    found = vision.ImageAnnotatorClient().object_localization(image=image)
    return any(one.name == 'Person' for one in found.localized_object_annotations)
camera.capture('photo.jpg')
first = has_person()
second = has_person()
print('stay' if first and second else 'sleep')
"""


@pytest.mark.parametrize("take", ["camera.capture('photo.jpg')", "pass"])
def test_a_file_that_is_written_again_is_another_input(tmp_path, take):
    source = TWO_PHOTOS.replace("{take}", take)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert ("several-inputs" in {one.code for one in process.gaps}) is (take != "pass")


LISTED = """
import csv, sys
from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def score_of(text):
    found = client.analyze_sentiment(request={"document": {"content": text}})
    return found.document_sentiment.score
texts = []
"""


@pytest.mark.parametrize(
    "filled",
    [
        "for line in csv.reader(open(sys.argv[1])):\n    texts.append(line[0])",
        "texts = [line[0] for line in csv.reader(open(sys.argv[1]))]",
        (
            "for line in csv.reader(open(sys.argv[1])):\n    if line[1] == 'x':\n"
            "        texts.append(line[0])\n    elif line[2] == 'y':\n        print('no')"
        ),
    ],
)
@pytest.mark.parametrize("is_mean", [True, False])
def test_a_list_filled_in_a_loop_holds_many_inputs(tmp_path, filled, is_mean):
    if is_mean:
        asked = "scores = [score_of(one) for one in texts]\nif sum(scores) / len(scores) > 0.25:\n"
        source = f"{LISTED}{filled}\n{asked}    print('good')\n"
    else:
        asked = "for one in texts:\n    if score_of(one) > 0.25:\n        print('good')\n"
        source = f"{LISTED}{filled}\n{asked}"
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert ("several-inputs" in {one.code for one in process.gaps}) is is_mean
