from dataclasses import replace

import pytest
import torch

from chameleonapi.errors import DataError, UnknownNameError, UnsupportedError, UsageError
from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.training import (
    BALANCED,
    MIXES,
    NATURAL,
    TrainSettings,
    customize,
    train_generic,
    train_methods,
)
from chameleonapi.training.folds import Folds
from chameleonapi.training.judge import Judge
from chameleonapi.training.thresholds import is_real_gain
from chameleonapi.training.workshop import Workshop
from evaluation.worlds import directions, process, scenes

LABELS = tuple(f"L{index}" for index in range(10))
# Fewer dimensions than labels: no linear head can be right about all of them.
TIGHT = directions(LABELS, 6)
WIDE = directions(LABELS, 32)
CHOICE = process({"left": ["L0", "L1", "L2"], "right": ["L3", "L4", "L5"]}, kind="application")
FAST = TrainSettings(epochs=15, patience=15, learning_rate=5e-3, folds=1)


def data(count, seed, space=TIGHT, **options):
    return scenes(count, LABELS, seed=seed, directions=space, rate=0.12, **options)


def kept(head):
    """All bytes of a head, those of its opinion on outcomes included."""
    if isinstance(head, LinearHead):
        return head.to_bytes()
    return head.linear.to_bytes() + head.opinion.to_bytes()


def rate(head, test, one=CHOICE):
    decision = compile_decision(one, LABELS)
    judge = Judge(decision, decision.acceptable(test.present))
    return judge.rate(head.logits(test.features))


@pytest.fixture(scope="module")
def generic():
    return train_generic(data(800, 1, noise=0.3), data(300, 2, noise=0.3), seed=0).head


def test_a_separable_decision_is_learnt_almost_without_error():
    clean = {"space": WIDE, "noise": 0.01}
    train, validation, test = (
        data(count, seed, **clean) for count, seed in ((600, 1), (200, 2), (600, 3))
    )
    head = LinearHead.untrained(LABELS, mean=torch.zeros(32), std=torch.ones(32))
    found = customize(
        CHOICE,
        head,
        train,
        validation,
        settings=replace(FAST, pull=0.0, noise=0.0, learning_rate=0.05),
    )
    assert found.chosen == "customized"
    assert rate(head, test) > 0.5
    assert rate(found.head, test) < 0.02


def test_where_labels_conflict_ours_beats_the_generic_head(generic):
    train, validation, test = (data(n, s, noise=0.3) for n, s in ((800, 1), (300, 2), (3000, 3)))
    found = train_methods(CHOICE, generic, train, validation, settings=FAST)
    rates = {name: rate(one.head, test) for name, one in found.items()}
    assert rates["ours"] < 0.93 * rates["generic"]
    assert rates["ours"] < rates["tuned"]


def test_only_rows_that_are_read_change(generic):
    generic = LinearHead.untrained(LABELS, mean=generic.mean, std=generic.std)
    workshop = Workshop.open(CHOICE, generic, data(300, 1), data(150, 2))
    head, history = workshop.fit("robustness.v1", FAST, seed=0)
    assert len(history) > 1
    moved = (head.weight != generic.weight).any(1)
    assert moved.tolist() == [True] * 6 + [False] * 4
    assert head.bias[6:].tolist() == generic.bias[6:].tolist()
    tuned, shifts = workshop.tune(head)
    assert torch.equal(tuned.weight, head.weight)
    assert tuned.bias[6:].tolist() == generic.bias[6:].tolist()
    assert set(shifts.values) == {"left", "right"}


def test_equal_seeds_give_equal_bytes(generic):
    runs = [
        customize(CHOICE, generic, data(200, 1), data(100, 2), seed=seed, settings=FAST)
        for seed in (1, 1, 2)
    ]
    one, same, other = (kept(run.head) for run in runs)
    assert one == same
    assert runs[0].history == runs[1].history
    assert one != other


@pytest.mark.parametrize("moment", [4, 11])  # while labels are learnt, and while outcomes are
def test_an_interrupted_run_ends_with_the_same_bytes(generic, tmp_path, moment):
    class Stopped(Exception):
        pass

    def stop(done, total):
        if done == moment:
            raise Stopped

    arguments = (CHOICE, generic, data(200, 1), data(100, 2))
    whole = customize(*arguments, settings=FAST)
    file = tmp_path / "run"
    with pytest.raises(Stopped):
        customize(*arguments, settings=FAST, checkpoint=file, advance=stop)
    assert list(tmp_path.iterdir())
    again = customize(*arguments, settings=FAST, checkpoint=file)
    assert kept(again.head) == kept(whole.head)
    assert again.history == whole.history


