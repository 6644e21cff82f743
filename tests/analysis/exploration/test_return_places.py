"""Where a reader finds what an entry returns, and what an effect is called."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """\
from google.cloud import vision

def labels_of(path):
    client = vision.ImageAnnotatorClient()
    return client.label_detection(image=vision.Image(content=path)).label_annotations

"""
FIRST = HEAD.count("\n") + 1  # the line at which the body begins


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body).lstrip("\n"), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    (process,) = report.processes
    return process


def places(process):
    """Return the lines of each outcome's effects, counted from the first line of the body."""
    return {
        one.id: [span.line - FIRST for effect in one.effects for span in effect.places]
        for one in process.outcomes
    }


def texts(process):
    return {one.id: [effect.text for effect in one.effects] for one in process.outcomes}


def test_each_outcome_is_found_at_the_statement_that_returns_it(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(event, context):
            for one in labels_of(event["path"]):
                if one.description == "Dog":
                    return "woof"
                if one.description == "Cat":
                    return "meow"
            return None
        """,
    )
    assert places(process) == {"woof": [3], "meow": [5], "none-found": [6]}
    heads = {effect.function.line for one in process.outcomes for effect in one.effects}
    assert heads == {FIRST}


def test_two_statements_that_return_one_value_are_one_outcome_at_two_places(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(path):
            names = [one.description for one in labels_of(path)]
            if "Dog" in names:
                return True
            if "Cat" in names:
                return True
            return False
        """,
    )
    assert places(process) == {"true": [3, 5], "false": [6]}
    assert process.kind.name == "TRUE_FALSE"


@pytest.mark.parametrize("keyword", ["", "async "])
def test_what_is_handed_on_is_found_where_it_is_made(tmp_path, keyword):
    process = process_of(
        tmp_path,
        f"""
        {keyword}def choose(names):
            if "Dog" in names:
                return "woof"
            return "quiet"

        {keyword}def handler(path):
            names = [one.description for one in labels_of(path)]
            return {"await " if keyword else ""}choose(names)
        """,
    )
    assert places(process) == {"woof": [2], "quiet": [3]}


def test_what_is_changed_on_the_way_is_found_where_it_leaves(tmp_path):
    process = process_of(
        tmp_path,
        """
        def choose(names):
            if "Dog" in names:
                return "woof"
            return "quiet"

        def handler(path):
            names = [one.description for one in labels_of(path)]
            return {"says": choose(names)}
        """,
    )
    assert places(process) == {"woof": [7], "quiet": [7]}
    assert texts(process)["woof"] == ["return {'says': 'woof'}"]


def test_a_function_that_ends_without_return_is_found_at_its_head(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(path):
            for one in labels_of(path):
                if one.description == "Dog":
                    return "woof"
        """,
    )
    assert places(process) == {"woof": [3], "none-found": [0]}


def test_lines_that_are_alike_are_told_by_what_they_do(tmp_path):
    process = process_of(
        tmp_path,
        """
        found = [one.description for one in labels_of("a.jpg")]
        answer = "paper" if "Paper" in found else "rest"
        print(answer)
        """,
    )
    assert texts(process) == {"paper": ["print('paper')"], "rest": ["print('rest')"]}


def test_lines_of_their_own_stay_as_they_are_written(tmp_path):
    process = process_of(
        tmp_path,
        """
        found = [one.description for one in labels_of("a.jpg")]
        GOOD = "paper"
        if "Paper" in found:
            print(GOOD)
        else:
            print("rest", sep="")
        """,
    )
    assert texts(process) == {"paper": ["print(GOOD)"], "rest": ['print("rest", sep="")']}
