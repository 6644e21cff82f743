import os

import pytest
import torch

from chameleonapi.errors import ModelError
from chameleonapi.training.checkpoints import Checkpoint, Snapshot

SNAPSHOT = Snapshot({"weight": torch.arange(6.0).reshape(2, 3)}, {"epoch": 3})


@pytest.fixture
def checkpoint(tmp_path):
    return Checkpoint.of(tmp_path / "deep" / "run.safetensors", "robustness.v1", {"seed": 1})


def test_what_is_written_is_read(checkpoint):
    assert checkpoint.read() is None
    checkpoint.write(SNAPSHOT)
    found = checkpoint.read()
    assert torch.equal(found.tensors["weight"], SNAPSHOT.tensors["weight"])
    assert found.values == {"epoch": 3}
    checkpoint.remove()
    assert checkpoint.read() is None


def test_another_run_does_not_read_it(checkpoint):
    checkpoint.write(SNAPSHOT)
    assert Checkpoint.of(checkpoint.path, "robustness.v1", {"seed": 2}).read() is None


@pytest.mark.parametrize("place", [0, 20, -2])
def test_a_damaged_file_counts_as_none(checkpoint, place):
    checkpoint.write(SNAPSHOT)
    content = bytearray(checkpoint.path.read_bytes())
    content[place] ^= 0x40
    checkpoint.path.write_bytes(bytes(content))
    assert checkpoint.read() is None


def test_a_cut_file_counts_as_none(checkpoint):
    checkpoint.write(SNAPSHOT)
    content = checkpoint.path.read_bytes()
    for length in (0, 5, 100, len(content) - 1):
        checkpoint.path.write_bytes(content[:length])
        assert checkpoint.read() is None


def test_a_crash_while_writing_keeps_the_file_before(checkpoint, monkeypatch):
    checkpoint.write(SNAPSHOT)

    def crash(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(ModelError, match="cannot be written: No space left on device"):
        checkpoint.write(Snapshot({"weight": torch.zeros(1)}, {"epoch": 4}))
    assert checkpoint.read().values == {"epoch": 3}
    assert [one.name for one in checkpoint.path.parent.iterdir()] == ["run.safetensors"]
