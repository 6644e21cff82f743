"""Decisions on numbers of the whole answer: sums, means, extremes, the scores of two labels."""

from __future__ import annotations

import operator
import textwrap
from pathlib import Path

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.atom_book import AtomBook
from chameleonapi.analysis.exploration.whole_terms import Sight, WholeTerms
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.apis import build_answer, get_api
from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Compare,
    Constant,
    DecisionProcess,
    ElementValue,
    Field,
    Function,
    Status,
)

SPEC = get_api("google.vision.label_detection")
PATH = SPEC.main.path
SCORE = Field("score")
CLIENT = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
labels = client.label_detection(image=vision.Image(content=open('a', 'rb').read())).label_annotations
"""
BUDGET = Budget(verification_answers=400)


# Guessing


def leaf(index: int) -> Leaf:
    return Leaf(PATH, index, "score")


def added(*parts: object) -> Expression:
    total: object = 0
    for one in parts:
        total = Expression("+", operator.add, (total, one))
    assert isinstance(total, Expression)
    return total


def sight(scores: list[float], expression: Expression) -> Sight:
    rows = [{"description": "Object", "score": one} for one in scores]
    values = {leaf(i): one for i, one in enumerate(scores)}
    return Sight(build_answer(SPEC, {PATH: rows}), expression, values)


def above(left: Expression, limit: float = 1.0) -> Expression:
    return Expression(">", operator.gt, (left, limit))


def guessed(*sights: Sight) -> object:
    alphabet = Alphabet(SPEC, {PATH: ()}, {}, 10)
    found = WholeTerms(alphabet, AtomBook(alphabet)).question(sights)
    return None if found is None else found.term


def test_what_all_runs_add_up_is_a_sum() -> None:
    assert guessed(
        sight([0.5, 0.7], above(added(leaf(0), leaf(1)))),
        sight([0.1, 0.2, 0.3], above(added(leaf(0), leaf(1), leaf(2)))),
    ) == Aggregate("sum", PATH, SCORE)


def test_a_sum_by_its_length_is_a_mean() -> None:
    def mean(*parts: Leaf) -> Expression:
        return above(Expression("/", operator.truediv, (added(*parts), len(parts))))

    assert guessed(
        sight([0.5, 0.7], mean(leaf(0), leaf(1))),
        sight([0.1, 0.2, 0.3], mean(leaf(0), leaf(1), leaf(2))),
    ) == Aggregate("mean", PATH, SCORE)


def test_the_first_two_are_added_by_their_places() -> None:
    first = [Function("default", (ElementValue(PATH, i, SCORE), Constant(0.0))) for i in range(2)]
    assert guessed(
        sight([0.5, 0.7, 0.6], above(added(leaf(0), leaf(1)))),
        sight([0.1, 0.2, 0.3], above(added(leaf(0), leaf(1)))),
        sight([0.4], above(added(leaf(0)))),
    ) == Arithmetic("+", first[0], first[1])


def test_the_distance_of_extremes() -> None:
    def spread(count: int) -> Expression:
        parts = tuple(leaf(i) for i in range(count))
        ends = (Expression("max", max, parts), Expression("min", min, parts))
        return above(Expression("-", operator.sub, ends))

    assert guessed(sight([0.5, 0.7], spread(2)), sight([0.1, 0.9, 0.3], spread(3))) == Arithmetic(
        "-", Aggregate("max", PATH, SCORE), Aggregate("min", PATH, SCORE)
    )


def test_a_guess_that_is_wrong_once_is_none() -> None:
    assert (
        guessed(
            sight([0.5, 0.7], above(added(leaf(0), leaf(1)))),
            sight([0.4, 0.2, 0.3, 0.6], above(added(leaf(0), leaf(2)))),
        )
        is None
    )


def test_different_comparisons_are_no_question() -> None:
    one = above(added(leaf(0), leaf(1)))
    other = Expression("<", operator.lt, (added(leaf(0), leaf(1)), 1.0))
    assert guessed(sight([0.5, 0.7], one), sight([0.5, 0.7], other)) is None


# Whole applications


def analysed(tmp_path: Path, body: str) -> DecisionProcess:
    (tmp_path / "app.py").write_text(CLIENT + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=BUDGET).processes
    return process


def numbers(process: DecisionProcess) -> list[str]:
    return [str(one.value) for one in process.predicates() if isinstance(one, Compare)]


def scored(*rows: tuple[str, float]) -> dict[str, object]:
    return {PATH: [{"description": name, "score": score} for name, score in rows]}


def test_a_sum_over_some_labels_decides_at_its_border(tmp_path: Path) -> None:
    process = analysed(
        tmp_path,
        """
        total = 0
        for one in labels:
            if one.description in ('Dog', 'Cat'):
                total += one.score
        print('pets' if total >= 1.5 else 'none')
        """,
    )
    assert process.status is Status.COMPLETE
    pets = process.decide(scored(("Dog", 0.75), ("Sky", 0.9), ("Cat", 0.75))).id
    none = process.decide(scored(("Dog", 0.75), ("Sky", 0.9), ("Cat", 0.7499))).id
    assert pets != none
    assert process.decide(scored(("Sky", 0.9), ("Sky", 0.9))).id == none


def test_two_ways_to_write_a_mean_are_one_record(tmp_path: Path) -> None:
    bodies = (
        "if labels:\n    print(sum(x.score for x in labels) / len(labels) > 0.7)\n",
        "n, t = 0, 0\nfor x in labels:\n    n += 1\n    t += x.score\nif n:\n    print(t / n > 0.7)\n",
    )
    found = []
    for i, body in enumerate(bodies):
        (tmp_path / str(i)).mkdir()
        process = analysed(tmp_path / str(i), body)
        assert process.status is Status.COMPLETE
        assert (
            process.decide(scored(("A", 0.8), ("B", 0.7))).id
            != process.decide(scored(("A", 0.5))).id
        )
        found.append(numbers(process))
    assert found[0] == found[1]
    assert "mean" in found[0][0]


def test_the_better_of_two_labels(tmp_path: Path) -> None:
    process = analysed(
        tmp_path,
        """
        scores = {x.description: x.score for x in labels}
        print('dog' if scores.get('Dog', 0) > scores.get('Cat', 0) else 'cat')
        """,
    )
    assert process.status is Status.COMPLETE
    dog = process.decide(scored(("Dog", 0.7), ("Cat", 0.6))).id
    assert process.decide(scored(("Dog", 0.7))).id == dog
    assert process.decide(scored(("Cat", 0.8), ("Dog", 0.7))).id != dog
    assert process.decide(scored(("Dog", 0.7), ("Dog", 0.5), ("Cat", 0.6))).id != dog


@pytest.mark.slow
def test_what_no_term_says_is_not_complete(tmp_path: Path) -> None:
    process = analysed(
        tmp_path,
        """
        product = 1.0
        for one in labels:
            product = product * (1 - one.score) + 0.1 * product ** 2
        print('sure' if product < 0.05 else 'unsure')
        """,
    )
    assert process.status is not Status.COMPLETE
    assert process.gaps
