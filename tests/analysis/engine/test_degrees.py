"""A table from likelihoods to numbers is asked for its numbers, not for each likelihood."""

import random
import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine.degrees import are_degrees
from chameleonapi.apis import LIKELIHOODS
from chameleonapi.decision import Kind, Status

NAMES = ("adult", "spoof", "medical", "violence", "racy")


@pytest.mark.parametrize(
    ("table", "are"),
    [
        ({name: number for number, name in enumerate(LIKELIHOODS)}, True),
        ({number: number / 5 for number in range(6)}, True),
        ({"very unlikely": 0, "unlikely": 1, "possible": 2, "likely": 3}, True),
        ({"Cat": 1, "Dog": 2, "Bird": 3, "Fish": 4}, False),
        (dict.fromkeys(LIKELIHOODS, "a"), False),
        ({name: int(name == "LIKELY") for name in LIKELIHOODS}, False),
        (dict.fromkeys(LIKELIHOODS, True), False),
        ({"LIKELY": 1, "POSSIBLE": 2}, False),
    ],
)
def test_which_tables_give_degrees(table, are):
    assert are_degrees(table) is are


def test_five_likelihoods_by_names_and_points(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent("""
        from google.cloud import vision

        NAMES = ("UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY")
        POINTS = {"UNKNOWN": 0, "VERY_UNLIKELY": 1, "UNLIKELY": 2, "POSSIBLE": 3, "LIKELY": 4,
                  "VERY_LIKELY": 5}

        def check(path):
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            safe = client.safe_search_detection(image=image).safe_search_annotation
            found = {name: NAMES[getattr(safe, name)]
                     for name in ("adult", "spoof", "medical", "violence", "racy")}
            for name, value in found.items():
                if POINTS[value] > 3:
                    return name
            return "fine"
        """),
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert process.kind is Kind.VALUE_RANGES
    assert process.status is Status.COMPLETE
    rng = random.Random(4)
    outcomes = {}
    for _ in range(200):
        levels = {name: rng.randrange(len(LIKELIHOODS)) for name in NAMES}
        wanted = next((name for name in NAMES if levels[name] > 3), "fine")
        answer = {name: LIKELIHOODS[level] for name, level in levels.items()}
        found = process.decide({"safeSearchAnnotation": answer}).id
        outcomes.setdefault(found, set()).add(wanted)
    assert sorted(map(sorted, outcomes.values())) == sorted([[one] for one in (*NAMES, "fine")])
