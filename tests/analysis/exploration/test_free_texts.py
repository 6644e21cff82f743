"""Free texts: what an application asks of them is in the record, for every text."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.pattern_texts import matching_texts
from chameleonapi.decision import Kind, Order, Status

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
text = client.text_detection(image=vision.Image()).full_text_annotation.text
"""


@pytest.fixture
def decide(tmp_path):
    def analysed(source):
        (tmp_path / "app.py").write_text(HEAD + source, encoding="utf-8")
        (process,) = analyze(tmp_path).processes
        assert process.status is Status.COMPLETE, process.gaps
        return process, lambda text: process.decide({"fullTextAnnotation": {"text": text}}).id

    return analysed


def test_one_choice_after_the_other(decide):
    process, choose = decide(
        'if "total" in text.lower(): print("receipt")\n'
        'elif text.startswith("Dear"): print("letter")\n'
        'else: print("other")\n'
    )
    assert (process.kind, process.order) == (Kind.MULTI_CHOICE, Order.APPLICATION)
    assert choose("Sub-TOTAL 4.50") == choose("Dear sir, the total is") == "receipt"
    assert choose("Dear sir") == "letter"
    assert choose("my Dear sir") == choose("") == "other"


def test_independent_questions_and_texts_with_several_words(decide):
    process, choose = decide(
        'if "milk" in text: print("m")\nif "nuts" in text: print("n")\nif "eggs" in text: print("e")\n'
    )
    assert process.kind is Kind.MULTI_SELECT
    assert choose("eggs and nuts and milk") == "m+n+e"
    assert choose("eggs, nuts") == "n+e"
    assert choose("flour") == "none"


def test_many_words_of_which_one_is_enough(decide):
    words = [f"word{number}" for number in range(30)]
    process, choose = decide(f"W = {words!r}\nif any(w in text for w in W): print('hit')\n")
    assert process.kind is Kind.TRUE_FALSE
    assert choose("has word17 in it") == choose("word3 word29") == "hit"
    assert choose("has word in it") != "hit"


def test_patterns_lengths_and_words(decide):
    _, choose = decide(
        "import re\n"
        'if re.search(r"[A-Z]{2}-\\d{4}", text): print("plate")\n'
        'elif len(text.split()) >= 7: print("long")\n'
        'elif text.split() and text.split()[0] == "STOP": print("sign")\n'
    )
    assert choose("car ZH-1234!") == "plate"
    assert choose("one two three four five six seven") == "long"
    assert choose("STOP here") == "sign"
    assert choose("ZH-123") == choose("") == "nothing"


def test_what_no_record_can_ask_is_said_to_be_open(tmp_path):
    (tmp_path / "app.py").write_text(
        HEAD + 'if text.zfill(9).swapcase() == "0000ABCDE": print("odd")\n', encoding="utf-8"
    )
    (process,) = analyze(tmp_path).processes
    assert process.status is Status.PARTIAL
    assert [one.code for one in process.gaps] == ["free-text"]


@pytest.mark.parametrize(
    "pattern",
    [r"\d{4}-\d{2}", "cat|dog", r"^[A-Z]+\s?\w*$", "[^a]b+", "(?:x|y){3}", r"\bPrice:? (\d+)"],
)
def test_texts_are_made_for_patterns(pattern):
    assert matching_texts(pattern)


def test_no_text_is_made_for_what_is_no_pattern():
    assert matching_texts("(") == []


def test_labels_that_no_vocabulary_lists_are_asked_too(tmp_path):
    (tmp_path / "app.py").write_text(
        "from google.cloud import vision\n"
        "client = vision.ImageAnnotatorClient()\n"
        "for one in client.label_detection(image=vision.Image()).label_annotations:\n"
        '    if "dog" in one.description.lower(): print("dog"); break\n',
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path).processes
    assert process.status is Status.COMPLETE

    def decide(label):
        return process.decide({"labelAnnotations": [{"description": label}]}).id

    assert decide("Dogs of the High Alps") == decide("Dog") != decide("Cats of the Alps")


