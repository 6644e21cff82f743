"""Models of a registry that are stored as what they do not share with the one they came from."""

import gc
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from chameleonapi.errors import ModelError
from chameleonapi.models import LinearHead, Manifest, ModelRegistry, labels_digest, stored_files

LABELS = tuple(f"label {number}" for number in range(200))
DIMENSION = 64


def make_generic(seed=0):
    drawn = torch.Generator().manual_seed(seed)
    return LinearHead(
        LABELS,
        torch.randn(len(LABELS), DIMENSION, generator=drawn),
        torch.randn(len(LABELS), generator=drawn),
        torch.zeros(DIMENSION),
        torch.ones(DIMENSION),
    )


def changed(head, *rows):
    weight = head.weight.clone()
    weight[list(rows)] += 1
    return LinearHead(LABELS, weight, head.bias, head.mean, head.std)


def manifest(name, base=""):
    return Manifest(
        name=name,
        kind="customized" if base else "generic",
        backbone="embedded:efficientnet-lite0@192",
        backbone_sha256="0" * 64,
        reader="middle-square-bicubic/1",
        labels_digest=labels_digest(LABELS),
        base=base,
    )


GENERIC = make_generic()


@pytest.fixture
def registry(tmp_path):
    found = ModelRegistry(tmp_path)
    base = found.publish("generic", GENERIC, manifest("generic")).digest
    for number in range(3):
        found.publish(f"app-{number}", changed(GENERIC, number), manifest(f"app-{number}", base))
    return found


def objects(registry):
    return {one.name for one in (registry.root / "objects").iterdir()}


def folder(registry, name):
    return registry.root / "objects" / registry.resolve(name).digest


def test_a_model_takes_the_room_of_its_rows_and_comes_back_bit_for_bit(registry):
    whole = (folder(registry, "generic") / "head.safetensors").stat().st_size
    for number in range(3):
        files = {
            one.name: one.stat().st_size for one in folder(registry, f"app-{number}").iterdir()
        }
        assert set(files) == {"manifest.json", "rows.safetensors"}
        assert files["rows.safetensors"] < whole / 50
        assert registry.load(f"app-{number}").head.to_bytes() == changed(GENERIC, number).to_bytes()
    found = registry.manifest("app-0")
    assert found.rows_of == found.base == registry.resolve("generic").digest
    assert registry.manifest("generic").rows_of == ""


def test_publishing_the_same_again_stores_nothing(registry):
    before = objects(registry)
    base = registry.resolve("generic").digest
    registry.publish("app-0", changed(GENERIC, 0), manifest("app-0", base))
    assert objects(registry) == before


@pytest.mark.parametrize("base", ["", "f" * 64, "../generic", "generic"])
def test_a_model_without_a_base_here_is_stored_whole(tmp_path, base):
    registry = ModelRegistry(tmp_path)
    registry.publish("generic", GENERIC, manifest("generic"))
    registry.publish("app", changed(GENERIC, 3), manifest("app", base))
    assert (folder(registry, "app") / "head.safetensors").is_file()
    registry.remove("generic")
    assert registry.load("app").head.to_bytes() == changed(GENERIC, 3).to_bytes()


def test_a_model_that_shares_little_is_stored_whole(registry):
    head = changed(GENERIC, *range(180))
    registry.publish("app", head, manifest("app", registry.resolve("generic").digest))
    assert registry.manifest("app").rows_of == ""
    assert registry.load("app").head.to_bytes() == head.to_bytes()


def test_a_model_made_from_one_with_a_base_has_the_same_base(registry):
    second = changed(registry.load("app-1").head, 7)
    registry.publish("second", second, manifest("second", registry.resolve("app-1").digest))
    found = registry.manifest("second")
    assert found.base == registry.resolve("app-1").digest
    assert found.rows_of == registry.resolve("generic").digest
    registry.remove("app-1")
    assert registry.load("second").head.to_bytes() == second.to_bytes()


