import pytest

from chameleonapi.serving.batcher import OverloadError
from chameleonapi.serving.bodies import BodyBudget


def test_bodies_share_a_budget_and_give_it_back():
    budget = BodyBudget(100)
    with budget.share() as first, budget.share() as second:
        first.take(60)
        second.take(40)
        with pytest.raises(OverloadError):
            first.take(1)
        with pytest.raises(OverloadError):
            second.take(1)
        assert budget.held_bytes == 100
    assert budget.held_bytes == 0


def test_one_body_alone_may_be_larger_than_the_budget():
    budget = BodyBudget(100)
    with budget.share() as only:
        only.take(80)
        only.take(80)
        with budget.share() as late, pytest.raises(OverloadError):
            late.take(1)
    assert budget.held_bytes == 0


def test_a_share_is_given_back_after_a_failure():
    budget = BodyBudget(100)
    with budget.share() as one:
        one.take(90)
        with pytest.raises(OverloadError), budget.share() as other:
            other.take(20)
        assert budget.held_bytes == 90
    assert budget.held_bytes == 0
