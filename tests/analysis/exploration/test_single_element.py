"""Decisions on the one element of a list, and the words that outcomes are called by."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.effect_words import EffectWords
from chameleonapi.analysis.exploration.naming import outcome_names
from chameleonapi.analysis.trace import EffectLevel, ObservedEffect
from chameleonapi.decision import Kind, LengthAtLeast, Span, Status

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
faces = client.face_detection(image=vision.Image(content=open("a.jpg", "rb").read())).face_annotations
"""


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=400))
    (process,) = report.processes
    return process


def faces(*angles):
    return {"faceAnnotations": [{"panAngle": one} for one in angles]}


def test_one_face_only_and_then_its_angle(tmp_path):
    process = process_of(
        tmp_path,
        """
        if len(faces) != 1:
            print("one face, please")
        elif faces[0].pan_angle > 20:
            print("right")
        elif faces[0].pan_angle < -20:
            print("left")
        else:
            print("straight")
        """,
    )
    assert (process.kind, process.status) == (Kind.VALUE_RANGES, Status.COMPLETE)
    lengths = [one for one in process.predicates() if isinstance(one, LengthAtLeast)]
    assert {one.count for one in lengths} == {1, 2}
    for angles, outcome in [
        ((), "one-face-please"),
        ((30,), "right"),
        ((-30,), "left"),
        ((0,), "straight"),
        ((0, 0), "one-face-please"),
        ((30, -30, 0), "one-face-please"),
    ]:
        assert process.decide(faces(*angles)).id == outcome


def test_none_and_several_may_differ(tmp_path):
    process = process_of(
        tmp_path,
        """
        if not faces:
            print("nobody")
        elif len(faces) > 3:
            print("a crowd")
        elif len(faces) > 1:
            print("a few")
        elif faces[0].pan_angle > 20:
            print("away")
        else:
            print("here")
        """,
    )
    assert process.status is Status.COMPLETE
    given = [(), (0,), (30,), (0, 30), (0,) * 3, (30,) * 4, (0,) * 6]
    assert [process.decide(faces(*one)).id for one in given] == [
        *("nobody", "here", "away", "a-few", "a-few", "a-crowd", "a-crowd"),
    ]


def effect(key, *, kind="call", text="act(x)", member="", line=3):
    return ObservedEffect(EffectLevel.EXTERNAL, kind, Span("a.py", line), key, text, member=member)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (("f({'why': 'adult', 'racy': 1})", "f({'why': 'racy', 'adult': 1})"), ["adult", "racy"]),
        (("GPIO.output(18, GPIO.HIGH)", "GPIO.output(18, GPIO.LOW)"), ["high", "low"]),
        (("print 'a'", "print 'b'"), ["a", "b"]),
        (("f(18)", "f(18)"), ["18", "18-2"]),
    ],
)
def test_outcomes_are_called_by_what_tells_them_apart(keys, names):
    assert outcome_names([[effect(one)] for one in keys]) == names


def test_lines_that_are_alike_are_told_by_what_they_do():
    rows = [effect(f"print '<unknown sys.argv[1]>: {one}'", kind="print") for one in ("a", "b")]
    words = EffectWords(rows)
    assert [words.of(one) for one in rows] == [
        "print(f'{sys.argv[1]}: a')",
        "print(f'{sys.argv[1]}: b')",
    ]
    assert EffectWords(rows[:1]).of(rows[0]) == "act(x)"


def test_what_texts_have_in_common_is_shortened():
    head = "storage.Entity().update({'first': 1, 'second': 2, 'third': 3"
    rows = [effect(f"{head}, 'colour': '{one}'}})") for one in ("red", "green")]
    assert [EffectWords(rows).of(one) for one in rows] == [
        "storage.Entity().update({'first'…'colour': 'red'})",
        "storage.Entity().update({'first'…'colour': 'green'})",
    ]


def test_returned_values_and_members_are_named():
    rows = [
        effect("pick returns 'x'", kind="return", text="return it"),
        effect("pick returns 'y'", kind="return", text="return it"),
        effect("global mode = 1", kind="state", text="mode = it", line=4),
        effect("global mode = 2", kind="state", text="mode = it", line=4),
        effect("f(['nuts'] = True)", text="f(found)", member="'nuts'", line=5),
    ]
    assert [EffectWords(rows).of(one) for one in rows] == [
        *("return 'x'", "return 'y'", "mode = 1", "mode = 2", "f(found) with 'nuts'"),
    ]


def test_long_paths_of_the_source_are_categories(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            from google.cloud import language_v1
            client = language_v1.LanguageServiceClient()
            LONG = "/People & Society/Family & Relationships/Troubled Relationships & Advice"
            found = client.classify_text(document={"content": open("a.txt").read()}).categories
            if any(one.name == LONG for one in found):
                print("help")
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    (process,) = report.processes
    long = "/People & Society/Family & Relationships/Troubled Relationships & Advice"
    assert process.decide({"categories": [{"name": long, "confidence": 0.9}]}).id == "help"
