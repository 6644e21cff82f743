from dataclasses import replace
from pathlib import Path

import pytest
import torch

from chameleonapi.errors import UsageError
from chameleonapi.models import load_backbone
from chameleonapi.training import (
    TAIL_SETTINGS,
    DataSize,
    LevelCost,
    TimeBudget,
    measure_cost,
    plan_level,
    possible_epochs,
    read_duration,
)
from evaluation.worlds import process
from training.bent import BentBackbone, world

COST = LevelCost(row=0.005, step=0.01, look=0.003)
LARGE = DataSize(train=50_000, validation=5_000, rarest=900)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_time_runs_out_and_parts_share_what_is_left():
    clock = Clock()
    budget = TimeBudget(60, clock)
    clock.now += 20
    assert budget.left == 40
    part = budget.part(4)
    clock.now += 10
    assert part.is_spent
    assert not budget.is_spent
    clock.now += 31
    assert budget.is_spent
    assert budget.left == 0
    assert budget.part(2).is_spent


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1.5h", 5400), (" 2 m ", 120)]
)
def test_durations_are_read(text, seconds):
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "0", "-5", "5d", "5m3s", "1e3"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(UsageError, match="is no duration"):
        read_duration(text)


def test_examples_are_counted_by_outcome():
    one = process({"even": ["Even"], "odd": ["Odd"]})
    train, validation = world(50, 1)[0], world(20, 2)[0]
    even = int(train.present[:, 0].sum())
    assert DataSize.of(one, train, validation) == DataSize(50, 20, min(even, 50 - even))


def test_with_next_to_no_examples_only_thresholds_are_moved():
    plan = plan_level(DataSize(40, 10, 2), 600, lambda level: COST)
    assert plan.level == "thresholds"
    assert "the rarest outcome has 2 training examples" in plan.reason


def test_the_more_there_is_to_learn_from_the_deeper_it_goes():
    order = ["thresholds", "head", "lora", "last-stages", "full"]
    found = [
        plan_level(DataSize(train, train // 4, train // 10), 1e6, lambda level: COST).level
        for train in (20, 100, 1000, 2000, 5000, 20_000, 100_000)
    ]
    ranks = [order.index(one) for one in found]
    assert ranks == sorted(ranks)
    assert set(found) == set(order)


def test_what_does_not_fit_into_the_time_is_left_and_said():
    full = LevelCost(row=0.0, step=0.05, look=0.02)
    costs = {"full": full, "last-stages": COST, "lora": COST}
    epoch = COST.epoch(LARGE, TAIL_SETTINGS["last-stages"])
    seconds = (COST.rows(LARGE) + 4.5 * epoch) / 0.75
    plan = plan_level(LARGE, seconds, costs.__getitem__)
    assert (plan.level, plan.epochs) == ("last-stages", 4)
    assert plan.reason.startswith("last-stages: 50,000 training examples")
    plan = plan_level(LARGE, 5, costs.__getitem__)
    assert (plan.level, plan.epochs) == ("head", None)
    assert plan.reason.count("does not get 3 epochs done in time") == 3


def test_only_levels_that_the_data_allow_are_measured():
    asked = []

    def measure(level):
        asked.append(level)
        return COST

    assert plan_level(DataSize(300, 100, 50), 600, measure).level == "head"
    assert asked == []
    plan = plan_level(DataSize(300_000, 100, 50), 600, None)
    assert plan.level == "head"
    assert "the backbone cannot be cut" in plan.reason


def test_a_planned_run_fits():
    size = DataSize(1000, 200, 100)
    settings = TAIL_SETTINGS["lora"]
    for seconds in (40, 70, 100):
        epochs = possible_epochs(COST, size, settings, seconds)
        assert COST.rows(size) + epochs * COST.epoch(size, settings) <= seconds
        assert COST.rows(size) + 1.5 * (epochs + 1) * COST.epoch(size, settings) > seconds
    assert possible_epochs(COST, size, settings, 1) == 0
    few = DataSize(10, 5, 5)
    draws = settings.least_steps * settings.batch_size
    assert COST.epoch(few, settings) == pytest.approx(draws * COST.step + 5 * COST.look)
    assert COST.epoch(few, replace(settings, least_steps=1, batch_size=1)) < 0.2


def test_costs_are_measured_by_the_clock():
    class Ticks:
        now = 0.0

        def __call__(self):
            self.now += 1
            return self.now

    # every work takes one tick, for eight pictures
    assert measure_cost("last-stages", BentBackbone(), clock=Ticks()) == LevelCost(
        1 / 8, 1 / 8, 1 / 8
    )


def test_real_costs_rise_with_depth():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        backbone = load_backbone("embedded:efficientnet-lite0@64")
        tail, whole = (measure_cost(level, backbone) for level in ("last-stages", "full"))
    finally:
        torch.set_num_threads(threads)
    assert 0 < tail.look < tail.step
    assert tail.step < whole.step


def test_the_page_names_the_sizes():
    from chameleonapi.training import planning

    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text("utf-8")
    assert f"| fewer than {planning.FEWEST_FOR_HEAD} of the rarest outcome | `thresholds` |" in page
    for level, least in planning._LEAST_EXAMPLES.items():
        assert f"| {least:,} and more | `{level}` |" in page
    assert f"at least {['', 'one', 'two', 'three'][planning.FEWEST_EPOCHS]} epochs" in page
