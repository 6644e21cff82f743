"""Encoders of texts that are cut: the rows before a cut and what follows it make the whole."""

from dataclasses import replace

import pytest
import torch

from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.models import (
    LOW_RANK,
    WHOLE,
    CutCache,
    Tail,
    load_backbone,
    merge,
    need_cuts,
    start_tail,
    tail_features,
    trial_inputs,
)

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
from tiny_bert import write_bert

TEXTS = [b"a cat sat on the mat .", b"", b"the dog", b"dog " * 100, b"cat cat ."]


@pytest.fixture
def encoder(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    write_bert(tmp_path, layers=4)
    return need_cuts(load_backbone("hf:someone/tiny@main#16"))


def inputs(encoder):
    return [encoder.tokens(one) for one in TEXTS]


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
@pytest.mark.parametrize("earlier", [(), (1,), (2, 3), (1, 2, 3)])
def test_what_follows_a_cut_makes_the_features_of_the_whole(encoder, cut, earlier):
    encoder = replace(encoder, earlier=earlier)
    whole = encoder.encode(inputs(encoder))
    rows = encoder.rows(inputs(encoder), cut)
    assert rows.dtype == torch.float16
    assert rows.shape == (len(TEXTS), encoder.row_size(cut))
    with torch.no_grad():
        found = encoder.tail(cut)(rows.float())
        # at cut 0 a row is the tokens, and nothing is rounded
        torch.testing.assert_close(found, whole, atol=1e-5 if cut == 0 else 5e-3, rtol=1e-3)
        alone = encoder.tail(cut)(rows[2:3].float())
    torch.testing.assert_close(alone, found[2:3])


def test_the_means_of_earlier_layers_follow_that_of_the_last(encoder):
    both = replace(encoder, earlier=(1, 3))
    tokens = inputs(encoder)
    found = both.encode(tokens)
    assert (both.dimension, both.state_dimension) == (3 * encoder.dimension, encoder.dimension)
    shallow = [
        torch.stack([one.mean(0) for one in _states(encoder, tokens, layers)]) for layers in (1, 3)
    ]
    expected = torch.cat([encoder.encode(tokens), *shallow], 1)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    assert both.encode([]).shape == (0, both.dimension)


def _states(encoder, texts, layers):
    for one in texts:
        tokens, present = encoder.padded([one])
        with torch.no_grad():
            yield encoder.network(tokens, present, layers)[0]


def test_numbers_beyond_half_precision_are_kept(encoder):
    """Half precision knows whole numbers up to 2,048 only, and vocabularies are larger."""
    from chameleonapi.models import bert_texts

    numbers = torch.tensor([0, 1, 1023, 1024, 2049, 30521, 2_000_000])
    kept = bert_texts._two_digits(numbers).half().float()
    assert bert_texts._number(kept).tolist() == numbers.tolist()


def test_where_it_is_cut(encoder):
    assert encoder.cuts == (0, 2)
    with pytest.raises(UsageError, match="has no cut 4"):
        encoder.tail(4)
    assert torch.equal(encoder.jitter(torch.ones(2, 3), 2, torch.rand(2, 5)), torch.ones(2, 3))
    assert [len(one) for one in trial_inputs(encoder, 3)] == [16] * 3


@pytest.mark.parametrize("form", [WHOLE, LOW_RANK])
def test_a_tail_starts_as_it_is_and_is_kept_as_bytes(encoder, form):
    network = encoder.tail(2)
    start = start_tail(form, network, rank=2)
    rows = encoder.rows(inputs(encoder), 2).float()
    tail = Tail.from_bytes(Tail(encoder.name, 2, form, start).to_bytes())
    with torch.no_grad():
        assert torch.equal(tail.build(encoder)(rows), network(rows))
    moved = {name: one + 0.1 for name, one in start.items()}
    changed = set(merge(form, network, moved))
    if form == LOW_RANK:  # what maps states, and neither norms nor biases
        assert changed == {name for name, one in network.named_parameters() if one.ndim == 2}
    with torch.no_grad():
        found = Tail(encoder.name, 2, form, moved).build(encoder)(rows)
    assert not torch.allclose(found, network(rows), atol=1e-3)


def test_words_are_no_map_of_channels(encoder):
    names = start_tail(LOW_RANK, encoder.tail(0), rank=2)
    assert names
    assert not [one for one in names if "embeddings" in one]


def test_rows_of_texts_are_kept(encoder, tmp_path):
    import hashlib

    contents = {hashlib.sha256(one).hexdigest(): (lambda one=one: one) for one in TEXTS}
    cache = CutCache(tmp_path / "cuts", encoder, 2, lambda *_: pytest.fail("it is no picture"))
    cache.provide(contents)
    again = CutCache(tmp_path / "cuts", encoder, 2, lambda *_: pytest.fail("it is no picture"))
    again.provide(dict.fromkeys(contents, lambda: pytest.fail("it is kept")))
    found = tail_features(encoder.tail(2), again, list(contents))
    torch.testing.assert_close(found, encoder.encode(inputs(encoder)), atol=5e-3, rtol=1e-3)


def test_an_encoder_of_another_make_is_not_cut(tmp_path):
    class Whole:
        name, sha256, dimension, reader = "test:whole", "0" * 64, 3, "utf-8/1"

        def tokens(self, content): ...

        def encode(self, texts): ...

    with pytest.raises(UnsupportedError, match="test:whole cannot be cut"):
        need_cuts(Whole())
