import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.data import check_labels, closest_labels
from chameleonapi.errors import DataError

KNOWN = ("Banana", "Musical instrument", "Paper", "Plant", "Dog")


def test_case_does_not_count():
    assert closest_labels("MUSICAL INSTRUMENTS", KNOWN) == ("Musical instrument",)
    assert closest_labels("qqq", KNOWN) == ()


def test_up_to_five_names_are_shown():
    names = [f"name{index}" for index in range(7)]
    with pytest.raises(DataError, match=r"'name4'.* and 2 more") as caught:
        check_labels([*names, "Dog"], KNOWN, where="line 3")
    assert "name5" not in str(caught.value)
    assert "line 3" in str(caught.value)
    assert caught.value.exit_code == 7


@given(st.lists(st.sampled_from(KNOWN)))
def test_known_names_pass(names):
    check_labels(names, KNOWN, where="anywhere")
