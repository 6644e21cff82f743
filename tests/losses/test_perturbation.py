import math

import pytest
import torch

from chameleonapi.errors import UsageError
from chameleonapi.losses import build_loss, compile_decision
from losses.decisions import (
    LABELS,
    in_api_order,
    in_application_order,
    multi_select,
    present,
    random_logits,
    row,
    true_false,
)
from losses.test_acceptance import MANY, many_flags

DECISIONS = [true_false(), in_api_order(), in_application_order(), multi_select()]
ROWS = (("apple",), ("glass", "dog"), ("shirt", "pear"), (), ("apple", "paper", "shirt"))


def test_value_and_slope_are_those_of_the_chance():
    """One label far above all others decides: the chance is that of one normal variable."""
    decision = compile_decision(true_false(), LABELS)
    rows = present(("apple",))
    acceptable = decision.acceptable(rows)
    logits = torch.full((1, len(LABELS)), -40.0)
    logits[0, LABELS.index("apple")] = 0.6
    logits.requires_grad_()
    scale = 0.8
    loss = build_loss(decision, "perturbation.v1", scale=scale, draws=40_000)
    value = loss(logits, acceptable, rows)
    value.backward()
    height = 0.6 / scale
    chance = 0.5 * math.erfc(height / math.sqrt(2))
    slope = -math.exp(-(height**2) / 2) / math.sqrt(2 * math.pi) / scale
    assert value.item() == pytest.approx(chance, abs=0.01)
    assert logits.grad[0, LABELS.index("apple")].item() == pytest.approx(slope, abs=0.02)
    others = [i for i, name in enumerate(LABELS) if name != "apple"]
    assert logits.grad[0, others].abs().max().item() < 0.02


@pytest.mark.parametrize("drawn", DECISIONS)
def test_following_it_mends_wrong_decisions(drawn):
    decision = compile_decision(drawn, LABELS)
    rows = present(*ROWS)
    acceptable = decision.acceptable(rows)
    loss = build_loss(decision, "perturbation.v1", draws=64)
    logits = random_logits(len(ROWS), seed=3, dtype=torch.float32).requires_grad_()
    before = int((~decision.is_correct(logits.detach(), acceptable)).sum())
    optimiser = torch.optim.Adam([logits], lr=0.2)
    for step in range(200):
        optimiser.zero_grad()
        build_loss(decision, "perturbation.v1", draws=64, seed=step)(
            logits, acceptable, rows
        ).backward()
        optimiser.step()
    assert before > 0
    assert decision.is_correct(logits.detach(), acceptable).all()
    assert loss(logits, acceptable, rows).item() < 0.1


def test_many_flags_at_once():
    decision = compile_decision(many_flags(), MANY)
    assert decision.is_factored
    rows = torch.zeros(2, len(MANY), dtype=torch.bool)
    rows[0, 0] = True
    acceptable = decision.acceptable(rows)
    logits = torch.where(rows, -1.0, -4.0).requires_grad_()
    loss = build_loss(decision, "perturbation.v1", draws=512)
    loss(logits, acceptable, rows).backward()
    assert logits.grad[0, 0] < -0.05  # up with the label that is there


def test_it_is_a_pure_function():
    decision = compile_decision(true_false(), LABELS)
    rows = present(*ROWS)
    acceptable = decision.acceptable(rows)
    logits = random_logits(len(ROWS), seed=1, dtype=torch.float32)
    state = torch.get_rng_state()
    one = build_loss(decision, "perturbation.v1")(logits, acceptable, rows, reduction="none")
    two = build_loss(decision, "perturbation.v1")(logits, acceptable, rows, reduction="none")
    assert torch.equal(one, two)
    assert torch.equal(state, torch.get_rng_state())


def test_where_nothing_or_everything_is_right_there_is_nothing_to_learn():
    decision = compile_decision(in_api_order(), LABELS)
    logits = row(apple=0.1).requires_grad_()
    rows = present(("apple",))
    for is_right in (False, True):
        acceptable = torch.full((1, len(decision.outcomes)), is_right)
        value = build_loss(decision, "perturbation.v1")(logits, acceptable, rows)
        (slope,) = torch.autograd.grad(value, logits)
        assert value.item() == 0.0
        assert not slope.any()


def test_a_share_of_the_ordinary_loss():
    decision = compile_decision(true_false(), LABELS)
    rows = present(("apple",))
    acceptable = decision.acceptable(rows)
    logits = row(apple=9.0)
    alone = build_loss(decision, "perturbation.v1")(logits, acceptable, rows)
    both = build_loss(decision, "perturbation.v1", ordinary=0.5)(logits, acceptable, rows)
    basic = build_loss(decision, "basic.v1")(logits, acceptable, rows)
    assert alone.item() == 0.0
    assert both.item() == pytest.approx(0.5 * basic.item())


@pytest.mark.parametrize(
    "options", [{"scale": 0.0}, {"draws": 3}, {"draws": 0}, {"ordinary": -1.0}]
)
def test_options_out_of_range(options):
    decision = compile_decision(true_false(), LABELS)
    with pytest.raises(UsageError, match="above zero, the draws even"):
        build_loss(decision, "perturbation.v1", **options)
