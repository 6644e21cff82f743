"""Encoders of the hub, from a tiny folder in the true format of its cache."""

from __future__ import annotations

import sys

import pytest
import torch

from chameleonapi.errors import MissingPackageError, ModelError, UsageError
from chameleonapi.models import TextBackbone, load_backbone

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
from tiny_bert import COMMIT, write_bert


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The hub's cache with one model, whose branch `main` is one commit."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    return write_bert(tmp_path)


def test_a_branch_and_its_commit_are_one_model(cache):
    model = load_backbone("hf:someone/tiny@main#16")
    assert isinstance(model, TextBackbone)
    assert (model.name, model.dimension) == (f"hf:someone/tiny@{COMMIT}#16", 8)
    again = load_backbone(model.name)
    assert (again.name, again.sha256) == (model.name, model.sha256)
    tokens = model.tokens(b"a cat sat on the mat .")
    assert tokens.tolist() == [2, 4, 5, 7, 9, 10, 8, 11, 3]
    torch.testing.assert_close(model.encode([tokens]), again.encode([tokens]))


@pytest.mark.parametrize(
    "name", ["hf:tiny", "hf:a/b/c@main", "hf:a/b@../x", "hf:a/b@main#x", "hf:@main"]
)
def test_names_of_another_form(name):
    with pytest.raises(UsageError, match="no name of a model of the hub"):
        load_backbone(name)


def test_what_is_not_there_is_said(cache, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingPackageError, match="fetching someone/other, which is not in the"):
        load_backbone("hf:someone/other@main")


def test_what_cannot_be_fetched_is_said(cache, monkeypatch):
    import types

    def refuse(*arguments, **options):
        raise OSError("no network\nmore")

    monkeypatch.setitem(
        sys.modules, "huggingface_hub", types.SimpleNamespace(snapshot_download=refuse)
    )
    with pytest.raises(
        ModelError, match=r"cannot be fetched: no network\. ?|cannot be fetched: no network Check"
    ):
        load_backbone("hf:someone/other@main")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("config.json", b"{}", "says no model_type"),
        ("config.json", b'{"model_type": "gpt2"}', "a model of the type 'gpt2'"),
        ("config.json", b'{"model_type": "bert"}', "cannot be loaded"),
        ("model.safetensors", b"no tensors", "cannot be loaded"),
        ("tokenizer.json", b"{", "cannot be loaded"),
    ],
)
def test_models_of_another_kind_are_refused(cache, file, content, message):
    (cache / file).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        load_backbone("hf:someone/tiny@main")
