import pytest
import torch

from chameleonapi.evaluation.decisions import acceptable_outcomes, outcomes_alone
from chameleonapi.evaluation.mistakes import confusion, count_mistakes, sort_mistake
from chameleonapi.training import FeatureSet
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
    assert found == {"missed": 2, "wrong": 0, "order": 0, "false alarm": 0}


def test_a_wrong_decision_is_shared_among_what_was_right():
    right = [frozenset({"food", "metal"}), frozenset({"food", "metal"}), frozenset({"nothing"})]
    matrix = confusion(["metal", "nothing", "nothing"], right, ("food", "metal", "nothing"))
    assert matrix == ((0, 0, 0.5), (0, 1, 0.5), (0, 0, 1))


def test_another_target_that_is_really_there_is_a_matter_of_order():
    one = process({"food": ["Apple"], "metal": ["Can"], "pet": ["Dog"]}, kind="application")
    labels = ("Apple", "Can", "Dog", "Stone")
    present = torch.tensor([[True, True, False, True], [True, False, False, True]])
    data = FeatureSet(
        labels, ("1", "2"), ("1", "2"), torch.zeros(2, 1), present, torch.ones_like(present)
    )
    alone = outcomes_alone(one, data)
    assert alone == [{"food", "metal"}, {"food"}]
    right = acceptable_outcomes(one, data)
    assert right == [{"food"}, {"food"}]
    # The apple was missed, so that the can, which is there, came first; then it is not there.
    assert count_mistakes(one, ["metal", "metal"], right, alone) == {
        "missed": 0,
        "wrong": 1,
        "order": 1,
        "false alarm": 0,
    }
