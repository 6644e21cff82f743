import hashlib
import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models import LinearHead, labels_digest

LABELS = ("Banana", "Ünïcode — label", "Dog")


def head(seed=0, labels=LABELS, dimension=4):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    return LinearHead(
        labels,
        draw(len(labels), dimension),
        draw(len(labels)),
        draw(dimension),
        draw(dimension).abs() + 0.1,
    )


def same(one, other):
    names = ("weight", "bias", "mean", "std")
    return one.labels == other.labels and all(
        torch.equal(getattr(one, name), getattr(other, name)) for name in names
    )


def test_logits_are_a_linear_function_of_normalised_features():
    one = head()
    features = torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    expected = torch.stack(
        [((row - one.mean) / one.std) @ one.weight.T + one.bias for row in features]
    )
    found = one.logits(features)
    assert found.shape == (5, 3)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    assert one.logits(torch.zeros(0, 4)).shape == (0, 3)
    assert one.dimension == 4


def test_an_untrained_head_answers_with_the_priors():
    mean, std = torch.zeros(4), torch.ones(4)
    prior = torch.tensor([0.1, 0.5, 1.0])
    one = LinearHead.untrained(LABELS, mean=mean, std=std, prior=prior)
    scores = torch.sigmoid(one.logits(torch.randn(2, 4)))
    torch.testing.assert_close(scores, prior.expand(2, 3), atol=1e-4, rtol=0)
    half = LinearHead.untrained(LABELS, mean=mean, std=std)
    assert torch.sigmoid(half.logits(torch.randn(1, 4))).tolist() == [[0.5, 0.5, 0.5]]


def test_thresholds_move_to_one_half():
    one, thresholds = head(), torch.tensor([0.2, 0.5, 0.9])
    features = torch.randn(200, 4, generator=torch.Generator().manual_seed(2)) * 3
    before = torch.sigmoid(one.logits(features)) >= thresholds
    after = torch.sigmoid(one.with_thresholds(thresholds).logits(features)) >= 0.5
    assert torch.equal(before, after)
    assert 0 < before.float().mean() < 1
    for wrong in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(UsageError, match="outside"):
            one.with_thresholds(torch.tensor([0.5, 0.5, wrong]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bias": torch.zeros(2)}, r"the bias of a head for 3 labels has shape \(2,\)"),
        ({"mean": torch.zeros(5)}, r"the mean .* has shape \(5,\), expected \(4,\)"),
        ({"std": torch.ones(1)}, "the std"),
        ({"weight": torch.zeros(4, 3)}, "the weight"),
        ({"labels": ("a", "b", "a")}, "a label twice"),
    ],
)
def test_shapes_must_agree(changes, message):
    one = head()
    fields = {name: getattr(one, name) for name in ("labels", "weight", "bias", "mean", "std")}
    with pytest.raises(UsageError, match=message):
        LinearHead(**{**fields, **changes})


@given(st.integers(0, 5), st.lists(st.text(max_size=5), unique=True, max_size=5), st.integers(1, 6))
@settings(deadline=None)
def test_what_is_written_comes_back(seed, labels, dimension):
    one = head(seed, tuple(labels), dimension)
    content = one.to_bytes()
    assert same(LinearHead.from_bytes(content), one)
    assert LinearHead.from_bytes(content).to_bytes() == content == one.to_bytes()


def test_training_leaves_no_trace_in_the_file():
    one = head()
    trained = LinearHead(
        one.labels, one.weight.clone().requires_grad_(), one.bias.double(), one.mean, one.std
    )
    assert trained.to_bytes() == one.to_bytes()


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_a_damaged_file_is_a_model_error_or_another_head(data):
    content = bytearray(head().to_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    try:
        found = LinearHead.from_bytes(bytes(content))
    except ModelError:
        return
    assert found.weight.shape[0] == len(found.labels)


def rewritten(**changes):
    from safetensors.torch import load, save

    content = head().to_bytes()
    length = int.from_bytes(content[:8], "little")
    record = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["head"])
    tensors = load(content)
    tensors.update({name: one for name, one in changes.items() if isinstance(one, torch.Tensor)})
    record.update({name: one for name, one in changes.items() if isinstance(one, str)})
    return save(tensors, {"head": json.dumps(record)})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other/2"}, "its format is 'other/2'"),
        ({"labels": "[1, 2, 3]"}, "no list of strings"),
        ({"labels": '["a"]'}, "for 1 labels"),
        ({"weight": torch.full((3, 4), float("nan"))}, "not finite"),
        ({"std": torch.zeros(4)}, "a spread of zero"),
    ],
)
def test_a_file_that_says_something_else_is_refused(changes, message):
    with pytest.raises(ModelError, match=message):
        LinearHead.from_bytes(rewritten(**changes))


@pytest.mark.parametrize("content", [b"", b"x" * 7, b"\xff" * 40, b"\x80\x04pickle"])
def test_what_is_no_head_is_refused(content):
    with pytest.raises(ModelError, match="a head cannot be read"):
        LinearHead.from_bytes(content)


def test_the_digest_of_labels_depends_on_their_order_and_stays_the_same():
    assert labels_digest(("a", "b")) != labels_digest(("b", "a"))
    assert labels_digest(("a, b",)) != labels_digest(("a", "b"))
    # recorded in manifests: the hash of the JSON text of the list
    assert (
        labels_digest(("Banana", "Dög")) == hashlib.sha256(b'["Banana", "D\\u00f6g"]').hexdigest()
    )