def test_a_damaged_base_is_no_base(registry):
    base = registry.resolve("generic").digest
    (folder(registry, "generic") / "head.safetensors").write_bytes(b"damaged")
    registry.publish("app", changed(GENERIC, 3), manifest("app", base))
    assert registry.load("app").head.to_bytes() == changed(GENERIC, 3).to_bytes()


def test_a_base_stays_while_a_model_needs_it_and_goes_with_the_last(registry):
    base = registry.resolve("generic").digest
    registry.remove("generic")
    assert "generic" not in registry.names()
    for number in range(3):
        assert base in objects(registry)
        head = ModelRegistry(registry.root).load(f"app-{number}").head
        assert head.to_bytes() == changed(GENERIC, number).to_bytes()
        registry.remove(f"app-{number}")
    assert objects(registry) == set()


def test_a_base_with_a_name_stays_when_its_last_model_goes(registry):
    for number in range(3):
        registry.remove(f"app-{number}")
    assert objects(registry) == {registry.resolve("generic").digest}
    registry.load("generic")


def test_versions_of_one_name_keep_each_its_base(registry):
    first = registry.resolve("generic").digest
    again = make_generic(seed=1)
    second = registry.publish("generic", again, manifest("generic")).digest
    registry.publish("app-0", changed(again, 5), manifest("app-0", second))
    registry.remove("generic")
    assert {first, second} <= objects(registry)
    assert registry.load("app-0").head.to_bytes() == changed(again, 5).to_bytes()
    registry.rollback("app-0")
    assert registry.load("app-0").head.to_bytes() == changed(GENERIC, 0).to_bytes()
    # the version that was rolled back has no name any more, and is stored
    registry.remove("app-0")
    assert {first, second} <= objects(registry)


def test_no_base_goes_while_a_manifest_cannot_be_read(registry):
    file = folder(registry, "app-2") / "manifest.json"
    kept = file.read_bytes()
    file.write_bytes(b"{")
    for name in ("generic", "app-0", "app-1"):
        registry.remove(name)
    file.write_bytes(kept)
    assert registry.load("app-2").head.to_bytes() == changed(GENERIC, 2).to_bytes()
    registry.remove("app-2")
    assert objects(registry) == set()


def test_a_damaged_name_stops_a_removal_before_it_begins(registry):
    (registry.root / "aliases" / "app-1.json").write_text("{}")
    with pytest.raises(ModelError, match="entry for 'app-1' is damaged"):
        registry.remove("app-0")
    registry.load("app-0")


def test_a_model_that_was_copied_alone_says_what_is_missing(registry, tmp_path):
    reference, base = registry.resolve("app-0"), registry.resolve("generic").digest
    other = tmp_path / "elsewhere"
    shutil.copytree(
        registry.root / "objects" / reference.digest, other / "objects" / reference.digest
    )
    (other / "aliases").mkdir()
    shutil.copy(registry.root / "aliases" / "app-0.json", other / "aliases")
    copied = ModelRegistry(other)
    with pytest.raises(ModelError, match=rf"app-0@\w+ is stored as the rows .* '{base}', which"):
        copied.load("app-0")
    shutil.copytree(registry.root / "objects" / base, other / "objects" / base)
    assert copied.load("app-0").head.to_bytes() == changed(GENERIC, 0).to_bytes()


@pytest.mark.parametrize("file", ["manifest.json", "head.safetensors"])
def test_a_base_that_was_changed_is_noticed(registry, file):
    path = folder(registry, "generic") / file
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"{file} of the base of app-0@\w+ is not what was"):
        registry.load("app-0")


def test_rows_that_were_changed_or_are_too_many_are_noticed(registry):
    path = folder(registry, "app-0") / "rows.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"rows.safetensors of app-0@\w+ is not what was"):
        registry.load("app-0")
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: reading it would take a terabyte of memory
    with pytest.raises(ModelError, match=r"rows.safetensors of app-0@\w+ cannot be read: it has"):
        registry.load("app-0")


