from dataclasses import replace

import pytest
import torch

from chameleonapi.losses import Reconciliation, compile_decision
from chameleonapi.models import LinearHead, OutcomeHead, PooledHead, Tail, tail_features
from chameleonapi.training import (
    TAIL_SETTINGS,
    Depth,
    TrainSettings,
    customize,
    train_generic,
    train_methods,
)
from chameleonapi.training.customize import ValidationResult
from chameleonapi.training.deepening import deepen
from chameleonapi.training.judge import Judge
from chameleonapi.training.workshop import Workshop
from evaluation.worlds import process
from training.bent import LABELS, BentBackbone, Rows, world

CHOICE = process({"even": ["Even"], "odd": ["Odd"]}, kind="application")
FAST = TrainSettings(epochs=4, patience=4, learning_rate=5e-3, least_steps=4)
DEEP = replace(TAIL_SETTINGS["last-stages"], epochs=25, patience=25, learning_rate=0.01, noise=0.1)


@pytest.fixture(scope="module")
def data():
    parts = [world(count, seed) for count, seed in ((400, 1), (200, 2), (1000, 3))]
    rows = {digest: row for _, some in parts for digest, row in some.items()}
    return [one for one, _ in parts], Rows(rows)


@pytest.fixture(scope="module")
def generic(data):
    (train, validation, _), _ = data
    return train_generic(train, validation, seed=0, settings=FAST).head


def depth(rows, **changes):
    return Depth(
        changes.pop("level", "last-stages"),
        BentBackbone(),
        rows,
        replace(DEEP, **changes.pop("settings", {})),
        **changes,
    )


def rate(head, features, test):
    decision = compile_decision(CHOICE, LABELS)
    return Judge(decision, decision.acceptable(test.present)).rate(head.logits(features))


def run(data, generic, some, **options):
    (train, validation, _), _ = data
    return train_methods(
        CHOICE, generic, train, validation, settings=FAST, depth=some, names=["ours"], **options
    )["ours"]


@pytest.mark.parametrize(("level", "changes"), [("last-stages", {}), ("lora", {"rank": 2})])
def test_what_the_features_hide_is_learnt_behind_the_cut(data, generic, level, changes):
    (_, _, test), rows = data
    head_only = run(data, generic, None)
    found = run(data, generic, depth(rows, level=level, **changes))
    assert found.model.chosen == level
    assert found.model.reason.startswith(f"{level}: ")
    network = found.tail.build(BentBackbone())
    ours = rate(found.head, tail_features(network, rows, test.digests), test)
    assert rate(head_only.head, test.features, test) > 0.2
    assert ours < 0.1
    assert found.rate == pytest.approx(found.model.validation[level].rate)
    # what is stored and read again decides alike
    again = Tail.from_bytes(found.tail.to_bytes()).build(BentBackbone())
    read = LinearHead.from_bytes(found.head.to_bytes())
    assert rate(read, tail_features(again, rows, test.digests), test) == ours


def test_equal_seeds_give_equal_bytes_and_others_do_not(data, generic):
    _, rows = data
    short = depth(rows, settings={"epochs": 3})
    one, same, other = (run(data, generic, short, seed=seed) for seed in (1, 1, 2))
    assert one.tail.to_bytes() == same.tail.to_bytes()
    assert one.head.to_bytes() == same.head.to_bytes()
    assert one.tail.to_bytes() != other.tail.to_bytes()


def test_an_interrupted_run_ends_with_the_same_bytes(data, generic, tmp_path):
    class Stopped(Exception):
        pass

    def stop(name, done, total):
        if total == 5 and done == 3:
            raise Stopped

    _, rows = data
    short = depth(rows, settings={"epochs": 5})
    whole = run(data, generic, short)
    with pytest.raises(Stopped):
        run(data, generic, short, checkpoints=tmp_path, advance=stop)
    assert (tmp_path / "ours-deep.safetensors").exists()
    counted = BentBackbone()
    again = run(data, generic, replace(short, backbone=counted), checkpoints=tmp_path)
    assert again.tail.to_bytes() == whole.tail.to_bytes()
    assert counted.jitters == 2 * 13  # two epochs of 400 examples in batches of 32


def test_where_depth_does_not_help_the_head_stays(data, generic):
    _, rows = data
    found = run(data, generic, depth(rows, settings={"learning_rate": 1e-12, "epochs": 1}))
    assert found.tail is None
    assert found.model.chosen != "last-stages"
    assert "Training at the level last-stages did not help" in found.model.reason


def test_time_that_is_up_keeps_the_best_so_far(data, generic):
    _, rows = data
    asked = 0

    def is_time_up():
        nonlocal asked
        asked += 1
        return asked > 40

    found = run(data, generic, depth(rows, is_time_up=is_time_up))
    assert asked == 41
    deep = [one for one in found.model.history if one.number <= 25][-4:]
    assert deep[-1].number == 3  # three epochs of 13 steps; the fourth was not finished
    assert found.model.chosen == "last-stages"


def test_keeping_features_keeps_them(data, generic):
    (train, validation, _), rows = data
    workshop = Workshop.open(CHOICE, generic, train, validation)
    model = customize(CHOICE, generic, train, validation, settings=replace(FAST, opinions=False))
    moved = []
    for keep in (0.0, 30.0):
        some = depth(rows, settings={"keep": keep, "epochs": 8})
        found = deepen(workshop, model, some, loss="robustness.v1", seed=0)
        after = tail_features(found.tail.build(BentBackbone()), rows, validation.digests)
        moved.append(float((after - validation.features).square().mean()))
    assert moved[1] < 0.3 * moved[0]


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_tail_has_to_beat_the_head_with_its_opinion(data, generic, rate):
    (train, validation, _), rows = data
    workshop = Workshop.open(CHOICE, generic, train, validation)
    model = customize(CHOICE, generic, train, validation, settings=replace(FAST, opinions=False))
    outcomes = workshop.decision.outcomes
    opinion = OutcomeHead(workshop.fit_outcomes(FAST, seed=0), 0.5)
    pooled = PooledHead(model.head, opinion, Reconciliation(CHOICE, LABELS, outcomes, 0.5))
    served = replace(
        model,
        head=pooled,
        validation={**model.validation, model.chosen: ValidationResult(rate, rate)},
    )
    found = deepen(workshop, served, depth(rows), loss="robustness.v1", seed=0)
    if rate:
        assert found.chosen == "last-stages"
        assert isinstance(found.head, LinearHead)
    else:
        assert found.head is pooled
        assert found.tail is None


def test_thresholds_alone_train_nothing(data, generic):
    (train, validation, _), _ = data
    found = train_methods(CHOICE, generic, train, validation, only_thresholds=True)
    assert list(found) == ["generic", "tuned", "ours"]
    assert torch.equal(found["ours"].head.weight, generic.weight)
    assert found["ours"].rate == min(found["generic"].rate, found["tuned"].rate)
    assert found["ours"].model.reason.startswith("thresholds alone: ")
