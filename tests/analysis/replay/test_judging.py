"""What a replay compares: a list of data and an empty one are the same, other words are not."""

import pytest

from chameleonapi.analysis.replay.judging import Row, differ_by_data_only, judge
from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    DecisionProcess,
    Effect,
    Exists,
    Kind,
    LabelSet,
    LabelTest,
    Outcome,
    Span,
    Status,
)

HERE = Span("app.py", 5)
DOG = {"labelAnnotations": [{"description": "Dog", "score": 0.9}]}
CAT = {"labelAnnotations": [{"description": "Cat", "score": 0.9}]}


def record():
    test = LabelTest("description", LabelSet(frozenset({"Dog"})))
    return DecisionProcess(
        id="app",
        api="google.vision.label_detection",
        call=Span("app.py", 3),
        kind=Kind.TRUE_FALSE,
        rules=Cases((Case(Exists("a1"), "yes"),), "no"),
        outcomes=(Outcome("yes", (Effect(HERE, "show"),)), Outcome("no", (Effect(HERE, "show"),))),
        atoms=(Atom("a1", "labelAnnotations", (test,), "a dog"),),
        status=Status.COMPLETE,
    )


def row(answer, shown):
    event = ("call", "app.py", 1, 1, 5, (shown, shown, shown))
    return Row(answer, {}, (event,), frozenset({("app.py", 5)}))


@pytest.mark.parametrize(
    ("full", "empty"),
    [
        ("{'dog':True,'links':[text]}", "{'dog':True,'links':[]}"),
        ("{'dog':True,'note':text}", "{'dog':True,'note':''}"),
        ("{'dog':True,'moods':[{'sure':#,'type':text}]}", "{'dog':True,'moods':[]}"),
        ("{'dog':True,'moods':[{text:#,text:text}]}", "{'dog':True,'moods':[]}"),
        ("{'dog':True,'moods':[{}]}", "{'dog':True,'moods':[]}"),
    ],
)
def test_nothing_to_show_is_no_disagreement(full, empty):
    rows = [row(DOG, full)] * 3 + [row(DOG, empty)] + [row(CAT, "{'dog':False}")] * 4
    found = judge(record(), rows)
    assert (found.agreed, found.answers) == (8, 8)


def test_outcomes_that_differ_in_data_of_the_answers_only():
    def told(answer, whole, masked):
        event = ("call", "app.py", 1, 1, 5, (whole, "text", masked))
        return Row(answer, {}, (event,), frozenset({("app.py", 5)}))

    same = [told(DOG, "['Dog']", "text"), told(CAT, "['Cat']", "text")] * 3
    assert differ_by_data_only(record(), same)
    assert not differ_by_data_only(
        record(), [told(DOG, "['Dog']", "a dog"), told(CAT, "['Cat']", "none")] * 3
    )


def test_another_word_is_one():
    rows = [row(DOG, "{'dog':True,'links':[text]}")] * 3
    rows += [row(DOG, "{'dog':None,'links':[]}"), *[row(CAT, "{'dog':False}")] * 4]
    assert judge(record(), rows).agreed == 7


def test_the_same_constant_thing_in_another_line_is_the_same():
    here = ("print", "app.py", 5, 5, 5, ("['a dog']",) * 3)
    there = ("print", "app.py", 9, 9, 9, ("['a dog']",) * 3)
    nothing = ("print", "app.py", 5, 5, 5, ("['none']",) * 3)

    def run(answer, event):
        return Row(answer, {}, (event,), frozenset({("app.py", event[4])}))

    rows = [run(DOG, here)] * 3 + [run(DOG, there)] * 2 + [run(CAT, nothing)] * 3
    assert judge(record(), rows).agreed == 8
    wrong = [run(DOG, here)] * 3 + [run(CAT, there)] * 2 + [run(CAT, nothing)] * 3
    assert judge(record(), wrong).agreed == 6


def test_what_is_true_of_a_face_is_data_where_answers_hold_such_things():
    there = {"FaceDetails": [{"Confidence": 99.0}]}
    process = DecisionProcess(
        id="faces",
        api="aws.rekognition.detect_faces",
        call=Span("app.py", 3),
        kind=Kind.TRUE_FALSE,
        rules=Cases((Case(Exists("a1"), "yes"),), "no"),
        outcomes=(Outcome("yes", (Effect(HERE, "show"),)), Outcome("no", (Effect(HERE, "show"),))),
        atoms=(Atom("a1", "FaceDetails", (), "a face"),),
        status=Status.COMPLETE,
    )
    rows = [row(there, "{'face':text,'smile':True}")] * 3
    rows += [row(there, "{'face':text,'smile':False}")] * 2 + [row({}, "{'face':None}")] * 3
    assert judge(process, rows).agreed == 8
    # an answer about labels holds no such thing: there it is what the application says
    found = [row(DOG, "{'dog':True}")] * 3 + [row(DOG, "{'dog':False}"), *[row(CAT, "none")] * 2]
    assert judge(record(), found).agreed == 5


def test_where_nothing_is_watched_it_counts_whether_the_line_ran():
    yes = Outcome("yes", (Effect(Span("app.py", 7), "frames.append(one)"),))
    silent = record().with_(outcomes=(yes, Outcome("no", ())))

    def ran(answer, *lines):
        return Row(answer, {}, (), frozenset(("app.py", one) for one in lines))

    rows = [ran(DOG, 5, 7)] * 4 + [ran(CAT, 5)] * 4
    assert judge(silent, rows).agreed == 8
    assert judge(silent, [*rows, ran(CAT, 5, 7), ran(DOG, 5)]).agreed == 8
