from dataclasses import replace

import pytest
import torch

from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses import compile_decision
from chameleonapi.training import TrainSettings, customize, train_generic, train_methods
from chameleonapi.training.decision_task import Examples
from chameleonapi.training.folds import Folds
from chameleonapi.training.judge import Judge, balanced_weights
from chameleonapi.training.rehearsal import rehearse, without_contents
from evaluation.worlds import directions, process, scenes

LABELS = tuple(f"L{index}" for index in range(10))
WIDE = directions(LABELS, 60)
CHOICE = process({"left": ["L0", "L1", "L2"], "right": ["L3", "L4", "L5"]}, kind="application")
FAST = TrainSettings(epochs=15, patience=15, learning_rate=5e-3)


def data(count, seed, **options):
    return scenes(count, LABELS, seed=seed, directions=WIDE, rate=0.2, noise=0.2, **options)


def examples(patterns):
    acceptable = torch.tensor(patterns, dtype=torch.bool)
    rows = torch.arange(len(patterns), dtype=torch.float32)[:, None]
    truth = torch.zeros(len(patterns), 1, dtype=torch.bool)
    return Examples(rows, rows, truth, truth, acceptable)


@pytest.fixture(scope="module")
def generic():
    return train_generic(data(100, 1), data(100, 2), seed=0).head


def test_others_make_up_their_share_in_the_mix_of_ones_own():
    own = examples([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]])
    other = examples([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]])
    for weights, left in ((balanced_weights(own.acceptable), 0.5), (torch.full((4,), 0.25), 0.75)):
        made = rehearse(own, weights, other, 8 / 3)
        assert made.size == 7
        assert made.weights[:4].tolist() == pytest.approx((0.6 * weights).tolist())
        theirs = made.weights[4:] / 0.4
        # the first outcome is met by one example and a half, the second by two and a half
        sole, shared = left / 1.5, (1 - left) / 2.5
        wanted = [sole, shared, shared, 0.0, (sole + shared) / 2]
        assert theirs.tolist() == pytest.approx(wanted)
        assert made.examples.features[:, 0].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4]


def test_others_of_which_none_has_an_outcome_of_ones_own_are_left_out():
    own, other = examples([[1, 0], [1, 0]]), examples([[0, 1]])
    made = rehearse(own, torch.tensor([0.5, 0.5]), other, 3)
    assert made.examples is own
    assert made.size == 2


def test_copies_of_what_checks_never_teach(generic):
    train, validation = data(60, 3), data(30, 4)
    shown = data(50, 5).joined(validation.select(range(10)))
    assert set(without_contents(shown, train, validation).digests) == set(data(50, 5).digests)
    folds = Folds.open(CHOICE, generic, train, validation, rehearsal=shown)
    for workshop in folds.workshops:
        assert len(workshop.rehearsed.features) == 50
        assert len(workshop.validation.features) + len(workshop.train.features) == 90
    nothing_new = Folds.open(CHOICE, generic, train, validation, rehearsal=validation)
    assert all(one.rehearsed is None for one in nothing_new.workshops)


def test_rehearsal_starts_from_held_out_logits(generic):
    shown = replace(data(50, 5), held_out=torch.full((50, len(LABELS)), 7.0))
    folds = Folds.open(CHOICE, generic, data(60, 3), data(30, 4), rehearsal=shown)
    assert (folds.first.rehearsed.logits == 7).all()
    assert not folds.first.is_held_out


def test_a_few_examples_and_many_rehearsed_decide_better_than_the_few_alone(generic):
    train, validation, test = data(24, 3), data(12, 4), data(3000, 9)
    decision = compile_decision(CHOICE, LABELS)
    judge = Judge(decision, decision.acceptable(test.present))
    rates = [
        judge.rate(
            customize(
                CHOICE, generic, train, validation, settings=FAST, rehearsal=some
            ).head.logits(test.features)
        )
        for some in (None, data(1500, 5))
    ]
    assert rates[1] < 0.6 * rates[0]


def test_every_trained_method_rehearses_and_no_threshold_rests_on_it(generic):
    train, validation = data(60, 3), data(30, 4)
    shown = data(400, 5)
    few = replace(FAST, epochs=3, opinions=False)
    alone, beside, off = (
        train_methods(CHOICE, generic, train, validation, settings=how, rehearsal=some)
        for how, some in ((few, None), (few, shown), (replace(few, rehearsal=0.0), shown))
    )
    for name in ("generic", "tuned"):
        assert torch.equal(alone[name].head.bias, beside[name].head.bias)
    for name in ("basic", "paper", "ours"):
        assert not torch.equal(alone[name].head.weight, beside[name].head.weight)
        assert torch.equal(alone[name].head.weight, off[name].head.weight)


def test_an_opinion_on_outcomes_rehearses_as_well(generic):
    train, validation, shown = data(60, 3), data(30, 4), data(400, 5)
    few = replace(FAST, epochs=3)
    workshops = [
        Folds.open(CHOICE, generic, train, validation, rehearsal=some).first
        for some in (None, shown)
    ]
    alone, beside = (one.fit_outcomes(few, seed=0) for one in workshops)
    off = workshops[1].fit_outcomes(replace(few, rehearsal=0.0), seed=0)
    assert not torch.equal(alone.weight, beside.weight)
    assert torch.equal(alone.weight, off.weight)


def test_regions_are_not_rehearsed(generic):
    shown = replace(data(5, 5), objects=((),) * 5)
    with pytest.raises(UnsupportedError, match="nothing is rehearsed"):
        Folds.open(CHOICE, generic, data(60, 3), data(30, 4), rehearsal=shown)


def test_less_than_nothing_is_refused():
    with pytest.raises(UsageError, match="'rehearsal' must be zero or above"):
        TrainSettings(rehearsal=-1.0)
