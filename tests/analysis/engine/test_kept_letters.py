"""Texts of which some letters are kept: one operation, as Python has it."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status
from chameleonapi.decision.text_rules import TEXT_CALLS, TextCall, TextConstant, TheText, evaluate

HEAD = """
import string
from google.cloud import vision
def text():
    client = vision.ImageAnnotatorClient()
    found = client.text_detection(image=vision.Image(content=b"x")).text_annotations
    return found[0].description if found else ""
"""
WAYS = {
    "filter": "''.join(filter(str.isdigit, read))",
    "generator": "''.join(one for one in read if one.isdigit())",
    "list": "''.join([one for one in read.strip() if one.isdigit()])",
    "dropped": "''.join(one for one in read if not one.isalpha())",
    "letters": "''.join(one for one in read.upper() if one in string.digits)",
    "no such": "''.join(one for one in read if one not in '-. ')",
}
TEXTS = ["", "12 34", "AB-1234", "no digits", "x9", "4711", "12.34", "١٢٣٤"]


@pytest.mark.parametrize("way", WAYS)
def test_the_record_agrees_with_python(tmp_path, way):
    body = f"""
        read = text()
        kept = {WAYS[way]}
        if kept == "4711":
            print("ours")
        elif len(kept) == 4:
            print("a number")
        else:
            print("none")
        """
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=100)).processes
    assert process.status is Status.COMPLETE, process.gaps
    known = {}
    for one in TEXTS:
        kept = eval(WAYS[way], {"read": one, "string": __import__("string")})
        wanted = "ours" if kept == "4711" else "a number" if len(kept) == 4 else "none"
        answer = {"textAnnotations": [{"description": one}]} if one else {}
        known.setdefault(wanted, set()).add(process.decide(answer).id)
    decided = [one for group in known.values() for one in group]
    assert all(len(group) == 1 for group in known.values())
    assert len(set(decided)) == len(decided)


def test_other_joins_are_as_they_were(tmp_path):
    body = """
        read = text()
        print("yes" if "-".join(one for one in read if one.isdigit()) == "1-2" else "no")
        """
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=50))
    assert report.status is not Status.COMPLETE or report.processes


@pytest.mark.parametrize("name", [one for one in TEXT_CALLS if one.startswith(("keep", "drop"))])
def test_every_operation_keeps_or_drops(name):
    more = (TextConstant("1a "),) if name.endswith(" in") else ()
    other = (
        name.replace("keep", "drop") if name.startswith("keep") else name.replace("drop", "keep")
    )
    text = "1a B٣\n"
    parts = [evaluate(TextCall(one, (TheText(), *more)), text) for one in (name, other)]
    assert sorted("".join(parts)) == sorted(text)


ASKED = {
    "any": "any(one.isdigit() for one in read)",
    "any of a map": "any(map(str.isdigit, read))",
    "all": "all(one.isalpha() for one in read)",
    "none": "all([not one.isdigit() for one in read.strip()])",
    "outside": "any(one not in '0123456789' for one in read)",
    "sum": "sum(one.isdigit() for one in read) >= 2",
    "sum of ones": "sum(1 for one in read if one.isdigit()) == 4",
    "length": "len([one for one in read if one in string.digits]) > 1",
}


@pytest.mark.parametrize("way", ASKED)
def test_what_is_asked_of_all_letters_is_one_question(tmp_path, way):
    body = f"""
        read = text()
        if {ASKED[way]}:
            print("yes")
        else:
            print("no")
        """
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert process.status is Status.COMPLETE, process.gaps
    known = {}
    for one in TEXTS:
        answer = {"textAnnotations": [{"description": one}]} if one else {}
        wanted = bool(eval(ASKED[way], {"read": one, "string": __import__("string")}))
        known.setdefault(wanted, set()).add(process.decide(answer).id)
    assert len(known[True]) == len(known[False]) == 1
    assert known[True] != known[False]


def test_words_of_a_list_are_no_letters(tmp_path):
    body = """
        words = text().split()
        print("a number" if any(one.isdigit() for one in words) else "none")
        """
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    answers = ({"textAnnotations": [{"description": one}]} for one in ("AB 12", "AB12"))
    number, none = (process.decide(one).id for one in answers)
    assert number != none
