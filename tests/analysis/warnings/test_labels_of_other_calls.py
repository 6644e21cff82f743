"""Which labels no vocabulary has, where a record reads the answers of several APIs."""

import textwrap

from chameleonapi.analysis import Budget, analyze


def test_labels_are_held_against_the_vocabulary_of_the_call_that_answers(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            from google.cloud import language_v1
            client = language_v1.LanguageServiceClient()
            document = {"content": open("a.txt").read()}
            mood = client.analyze_sentiment(document=document).document_sentiment
            topics = client.classify_text(document=document).categories
            if mood.score < -0.5 and any(one.name in ("/News/Politics", "/Nowhere") for one in topics):
                print("calm down")
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert {one.api for one in report.processes} == {
        "google.language.analyze_sentiment",
        "google.language.classify_text",
    }
    for process in report.processes:
        assert {label for atom in process.atoms for label in atom.not_in_vocabulary} == {"/Nowhere"}


def test_no_target_is_dead_that_another_call_answers(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            import boto3

            def read(text):
                comprehend = boto3.client("comprehend")
                try:
                    found = comprehend.detect_dominant_language(Text=text)["Languages"]
                    code = found[0]["LanguageCode"]
                    mood = comprehend.detect_sentiment(Text=text, LanguageCode=code)["Sentiment"]
                    return code, mood
                except Exception:
                    return "", ""

            def handler(event, context):
                code, mood = read(event)
                if code == "en":
                    return "good" if mood == "POSITIVE" else "bad"
                return "other"
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert any(process.beside for process in report.processes)
    assert not report.warnings


def test_what_a_comparison_means_is_suggested_for_the_call_whose_answer_it_asks(tmp_path):
    (tmp_path / "app.py").write_text("""
import sys
from google.cloud import vision
client = vision.ImageAnnotatorClient()
image = vision.Image(content=open(sys.argv[1], "rb").read())
for label in client.label_detection(image=image).label_annotations:
    if label.description == "Cat" or "Kitten":
        for text in client.text_detection(image=image).text_annotations:
            print("some text")
            break
        break
""")
    suggested = {
        process.api.rpartition(".")[2]: [one.suggested for one in process.outcomes]
        for process in analyze(tmp_path).processes
    }
    assert ("Cat", "Kitten") in suggested["label_detection"]
    assert ("Cat", "Kitten") not in suggested["text_detection"]


def test_nothing_is_suggested_for_what_takes_any_label_that_it_does_not_name(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            import boto3
            answer = boto3.client("rekognition").detect_moderation_labels(Image={"Bytes": b"x"})
            found = False
            for one in answer["ModerationLabels"]:
                if "Alcohol" in one["Name"] and one["Confidence"] > 80:
                    found = True
                elif one["Confidence"] > 90:
                    found = True
            print("flagged" if found else "fine")
            """
        ),
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert all(one.suggested in ((), one.accepts) for one in process.outcomes)
