import numpy as np
import pytest
import torch

from chameleonapi.losses import cutting
from chameleonapi.losses.cutting import cut_columns, most_above


def check(logits, limit):
    columns = cut_columns(logits, limit)
    beyond, last = logits.gather(1, columns).unbind(1)
    ordered = logits.sort(1, descending=True).values
    assert torch.equal(last, ordered[:, limit - 1])
    assert torch.equal(beyond, ordered[:, limit])
    assert (columns[:, 0] != columns[:, 1]).all()


@pytest.fixture
def sampled(monkeypatch):
    """Tell how often the sample was enough."""
    found = []

    def watch(rows, limit):
        found.append(_by_sample(rows, limit))
        return found[-1]

    _by_sample = cutting._by_sample
    monkeypatch.setattr(cutting, "_by_sample", watch)
    return found


@pytest.mark.parametrize("limit", [64, 300, 1000, 1900])
@pytest.mark.parametrize("seed", range(3))
def test_the_cut_is_where_sorting_finds_it(limit, seed, sampled):
    generator = torch.Generator().manual_seed(seed)
    check(torch.randn(16, 2000, generator=generator), limit)
    assert [one is not None for one in sampled] == [True]


def test_equal_logits_never_give_one_column_for_both(sampled):
    generator = torch.Generator().manual_seed(0)
    check(torch.randint(0, 5, (32, 1500), generator=generator).float(), 400)
    check(torch.zeros(4, 1500), 700)
    check(torch.randn(8, 1500, generator=generator).half().float(), 333)
    assert len(sampled) == 3


def test_a_sample_that_leads_astray_is_not_believed(sampled):
    logits = torch.randn(4, 2000, generator=torch.Generator().manual_seed(0))
    logits[:, ::8] += 100  # all that is looked at lies above all the rest
    check(logits, 1000)
    assert sampled == [None]


@pytest.mark.parametrize(
    ("width", "limit", "dtype"),
    [(2000, 10, torch.float32), (500, 100, torch.float32), (2000, 500, torch.float64)],
)
def test_small_cases_and_other_numbers_are_sorted_in_part(width, limit, dtype, sampled):
    generator = torch.Generator().manual_seed(0)
    check(torch.randn(8, width, generator=generator, dtype=dtype), limit)
    assert not sampled


def test_gradients_reach_the_two_logits_only():
    logits = torch.randn(3, 1500, requires_grad=True)
    edge = logits.gather(1, cut_columns(logits, 200))
    edge.sum().backward()
    assert np.array_equal(np.count_nonzero(logits.grad.numpy(), axis=1), [2, 2, 2])


def test_infinite_logits_are_ordered_like_others(sampled):
    logits = torch.randn(4, 2000, generator=torch.Generator().manual_seed(0))
    logits[:, :50], logits[:, 50:700] = torch.inf, -torch.inf
    check(logits, 200)
    check(logits, 1500)
    assert len(sampled) == 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_what_is_not_below_a_line_is_counted(dtype):
    logits = torch.tensor([[0.5, 1.0, -2.0], [1.0, 1.5, 3.0], [-1.0, -1.0, -1.0]], dtype=dtype)
    assert [most_above(logits, line) for line in (1.0, 0.5, 4.0)] == [3, 3, 0]
    assert most_above(logits[:, :0], 1.0) == 0
    assert most_above(logits[:0], 1.0) == 0
