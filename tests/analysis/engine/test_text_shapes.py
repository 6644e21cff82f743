"""A text that was put together keeps its constants when it is stripped, cut or changed."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

SOURCE = """
import boto3
import canvas

client = boto3.client("rekognition")

def mark(image):
    face = client.detect_faces(Image={"Bytes": image}, Attributes=["ALL"])["FaceDetails"][0]
    text = "Age: " + str(face["AgeRange"]["Low"]) + ", "
    if face["Beard"]["Value"]:
        text += "Beard: " + str(face["Beard"]["Confidence"]) + ", "
    canvas.write(text%s)

mark(open("a.jpg", "rb").read())
"""


@pytest.mark.parametrize(
    "change",
    [
        ".rstrip(', ')",
        ".strip()",
        "[:-2]",
        ".upper()",
        ".replace(' ', '')",
        ".replace(': ', '=').strip()[:-1].encode()",
    ],
)
def test_a_word_that_only_some_answers_bring_is_seen(tmp_path, change):
    file = tmp_path / "app.py"
    file.write_text(SOURCE % change, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.kind is not Kind.NONE

    def outcome(beard, low):
        face = {"Beard": {"Value": beard, "Confidence": 90.0}, "AgeRange": {"Low": low}}
        return process.decide({"FaceDetails": [face]}).id

    assert outcome(True, 20.0) == outcome(True, 50.0) != outcome(False, 20.0)


@pytest.mark.parametrize(
    "quoted",
    ["quote(word)", "quote_plus(word)", "quote(word, safe='')", "urlencode({'q': word, 'n': 3})"],
)
def test_what_is_looked_for_in_an_address_keeps_its_constants(tmp_path, quoted):
    file = tmp_path / "app.py"
    file.write_text(
        f"""
import boto3
from urllib.parse import quote, quote_plus, urlencode
from urllib.request import Request, urlopen

found = boto3.client("comprehend").detect_entities(Text=input(), LanguageCode="en")
for one in found["Entities"]:
    if one["Type"] not in ("TITLE", "PERSON"):
        continue
    word = "intitle:" + one["Text"] if one["Type"] == "TITLE" else "inauthor:" + one["Text"]
    urlopen(Request(url="https://books.example.com/?q=" + {quoted}))
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes

    def outcome(kind):
        return process.decide({"Entities": [{"Type": kind, "Text": "Emma", "Score": 0.9}]}).id

    assert len({outcome("TITLE"), outcome("PERSON"), outcome("DATE")}) == 3


def test_a_joined_text_without_constants_stays_an_echo(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
text = ""
for one in boto3.client("rekognition").detect_labels(Image={})["Labels"]:
    text += one["Name"] + ", "
print(text[:-2])
""",
        encoding="utf-8",
    )
    report = analyze(file, budget=Budget(verification_answers=200))
    assert not report.processes
    assert len(report.calls_without_decision) == 1
