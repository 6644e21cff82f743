import math

import pytest
import torch

from chameleonapi import decision as d
from chameleonapi.errors import UsageError
from chameleonapi.losses import build_loss, compile_decision, compile_loss
from chameleonapi.losses.interface import reduce_examples
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


def test_the_value_is_the_surrogate_of_the_margin():
    decision = compile_decision(true_false(), LABELS)
    rows = present(("apple",))
    acceptable = decision.acceptable(rows)
    logits = row(apple=0.7, pear=-1.0)

    def value(**options):
        return build_loss(decision, temperature=0.0, **options)(logits, acceptable, rows).item()

    assert value() == pytest.approx(math.log1p(math.exp(-0.7)))
    assert value(margin=1.0, scale=2.0) == pytest.approx(2 * math.log1p(math.exp(0.15)))
    assert value(surrogate="hinge", margin=1.0) == pytest.approx(0.3)
    assert value(surrogate="hinge") == 0.0
    assert value(surrogate="sigmoid") == pytest.approx(1 / (1 + math.exp(0.7)))
    assert value(ordinary=0.5) == pytest.approx(
        math.log1p(math.exp(-0.7))
        + 0.5
        * (math.log1p(math.exp(-0.7)) + math.log1p(math.exp(-1.0)) + 3 * math.log1p(math.exp(-4.0)))
    )


@pytest.mark.parametrize("drawn", DECISIONS)
@pytest.mark.parametrize("surrogate", ["softplus", "hinge", "sigmoid"])
def test_a_correct_decision_beats_an_incorrect_one(drawn, surrogate):
    decision = compile_decision(drawn, LABELS)
    loss = build_loss(decision, surrogate=surrogate, temperature=0.0)
    rows = present(*ROWS)
    acceptable = decision.acceptable(rows)
    right = torch.where(rows, 3.0, -3.0)
    for seed in range(20):
        other = random_logits(len(ROWS), seed=seed, dtype=torch.float32)
        is_wrong = ~decision.is_correct(other, acceptable)
        good = loss(right, acceptable, rows, reduction="none")
        bad = loss(other, acceptable, rows, reduction="none")
        assert decision.is_correct(right, acceptable).all()
        assert (good < bad)[is_wrong].all()


@pytest.mark.parametrize("drawn", DECISIONS)
def test_zero_one_loss_is_bounded_by_the_softplus(drawn):
    decision = compile_decision(drawn, LABELS)
    loss = build_loss(decision, temperature=0.0)
    rows = present(*ROWS)
    acceptable = decision.acceptable(rows)
    for seed in range(10):
        logits = random_logits(len(ROWS), seed=seed)
        wrong = ~decision.is_correct(logits, acceptable)
        assert (loss(logits, acceptable, rows, reduction="none") / math.log(2) >= wrong).all()


def test_an_example_that_says_nothing_costs_nothing():
    decision = compile_decision(true_false(), LABELS)
    logits = random_logits(2).requires_grad_()
    everything = torch.tensor([[True, True], [False, False]])
    rows = torch.zeros(2, 8, dtype=torch.bool)
    value = build_loss(decision)(logits, everything, rows, reduction="none")
    assert value.tolist() == [0.0, 0.0]
    value.sum().backward()
    assert (logits.grad == 0).all()


@pytest.mark.parametrize(
    "name", ["robustness.v1", "paper.v1", "basic.v1", "asymmetric.v1", "bce.v1", "weighted-bce.v1"]
)
@pytest.mark.parametrize("drawn", DECISIONS)
def test_unknown_labels_are_never_penalised(drawn, name):
    decision = compile_decision(drawn, LABELS)
    loss = build_loss(decision, name)
    rows = torch.zeros(1, 8, dtype=torch.bool)
    unknown = torch.zeros_like(rows)  # nothing is known, and nothing is a mistake
    logits = random_logits(1).requires_grad_()
    value = loss(logits, decision.acceptable(rows, unknown), rows, unknown)
    assert value.item() == 0.0
    value.backward()
    assert (logits.grad == 0).all()


@pytest.mark.parametrize(
    "name", ["robustness.v1", "paper.v1", "basic.v1", "asymmetric.v1", "bce.v1", "weighted-bce.v1"]
)
def test_reductions_agree(name):
    decision = compile_decision(in_api_order(), LABELS)
    loss = build_loss(decision, name)
    rows = present(*ROWS)
    acceptable = decision.acceptable(rows)
    logits = random_logits(len(ROWS))
    each = loss(logits, acceptable, rows, reduction="none")
    assert each.shape == (len(ROWS),)
    assert loss(logits, acceptable, rows, reduction="sum").item() == pytest.approx(
        each.sum().item()
    )
    assert loss(logits, acceptable, rows).item() == pytest.approx(each.mean().item())
    nothing = loss(logits[:0], acceptable[:0], rows[:0])
    assert nothing.item() == 0.0


