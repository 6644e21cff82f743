"""The feature cache: the same numbers, computed once, whatever happens to its files."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch

from chameleonapi.errors import InputError
from chameleonapi.models import FeatureCache
from chameleonapi.models import feature_cache as module


class Reader:
    id = "reader/1"

    def __call__(self, content, side):
        if content == b"bad":
            raise InputError("it is no picture.", hint="Replace it.")
        value = content[0]
        return np.full((side, side, 3), value, dtype=np.uint8)


class CountingBackbone:
    name, sha256, dimension, side = "test:counting", "0" * 64, 2, 2

    def __init__(self):
        self.seen = 0

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype("float32")).permute(2, 0, 1)

    def features(self, pixels):
        self.seen += len(pixels)
        means = pixels.mean((1, 2, 3))
        return torch.stack([means, -means], 1)


def pictures(*values):
    return [lambda value=value: bytes([value]) for value in values]


def test_features_are_computed_once_for_each_content(tmp_path):
    backbone = CountingBackbone()
    cache = FeatureCache(tmp_path, backbone, Reader())
    first = cache.compute(pictures(3, 5, 3))
    assert first.features.tolist() == [[3, -3], [5, -5], [3, -3]]
    assert first.digests[0] == hashlib.sha256(b"\x03").hexdigest() == first.digests[2]
    assert backbone.seen == 2
    again = FeatureCache(tmp_path, backbone, Reader()).compute(pictures(5, 7))
    assert again.features.tolist() == [[5, -5], [7, -7]]
    assert backbone.seen == 3


def test_another_backbone_or_reader_shares_nothing(tmp_path):
    backbone = CountingBackbone()
    FeatureCache(tmp_path, backbone, Reader()).compute(pictures(1))
    other_reader = Reader()
    other_reader.id = "reader/2"
    FeatureCache(tmp_path, backbone, other_reader).compute(pictures(1))
    backbone.sha256 = "1" * 64
    FeatureCache(tmp_path, backbone, Reader()).compute(pictures(1))
    assert backbone.seen == 3


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_shard_is_computed_again(tmp_path, damage):
    backbone = CountingBackbone()
    cache = FeatureCache(tmp_path, backbone, Reader())
    cache.compute(pictures(1, 2))
    (shard,) = tmp_path.rglob("*.safetensors")
    if damage is None:
        content = bytearray(shard.read_bytes())
        content[-1] ^= 1
        damage = bytes(content)
    shard.write_bytes(damage)
    assert cache.compute(pictures(1, 2)).features.tolist() == [[1, -1], [2, -2]]
    assert backbone.seen == 4
    cache.compute(pictures(1, 2))
    assert backbone.seen == 4


def test_an_interruption_keeps_what_was_computed(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 2)
    backbone = CountingBackbone()
    cache = FeatureCache(tmp_path, backbone, Reader())

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.compute([*pictures(1, 2, 3, 4), interrupt])
    assert backbone.seen == 4
    cache.compute(pictures(1, 2, 3, 4))
    assert backbone.seen == 4


def test_a_bad_picture_is_named(tmp_path):
    cache = FeatureCache(tmp_path, CountingBackbone(), Reader())
    with pytest.raises(InputError, match="input 2: it is no picture"):
        cache.compute([*pictures(1), lambda: b"bad"])


def test_progress_ends_at_the_total(tmp_path):
    seen = []
    FeatureCache(tmp_path, CountingBackbone(), Reader()).compute(
        pictures(1, 2, 3), advance=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (3, 3)
    assert [one for one, _ in seen] == sorted(one for one, _ in seen)


def test_no_pictures_give_no_features(tmp_path):
    found = FeatureCache(tmp_path, CountingBackbone(), Reader()).compute([])
    assert found.features.shape == (0, 2)