def test_a_better_fallback_is_taken_and_said(generic):
    clean = {"space": WIDE, "noise": 0.01}
    train, validation = data(40, 1, **clean), data(200, 2, **clean)
    perfect = LinearHead(
        LABELS,
        20 * torch.linalg.pinv(WIDE).T.contiguous(),
        torch.full((10,), -10.0),
        torch.zeros(32),
        torch.ones(32),
    )
    poor = LinearHead.untrained(LABELS, mean=torch.zeros(32), std=torch.ones(32))
    settings = replace(FAST, epochs=1)
    found = customize(
        CHOICE, poor, train, validation, settings=settings, fallbacks={"perfect": perfect}
    )
    assert found.chosen == "perfect"
    assert found.head is perfect
    assert found.reason.startswith("perfect is used: it decides 0.0% of the validation examples")
    assert set(found.validation) == {"customized", "generic", "tuned", "perfect"}


def test_a_fallback_that_is_better_by_chance_only_is_not_taken(generic):
    train, validation = data(200, 1), data(100, 2)
    found = customize(CHOICE, generic, train, validation, settings=FAST)
    folds = Folds.open(CHOICE, generic, train, validation, count=1)
    ours = found.head if found.chosen == "customized" else None
    assert ours is not None
    # the same head, but for one more example that it gets right: better, and not beyond chance
    logits = folds.logits(folds.same(ours))
    wrong = folds.judge.wrong(logits).double()
    assert wrong.sum() > 1
    fixed = wrong.clone()
    fixed[int(wrong.argmax())] = 0
    assert not is_real_gain(wrong.bool(), fixed.bool(), folds.judge, 2.0)
    assert is_real_gain(wrong.bool(), torch.zeros(len(wrong)).bool(), folds.judge, 2.0)
    for name, one in found.validation.items():
        if name != "customized" and one.rate < found.validation["customized"].rate:
            assert "more than chance" in found.reason


@pytest.mark.parametrize("kind", ["api", "application", "flags"])
def test_every_method_is_made(generic, kind):
    one = process({"a": ["L0", "L1"], "b": ["L2"], "c": ["L3"]}, kind=kind)
    notes, steps = [], []
    found = train_methods(
        one,
        generic,
        data(200, 1),
        data(100, 2),
        settings=replace(FAST, epochs=3),
        advance=lambda *step: steps.append(step),
        note=notes.append,
    )
    assert list(found) == ["generic", "tuned", "basic", "paper", "ours"]
    assert found["generic"].threshold.startswith("all labels 0.")
    assert found["tuned"].threshold.count(",") == 2
    assert notes == [found["ours"].model.reason]
    assert {name for name, _, _ in steps} == {"basic", "paper", "ours"}
    assert steps[-1] == ("ours", 3, 3)
    ours = found["ours"]
    others = [one for name, one in found.items() if name != "ours"]
    assert ours.model.chosen == "customized" or ours.rate == min(one.rate for one in others)
    for one in found.values():
        assert one.head.labels == LABELS


def test_a_method_that_is_not_known_is_refused(generic):
    with pytest.raises(UnknownNameError, match="unknown method 'magic'"):
        train_methods(CHOICE, generic, data(9, 1), data(9, 2), names=["magic"])


def test_a_model_that_knows_no_label_of_the_application_is_refused(generic):
    with pytest.raises(UnsupportedError, match="reads Quark, and the model knows none of that"):
        customize(process({"a": ["Quark"]}), generic, data(9, 1), data(9, 2))


def test_data_of_one_outcome_only_is_refused(generic):
    train = data(50, 1)
    train.present[:, :6] = False
    with pytest.raises(DataError, match="training data of app holds examples of 1 outcome only"):
        customize(CHOICE, generic, train, data(50, 2))


def test_an_empty_split_is_refused(generic):
    with pytest.raises(DataError, match="no validation examples for app"):
        customize(CHOICE, generic, data(50, 1), data(1, 2).select([]))


def test_a_model_for_the_natural_mix_is_right_more_often_on_it(generic):
    rare = {"directions": TIGHT, "rate": 0.03, "noise": 0.5}  # five of six do nothing special
    train, validation, test = (
        scenes(count, LABELS, seed=seed, **rare) for count, seed in ((600, 1), (300, 2), (3000, 3))
    )
    found = {
        mix: train_methods(CHOICE, generic, train, validation, settings=FAST, mix=mix)
        for mix in MIXES
    }
    decision = compile_decision(CHOICE, LABELS)
    rates = {
        (mix, judged): Judge(decision, decision.acceptable(test.present), judged).rate(
            methods["ours"].head.logits(test.features)
        )
        for mix, methods in found.items()
        for judged in MIXES
    }
    assert rates[NATURAL, NATURAL] < 0.8 * rates[BALANCED, NATURAL]
    assert rates[BALANCED, BALANCED] < rates[NATURAL, BALANCED]


def test_a_mix_that_is_not_known_is_refused():
    with pytest.raises(UsageError, match="'mix' must be balanced or natural"):
        TrainSettings(mix="even")
