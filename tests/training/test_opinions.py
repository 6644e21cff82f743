"""A second opinion on the outcome: how it is learnt, and when it is heard."""

import math
from dataclasses import replace

import pytest
import torch

from chameleonapi.decision import (
    Atom,
    Exists,
    Flag,
    Flags,
    LabelSet,
    LabelTest,
    Outcome,
)
from chameleonapi.errors import UsageError
from chameleonapi.evaluation.decisions import decision_margins, fast_decisions, served_decisions
from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead, PooledHead
from chameleonapi.training import (
    DEFAULT_METHODS,
    TrainSettings,
    customize,
    train_generic,
    train_methods,
)
from chameleonapi.training.folds import Folds
from chameleonapi.training.opinions import _weighed, can_pool, find_opinion
from chameleonapi.training.outcome_task import outcome_losses
from evaluation.worlds import directions, process, scenes

LABELS = tuple(f"L{index}" for index in range(10))
TIGHT = directions(LABELS, 6)
CHOICE = process({"left": ["L0", "L1", "L2"], "right": ["L3", "L4", "L5"]}, kind="application")
FLAGS = process({"left": ["L0", "L1"], "right": ["L3", "L4"]}, kind="flags")
WIDE = directions(LABELS, 48)
FAST = TrainSettings(epochs=12, patience=12, learning_rate=5e-3)
HEARD = replace(FAST, learning_rate=2e-2, folds=1)


def seven():
    """Seven flags: more outcomes together than are spoken of."""
    many = tuple(
        Atom(one, "labelAnnotations", (LabelTest("description", LabelSet.of(one)),))
        for one in LABELS[:7]
    )
    return FLAGS.with_(
        atoms=many,
        rules=Flags(tuple(Flag(Exists(one.id), one.id) for one in many)),
        outcomes=tuple(Outcome(one.id) for one in many),
    )


def data(count, seed, **options):
    options = {"noise": 0.3, "directions": TIGHT, "rate": 0.12, **options}
    return scenes(count, LABELS, seed=seed, **options)


def untrained():
    return LinearHead.untrained(LABELS, mean=torch.zeros(6), std=torch.ones(6))


def folds(one=CHOICE, count=2, **options):
    return Folds.open(one, untrained(), data(200, 1), data(100, 2), count=count, **options)


def test_the_loss_is_that_of_the_right_outcomes_together():
    scores = torch.tensor([[1.0, 0.0, -1.0]] * 4)
    right = torch.tensor(
        [[True, False, False], [True, False, True], [False, False, False], [True, True, True]]
    )
    total = math.exp(1) + 1 + math.exp(-1)
    expected = [
        math.log(total) - 1,
        math.log(total) - math.log(math.exp(1) + math.exp(-1)),
        0.0,
        0.0,
    ]
    assert outcome_losses(scores, right).tolist() == pytest.approx(expected, abs=1e-6)
    leaf = scores.clone().requires_grad_()
    outcome_losses(leaf, right).sum().backward()
    assert torch.isfinite(leaf.grad).all()
    assert (leaf.grad[2:] == 0).all()
    # the gradient of a softmax: shares less those among the right ones
    shares = scores[1].softmax(0)
    among = torch.where(right[1], shares, 0.0)
    assert torch.allclose(leaf.grad[1], shares - among / among.sum(), atol=1e-6)


@pytest.mark.parametrize("one", [CHOICE, FLAGS])
def test_outcomes_are_learnt_from_nothing(one):
    workshop = folds(one).first
    head = workshop.fit_outcomes(FAST, seed=0)
    assert head.labels == workshop.decision.outcomes
    seen = workshop.validation
    scores = torch.addmm(head.bias, seen.features, head.weight.T)
    right = seen.acceptable.gather(1, scores.argmax(1, keepdim=True))[:, 0]
    chance = seen.acceptable.float().mean(0).max()
    assert float(right.float().mean()) > float(chance)
    again = workshop.fit_outcomes(FAST, seed=0)
    assert again.to_bytes() == head.to_bytes()


@pytest.mark.parametrize("one", [CHOICE, FLAGS])
def test_what_is_right_is_heard_and_what_is_wrong_is_not(one):
    some = folds(one)
    logits = some.logits(some.same(untrained()))
    right = torch.where(some.judge.acceptable, 9.0, -9.0)
    share, moved = _weighed(some, logits, 10 * right)
    assert share == 0.25  # of equally good ones the smallest
    assert some.judge.rate(logits) > 0.3
    assert some.judge.rate(moved) == 0.0
    perfect = torch.where(
        torch.cat([each.validation.present for each in some.workshops]), 3.0, -3.0
    )
    assert some.judge.rate(perfect) == 0.0
    assert _weighed(some, perfect, -10 * right) is None
    # what changes nothing on examples that it never saw does no harm
    share, moved = _weighed(some, perfect, right)
    assert torch.equal(moved, perfect)


def hard(count, seed):
    """Examples of which outcomes are told about as well as labels are."""
    return data(count, seed, noise=0.6, directions=WIDE)


def wide():
    return LinearHead.untrained(LABELS, mean=torch.zeros(48), std=torch.ones(48))


