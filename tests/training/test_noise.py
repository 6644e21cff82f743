import pytest
import torch

from chameleonapi.training.noise import logit_noise


def draw(weight, scale=0.5, examples=40_000):
    return logit_noise(weight, examples, scale, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("rows", [3, 9])
def test_it_is_what_noise_on_the_features_leads_to(rows):
    # With more rows than features, it is drawn on the features themselves.
    weight = torch.randn((rows, 6), generator=torch.Generator().manual_seed(1))
    found = draw(weight)
    assert found.shape == (40_000, rows)
    torch.testing.assert_close(found.mean(0), torch.zeros(rows), atol=0.05, rtol=0)
    torch.testing.assert_close(found.T.cov(), 0.25 * weight @ weight.T, atol=0.08, rtol=0)


@pytest.mark.parametrize("rows", [2, 9])
def test_the_gradient_is_that_of_the_expected_loss(rows):
    start = torch.randn((rows, 5), generator=torch.Generator().manual_seed(2))
    weight = start.clone().requires_grad_()
    draw(weight).square().sum(1).mean().backward()
    # The expected square is 0.25 times the sum of squares of the weight.
    torch.testing.assert_close(weight.grad, 0.5 * start, atol=0.03, rtol=0.03)


def test_a_weight_of_zero_has_a_gradient_too():
    weight = torch.zeros((3, 8), requires_grad=True)
    found = logit_noise(weight, 5, 1.0, torch.Generator().manual_seed(0))
    found.sum().backward()
    assert float(found.detach().abs().max()) < 0.05
    assert torch.isfinite(weight.grad).all()
