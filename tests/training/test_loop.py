import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass, replace

import pytest
import torch

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.loop import fit
from chameleonapi.training.settings import TrainSettings

SETTINGS = TrainSettings(epochs=12, patience=12, batch_size=16, learning_rate=0.05)


@dataclass
class Regression:
    """Least squares on a few random points; breaks on request."""

    seed: int = 0
    poison: int = 0
    judged: int = 0

    def __post_init__(self):
        generator = torch.Generator().manual_seed(self.seed)
        self.inputs = torch.randn(64, 5, generator=generator)
        self.truth = self.inputs @ torch.randn(5, 2, generator=generator)
        self.losses = 0

    @property
    def start(self):
        return {"weight": torch.zeros(2, 5), "bias": torch.zeros(2)}

    def order(self, generator):
        return torch.randperm(64, generator=generator)

    def loss(self, layer, rows, generator):
        self.losses += 1
        noise = 0.01 * torch.randn(len(rows), 5, generator=generator)
        found = (self.inputs[rows] + noise) @ layer["weight"].T + layer["bias"]
        loss = (found - self.truth[rows]).square().mean()
        return loss * torch.nan if self.losses == self.poison else loss

    def judge(self, layer):
        self.judged += 1
        found = self.inputs @ layer["weight"].T + layer["bias"]
        return 0.0, float((found - self.truth).square().mean())


class Stopped(Exception):
    pass


def stop_after(epochs):
    def advance(done, total):
        if done == epochs:
            raise Stopped

    return advance


def same(one, other):
    return all(torch.equal(one.parameters[name], other.parameters[name]) for name in one.parameters)


def test_it_learns():
    found = fit(Regression(), SETTINGS, seed=0)
    assert found.best.loss < 0.1 * found.history[0].loss
    assert [one.number for one in found.history] == list(range(13))


def test_equal_seeds_give_equal_bits_and_others_do_not():
    one, same_seed, other = (fit(Regression(), SETTINGS, seed=seed) for seed in (3, 3, 4))
    assert same(one, same_seed)
    assert one.history == same_seed.history
    assert not same(one, other)


@pytest.mark.parametrize("epochs", [1, 5, 11])
def test_a_run_that_goes_on_ends_with_the_same_bits(tmp_path, epochs):
    checkpoint = Checkpoint.of(tmp_path / "run", "regression")
    whole = fit(Regression(), SETTINGS, seed=1)
    with pytest.raises(Stopped):
        fit(Regression(), SETTINGS, seed=1, checkpoint=checkpoint, advance=stop_after(epochs))
    task = Regression()
    again = fit(task, SETTINGS, seed=1, checkpoint=checkpoint)
    assert same(whole, again)
    assert whole.history == again.history
    assert task.judged == 12 - epochs


def test_a_killed_run_loses_at_most_the_last_epoch(tmp_path):
    """A process of its own is killed without warning, wherever it happens to be."""
    code = f"""
    import sys, time
    sys.path[:0] = {sys.path!r}
    from pathlib import Path
    from training.test_loop import Checkpoint, Regression, SETTINGS, fit

    def advance(done, total):
        print(done, flush=True)
        time.sleep(0.05)

    checkpoint = Checkpoint.of(Path({str(tmp_path / "run")!r}), "regression")
    fit(Regression(), SETTINGS, seed=1, checkpoint=checkpoint, advance=advance)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    reached = -1
    for line in child.stdout:
        reached = int(line)
        if reached == 4:
            time.sleep(0.01)
            child.send_signal(signal.SIGKILL)
            break
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    assert reached == 4
    task = Regression()
    checkpoint = Checkpoint.of(tmp_path / "run", "regression")
    again = fit(task, SETTINGS, seed=1, checkpoint=checkpoint)
    assert task.judged <= 8
    assert same(fit(Regression(), SETTINGS, seed=1), again)


def test_a_finished_run_is_not_trained_again(tmp_path):
    checkpoint = Checkpoint.of(tmp_path / "run", "regression")
    first = fit(Regression(), SETTINGS, seed=1, checkpoint=checkpoint)
    task = Regression()
    assert same(first, fit(task, SETTINGS, seed=1, checkpoint=checkpoint))
    assert task.losses == 0


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_last_epoch(tmp_path):
    checkpoint = Checkpoint.of(tmp_path / "run", "regression")
    with pytest.raises(ModelError, match=r"loss became nan in epoch 3, step 2"):
        fit(Regression(poison=10), SETTINGS, seed=1, checkpoint=checkpoint)
    assert len(checkpoint.read().values["history"]) == 3
    whole = fit(Regression(), SETTINGS, seed=1)
    assert same(whole, fit(Regression(), SETTINGS, seed=1, checkpoint=checkpoint))


def test_training_stops_when_nothing_improves():
    task = Regression()
    task.judge = lambda layer: (0.5, 1.0)
    found = fit(task, replace(SETTINGS, patience=3), seed=0)
    assert [one.number for one in found.history] == [0, 1, 2, 3]
    assert torch.equal(found.parameters["weight"], torch.zeros(2, 5))


def test_the_rate_goes_before_the_loss():
    scores = iter([(0.5, 9.0), (0.4, 9.0), (0.4, 8.0), (0.45, 1.0), (0.4, 8.5)])
    task = Regression()
    task.judge = lambda layer: next(scores)
    assert fit(task, replace(SETTINGS, epochs=4), seed=0).best.number == 2


@pytest.mark.parametrize(
    "change", [{"epochs": 0}, {"learning_rate": -1.0}, {"averaging": 1.0}, {"pull": -0.1}]
)
def test_settings_out_of_range_are_refused(change):
    (name,) = change
    with pytest.raises(UsageError, match=f"setting '{name}' must be"):
        replace(SETTINGS, **change)


def test_a_full_disk_ends_the_run_with_one_clear_error_and_loses_nothing(tmp_path, monkeypatch):
    checkpoint = Checkpoint.of(tmp_path / "run", "regression")
    written = 0

    def full(descriptor):
        nonlocal written
        written += 1
        if written == 4:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ModelError, match=r"run' cannot be written: No space left on device"):
        fit(Regression(), SETTINGS, seed=1, checkpoint=checkpoint)
    assert [one.name for one in tmp_path.iterdir()] == ["run"]
    task = Regression()
    again = fit(task, SETTINGS, seed=1, checkpoint=checkpoint)
    assert task.judged == 12 - 3
    assert same(fit(Regression(), SETTINGS, seed=1), again)


def test_parameters_learn_at_their_own_pace():
    found = fit(Regression(), SETTINGS, seed=0, pace=lambda name: float(name != "bias"))
    assert torch.equal(found.parameters["bias"], torch.zeros(2))
    assert found.best.loss < 0.5 * found.history[0].loss


def test_time_that_is_up_drops_the_epoch_under_way():
    asked = iter([False] * 6 + [True])
    found = fit(Regression(), SETTINGS, seed=0, is_time_up=lambda: next(asked))
    assert found.is_cut
    assert [one.number for one in found.history] == [0, 1]
    whole = fit(Regression(), SETTINGS, seed=0)
    assert not whole.is_cut
    assert found.history == whole.history[:2]
