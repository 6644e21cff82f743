"""Two processes under torchrun train what one process trains on the same batches."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap

import pytest
import torch

from chameleonapi.models import LinearHead, Tail
from chameleonapi.training.team import ALONE, open_team

SCRIPT = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from chameleonapi.training.team import open_team
from training.test_team import train

team, device = open_team("cpu")
assert device == "cpu"
with team.in_turn():
    with Path({log!r}).open("a") as log:
        log.write(f"{{team.rank}} of {{team.size}}\\n")
train(team, Path({out!r}), stop={stop!r})
"""


class Stopped(Exception):
    pass


def train(team, folder, *, stop=0):
    """Train a tail, with batches that do not divide evenly, and write what the first has made."""
    from dataclasses import replace

    from chameleonapi.training import Depth, TrainSettings, train_generic, train_methods
    from training.bent import BentBackbone, Rows, world
    from training.test_deepening import CHOICE, DEEP

    fast = TrainSettings(epochs=2, learning_rate=5e-3, least_steps=2)
    (train, rows), (validation, more) = world(101, 1), world(61, 2)
    generic = train_generic(train, validation, seed=0, settings=fast).head
    settings = replace(DEEP, epochs=6, batch_size=25, keep=0.1)
    depth = Depth("last-stages", BentBackbone(), Rows(rows | more), settings, team=team)

    def advance(name, done, total):
        if stop and total == 6 and done == stop:
            raise Stopped

    try:
        found = train_methods(
            CHOICE, generic, train, validation, settings=fast, depth=depth, names=["ours"],
            checkpoints=folder, advance=advance,
        )["ours"]  # fmt: skip
    except Stopped:
        return
    for place in range(team.size):
        if team.rank == place:
            (folder / f"{place}.tail").write_bytes(found.tail.to_bytes())
            (folder / f"{place}.head").write_bytes(found.head.to_bytes())
            (folder / f"{place}.txt").write_text(repr(found.model.history[-7:]))


def launch(folder, processes=2, stop=0):
    log = folder / "log"
    paths = [one for one in sys.path if one]
    script = folder / "script.py"
    script.write_text(
        textwrap.dedent(SCRIPT.format(paths=paths, out=str(folder), log=str(log), stop=stop))
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
    command += ["--master-addr", "127.0.0.1", "--master-port", str(port), str(script)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return log.read_text().splitlines()


def read(folder, place=0):
    head = LinearHead.from_bytes((folder / f"{place}.head").read_bytes())
    tail = Tail.from_bytes((folder / f"{place}.tail").read_bytes())
    return {**tail.tensors, "head.weight": head.weight, "head.bias": head.bias}


def test_alone_there_is_nothing_to_share(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert open_team("cuda:1") == (ALONE, "cuda:1")
    values = torch.ones(3)
    ALONE.add([values])
    ALONE.copy_first([values])
    with ALONE.in_turn():
        assert values.tolist() == [1, 1, 1]
    assert (ALONE.rank, ALONE.size) == (0, 1)


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    folder = tmp_path_factory.mktemp("single")
    train(ALONE, folder)
    return read(folder)


def test_two_processes_make_what_one_makes(tmp_path, single):
    assert launch(tmp_path) == ["0 of 2", "1 of 2"]
    first, second = read(tmp_path, 0), read(tmp_path, 1)
    assert first.keys() == single.keys()
    for name, one in first.items():
        assert torch.equal(one, second[name]), name
        assert torch.allclose(one, single[name], atol=1e-4, rtol=1e-4), name
    assert (tmp_path / "0.txt").read_text() == (tmp_path / "1.txt").read_text()


def test_an_interrupted_run_of_two_goes_on_from_the_first_one_s_checkpoint(tmp_path, single):
    launch(tmp_path, stop=3)
    assert not (tmp_path / "0.tail").exists()
    assert (tmp_path / "ours-deep.safetensors").exists()
    launch(tmp_path)
    for name, one in read(tmp_path).items():
        assert torch.allclose(one, single[name], atol=1e-4, rtol=1e-4), name