def rewrite(registry, name, **changes):
    """Let a name mean a model whose manifest somebody has written."""
    record = replace(registry.manifest(name), **changes)
    content = stored_files.json_bytes(record.to_json())
    digest = hashlib.sha256(content).hexdigest()
    source = folder(registry, name)
    shutil.copytree(source, source.parent / digest)
    (source.parent / digest / "manifest.json").write_bytes(content)
    alias = {"schema": "chameleonapi.alias/1", "history": [digest]}
    (registry.root / "aliases" / f"{name}.json").write_bytes(stored_files.json_bytes(alias))
    return digest


def test_rows_that_were_made_for_another_head_are_refused(registry):
    other = registry.publish("other", make_generic(seed=1), manifest("other")).digest
    rewrite(registry, "app-0", rows_of=other)
    with pytest.raises(ModelError, match=r"were made for the head .* and that of its base"):
        registry.load("app-0")


@pytest.mark.parametrize("rows_of", ["../../etc", "/etc", "e" * 64, "x"])
def test_a_base_cannot_lie_outside(registry, rows_of):
    rewrite(registry, "app-0", rows_of=rows_of)
    with pytest.raises(ModelError, match="which is not in this registry"):
        registry.load("app-0")
    registry.remove("app-1")
    registry.load("app-2")


def test_what_has_a_base_is_none(registry):
    rewrite(registry, "app-0", rows_of=registry.resolve("app-1").digest)
    with pytest.raises(ModelError, match=r"head.safetensors of the base of app-0@\w+ cannot be"):
        registry.load("app-0")


def test_models_in_memory_share_their_base(registry):
    generic = registry.load("generic").head
    heads = [registry.load(f"app-{number}").head for number in range(3)]
    assert all(one.origin.base is generic for one in heads)
    assert [one.origin.places.tolist() for one in heads] == [[0], [1], [2]]
    del generic, heads
    gc.collect()
    assert registry.load("app-0").head.to_bytes() == changed(GENERIC, 0).to_bytes()


def test_what_an_interruption_leaves_is_swept_and_never_taken_for_a_model(registry, monkeypatch):
    def killed(*_, **__):
        raise SystemExit

    digest = registry.resolve("app-0").digest
    with monkeypatch.context() as patch:
        patch.setattr(stored_files.shutil, "rmtree", killed)
        with pytest.raises(SystemExit):
            registry.remove("app-0")
    assert digest not in objects(registry)
    (registry.root / "objects" / ".part-of-a-killed-process").mkdir()
    base = registry.resolve("generic").digest
    registry.publish("app-0", changed(GENERIC, 0), manifest("app-0", base))
    assert registry.load("app-0").head.to_bytes() == changed(GENERIC, 0).to_bytes()
    registry.remove("app-1")
    assert not [one for one in objects(registry) if one.startswith(".")]


def test_models_of_earlier_versions_load(tmp_path):
    """A manifest that knows nothing of rows, with a whole head, made from a base that is here."""
    registry = ModelRegistry(tmp_path)
    base = registry.publish("generic", GENERIC, manifest("generic")).digest
    registry.publish("app", changed(GENERIC, 4), manifest("app"))
    record = registry.manifest("app").to_json()
    assert "rows_of" not in record
    record["base"] = base
    content = stored_files.json_bytes(record)
    digest = hashlib.sha256(content).hexdigest()
    source = folder(registry, "app")
    shutil.copytree(source, source.parent / digest)
    (source.parent / digest / "manifest.json").write_bytes(content)
    alias = {"schema": "chameleonapi.alias/1", "history": [digest]}
    Path(tmp_path / "aliases" / "app.json").write_bytes(stored_files.json_bytes(alias))
    assert registry.load("app").head.to_bytes() == changed(GENERIC, 4).to_bytes()
    registry.remove("generic")
    assert registry.load("app").head.to_bytes() == changed(GENERIC, 4).to_bytes()
    assert base not in objects(registry)
