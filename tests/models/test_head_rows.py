"""A head kept as the rows in which it differs from another one."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.errors import ModelError
from chameleonapi.models import LinearHead
from chameleonapi.models.head_rows import HeadRows, differing_rows
from chameleonapi.models.weight_files import write_weights

DIGEST = "a" * 64
LABELS = tuple(f"label {number}" for number in range(8))


def make_base(rows=8, dimension=3, seed=0):
    drawn = torch.Generator().manual_seed(seed)
    return LinearHead(
        LABELS[:rows],
        torch.randn(rows, dimension, generator=drawn),
        torch.randn(rows, generator=drawn),
        torch.randn(dimension, generator=drawn),
        torch.rand(dimension, generator=drawn) + 0.5,
    )


def with_rows(base, changes):
    """Return a head with other numbers in some places of (row, column); column -1 is the bias."""
    weight, bias = base.weight.clone(), base.bias.clone()
    for (row, column), value in changes.items():
        if column < 0:
            bias[row] = value
        else:
            weight[row, column] = value
    return LinearHead(base.labels, weight, bias, base.mean, base.std)


BASE = make_base()
NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)
CHANGES = st.dictionaries(st.tuples(st.integers(0, 5), st.integers(-1, 2)), NUMBERS, max_size=12)


@given(CHANGES)
def test_what_is_put_together_again_is_the_same_bit_by_bit(changes):
    head = with_rows(BASE, changes)
    rows = HeadRows.between(head, BASE, DIGEST)
    read = HeadRows.from_bytes(rows.to_bytes())
    again = read.on(BASE)
    assert again.to_bytes() == head.to_bytes()
    assert read.to_bytes() == rows.to_bytes()
    assert again.origin.base is BASE
    assert again.origin.digest == DIGEST
    assert set(again.origin.places.tolist()) <= {row for row, _ in changes}


def test_a_zero_of_another_sign_is_another_number():
    base = with_rows(BASE, {(2, 1): 0.0})
    head = with_rows(base, {(2, 1): -0.0})
    assert differing_rows(head, base).tolist() == [2]
    rows = HeadRows.between(head, base, DIGEST)
    assert HeadRows.from_bytes(rows.to_bytes()).on(base).to_bytes() == head.to_bytes()


def test_a_head_that_changed_nothing_has_no_rows():
    rows = HeadRows.between(with_rows(BASE, {}), BASE, DIGEST)
    assert HeadRows.from_bytes(rows.to_bytes()).on(BASE).to_bytes() == BASE.to_bytes()
    assert len(rows.places) == 0


@pytest.mark.parametrize(
    "head",
    [
        with_rows(BASE, {(row, -1): 7.0 for row in range(7)}),
        LinearHead(LABELS[::-1], BASE.weight, BASE.bias, BASE.mean, BASE.std),
        LinearHead(LABELS, BASE.weight, BASE.bias, BASE.mean, BASE.std * 2),
        LinearHead(LABELS, BASE.weight, BASE.bias, BASE.mean + 1, BASE.std),
        make_base(rows=7),
        make_base(dimension=4),
    ],
    ids=["most rows", "other labels", "other spread", "other mean", "fewer labels", "other size"],
)
def test_what_shares_too_little_is_not_kept_as_rows(head):
    assert HeadRows.between(head, BASE, DIGEST) is None


def content(*, rows=(1, 2), weight=(2, 3), bias=(2,), base=DIGEST, form=None, **more):
    record = {"format": form or "chameleonapi.head-rows/1", "base": base, "rows": rows, **more}
    return write_weights({"weight": torch.ones(weight), "bias": torch.ones(bias)}, "rows", record)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"rows": [1, 1]}, "row 1 comes twice"),
        ({"rows": [2, 1]}, "row 1 comes after 2"),
        ({"rows": [-1, 1]}, "one is said to be row -1"),
        ({"rows": [0, 1 << 80]}, "one is said to be row 12089"),
        ({"rows": [0, True]}, "no list of whole numbers"),
        ({"rows": [0, 1.5]}, "no list of whole numbers"),
        ({"rows": "01"}, "no list of whole numbers"),
        ({"rows": None}, "no list of whole numbers"),
        ({"rows": [0, 1, 2]}, r"of shape \(2, 3\) and \(2,\) came for 3 rows"),
        ({"weight": (3, 3)}, r"of shape \(3, 3\) and \(2,\) came for 2 rows"),
        ({"bias": (3,)}, r"of shape \(2, 3\) and \(3,\) came for 2 rows"),
        ({"weight": (2,)}, r"of shape \(2,\) and \(2,\) came for 2 rows"),
        ({"bias": ()}, r"of shape \(2, 3\) and \(\) came for 2 rows"),
        ({"base": 7}, "their base is no text"),
        ({"form": "chameleonapi.linear-head/1"}, "its format is 'chameleonapi.linear-head/1'"),
    ],
)
def test_rows_that_cannot_be_right_are_refused(changes, why):
    with pytest.raises(ModelError, match=f"rows of a head cannot be used: .*{why}"):
        HeadRows.from_bytes(content(**changes))


def test_rows_without_weights_or_of_another_file_are_refused():
    record = {"format": "chameleonapi.head-rows/1", "base": DIGEST, "rows": []}
    with pytest.raises(ModelError, match="'weight' is missing"):
        HeadRows.from_bytes(write_weights({"bias": torch.ones(2)}, "rows", record))
    with pytest.raises(ModelError, match="cannot be used"):
        HeadRows.from_bytes(BASE.to_bytes())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"rows": [1, 8]}, "one is said to be row 8, and the base has 8"),
        ({"weight": (2, 4)}, "have 4 numbers each, those of the base 3"),
    ],
)
def test_rows_of_another_base_are_refused(changes, why):
    with pytest.raises(ModelError, match=why):
        HeadRows.from_bytes(content(**changes)).on(BASE)


def test_what_is_made_from_it_with_other_numbers_is_of_no_known_origin():
    head = HeadRows.from_bytes(content()).on(BASE)
    assert head.origin is not None
    assert replace(head, weight=head.weight + 1).origin is None
    assert head.with_thresholds(torch.full((8,), 0.3)).origin is None


def test_the_base_itself_is_left_as_it_was():
    before = BASE.to_bytes()
    HeadRows.from_bytes(content()).on(BASE)
    assert BASE.to_bytes() == before