@pytest.mark.parametrize(
    "is_blank",
    [
        "not whole",
        "whole == ''",
        "not whole.strip()",
        "whole.lower().strip() == ''",
        "not whole.strip().lower()",
    ],
)
@pytest.mark.parametrize("between", [" ", "-"])
def test_whether_a_joined_text_is_blank_is_asked_of_its_parts(tmp_path, is_blank, between):
    source = f"""
import boto3
def handler(event, context):
    found = boto3.client("rekognition").detect_text(Image=event)["TextDetections"]
    whole = {between!r}.join(one["DetectedText"] for one in found)
    if {is_blank}:
        return "blank"
    return "stop" if "STOP" in whole else "go"
"""
    (tmp_path / "app.py").write_text(source)
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert process.status is Status.COMPLETE, process.gaps

    def answer(*texts):
        return {"TextDetections": [{"DetectedText": one, "Confidence": 99} for one in texts]}

    space: dict[str, object] = {"boto3": None}
    for texts in ([], [""], ["", ""], [" ", "\n"], ["a"], ["", "STOP"], ["no", "STOP it"]):
        whole = between.join(texts)
        told = "stop" if "STOP" in whole else "go"
        expected = "blank" if eval(is_blank, {**space, "whole": whole}) else told
        assert process.decide(answer(*texts)).id.startswith(expected), texts


def test_a_best_guess_is_a_phrase(tmp_path):
    (tmp_path / "app.py").write_text(
        "from google.cloud import vision\n"
        "client = vision.ImageAnnotatorClient()\n"
        "def kind(image):\n"
        "    for guess in client.web_detection(image=image).web_detection.best_guess_labels:\n"
        "        words = guess.label.split()\n"
        "        if 'shoe' in words and 'red' not in words:\n"
        "            return 'shoe'\n"
        "    return 'other'\n"
    )
    (process,) = analyze(tmp_path).processes
    made = {}
    for phrase in ("old shoe", "red shoe", "a red leather shoe", "shoes", "shoe"):
        answer = {"webDetection": {"bestGuessLabels": [{"label": phrase}]}}
        made[phrase] = process.decide(answer).id
    assert made["old shoe"] == made["shoe"]
    assert made["red shoe"] == made["a red leather shoe"] == made["shoes"] != made["shoe"]


@pytest.mark.parametrize(
    ("asked", "reached", "missed"),
    [
        ("len(text.split('\\n')) == 12", "\n".join("abcdefghijkl"), "a\nb"),
        ("len(text.splitlines()) == 7", "a\n" * 7, "a a a a a a a"),
        ("text.count(';') == 4", "a;b;c;d;", "a;b"),
        ("len(text) > 5000", "letters " * 700, "letters"),
    ],
)
def test_numbers_of_parts_are_met(decide, asked, reached, missed):
    _, outcome = decide(f"if {asked}:\n    print('met')\nelse:\n    print('missed')\n")
    assert outcome(reached) != outcome(missed)


@pytest.mark.parametrize(
    ("asked", "reached", "missed"),
    [
        ("text.count(':') > 2 and text.split(':')[2] == 'QX'", "a:b:QX:d", "a:QX:c:d"),
        ("text.count('\\n') > 3 and text.splitlines()[3] == 'Total'", "a\n" * 3 + "Total\nb\nc", "Total\n" * 2),
        ("text.split(';')[-2:][0] == 'end'", "a;b;end;c", "a;end;b;c"),
    ],
)  # fmt: skip
def test_words_at_places_are_met(decide, asked, reached, missed):
    _, outcome = decide(f"if {asked}:\n    print('met')\nelse:\n    print('missed')\n")
    assert outcome(reached) != outcome(missed)


@pytest.mark.parametrize(
    ("test", "met"),
    [
        ("one.isdigit() and len(one) == 10", "2010554021"),
        ("len(one) == 17 and one.isalnum()", "1HGCM82633A004352"),
        ("len(one) < 4 and one.isupper()", "ABC"),
        ("one.startswith('AB') and len(one) == 9", "AB 123456"),
    ],
)
def test_a_length_is_asked_of_texts_of_the_letters_that_are_wanted(tmp_path, test, met):
    (tmp_path / "app.py").write_text(
        "import boto3\n"
        "client = boto3.client('rekognition')\n"
        "found = client.detect_text(Image={'Bytes': open('a.jpg', 'rb').read()})\n"
        "texts = [one['DetectedText'] for one in found['TextDetections']]\n"
        f"print('read' if any({test} for one in texts) else 'again')\n",
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert process.status is Status.COMPLETE
    assert process.decide({"TextDetections": [{"DetectedText": met}]}).id == "read"
    assert process.decide({"TextDetections": [{"DetectedText": "a tree ?"}]}).id == "again"
