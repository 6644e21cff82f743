"""A record says what else its outcome depends on, and only that."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
from google.cloud import language_v1, vision
client = language_v1.LanguageServiceClient()
def mood(text):
    return client.analyze_sentiment(document={"content": text}).document_sentiment
"""


def report_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(file, budget=Budget(verification_answers=300))


def codes(report):
    return {gap.code for one in report.processes for gap in one.gaps}


def test_keywords_of_an_unknown_text_are_unknown_even_if_there_are_many(tmp_path):
    report = report_of(
        tmp_path,
        """
        def feeling(text):
            score = mood(text).score
            is_angry = any(word in text for word in ["late", "broken", "never", "again"])
            if score < -0.4 or (is_angry and score < 0.1):
                return "angry"
            return "calm"
        """,
    )
    assert report.status is Status.PARTIAL
    assert codes(report) == {"unknown-value"}


def test_an_unknown_branch_that_decides_nothing_leaves_no_gap(tmp_path):
    report = report_of(
        tmp_path,
        """
        def feeling(text):
            score = mood(text).score
            if any(word in text for word in ["hi", "hello", "hey", "yo"]):
                print("greeted")
            return "bad" if score < -0.4 else "good"
        """,
    )
    assert report.status is Status.COMPLETE


def test_another_call_of_the_same_api_matters(tmp_path):
    report = report_of(
        tmp_path,
        """
        def both(title, body):
            one = client.analyze_sentiment(document={"content": title}).document_sentiment
            two = client.analyze_sentiment(document={"content": body}).document_sentiment
            if one.score > 0.3 and two.score > 0.3:
                return "praise"
            return "other"
        """,
    )
    assert len(report.processes) == 2
    assert codes(report) == {"other-call"}


def test_a_call_that_acts_for_itself_does_not_matter(tmp_path):
    report = report_of(
        tmp_path,
        """
        def check(message):
            for picture in message.attachments:
                found = vision.ImageAnnotatorClient().safe_search_detection(image=picture)
                if found.safe_search_annotation.adult >= 4:
                    message.warn("adult")
            if mood(message.text).score < -0.5:
                message.warn("negative")
        """,
    )
    assert {one.api for one in report.processes} == {
        "google.vision.safe_search_detection",
        "google.language.analyze_sentiment",
    }
    assert report.status is Status.COMPLETE


def test_a_call_that_matters_after_one_outcome_only_is_told(tmp_path):
    report = report_of(
        tmp_path,
        """
        def quality(path):
            client = vision.ImageAnnotatorClient()
            texts = client.text_detection(image=path).text_annotations
            colors = client.image_properties(image=path).image_properties_annotation
            light = sum(one.color.red for one in colors.dominant_colors.colors[:2])
            if not texts:
                return "no text"
            return "dark" if light < 80 else "good"
        """,
    )
    texts = next(one for one in report.processes if one.api == "google.vision.text_detection")
    assert [one.api for one in texts.beside] == ["google.vision.image_properties"]
    assert {one.id for one in texts.outcomes} == {"no-text", "dark", "good"}


@pytest.mark.parametrize("sign", ["<", ">"])
def test_a_call_that_matters_only_on_extreme_answers_of_another_decides(tmp_path, sign):
    limit = "-0.7" if sign == "<" else "0.7"
    report = report_of(
        tmp_path,
        f"""
        def watch(text):
            topics = client.classify_text(document={{"content": text}}).categories
            feeling = mood(text)
            if feeling.score {sign} {limit} and feeling.magnitude > 0.8:
                for topic in topics:
                    if topic.name == "/News/Politics":
                        return "stop"
            return "go on"
        """,
    )
    assert {one.api for one in report.processes} == {
        "google.language.analyze_sentiment",
        "google.language.classify_text",
    }
    assert report.status is Status.COMPLETE
    politics = {"categories": [{"name": "/News/Politics", "confidence": 0.9}]}
    strong = {"documentSentiment": {"score": 0.9 if sign == ">" else -0.9, "magnitude": 3}}
    mild = {"documentSentiment": {"score": 0.1, "magnitude": 3}}
    for one in report.processes:
        assert len(one.beside) == 1
        stop = one.decide({**politics, **strong}).id
        assert one.decide({**politics, **mild}).id != stop
        assert one.decide({"categories": [], **strong}).id != stop


