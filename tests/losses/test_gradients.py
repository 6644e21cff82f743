import pytest
import torch

from chameleonapi import decision as d
from chameleonapi.losses import build_loss, compile_decision
from losses.decisions import (
    LABELS,
    PREDICATES,
    SCORED,
    THEN,
    in_api_order,
    in_application_order,
    multi_select,
    present,
    process,
    random_logits,
    true_false,
    yes_or_no,
)

FLAT = {"always", "and of nothing", "or of nothing", "count 0", "count 9", "element out of reach"}


def compiled(name, **options):
    return compile_decision(
        yes_or_no(PREDICATES[name], atoms=SCORED, automata=[THEN], **options), LABELS
    )


@pytest.mark.parametrize("limit", [None, 2])
@pytest.mark.parametrize("name", PREDICATES)
def test_the_gradient_of_every_predicate_is_right(name, limit):
    decision = compiled(name, max_results=limit)
    logits = random_logits(2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: decision.margins(z, temperature=0.7), logits)


@pytest.mark.parametrize("name", sorted(set(PREDICATES) - FLAT))
def test_every_predicate_that_can_change_has_a_gradient(name):
    logits = random_logits(64).requires_grad_()
    compiled(name).margins(logits).sum(0)[0].backward()
    assert logits.grad.abs().sum() > 0
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("name", PREDICATES)
def test_gradients_stay_finite_when_logits_are_extreme(name):
    extreme = [[60.0, -60.0] * 4, [-60.0] * 8, [60.0] * 8, [0.0] * 8]
    for limit in (None, 1, 3):
        logits = torch.tensor(extreme).requires_grad_()
        compiled(name, max_results=limit).margins(logits).square().sum().backward()
        assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize(
    "drawn", [true_false(), in_api_order(), in_application_order(), multi_select()]
)
def test_labels_that_the_decision_never_reads_have_no_gradient(drawn):
    decision = compile_decision(drawn, LABELS)
    logits = random_logits(16).requires_grad_()
    loss = build_loss(decision)
    rows = present(*[("apple",), ("glass", "dog"), ("shirt", "pear"), ()] * 4)
    loss(logits, decision.acceptable(rows), rows).backward()
    unread = [one not in drawn.labels_read() for one in LABELS]
    assert (logits.grad[:, torch.tensor(unread)] == 0).all()
    assert (logits.grad[:, ~torch.tensor(unread)] != 0).any()


def test_a_label_that_pushes_another_out_of_the_answer_has_a_gradient():
    decision = compile_decision(true_false(max_results=2), LABELS)
    logits = torch.tensor([[1.0, -5.0, -5.0, -5.0, -5.0, 3.0, 2.0, -5.0]]).requires_grad_()
    decision.margins(logits)[0, 0].backward()
    assert logits.grad[0, LABELS.index("cat")] < 0
    assert logits.grad[0, LABELS.index("apple")] > 0
    assert logits.grad[0, LABELS.index("sky")] == 0


@pytest.mark.parametrize("surrogate", ["softplus", "hinge", "sigmoid"])
@pytest.mark.parametrize("ordinary", [0.0, 0.5])
def test_the_gradient_of_the_robustness_loss_is_right(surrogate, ordinary):
    decision = compile_decision(in_api_order(), LABELS)
    loss = build_loss(decision, surrogate=surrogate, margin=0.5, scale=2.0, ordinary=ordinary)
    rows = present(("apple", "glass"), ("shirt",), (), ("dog",))
    acceptable = decision.acceptable(rows)
    logits = random_logits(4).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: loss(z, acceptable, rows, reduction="none"), logits)


@pytest.mark.parametrize(
    "name", ["paper.v1", "basic.v1", "asymmetric.v1", "weighted-bce.v1", "bce.v1"]
)
@pytest.mark.parametrize(
    "drawn", [true_false(), in_api_order(), in_application_order(), multi_select()]
)
def test_the_gradient_of_the_rivals_is_right(name, drawn):
    decision = compile_decision(drawn, LABELS)
    loss = build_loss(decision, name)
    rows = present(("apple", "glass"), ("shirt",), (), ("dog",))
    known = torch.rand(4, len(LABELS)) < 0.8
    acceptable = decision.acceptable(rows, known)
    logits = random_logits(4).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda z: loss(z, acceptable, rows, known, reduction="none"), logits
    )


def test_steps_pass_gradients_straight_through():
    value = d.Function("floor", (d.Aggregate("sum", "labelAnnotations", d.Field("score")),))
    halves = d.Arithmetic("//", value, d.Constant(1.0))
    decision = compile_decision(
        yes_or_no(d.Compare(halves, d.IntervalSet.at_least(2.0)), atoms=SCORED), LABELS
    )
    logits = random_logits(8).requires_grad_()
    decision.margins(logits).sum(0)[0].backward()
    assert (logits.grad.abs().sum(-1) > 0).all()


def test_a_decision_can_be_learnt_from_any_start():
    drawn = process(
        d.Cases((d.Case(PREDICATES["automaton"], "yes"),), "no"), atoms=SCORED, automata=[THEN]
    )
    decision = compile_decision(drawn, LABELS)
    loss = build_loss(decision, margin=1.0)
    logits = random_logits(12).requires_grad_()
    wanted = torch.zeros(12, 2, dtype=torch.bool)
    wanted[:6, decision.outcomes.index("yes")] = True
    wanted[6:, decision.outcomes.index("no")] = True
    rows = torch.zeros(12, len(LABELS), dtype=torch.bool)
    optimizer = torch.optim.Adam([logits], lr=0.2)
    before = decision.is_correct(logits.detach(), wanted).float().mean()
    for _ in range(100):
        optimizer.zero_grad()
        loss(logits, wanted, rows).backward()
        optimizer.step()
    assert before < 0.8
    assert decision.is_correct(logits.detach(), wanted).all()
