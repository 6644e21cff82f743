import pytest

from chameleonapi.evaluation.mistakes import confusion, count_mistakes, sort_mistake
from evaluation.worlds import process

CHOICE = process({"food": ["Apple"], "metal": ["Can"]})
SELECT = process({"a": ["A"], "b": ["B"], "c": ["C"]}, kind="flags")


@pytest.mark.parametrize(
    ("decided", "right", "sort"),
    [
        ("food", {"food"}, None),
        ("food", {"food", "metal"}, None),
        ("nothing", {"food"}, "missed"),
        ("metal", {"food"}, "wrong"),
        ("metal", {"nothing"}, "false alarm"),
        ("metal", {"nothing", "food"}, "wrong"),
    ],
)
def test_mistakes_of_a_choice(decided, right, sort):
    assert sort_mistake(CHOICE, decided, frozenset(right)) == sort


@pytest.mark.parametrize(
    ("decided", "right", "sort"),
    [
        ("a+b", {"a+b"}, None),
        ("none", {"a"}, "missed"),
        ("a", {"a+b"}, "missed"),
        ("a+b", {"a"}, "false alarm"),
        ("c", {"none"}, "false alarm"),
        ("c", {"a"}, "wrong"),
        ("a+c", {"a+b"}, "wrong"),
    ],
)
def test_mistakes_of_a_multi_select(decided, right, sort):
    assert sort_mistake(SELECT, decided, frozenset(right)) == sort


def test_counts_name_every_sort():
    right = [frozenset({"food"})] * 3
    found = count_mistakes(CHOICE, ["food", "nothing", "nothing"], right)
    assert found == {"missed": 2, "wrong": 0, "false alarm": 0}


def test_a_wrong_decision_is_shared_among_what_was_right():
    right = [frozenset({"food", "metal"}), frozenset({"food", "metal"}), frozenset({"nothing"})]
    matrix = confusion(["metal", "nothing", "nothing"], right, ("food", "metal", "nothing"))
    assert matrix == ((0, 0, 0.5), (0, 1, 0.5), (0, 0, 1))
