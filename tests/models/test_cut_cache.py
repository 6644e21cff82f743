import hashlib

import numpy as np
import pytest
import torch

from chameleonapi.errors import DataError, InputError, ModelError
from chameleonapi.models import CutCache
from chameleonapi.models import cut_cache as module


class Reader:
    id = "reader/1"

    def __call__(self, content, side):
        if content == b"bad":
            raise InputError("it is no picture.", hint="Replace it.")
        return np.full((side, side, 3), content[0], dtype=np.uint8)


class Counting:
    name, sha256, dimension, side, cuts = "test:counting", "0" * 64, 2, 2, (0, 1)

    def __init__(self):
        self.seen = 0

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype("float32")).permute(2, 0, 1)

    def features(self, pixels):
        raise NotImplementedError

    def row_size(self, cut):
        return 3 + cut

    def rows(self, pixels, cut):
        self.seen += len(pixels)
        means = torch.stack(list(pixels)).mean((1, 2, 3))
        return means[:, None].expand(-1, 3 + cut).half()


def key(value):
    return hashlib.sha256(bytes([value])).hexdigest()


def pictures(*values):
    return {key(value): (lambda value=value: bytes([value])) for value in values}


def firsts(cache, *values):
    return cache.rows([key(one) for one in values])[:, 0].tolist()


@pytest.fixture
def backbone():
    return Counting()


def test_rows_are_computed_once_for_each_content(tmp_path, backbone):
    cache = CutCache(tmp_path, backbone, 1, Reader())
    cache.provide(pictures(3, 5))
    assert firsts(cache, 5, 3, 5) == [5, 3, 5]
    assert cache.rows([key(3)]).shape == (1, 4)
    again = CutCache(tmp_path, backbone, 1, Reader())
    steps = []
    again.provide(pictures(5, 7), advance=lambda *step: steps.append(step))
    assert firsts(again, 7, 3) == [7, 3]
    assert backbone.seen == 3
    assert steps == [(1, 2), (2, 2)]


def test_another_cut_shares_nothing(tmp_path, backbone):
    CutCache(tmp_path, backbone, 1, Reader()).provide(pictures(3))
    other = CutCache(tmp_path, backbone, 0, Reader())
    other.provide(pictures(3))
    assert other.rows([key(3)]).shape == (1, 3)
    assert backbone.seen == 2


def test_a_damaged_shard_is_deleted_and_computed_again(tmp_path, backbone):
    CutCache(tmp_path, backbone, 1, Reader()).provide(pictures(3, 5))
    (path,) = tmp_path.rglob("*.safetensors")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    cache = CutCache(tmp_path, backbone, 1, Reader())
    cache.provide(pictures(3, 5))
    assert firsts(cache, 3, 5) == [3, 5]
    assert backbone.seen == 4


def test_what_an_interruption_leaves_is_kept(tmp_path, backbone, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 1)

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    cache = CutCache(tmp_path, backbone, 1, Reader())
    with pytest.raises(KeyboardInterrupt):
        cache.provide(pictures(1, 2, 3), advance=stop)
    again = CutCache(tmp_path, backbone, 1, Reader())
    again.provide(pictures(1, 2, 3))
    assert backbone.seen == 3


def test_the_oldest_rows_make_room(tmp_path, backbone):
    import os

    for age, value in enumerate((1, 2, 3)):
        one = CutCache(tmp_path, backbone, 1, Reader(), most_bytes=24)
        one.provide(pictures(value))
        newest = max(tmp_path.rglob("*.safetensors"), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (age, age))
    assert len(list(tmp_path.rglob("*.safetensors"))) == 3
    last = CutCache(tmp_path, backbone, 1, Reader(), most_bytes=24)
    last.provide(pictures(2, 4))
    assert firsts(last, 2, 4) == [2, 4]
    with pytest.raises(ModelError, match="has no row at cut 1"):
        last.rows([key(1)])


def test_more_than_fits_is_refused_before_any_work(tmp_path, backbone):
    with pytest.raises(DataError, match=r"3 examples take .* more than"):
        CutCache(tmp_path, backbone, 1, Reader(), most_bytes=23).provide(pictures(1, 2, 3))
    assert backbone.seen == 0


def test_bad_pictures_are_named(tmp_path, backbone):
    cache = CutCache(tmp_path, backbone, 1, Reader())
    bad = hashlib.sha256(b"bad").hexdigest()
    with pytest.raises(InputError, match=f"example {bad[:12]}: it is no picture"):
        cache.provide({bad: lambda: b"bad"})
    with pytest.raises(DataError, match="has changed since"):
        cache.provide({bad: lambda: b"\x01"})


def test_a_full_disk_is_one_clear_error(tmp_path, backbone, monkeypatch):
    from pathlib import Path

    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ModelError, match=r"cannot be kept in .*: No space left on device"):
        CutCache(tmp_path, backbone, 1, Reader()).provide(pictures(1))
