"""The model registry: content-addressed, atomic, and suspicious of what lies on the disk."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest
import torch

from chameleonapi.errors import ChameleonError, ModelError, UnknownNameError, UsageError
from chameleonapi.models import LinearHead, Manifest, ModelRegistry, labels_digest, stored_files

LABELS = ("Dog", "Cat")


def make_head(value: float = 1.0) -> LinearHead:
    return LinearHead(
        LABELS, torch.full((2, 3), value), torch.zeros(2), torch.zeros(3), torch.ones(3)
    )


def make_manifest(**changes) -> Manifest:
    known = {
        "name": "generic",
        "kind": "generic",
        "backbone": "embedded:efficientnet-lite0@192",
        "backbone_sha256": "0" * 64,
        "reader": "middle-square-bicubic/1",
        "labels_digest": labels_digest(LABELS),
        "configuration": {"epochs": 3},
    }
    return Manifest(**{**known, **changes})


def test_a_published_model_comes_back_bit_for_bit(tmp_path):
    registry = ModelRegistry(tmp_path)
    reference = registry.publish("pets", make_head(0.3), make_manifest())
    head, manifest, tail, opinion = registry.load("pets")
    assert head.to_bytes() == make_head(0.3).to_bytes()
    assert tail is None
    assert opinion is None
    assert manifest.configuration == {"epochs": 3}
    assert registry.resolve("pets") == reference
    assert registry.names() == ("pets",)


def test_the_same_model_is_stored_once(tmp_path):
    registry = ModelRegistry(tmp_path)
    first = registry.publish("a", make_head(), make_manifest())
    second = registry.publish("b", make_head(), make_manifest())
    assert first.digest == second.digest
    assert len(list((tmp_path / "objects").iterdir())) == 1


def test_versions_can_be_named_and_rolled_back(tmp_path):
    registry = ModelRegistry(tmp_path)
    old = registry.publish("pets", make_head(1.0), make_manifest())
    new = registry.publish("pets", make_head(2.0), make_manifest())
    assert registry.resolve("pets").digest == new.digest
    assert registry.resolve(f"pets@{old.digest[:8]}").digest == old.digest
    assert [one.digest for one in registry.history("pets")] == [old.digest, new.digest]
    assert registry.rollback("pets").digest == old.digest
    assert float(registry.load("pets")[0].weight[0, 0]) == 1.0
    with pytest.raises(UsageError, match="no earlier version"):
        registry.rollback("pets")


def test_publishing_an_old_version_again_makes_it_the_present_one(tmp_path):
    registry = ModelRegistry(tmp_path)
    old = registry.publish("pets", make_head(1.0), make_manifest())
    registry.publish("pets", make_head(2.0), make_manifest())
    registry.publish("pets", make_head(1.0), make_manifest())
    assert registry.resolve("pets").digest == old.digest
    assert len(registry.history("pets")) == 2


def test_removing_a_name_keeps_what_another_name_means(tmp_path):
    registry = ModelRegistry(tmp_path)
    registry.publish("a", make_head(), make_manifest())
    registry.publish("b", make_head(), make_manifest())
    registry.remove("a")
    assert registry.names() == ("b",)
    registry.load("b")
    registry.remove("b")
    assert list((tmp_path / "objects").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a..b", "x" * 101, "a\0b", "ä"])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path, name):
    registry = ModelRegistry(tmp_path / "registry")
    with pytest.raises(UsageError, match="cannot name a model"):
        registry.publish(name, make_head(), make_manifest())
    with pytest.raises(UsageError):
        registry.resolve(name)
    assert not (tmp_path / "registry").exists()


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    registry = ModelRegistry(tmp_path)
    registry.publish("pets", make_head(), make_manifest())
    with pytest.raises(UnknownNameError, match=r"'birds'.*Known: pets"):
        registry.load("birds")
    with pytest.raises(UsageError, match="names no single version"):
        registry.resolve("pets@ffffff")


@pytest.mark.parametrize("file", ["head.safetensors", "manifest.json"])
def test_a_changed_byte_is_noticed(tmp_path, file):
    registry = ModelRegistry(tmp_path)
    reference = registry.publish("pets", make_head(), make_manifest())
    path = tmp_path / "objects" / reference.digest / file
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match="is not what was published"):
        registry.load("pets")


def test_a_missing_file_and_a_damaged_alias_are_clear(tmp_path):
    registry = ModelRegistry(tmp_path)
    reference = registry.publish("pets", make_head(), make_manifest())
    (tmp_path / "objects" / reference.digest / "head.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        registry.load("pets")
    (tmp_path / "aliases" / "pets.json").write_text('{"schema": "x"}')
    with pytest.raises(ModelError, match="entry for 'pets' is damaged"):
        registry.load("pets")


@pytest.mark.parametrize("file", ["head.safetensors", "manifest.json", "pets.json"])
@pytest.mark.parametrize("kind", ["device", "pipe", "sparse"])
def test_a_registry_of_others_cannot_have_files_without_an_end(tmp_path, file, kind):
    registry = ModelRegistry(tmp_path)
    reference = registry.publish("pets", make_head(), make_manifest())
    stored = tmp_path / "objects" / reference.digest / file
    path = stored if stored.exists() else tmp_path / "aliases" / file
    path.unlink()
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        with path.open("wb") as large:
            large.truncate(5 * 1024**3)
    with pytest.raises(ChameleonError, match=r"cannot be read: it |is damaged|unknown model"):
        registry.load("pets")


def test_an_alias_cannot_point_out_of_the_folder(tmp_path):
    registry = ModelRegistry(tmp_path)
    registry.publish("pets", make_head(), make_manifest())
    record = {"schema": "chameleonapi.alias/1", "history": ["../../etc"]}
    (tmp_path / "aliases" / "pets.json").write_text(json.dumps(record))
    with pytest.raises(ModelError, match="damaged"):
        registry.load("pets")


def test_a_crash_before_the_rename_leaves_the_old_model(tmp_path, monkeypatch):
    registry = ModelRegistry(tmp_path)
    old = registry.publish("pets", make_head(1.0), make_manifest())

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stored_files, "_rename_folder", crash)
        with pytest.raises(KeyboardInterrupt):
            registry.publish("pets", make_head(2.0), make_manifest())
    assert registry.resolve("pets").digest == old.digest
    assert [one.name for one in (tmp_path / "objects").iterdir()] == [old.digest]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            registry.publish("pets", make_head(2.0), make_manifest())
    assert float(registry.load("pets")[0].weight[0, 0]) == 1.0
    registry.publish("pets", make_head(2.0), make_manifest())
    assert float(registry.load("pets")[0].weight[0, 0]) == 2.0


def test_a_head_of_another_label_space_is_refused(tmp_path):
    with pytest.raises(UsageError, match="another label space"):
        ModelRegistry(tmp_path).publish(
            "pets", make_head(), make_manifest(labels_digest=labels_digest(("Dog",)))
        )


def _publish_many(root: Path, value: int) -> None:
    registry = ModelRegistry(root)
    for step in range(10):
        registry.publish("shared", make_head(100.0 * value + step), make_manifest())


def test_publishers_at_the_same_time_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn" if os.name == "nt" else "fork")
    workers = [context.Process(target=_publish_many, args=(tmp_path, one)) for one in (1, 2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
        assert one.exitcode == 0
    registry = ModelRegistry(tmp_path)
    assert len(registry.history("shared")) == 20
    registry.load("shared")


def test_an_empty_registry_is_no_error(tmp_path):
    assert ModelRegistry(tmp_path / "nothing").names() == ()