def test_a_model_of_ours_answers_as_it_was_judged():
    train, validation, test = hard(200, 1), hard(100, 2), hard(1000, 3)
    found = train_methods(CHOICE, wide(), train, validation, settings=HEARD)
    ours = found["ours"]
    assert ours.model.chosen == "customized"
    assert isinstance(ours.head, PooledHead)
    assert ours.model.opinion_share == ours.head.opinion.share
    assert "second opinion on the outcome takes part" in ours.model.reason
    assert ours.rate == ours.model.validation["customized"].rate
    assert all(isinstance(one.head, LinearHead) for name, one in found.items() if name != "ours")
    alone = train_methods(
        CHOICE, wide(), train, validation, settings=replace(HEARD, opinions=False)
    )["ours"]
    assert isinstance(alone.head, LinearHead)
    assert alone.head.to_bytes() == ours.head.linear.to_bytes()
    assert ours.rate <= alone.rate
    without = found["no-opinion"]  # told beside ours, without another training
    assert without.head.to_bytes() == alone.head.to_bytes()
    assert (without.rate, without.model.reason) == (alone.rate, alone.model.reason)
    assert without.seconds < ours.seconds
    # by the reference path, batches and margins: one head, one answer
    decided = served_decisions(CHOICE, ours.head, test.features)
    assert fast_decisions(CHOICE, ours.head, test.features) == decided
    assert served_decisions(CHOICE, ours.head.linear, test.features) != decided
    margins = decision_margins(CHOICE, ours.head, test.features)
    assert min(margins) > 0
    # labels that the application does not read are answered with as before
    logits, plain = (one.logits(test.features) for one in (ours.head, ours.head.linear))
    assert torch.equal(logits[:, 6:], plain[:, 6:])
    assert not torch.equal(logits, plain)


def test_baselines_hear_one_where_they_are_asked_for():
    train, validation, test, learnt, checked = (
        data(count, seed, rate=0.3, directions=WIDE)
        for count, seed in ((200, 3), (100, 4), (1000, 5), (400, 31), (200, 32))
    )
    generic = train_generic(learnt, checked, seed=0).head
    names = [*DEFAULT_METHODS, "basic-opinion", "softmax"]
    found = train_methods(CHOICE, generic, train, validation, settings=HEARD, names=names)
    assert {*names} <= set(found) <= {*names, "no-opinion"}
    few = train_methods(CHOICE, generic, train, validation, settings=HEARD)
    assert content(found["ours"].head) == content(few["ours"].head)
    heard = found["basic-opinion"].head
    assert isinstance(heard, PooledHead)
    assert heard.linear.to_bytes() == found["basic"].head.to_bytes()
    assert found["basic-opinion"].rate < found["basic"].rate
    alone = found["softmax"].head
    assert alone.linear.to_bytes() == generic.to_bytes()
    assert alone.opinion.linear.to_bytes() == heard.opinion.linear.to_bytes()
    said = alone.opinion.linear.logits(test.features)
    named = [alone.opinion.outcomes[one] for one in said.argmax(1)]
    decided = fast_decisions(CHOICE, alone, test.features)
    same = sum(one == other for one, other in zip(named, decided, strict=True)) / len(named)
    assert same > 0.98
    assert found["softmax"].rate < 0.4  # two thirds by chance


def test_where_none_can_be_heard_the_baselines_say_so():
    notes = []
    names = ["generic", "basic", "basic-opinion", "softmax", "no-opinion", "ours"]
    found = train_methods(
        seven(),
        untrained(),
        data(60, 1),
        data(60, 2),
        settings=replace(FAST, epochs=1),
        names=names,
        note=notes.append,
    )
    assert set(found) == {"generic", "basic", "no-opinion", "ours"}
    assert found["no-opinion"].head.to_bytes() == found["ours"].head.to_bytes()
    assert sum("needs whole inputs, and not too many outcomes" in one for one in notes) == 2


def test_what_ours_is_without_it_is_not_asked_for_alone():
    with pytest.raises(UsageError, match="ours is not trained here"):
        train_methods(CHOICE, untrained(), data(9, 1), data(9, 2), names=["no-opinion"])


def content(head):
    """All bytes of a head, with its opinion if there is one."""
    if isinstance(head, LinearHead):
        return head.to_bytes()
    return head.linear.to_bytes() + head.opinion.to_bytes()


def test_a_fallback_has_no_opinion():
    space = directions(LABELS, 32)
    perfect = LinearHead(
        LABELS,
        20 * torch.linalg.pinv(space).T.contiguous(),
        torch.full((10,), -10.0),
        torch.zeros(32),
        torch.ones(32),
    )
    poor = LinearHead.untrained(LABELS, mean=torch.zeros(32), std=torch.ones(32))
    clean = {"directions": space, "noise": 0.01}
    found = customize(
        CHOICE,
        poor,
        data(40, 1, **clean),
        data(200, 2, **clean),
        settings=replace(FAST, epochs=1),
        fallbacks={"perfect": perfect},
    )
    assert found.chosen == "perfect"
    assert found.opinion_share == 0
    assert found.head.to_bytes() == perfect.to_bytes()
    assert "second opinion" not in found.reason


def test_only_single_outcomes_of_pictures_are_spoken_of():
    assert can_pool(folds(CHOICE))
    assert can_pool(folds(FLAGS))
    assert not can_pool(folds(seven()))


def test_an_opinion_is_the_mean_of_those_of_the_folds():
    some = folds()
    heads = some.same(untrained())
    found = find_opinion(some, heads, FAST, seed=0)
    assert found is not None
    parts = [one.fit_outcomes(FAST, seed=7919 * index) for index, one in enumerate(some.workshops)]
    mean = torch.stack([one.weight for one in parts]).mean(0)
    assert torch.allclose(found.head.linear.weight, mean)
    assert found.head.outcomes == compile_decision(CHOICE, LABELS).outcomes
    assert some.judge.rate(found.logits) <= some.rate(heads)