def test_any_of_several_right_outcomes_is_enough():
    decision = compile_decision(in_api_order(), LABELS)
    loss = build_loss(decision, temperature=0.1)
    rows = present(("apple", "glass"))
    acceptable = decision.acceptable(rows)
    fruit = loss(row(apple=4.0, glass=-4.0), acceptable, rows)
    glass = loss(row(apple=-4.0, glass=4.0), acceptable, rows)
    both = loss(row(apple=4.0, glass=3.9), acceptable, rows)
    none = loss(row(), acceptable, rows)
    assert fruit.item() == pytest.approx(glass.item())
    assert fruit < none
    assert both < none


def test_many_flags_have_the_loss_too():
    decision = compile_decision(many_flags(), MANY)
    loss = build_loss(decision, temperature=0.0)
    rows = torch.rand(6, 15) < 0.3
    acceptable = decision.acceptable(rows)
    logits = torch.where(rows, 3.0, -2.0)
    assert loss(logits, acceptable, rows).item() == pytest.approx(math.log1p(math.exp(-2.0)))
    logits[:, 0] *= -1
    assert (loss(logits, acceptable, rows, reduction="none") > 1).all()
    unknown = torch.zeros(1, 15, dtype=torch.bool)
    free = torch.ones(1, 30, dtype=torch.bool)
    grad = logits[:1].clone().requires_grad_()
    value = build_loss(decision)(grad, free, unknown)
    value.backward()
    assert value.item() == 0.0
    assert (grad.grad == 0).all()
    assert torch.isfinite(loss(logits, torch.zeros_like(acceptable), rows)).all()


def test_it_learns_what_cross_entropy_on_targets_cannot_afford():
    # One linear unit for two labels of a class that are never seen apart: the decision only
    # needs one of them, so the loss can reach zero although the labels cannot be told apart.
    decision = compile_decision(true_false(), LABELS)
    loss = build_loss(decision)
    rows = present(("apple",), ("pear",), ("dog",), ())
    acceptable = decision.acceptable(rows)
    features = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    weight = torch.zeros(2, 8, requires_grad=True)
    bias = torch.full((8,), -2.0, requires_grad=True)
    optimizer = torch.optim.Adam([weight, bias], lr=0.2)
    for _ in range(100):
        optimizer.zero_grad()
        loss(features @ weight + bias, acceptable, rows).backward()
        optimizer.step()
    assert decision.is_correct((features @ weight + bias).detach(), acceptable).all()
    assert loss(features @ weight + bias, acceptable, rows) < 0.05


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"surrogate": "square"}, "square"),
        ({"temperature": -1.0}, "below zero"),
        ({"scale": 0.0}, "not above zero"),
        ({"ordinary": -0.1}, "below zero"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        compile_loss(true_false(), LABELS, **options)


def test_an_unknown_reduction_is_refused():
    decision = compile_decision(true_false(), LABELS)
    rows = present(())
    with pytest.raises((UsageError, TypeError), match="median"):  # the check of types comes first
        build_loss(decision)(row(), decision.acceptable(rows), rows, reduction="median")
    unchecked = getattr(reduce_examples, "__wrapped__", reduce_examples)
    with pytest.raises(UsageError, match="unknown reduction 'median'"):
        unchecked(torch.zeros(2), "median")


def test_an_unknown_surrogate_lists_the_known_ones():
    loss = build_loss(compile_decision(true_false(), LABELS))
    object.__setattr__(loss, "surrogate", "square")  # past the check of types
    with pytest.raises(UsageError, match=r"unknown surrogate 'square'\. Known: softplus, hinge"):
        loss.__post_init__()


def test_the_loss_follows_the_dtype_of_the_logits():
    decision = compile_decision(in_api_order(), LABELS)
    rows = present(*ROWS)
    for name in ("robustness.v1", "paper.v1", "basic.v1", "asymmetric.v1"):
        for dtype in (torch.float32, torch.float64):
            logits = random_logits(len(ROWS), dtype=dtype)
            assert (
                build_loss(decision, name)(logits, decision.acceptable(rows), rows).dtype is dtype
            )


def test_equal_predicates_of_several_flags_are_read_once():
    same = d.Flags((d.Flag(d.Exists("fruit"), "a"), d.Flag(d.Exists("fruit"), "b")))
    drawn = multi_select().with_(rules=same, outcomes=(d.Outcome("a"), d.Outcome("b")))
    decision = compile_decision(drawn, LABELS)
    assert set(decision.decide(random_logits(40)).tolist()) == {0, 3}
