import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.data import Dataset, Example, assign_splits
from chameleonapi.errors import UsageError


def dataset(count, **changes):
    made = (Example(str(index), lambda: b"", (), **changes) for index in range(count))
    return Dataset(tuple(made), ())


def splits(found):
    return {one.id: one.split for one in found}


def test_the_shares_come_about():
    found = list(splits(assign_splits(dataset(4000), validation=0.1, test=0.3)).values())
    assert 0.08 < found.count("validation") / 4000 < 0.12
    assert 0.27 < found.count("test") / 4000 < 0.33


@given(st.integers(0, 40), st.integers(0, 5))
def test_more_examples_move_none(count, seed):
    few, many = (splits(assign_splits(dataset(size), seed=seed)) for size in (count, count + 20))
    assert few.items() <= many.items()


def test_a_group_stays_together_and_a_split_that_is_there_stays():
    assert len(set(splits(assign_splits(dataset(50, group="one"))).values())) == 1
    assert set(splits(assign_splits(dataset(9, split="test"))).values()) == {"test"}


def test_another_seed_gives_another_split():
    assert splits(assign_splits(dataset(50))) != splits(assign_splits(dataset(50), seed=1))


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0.2), (0.2, -0.1)])
def test_impossible_shares_are_refused(shares):
    with pytest.raises(UsageError, match="nothing to train on"):
        assign_splits(dataset(1), validation=shares[0], test=shares[1])
