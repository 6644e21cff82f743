import math

import pytest
import torch
from torch.nn import functional

from chameleonapi import decision as d
from chameleonapi.errors import UsageError
from chameleonapi.losses import (
    build_loss,
    compile_decision,
    compile_loss,
    target_mask,
    trust_region,
)
from losses.decisions import LABELS, PATH, present, random_logits, true_false, yes_or_no


def value(name, logits, rows, known=None, **options):
    decision = compile_decision(true_false(atoms=true_false().atoms[:1]), LABELS)
    loss = build_loss(decision, name, **options)
    return loss(logits, decision.acceptable(rows, known), rows, known)


def test_basic_is_cross_entropy_on_the_labels_that_are_read():
    logits, rows = random_logits(3), present(("apple",), ("dog",), ())
    expected = functional.binary_cross_entropy_with_logits(
        logits[:, :2], rows[:, :2].double(), reduction="none"
    )
    assert value("basic.v1", logits, rows).item() == pytest.approx(expected.sum(-1).mean().item())


def test_bce_is_cross_entropy_on_all_known_labels():
    logits, rows = random_logits(3), present(("apple",), ("dog",), ())
    known = torch.rand(3, 8) < 0.5
    expected = functional.binary_cross_entropy_with_logits(logits, rows.double(), reduction="none")
    assert value("bce.v1", logits, rows, known).item() == pytest.approx(
        (expected * known).sum(-1).mean().item()
    )


def test_weights_tell_targets_and_positives():
    logits, rows = random_logits(1), present(("apple", "dog"))
    entropy = functional.binary_cross_entropy_with_logits(logits, rows.double(), reduction="none")[
        0
    ]
    weights = torch.tensor([12.0, 4.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0])
    found = value("weighted-bce.v1", logits, rows, target=4.0, positive=3.0)
    assert found.item() == pytest.approx((entropy * weights).sum().item())
    with pytest.raises(UsageError, match="weight below zero"):
        value("weighted-bce.v1", logits, rows, target=-1.0)


def test_the_asymmetric_loss_by_hand():
    logits, rows = torch.full((1, 8), -9.0, dtype=torch.float64), present(("apple",))
    logits[0, 0], logits[0, 1] = 0.4, 1.2
    p, q = 1 / (1 + math.exp(-0.4)), 1 / (1 + math.exp(-1.2)) - 0.05
    expected = (1 - p) ** 1.5 * -math.log(p) + q**4 * -math.log(1 - q)
    assert value("asymmetric.v1", logits, rows, focus_present=1.5).item() == pytest.approx(expected)


def test_without_focus_and_shift_the_asymmetric_loss_is_basic():
    logits, rows = random_logits(4), present(("apple",), ("pear",), (), ("dog",))
    plain = value("asymmetric.v1", logits, rows, focus_absent=0.0, shift=0.0)
    assert plain.item() == pytest.approx(value("basic.v1", logits, rows).item())


@pytest.mark.parametrize(
    "options", [{"shift": 1.0}, {"focus_absent": -1.0}, {"focus_present": -1.0}]
)
def test_impossible_asymmetry_is_refused(options):
    with pytest.raises(UsageError, match="asymmetric loss cannot have"):
        compile_loss(true_false(), LABELS, "asymmetric.v1", **options)


def test_a_process_that_names_no_label_has_no_targets():
    drawn = yes_or_no(d.LengthAtLeast(PATH, 2), atoms=())
    with pytest.raises(UsageError, match=r"reads none of the 8 labels by name.*bce\.v1"):
        compile_loss(drawn, LABELS, "basic.v1")
    assert compile_loss(drawn, LABELS, "bce.v1").name == "bce.v1"


def test_the_targets_are_what_the_atoms_name():
    assert target_mask(compile_decision(true_false(), LABELS)).tolist() == [True] * 5 + [False] * 3


def test_the_trust_region_is_the_divergence_of_scores():
    logits, generic = random_logits(3, seed=1), random_logits(3, seed=2)
    unread = torch.tensor([False] * 5 + [True] * 3)
    new = torch.distributions.Bernoulli(logits=logits[:, 5:])
    old = torch.distributions.Bernoulli(logits=generic[:, 5:])
    expected = torch.distributions.kl_divergence(old, new).mean(-1)
    found = trust_region(logits, generic, unread, reduction="none")
    assert torch.allclose(found, expected)
    assert trust_region(generic, generic, unread).item() == 0.0
    assert trust_region(logits, generic, torch.zeros(8, dtype=torch.bool)).item() == 0.0


def test_the_trust_region_pulls_back_and_only_the_labels_it_keeps():
    unread = torch.tensor([False] * 5 + [True] * 3)
    generic = random_logits(3, seed=2)
    logits = (generic + 0.5).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: trust_region(z, generic, unread), logits)
    trust_region(logits, generic, unread).backward()
    assert (logits.grad[:, :5] == 0).all()
    assert (logits.grad[:, 5:] > 0).all()


def test_the_trust_region_is_finite_where_scores_saturate():
    logits, generic = torch.tensor([[60.0, -60.0]]), torch.tensor([[-60.0, 60.0]])
    assert trust_region(logits, generic, torch.tensor([True, True])).item() == pytest.approx(60.0)
