"""Every level from a folder of pictures to answers; what is measured is what is served."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from chameleonapi.apis import Request, label_answer
from chameleonapi.cli.customize import LEVEL_CHOICES
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.models import LOW_RANK, ModelRegistry, Tail, load_backbone, start_tail
from chameleonapi.pipeline import customize, evaluate
from chameleonapi.pipeline.hosting import load_predictor
from chameleonapi.pipeline.levels import LEVELS
from chameleonapi.training import TAIL_SETTINGS, deepening
from evaluation.worlds import process

BACKBONE = "embedded:efficientnet-lite0@64"
CHOICE = process({"warm": ["Red"], "cold": ["Blue"]}, kind="application")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Return a folder of noise that is reddish or bluish, or hard to tell."""
    folder = tmp_path_factory.mktemp("pictures")
    generator = np.random.default_rng(0)
    lines = ["file,labels"]
    for index in range(120):
        label = ("Red", "Blue", "Grey")[index % 3]
        values = generator.normal(128, 60, (64, 64, 3))
        values[..., 0] += 9 * (label == "Red")
        values[..., 2] += 9 * (label == "Blue")
        name = f"{index}.png"
        Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(folder / name)
        lines.append(f"{name},{label}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module", autouse=True)
def short():
    patch = pytest.MonkeyPatch()
    for level, settings in TAIL_SETTINGS.items():
        patch.setitem(deepening.TAIL_SETTINGS, level, replace(settings, epochs=1, least_steps=1))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def models(pictures, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    customize(CHOICE, pictures, models=folder, name="head-only", backbone=BACKBONE)
    return folder


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_published_with_its_name(pictures, models, level):
    made = customize(CHOICE, pictures, models=models, name=f"at-{level}", level=level)
    stored = ModelRegistry(models).load(made.name)
    assert stored.manifest.backbone == BACKBONE
    assert (stored.tail is not None) == (stored.manifest.level in deepening.DEEP_LEVELS)
    causes = [one.cause for one in made.evaluation.shares]
    assert ("level" in causes) == (level in deepening.DEEP_LEVELS)
    total = sum(one.difference.rate for one in made.evaluation.shares)
    gain = made.evaluation.comparison("ours", "generic").difference.rate
    assert total == pytest.approx(gain)
    order = LEVELS.index
    if level == "full":
        order = {"full": 3, "last-stages": 2, "lora": 2, "head": 1, "thresholds": 0}.get
    assert order(stored.manifest.level) <= order(level)
    if level == "thresholds":
        generic = ModelRegistry(models).load("generic").head
        assert torch.equal(stored.head.weight, generic.weight)


def test_what_is_measured_of_a_tail_is_what_is_served(pictures, models):
    registry = ModelRegistry(models)
    head, manifest, *_ = registry.load("head-only")
    backbone = load_backbone(BACKBONE)
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: one + 0.05 * torch.randn(one.shape, generator=generator)
        for name, one in start_tail(LOW_RANK, backbone.tail(12)).items()
    }
    tail = Tail(BACKBONE, 12, LOW_RANK, tensors)
    registry.publish("bent", head, replace(manifest, level="lora"), tail)
    measured = evaluate(CHOICE, pictures, models=models, names=["bent", "head-only"])
    predictor, _ = load_predictor(models, ["bent", "head-only"])
    # both, and the generic model, in one batch: neighbours of other levels change nothing
    names = {"bent": "bent", "head-only": "head-only", "generic": ""}
    requests = [
        Request(application, (pictures / example.id).read_bytes())
        for example in measured.examples
        for application in names.values()
    ]
    answers = iter(predictor.predict(requests))
    served = [{name: _decide(next(answers)) for name in names} for _example in measured.examples]
    assert served == [{name: one.decided[name] for name in names} for one in measured.examples]
    assert len({(one["bent"], one["head-only"]) for one in served}) > 1


def _decide(scores):
    answer = label_answer(
        CHOICE.spec, scores, shown_score=CHOICE.shown_score, max_results=CHOICE.max_results
    )
    return CHOICE.decide(answer).id


def test_levels_and_backbones_that_do_not_fit_are_refused(pictures, models):
    with pytest.raises(UnknownNameError, match="unknown level 'deep'"):
        customize(CHOICE, pictures, models=models, level="deep")
    with pytest.raises(UsageError, match=r"was made for the backbone .*@64, not .*@96"):
        customize(CHOICE, pictures, models=models, backbone="embedded:efficientnet-lite0@96")


def test_auto_says_what_it_chose_and_the_manifest_keeps_it(pictures, models):
    made = customize(CHOICE, pictures, models=models, name="auto", level="auto")
    kept = ModelRegistry(models).manifest(made.name).configuration
    assert kept["level_asked"] == "auto"
    assert kept["level_reason"].startswith("head: ")
    assert kept["budget_seconds"] is None


def test_a_budget_is_kept(pictures, models):
    """A tenth of a second is up before the first head is done; what there is gets published."""
    options = {"models": models, "name": "hasty", "level": "last-stages"}
    customize(CHOICE, pictures, **options, budget_seconds=0.1)
    stored = ModelRegistry(models).load("hasty")
    assert stored.manifest.configuration["budget_seconds"] == 0.1
    reason = "head: last-stages was asked for, but no epoch of it fits into the time."
    assert stored.manifest.configuration["level_reason"] == reason
    patient = customize(CHOICE, pictures, **{**options, "name": "patient"})
    kept = ModelRegistry(models).manifest(patient.name).configuration
    assert kept["level_reason"].startswith("last-stages: ")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_refused(pictures, models):
    with pytest.raises(UsageError, match="there is no GPU that this torch can use"):
        customize(CHOICE, pictures, models=models, device="cuda")
    with pytest.raises(UsageError, match="'tpu' is no device"):
        customize(CHOICE, pictures, models=models, device="tpu")


@pytest.mark.slow
def test_two_processes_publish_one_model(pictures, tmp_path):
    """The command under torchrun: one table, one model, and the same as of one process."""
    CHOICE.save(tmp_path / "decision.json")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    torchrun += ["--master-addr", "127.0.0.1", "--master-port", str(port), "-m", "chameleonapi"]
    alone = [sys.executable, "-m", "chameleonapi"]
    made = {}
    for name, start in (("two", torchrun), ("one", alone)):
        models = tmp_path / name
        command = ["customize", str(tmp_path / "decision.json"), "--data", str(pictures)]
        command += ["--models", str(models), "--backbone", BACKBONE, "--level", "last-stages"]
        done = subprocess.run(
            [*start, *command, "--name", "shared", "--json"],
            env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert json.loads(done.stdout)["model"] == "shared"
        assert len(ModelRegistry(models).history("shared")) == 1
        made[name] = ModelRegistry(models).load("shared")
    one, two = made["one"], made["two"]
    assert one.manifest.level == two.manifest.level
    assert torch.allclose(one.head.weight, two.head.weight, atol=1e-3)


def test_the_command_offers_the_levels():
    assert ("auto", *LEVELS) == LEVEL_CHOICES
