"""What a replay compares: a list of data and an empty one are the same, other words are not."""

import pytest

from chameleonapi.analysis.replay.judging import Row, judge
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
    ],
)
def test_nothing_to_show_is_no_disagreement(full, empty):
    rows = [row(DOG, full)] * 3 + [row(DOG, empty)] + [row(CAT, "{'dog':False}")] * 4
    found = judge(record(), rows)
    assert (found.agreed, found.answers) == (8, 8)


def test_another_word_is_one():
    rows = [row(DOG, "{'dog':True,'links':[text]}")] * 3
    rows += [row(DOG, "{'dog':None,'links':[]}"), *[row(CAT, "{'dog':False}")] * 4]
    assert judge(record(), rows).agreed == 7
