"""Loops over constants that only ask whether one fits: one question, and the same decision."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.decision import Status

HEAD = """
import re
from google.cloud import vision
WORDS = ["dog", "cat", "bird"]
PAIRS = {"pet": ("dog", "cat"), "wild": ("bear", "wolf")}
def labels():
    client = vision.ImageAnnotatorClient()
    return client.label_detection(image=vision.Image(content=b"x")).label_annotations
def text():
    return labels()[0].description.lower()
"""
ONE_QUESTION = {
    "any": "name = text()\nprint(any(word in name for word in WORDS))",
    "a list": "name = text()\nprint(any([word in name for word in WORDS]))",
    "all": "name = text()\nprint(all(word not in name for word in WORDS))",
    "not": "name = text()\nprint(any(not name.startswith(word) for word in ('do', 'dog')))",
    "a pattern": "name = text()\nprint(any(re.search(word, name) for word in WORDS))",
    "words around": "name = text()\nprint(any(f' {word}' in name for word in WORDS))",
    "return": """
        def is_animal(name):
            for word in WORDS:
                if word in name:
                    return True
            return False
        print(is_animal(text()))
        """,
    "break and else": """
        name = text()
        for word in WORDS:
            if word in name:
                print("animal")
                break
        else:
            print("thing")
        """,
    "a flag": """
        name, found = text(), False
        for word in WORDS:
            if name == word:
                found = True
        print(found)
        """,
    "two loops": """
        def sort_of(name):
            for word in PAIRS["pet"]:
                if word in name:
                    return "pet"
            for word in PAIRS["wild"]:
                if word in name:
                    return "wild"
        print(sort_of(text()))
        """,
}
MANY = {
    "the word is told": """
        name = text()
        for word in WORDS:
            if word in name:
                print(word)
                break
        """,
    "the word is kept": """
        name = text()
        for word in WORDS:
            if word in name:
                break
        print(word)
        """,
    "each is counted": """
        name, count = text(), 0
        for word in WORDS:
            if word in name:
                count += 1
        print(count)
        """,
    "other texts": "print(any(one.description == word for one in labels() for word in WORDS))",
    "not all the same": "name = text()\nprint(any(word in name for word in ('dog', name.upper())))",
}


def traced(tmp_path, body, label="Hot dog"):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    program = load_program(file)
    (site,) = program.sites
    answer = {"labelAnnotations": [{"description": label, "score": 0.9}]}
    entry = next(one for one in program.entries if one.name == "<module>")
    return program.run(entry, {site.span: answer}, {}, default={})


def asked(trace):
    return [one.expression.operation for one in trace.tests if one.expression.operation != ">"]


@pytest.mark.parametrize("what", ONE_QUESTION)
def test_it_is_one_question(tmp_path, what):
    for label in ("Hot dog", "Table", "dog"):
        operations = asked(traced(tmp_path, ONE_QUESTION[what], label))
        if what == "two loops":
            assert set(operations) == {"any"}
        else:
            assert len(operations) == 1
            assert operations[0] in {"any", "all"}


@pytest.mark.parametrize("what", MANY)
def test_other_loops_ask_one_after_the_other(tmp_path, what):
    assert not {"any", "all"} & set(asked(traced(tmp_path, MANY[what])))


@pytest.mark.parametrize("what", {**ONE_QUESTION, **MANY})
def test_the_record_agrees_with_python(tmp_path, what, capsys):
    body = {**ONE_QUESTION, **MANY}[what]
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=100)).processes
    assert process.status is Status.COMPLETE
    by_output = {}
    stand_in = "def labels():\n    return [L(one) for one in GIVEN]\n"
    source = HEAD.replace("from google.cloud import vision\n", "").split("def labels")[0]
    source += stand_in + "def text():" + HEAD.split("def text():")[1] + textwrap.dedent(body)
    for label in ("Hot dog", "dog", "Cat", "Birdhouse", "Table", "Bear", "bear"):
        made = type("L", (), {"__init__": lambda self, one: setattr(self, "description", one)})
        exec(source, {"L": made, "GIVEN": [label]})
        shown = capsys.readouterr().out
        answer = {"labelAnnotations": [{"description": label, "score": 0.9}]}
        by_output.setdefault(shown, set()).add(process.decide(answer).id)
    decided = [one for group in by_output.values() for one in group]
    assert all(len(group) == 1 for group in by_output.values())
    assert len(set(decided)) == len(decided)


def test_a_list_that_is_used_up_is_used_up_as_in_python(tmp_path):
    trace = traced(
        tmp_path,
        """
        words = iter(WORDS)
        name = text()
        print(any(word in name for word in words), list(words))
        """,
    )
    (effect,) = [one for one in trace.effects if one.kind == "print"]
    assert "['cat', 'bird']" in effect.key


def test_what_fails_later_leaves_no_trace(tmp_path):
    body = "name = text()\nprint(any(word in name for word in ('dog', 'cat', 7, 'bird')))"
    trace = traced(tmp_path, body)
    assert asked(trace) == ["in"]
    assert [one.key for one in trace.effects if one.kind == "print"] == ["print True"]
