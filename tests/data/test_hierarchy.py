import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.data.hierarchy import (
    check_hierarchy,
    expand_ancestors,
    expand_descendants,
    invert,
)
from chameleonapi.errors import DataError

PARENTS = {"Banana": ("Fruit",), "Fruit": ("Food", "Produce"), "Cake": ("Food",)}

# parents come later in the alphabet, so that there is no cycle
hierarchies = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefgh"))
).map(
    lambda found: {
        one: tuple(sorted(above for above in some if above > one)) for one, some in found.items()
    }
)


def test_ancestors_follow_nearest_first():
    assert expand_ancestors(["Banana"], PARENTS) == ("Banana", "Fruit", "Food", "Produce")
    assert expand_ancestors(["Cake", "Fruit"], PARENTS) == ("Cake", "Fruit", "Food", "Produce")
    assert expand_ancestors([], PARENTS) == ()
    assert expand_ancestors(["Stone"], PARENTS) == ("Stone",)


@given(hierarchies, st.lists(st.sampled_from("abcdefgh")))
def test_expanding_is_complete_and_idempotent(parents, labels):
    found = expand_ancestors(labels, parents)
    assert len(set(found)) == len(found)
    assert set(labels) <= set(found)
    assert all(above in found for one in found for above in parents.get(one, ()))
    assert expand_ancestors(found, parents) == found


@given(hierarchies, st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))
def test_descendants_are_the_other_way_round(parents, one, other):
    is_above = other in expand_ancestors([one], parents)
    assert is_above == (one in expand_descendants([other], invert(parents)))


def test_a_cycle_is_named():
    with pytest.raises(DataError, match=r"cycle: B -> C -> B\."):
        check_hierarchy({"A": ("B",), "B": ("C",), "C": ("B",)})
    with pytest.raises(DataError, match="cycle: A -> A"):
        check_hierarchy({"A": ("A",)})


@given(hierarchies)
def test_what_has_no_cycle_is_accepted(parents):
    check_hierarchy(parents)


def test_a_long_chain_needs_no_deep_stack():
    check_hierarchy({str(one): (str(one + 1),) for one in range(20_000)})
