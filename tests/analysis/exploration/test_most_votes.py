"""Decisions by the largest of several counters."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
from collections import Counter
from google.cloud import vision
client = vision.ImageAnnotatorClient()
found = client.label_detection(image=vision.Image(content=open("a.jpg", "rb").read()))
names = [one.description for one in found.label_annotations]
GROUPS = {"Pizza": "italian", "Pasta": "italian", "Sushi": "japanese", "Taco": "mexican"}
"""


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    (process,) = report.processes
    return process


def effect(process, *names):
    rows = [{"description": one, "score": 0.9} for one in names]
    chosen = process.decide({"labelAnnotations": rows}).id
    return next(one.effects[0].text for one in process.outcomes if one.id == chosen), chosen


def outcome(process, *names):
    return effect(process, *names)[1]


def test_equal_counters_are_settled_by_the_order_of_the_application(tmp_path):
    process = process_of(
        tmp_path,
        """
        votes = {"mexican": 0, "italian": 0, "japanese": 0}
        for one in names:
            if one in GROUPS:
                votes[GROUPS[one]] += 1
        best = max(votes, key=votes.get)
        print("cook " + best if votes[best] else "order something")
        """,
    )
    assert process.status is Status.COMPLETE
    assert process.kind is Kind.GENERAL
    assert outcome(process, "Sushi", "Pizza", "Pasta") == outcome(process, "Pizza")
    assert outcome(process, "Sushi", "Taco") == outcome(process, "Taco")
    assert outcome(process, "Taco", "Sushi", "Sushi") == outcome(process, "Sushi")
    assert outcome(process, *["Pizza"] * 9, *["Sushi"] * 10) == outcome(process, "Sushi")
    assert len({outcome(process, one) for one in ("Pizza", "Sushi", "Taco", "Tree")}) == 4


def test_equal_counters_are_settled_by_the_order_of_the_answer(tmp_path):
    process = process_of(
        tmp_path,
        """
        votes = Counter(GROUPS[one] for one in names if one in GROUPS)
        if votes:
            print("cook", votes.most_common(1)[0][0])
        else:
            print("order something")
        """,
    )
    assert process.status is Status.COMPLETE
    assert outcome(process, "Sushi", "Taco") == outcome(process, "Sushi")
    assert outcome(process, "Taco", "Sushi") == outcome(process, "Taco")
    assert outcome(process, "Taco", "Sushi", "Pizza", "Pasta") == outcome(process, "Pizza")


@pytest.mark.parametrize("needed", [2, 3])
def test_a_winner_may_need_several_votes(tmp_path, needed):
    process = process_of(
        tmp_path,
        f"""
        votes = {{"italian": 0, "japanese": 0}}
        for one in names:
            if GROUPS.get(one) in votes:
                votes[GROUPS[one]] += 1
        best = max(votes, key=votes.get)
        print("cook " + best if votes[best] >= {needed} else "order something")
        """,
    )
    assert process.status is Status.COMPLETE
    few = ["Pizza"] * (needed - 1)
    assert outcome(process, *few) == outcome(process, "Tree")
    assert outcome(process, *few, "Pasta") != outcome(process, "Tree")
    assert outcome(process, *["Sushi"] * 8, *["Pizza"] * 7) == outcome(process, *["Sushi"] * 4)
