from dataclasses import replace

import pytest
import torch

from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.training import TrainSettings, customize, train_generic, train_methods
from chameleonapi.training.folds import Folds, mean_head
from chameleonapi.training.judge import Judge
from evaluation.worlds import directions, process, scenes

LABELS = tuple(f"L{index}" for index in range(10))
TIGHT = directions(LABELS, 6)
CHOICE = process({"left": ["L0", "L1", "L2"], "right": ["L3", "L4", "L5"]}, kind="application")
FAST = TrainSettings(epochs=15, patience=15, learning_rate=5e-3)
FIVE = replace(FAST, epochs=5)


def data(count, seed, **options):
    return scenes(count, LABELS, seed=seed, directions=TIGHT, rate=0.12, **options)


def rate(head, test):
    decision = compile_decision(CHOICE, LABELS)
    return Judge(decision, decision.acceptable(test.present)).rate(head.logits(test.features))


@pytest.fixture(scope="module")
def generic():
    return train_generic(data(800, 1, noise=0.3), data(300, 2, noise=0.3), seed=0).head


def test_the_mean_of_heads_has_the_mean_of_their_logits(generic):
    other = LinearHead(LABELS, 2 * generic.weight, generic.bias - 1, generic.mean, generic.std)
    rows = data(20, 5).features
    expected = (generic.logits(rows) + other.logits(rows)) / 2
    assert torch.allclose(mean_head([generic, other]).logits(rows), expected, atol=1e-4)
    assert mean_head([generic]) is generic


def test_rows_that_all_heads_share_stay_the_same_bit_by_bit():
    """What is stored of a model is where it differs: a mean that rounded would be all of it."""
    drawn = torch.Generator().manual_seed(0)
    weight = torch.randn(64, 257, generator=drawn) * 10 ** torch.linspace(-6, 6, 64)[:, None]
    labels = tuple(f"label {number}" for number in range(64))
    one = LinearHead(labels, weight, weight[:, 0].clone(), torch.zeros(257), torch.ones(257))
    for count in (2, 4):
        mean = mean_head([one] * count)
        assert torch.equal(mean.weight, one.weight)
        assert torch.equal(mean.bias, one.bias)


def test_every_example_is_checked_once_by_a_head_that_never_saw_it(generic):
    train, validation = data(90, 1), data(30, 2)
    folds = Folds.open(CHOICE, generic, train, validation)
    assert len(folds) == 4
    checked = [set(one.contents[1]) for one in folds.workshops]
    assert sorted(one for some in checked for one in some) == sorted(
        train.digests + validation.digests
    )
    for workshop in folds.workshops:
        assert not set(workshop.contents[0]) & set(workshop.contents[1])
        assert len(workshop.contents[0]) + len(workshop.contents[1]) == 120
    acceptable = folds.judge.acceptable
    assert len(acceptable) == 120
    for outcome in range(acceptable.shape[1]):
        counts = [int(one.validation.acceptable[:, outcome].sum()) for one in folds.workshops]
        assert max(counts) - min(counts) <= acceptable.unique(dim=0).shape[0]


def test_copies_of_a_picture_share_a_fold(generic):
    train = data(60, 1)
    copies = replace(train, ids=tuple(f"copy-{one}" for one in train.ids))
    folds = Folds.open(CHOICE, generic, train, copies, count=3)
    assert len(folds) == 3
    for workshop in folds.workshops:
        assert not set(workshop.contents[0]) & set(workshop.contents[1])


def test_many_examples_and_those_that_ask_for_it_keep_their_split(generic):
    train, validation = data(1300, 1), data(300, 2)
    assert len(Folds.open(CHOICE, generic, train, validation)) == 1
    train, validation = data(100, 1), data(50, 2)
    (workshop,) = Folds.open(CHOICE, generic, train, validation, count=1).workshops
    assert workshop.contents == (train.digests, validation.digests)


def test_so_few_examples_that_no_fold_can_hold_two_outcomes_keep_their_split(generic):
    everything = data(400, 1)
    which = compile_decision(CHOICE, LABELS).acceptable(everything.present)
    left, right = (int((which[:, one] & (which.sum(1) == 1)).nonzero()[0]) for one in range(2))
    pair = everything.select([left, right])
    other = data(400, 2)
    which = compile_decision(CHOICE, LABELS).acceptable(other.present)
    checks = other.select(
        [int((which[:, one] & (which.sum(1) == 1)).nonzero()[0]) for one in range(2)]
    )
    folds = Folds.open(CHOICE, generic, pair, checks)
    assert len(folds) <= 2
    assert customize(CHOICE, generic, pair, checks, settings=FIVE).head.labels == LABELS


def test_all_methods_are_means_over_the_same_folds(generic):
    found = train_methods(CHOICE, generic, data(90, 1), data(30, 2), settings=FIVE)
    assert {len(one.parts) for one in found.values()} == {4}
    for one in found.values():
        assert torch.allclose(one.head.weight, mean_head(one.parts).weight)
    assert found["ours"].model.shares == (0.0, 0.3)
    whole = train_methods(
        CHOICE, generic, data(90, 1), data(30, 2), settings=replace(FIVE, folds=1)
    )
    assert {len(one.parts) for one in whole.values()} == {1}


def test_a_given_fallback_is_judged_on_what_it_cannot_have_seen(generic):
    found = customize(
        CHOICE, generic, data(90, 1), data(30, 2), settings=FIVE, fallbacks={"mine": generic}
    )
    assert len(found.parts) == 1
    assert "mine" in found.validation


@pytest.mark.slow
def test_on_few_examples_folds_decide_better_than_one_split():
    test = data(3000, 99, noise=0.3)
    base = train_generic(data(800, 1, noise=0.3), data(300, 2, noise=0.3), seed=0).head
    rates = {1: 0.0, 4: 0.0}
    for seed in range(6):
        train, validation = data(60, 10 + seed, noise=0.3), data(20, 50 + seed, noise=0.3)
        for folds in rates:
            found = train_methods(
                CHOICE, base, train, validation, seed=seed, settings=replace(FAST, folds=folds)
            )
            rates[folds] += rate(found["ours"].head, test) / 6
    assert rates[4] < rates[1]
