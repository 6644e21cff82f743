import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.losses.smooth import gate, order_statistics, soft_max, soft_min, veiled_soft_max

rows = st.lists(st.floats(-20, 20), min_size=1, max_size=12).map(
    lambda one: torch.tensor([one], dtype=torch.float64)
)


@given(rows, st.floats(0.01, 3.0))
def test_a_soft_maximum_overshoots_by_the_temperature_at_most(values, temperature):
    gap = soft_max(values, temperature) - values.amax(-1)
    assert -1e-9 <= gap.item() <= temperature + 1e-9
    assert (soft_min(values, temperature) <= values.amin(-1) + 1e-9).all()


@given(rows)
def test_at_zero_they_are_the_hard_ones(values):
    assert soft_max(values, 0.0).equal(values.amax(-1))
    assert soft_min(values, 0.0).equal(values.amin(-1))
    ranks = values.shape[1]
    found = order_statistics(values, ranks, 0.0, ranks)
    assert found.equal(values.sort(descending=True).values)


@given(rows, st.floats(0.01, 3.0))
def test_soft_order_statistics_fall_and_tend_to_the_sorted_values(values, temperature):
    size = values.shape[1]
    for ranks in range(1, size + 1):
        found = order_statistics(values, ranks, temperature, size)
        exact = values.sort(descending=True).values[:, :ranks]
        assert (found.diff(dim=-1) <= 1e-9).all()
        assert ((found - exact) <= temperature + 1e-9).all()
        assert ((found - exact) >= -1e-9).all()


def test_hidden_terms_do_not_count():
    values = torch.tensor([[1.0, -torch.inf, 0.0, -torch.inf]])
    shown = torch.tensor([[1.0, 0.0]])
    assert soft_max(values, 1.0, size=2).item() == pytest.approx(soft_max(shown, 1.0).item())
    hidden = order_statistics(values, 2, 1.0, size=2)
    assert hidden.tolist()[0] == pytest.approx(order_statistics(shown, 2, 1.0, 2).tolist()[0])


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0])
def test_the_fast_soft_maximum_is_the_plain_one(temperature):
    values = torch.randn(3, 6, dtype=torch.float64).mul(3).requires_grad_()
    veil = torch.tensor([0.0, -torch.inf, 0.0, 0.0, -torch.inf, 0.0])
    fast = veiled_soft_max(values, veil, temperature, 4)
    assert torch.allclose(fast, soft_max(values + veil, temperature, 4))
    assert torch.autograd.gradcheck(lambda z: veiled_soft_max(z, veil, temperature, 4), values)


def test_the_first_soft_order_statistic_is_the_soft_maximum():
    values = torch.tensor([[1.0, 0.2, -0.3, 0.9]])
    assert order_statistics(values, 1, 0.5, 4).item() == pytest.approx(soft_max(values, 0.5).item())


def test_gates_are_sharper_the_more_they_are():
    assert gate(torch.tensor([-1.0, 2.0]), 0.0, 2).tolist() == [0.0, 1.0]
    many = gate(torch.full((5000,), -4.0), 1.0, 5000).sum().item()
    assert many < 1e-9
    assert gate(torch.tensor([1.0]), 1.0, 1).item() == pytest.approx(1 / (1 + math.exp(-1)))
