"""Where all effects together have no simple reason, each of them may have one."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.selects import are_a_choice, every_effect
from chameleonapi.decision import Kind, Span, Status

HEAD = """
import os
import boto3
client = boto3.client("rekognition")
labels = client.detect_labels(Image={"Bytes": open("a.jpg", "rb").read()})["Labels"]
def say(text):
    os.system("espeak '" + text + "'")
"""


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    (process,) = report.processes
    return process


def outcome(process, *names):
    return process.decide({"Labels": [{"Name": one, "Confidence": 90.0} for one in names]}).id


def test_something_is_said_of_each_element_one_way_or_the_other(tmp_path):
    process = process_of(
        tmp_path,
        """
        for one in labels:
            name = one["Name"]
            if name == "Dog":
                say("good boy")
            elif name == "Guitar":
                say("play")
            elif name[0] in "AEIOU":
                say("an " + name)
            else:
                say("a " + name)
        """,
    )
    assert process.status is Status.COMPLETE
    assert process.kind is Kind.MULTI_SELECT
    every = [("Dog",), ("Guitar",), ("Apple",), ("Tree",), ("Dog", "Tree"), ("Dog", "Apple"), ()]
    assert len({outcome(process, *one) for one in every}) == len(every)
    assert outcome(process, "Tree", "Dog") == outcome(process, "Dog", "Tree", "Table")


def test_effects_of_which_only_one_ever_comes_are_a_choice(tmp_path):
    # the parity of two counts: rules over all outcomes at once are not found
    process = process_of(
        tmp_path,
        """
        names = [one["Name"] for one in labels]
        if names.count("Dog") > names.count("Cat") and len(names) % 2:
            say("dog")
        elif names.count("Cat") > names.count("Dog") and len(names) % 2:
            say("cat")
        """,
    )
    assert process.kind is not Kind.MULTI_SELECT


def key(text):
    return (0, "print", Span("app.py", 1), text, "")


def test_effects_of_which_several_come_at_once_are_flags_and_others_a_choice():
    words = [(0, ()), (0, (0,)), (0, (1,)), (0, (0, 1))]

    def each(word):
        return frozenset(key(f"say {one}") for one in word[1])

    def one(word):
        return frozenset({key("say " + " and ".join(map(str, word[1])))})

    flags = every_effect(each, words, words[0])
    assert len(flags) == 2
    assert not are_a_choice(each, words, flags)
    choice = every_effect(one, words, words[0])
    assert are_a_choice(one, words, choice)
