"""What sources import to run under Python 2 and 3 alike means what it means under Python 3."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
import boto3
labels = boto3.client("rekognition").detect_labels(Image={"Bytes": b"x"})["Labels"]
"""
SOURCES = {
    "builtins": """
    from builtins import range, str
    for i in range(len(labels)):
        if str(labels[i]["Name"]) == "Dog":
            print("woof")
    """,
    "builtins as a module": """
    import builtins
    if builtins.any(one["Name"] == "Dog" for one in labels):
        print("woof")
    """,
    "six": """
    import six
    found = {one["Name"]: one["Confidence"] for one in labels}
    for name, sure in six.iteritems(found):
        if isinstance(name, six.string_types) and six.ensure_text(name) == "Dog":
            print("woof")
    """,
    "moves": """
    from six.moves import filter, range, reduce
    dogs = list(filter(lambda one: one["Name"] == "Dog", labels))
    if reduce(lambda count, one: count + 1, dogs, 0):
        print("woof")
    """,
    "future": """
    from future.utils import iteritems, with_metaclass

    class Found(with_metaclass(type, object)):
        def __init__(self, names):
            self.names = names

    found = Found({one["Name"]: True for one in labels})
    if any(name == "Dog" for name, _ in iteritems(found.names)):
        print("woof")
    """,
}


@pytest.mark.parametrize("what", SOURCES)
def test_a_decision_through_names_of_both_pythons(tmp_path, what):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(SOURCES[what]), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert process.kind is Kind.TRUE_FALSE
    assert process.status is Status.COMPLETE
    dog, cat = ({"Labels": [{"Name": one, "Confidence": 90.0}]} for one in ("Dog", "Cat"))
    assert process.decide(dog).id != process.decide(cat).id