@pytest.mark.slow
def test_a_loop_whose_questions_grow_reaches_its_call(tmp_path):
    report = report_of(
        tmp_path,
        """
        import socket
        line = socket.socket()
        rest = ""
        while True:
            rest = rest + line.recv(1024)
            rows = rest.split("|")
            rest = rows.pop()
            for row in rows:
                if "PING" in row:
                    line.send("PONG")
                elif mood(row).score < -0.5:
                    line.send("timeout")
        """,
    )
    assert [one.api for one in report.processes] == ["google.language.analyze_sentiment"]


def test_words_beside_what_is_shown_stay_apart(tmp_path):
    report = report_of(
        tmp_path,
        """
        def feeling(text):
            answer = client.analyze_sentiment(document={"content": text})
            rows = [one.text.content for one in answer.sentences]
            score = answer.document_sentiment.score
            if score > 0.2:
                print("good news")
                return {"rows": rows, "score": score, "word": "good"}
            return {"rows": rows, "score": score, "word": "bad" if score < -0.2 else "so so"}
        """,
    )
    (process,) = report.processes
    assert len(process.outcomes) == 3


def test_a_text_that_ends_the_function_before_another_call_matters(tmp_path):
    report = report_of(
        tmp_path,
        """
        def is_receipt(picture):
            pictures = vision.ImageAnnotatorClient()
            if "TOTAL" in pictures.document_text_detection(image=picture).full_text_annotation.text:
                return "receipt"
            for label in pictures.label_detection(image=picture).label_annotations:
                if label.description == "Receipt":
                    return "receipt"
            return "picture"
        """,
    )
    labels = next(one for one in report.processes if one.api.endswith("label_detection"))
    assert labels.status is Status.COMPLETE
    assert [one.api for one in labels.beside] == ["google.vision.text_detection"]
    read = {"fullTextAnnotation": {"text": "SUBTOTAL 5"}}
    seen = {"labelAnnotations": [{"description": "Receipt"}]}
    assert labels.decide(seen).id == labels.decide({**seen, **read}).id == labels.decide(read).id
    assert labels.decide({"labelAnnotations": []}).id != labels.decide(read).id


@pytest.mark.parametrize(
    "risk",
    [
        "min(score * 0.7 + event['base'], 1.0)",
        "SequenceMatcher(None, said, event['known']).ratio()",
    ],
)
def test_unknowns_of_one_name_differ_if_only_one_is_computed_from_the_answer(tmp_path, risk):
    (tmp_path / "app.py").write_text(f"""
import boto3
from difflib import SequenceMatcher

def handler(event, context):
    score, said = 0.0, event["said"]
    answer = boto3.client("comprehend").detect_sentiment(Text=event["text"], LanguageCode="en")
    if answer["Sentiment"] == "NEGATIVE":
        score += answer["SentimentScore"]["Negative"] * 0.3
        said = said + str(score)
    if {risk} > 0.7:
        boto3.client("lambda").invoke(FunctionName="alarm")
""")
    [process] = analyze(tmp_path).processes
    assert {gap.code for gap in process.gaps} == {"unknown-value", "tainted-unknown"}
    assert len(process.outcomes) == 2


def test_a_call_about_each_part_matters_where_it_fills_the_list_that_goes_out(tmp_path):
    report = report_of(
        tmp_path,
        """
        from google.cloud.language_v1 import Document
        class Reader:
            def __init__(self):
                self.remarks = []
            def loud(self, text):
                words = []
                for entity in client.analyze_entity_sentiment(document=text).entities:
                    if entity.salience > 0.4 and entity.sentiment.magnitude > 2:
                        words.append(entity.name)
                return words
            def is_about_money(self, text):
                for one in client.classify_text(document=text).categories:
                    if "/Finance" in one.name and one.confidence > 0.6:
                        return True
                return False
            def verbs(self, text):
                return [one.text.content for one in client.analyze_syntax(document=text).tokens
                        if one.part_of_speech.mood == 3]
            def read(self, text):
                answer = client.analyze_sentiment(document=text)
                if self.is_about_money(text):
                    for sentence in answer.sentences:
                        if self.loud(sentence.text.content) != []:
                            self.remarks.append("loud: " + sentence.text.content)
                        if self.verbs(sentence.text.content) != []:
                            self.remarks.append("order: " + sentence.text.content)
                return self.remarks
        """,
    )
    for one in report.processes:
        if one.api == "google.language.classify_text":
            assert one.status is Status.PARTIAL
            assert "other-call" in {gap.code for gap in one.gaps}
            break
    else:
        pytest.fail("no record")
