"""Products of sets of values: what they hold, and how little they ask."""

import itertools
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.analysis import analyze
from chameleonapi.analysis.exploration.boxes import boxes_of, cover, holds
from chameleonapi.analysis.exploration.dimensions import NumberDimension
from chameleonapi.apis import get_api
from chameleonapi.decision import Exists, Or

SCORE = next(
    field
    for part in get_api("google.vision.label_detection").collections
    for field in part.fields
    if field.path == "score"
)


def numbers(*cuts):
    made = NumberDimension(SCORE)
    made.refine(tuple((one, True) for one in cuts))
    return made


def labels(count):
    return types.SimpleNamespace(count=count)


@st.composite
def sets_of_rows(draw):
    dims = [
        numbers(*(0.1 * (k + 1) for k in range(size - 1))) if is_ordered else labels(size)
        for size, is_ordered in draw(
            st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=3)
        )
    ]
    whole = list(itertools.product(*(range(one.count) for one in dims)))
    every = draw(st.lists(st.sampled_from(whole), min_size=1, unique=True))
    rows = draw(st.sets(st.sampled_from(every), min_size=1))
    return dims, every, rows


@given(sets_of_rows())
def test_a_cover_holds_the_same_rows_and_none_to_spare(drawn):
    dims, every, rows = drawn
    boxes = boxes_of(rows, dims)
    found = cover(boxes, rows, every, dims)
    assert {row for row in every if any(holds(one, row) for one in found)} == rows
    assert len(found) <= len(boxes)
    for one in found:
        others = [box for box in found if box != one]
        assert any(holds(one, row) and not any(holds(o, row) for o in others) for row in rows)


@given(sets_of_rows(), st.randoms())
def test_it_depends_on_the_rows_only(drawn, random):
    dims, every, rows = drawn
    shuffled = list(every)
    random.shuffle(shuffled)
    assert cover(boxes_of(rows, dims), rows, every, dims) == cover(
        boxes_of(rows, dims), rows, shuffled, dims
    )


def test_either_of_two_is_said_as_such():
    dims = [labels(2), labels(2)]
    every = list(itertools.product(range(2), repeat=2))
    rows = {row for row in every if 1 in row}
    full, one = frozenset({0, 1}), frozenset({1})
    assert boxes_of(rows, dims) == [(frozenset({0}), one), (one, full)]
    assert cover(boxes_of(rows, dims), rows, every, dims) == [(one, full), (full, one)]


def test_a_bound_that_another_box_makes_idle_is_dropped_and_labels_are_not_repeated():
    # the score first: a dog from 0.1 on, a cat from 0.2 on
    dims = [numbers(0.1, 0.2), labels(3)]
    every = list(itertools.product(range(3), range(3)))
    rows = {(1, 0), (2, 0), (2, 1)}
    assert cover(boxes_of(rows, dims), rows, every, dims) == [
        (frozenset({1, 2}), frozenset({0})),
        (frozenset({2}), frozenset({1})),
    ]


def test_more_boxes_than_anybody_reads_stay_as_they_are():
    dims = [labels(100), labels(100)]
    every = list(itertools.product(range(100), repeat=2))
    rows = {(one, other) for one, other in every if one >= other}
    boxes = boxes_of(rows, dims)
    assert len(boxes) == 100
    assert cover(boxes, rows, every, dims) == boxes


SAFE = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()

def shown(data):
    safe = client.safe_search_detection(image=vision.Image(content=data)).safe_search_annotation
    LIKELY = vision.Likelihood.LIKELY
    return "hidden" if safe.adult >= LIKELY or safe.violence >= LIKELY or safe.racy == 5 else "shown"
"""


@pytest.mark.parametrize("style", ["or", "any", "in a row"])
def test_each_of_several_likelihoods_is_one_question(tmp_path, style):
    source = SAFE
    if style == "any":
        source = source.replace(
            "safe.adult >= LIKELY or safe.violence >= LIKELY or safe.racy == 5",
            "any([safe.racy == 5, safe.violence >= LIKELY, safe.adult >= LIKELY])",
        )
    elif style == "in a row":
        source = source.split("    return")[0] + (
            "    if safe.racy == 5:\n        return 'hidden'\n"
            "    if safe.adult >= LIKELY:\n        return 'hidden'\n"
            "    return 'hidden' if safe.violence in (4, 5) else 'shown'\n"
        )
    (tmp_path / "app.py").write_text(source)
    (process,) = analyze(tmp_path).processes
    (case,) = process.rules.cases
    assert isinstance(case.predicate, Or)
    assert all(isinstance(one, Exists) for one in case.predicate.operands)
    told = {test.field: set(test.accepts.labels) for atom in process.atoms for test in atom.tests}
    assert [len(one.tests) for one in process.atoms] == [1, 1, 1]
    likely = {"LIKELY", "VERY_LIKELY"}
    assert told == {"adult": likely, "violence": likely, "racy": {"VERY_LIKELY"}}
