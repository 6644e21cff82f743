"""Files of weights that others may have written."""

import pytest
import torch
from safetensors.torch import save

from chameleonapi.errors import ModelError
from chameleonapi.models import LinearHead
from chameleonapi.models.mentions import MentionFinder
from chameleonapi.models.part_finders import read_finder
from chameleonapi.models.regions import RegionFinder
from chameleonapi.models.tails import Tail
from chameleonapi.models.weight_files import read_weights, record_entries, write_weights

FORM = "chameleonapi.test/1"
WEIGHTS = {"one": torch.arange(6.0).reshape(2, 3), "two": torch.zeros(1)}
DEEP = "[" * 200_000
READERS = [
    LinearHead.from_bytes,
    Tail.from_bytes,
    RegionFinder.from_bytes,
    MentionFinder.from_bytes,
]


def test_what_is_written_is_read():
    content = write_weights(WEIGHTS, "test", {"format": FORM, "size": 3})
    tensors, record = read_weights(content, "test", FORM)
    assert record == {"format": FORM, "size": 3}
    assert {name: one.tolist() for name, one in tensors.items()} == {
        name: one.tolist() for name, one in WEIGHTS.items()
    }
    assert record_entries(content) == {"test"}
    assert content == write_weights(WEIGHTS, "test", {"size": 3, "format": FORM})


@pytest.mark.parametrize(
    ("tensors", "record", "why"),
    [
        (WEIGHTS, '{"format": "other/1"}', "its format is 'other/1'"),
        (WEIGHTS, "{", "Expecting"),
        (WEIGHTS, "7", "not subscriptable"),
        (WEIGHTS, DEEP, "recursion"),
        ({"one": torch.full((1,), torch.inf)}, f'{{"format": "{FORM}"}}', "not finite"),
        ({"one": torch.zeros(1, dtype=torch.int64)}, f'{{"format": "{FORM}"}}', "of 32 bits"),
    ],
)
def test_what_does_not_fit_is_told(tensors, record, why):
    with pytest.raises(ValueError, match=why):
        read_weights(save(tensors, {"test": record}), "test", FORM)


@pytest.mark.parametrize("content", [b"", b"x" * 7, b"\xff" * 40, DEEP.encode()])
def test_bytes_without_a_head_are_told(content):
    with pytest.raises(ValueError, match=r"\S"):
        read_weights(content, "test", FORM)
    with pytest.raises(ValueError, match=r"\S"):
        record_entries(content)


@pytest.mark.parametrize("read", [*READERS, read_finder])
@pytest.mark.parametrize("entry", ["head", "tail", "regions", "mentions"])
def test_a_record_that_nests_deeply_is_refused_as_any_other(read, entry):
    with pytest.raises(ModelError, match=r"cannot be (read|used)"):
        read(save(WEIGHTS, {entry: DEEP}))


def test_labels_that_nest_deeply_and_weights_without_a_shape_are_refused():
    tensors = {name: torch.ones(()) for name in ("weight", "bias", "mean", "std")}
    for labels in (DEEP, "[]"):
        record = {"format": "chameleonapi.linear-head/1", "labels": labels}
        with pytest.raises(ModelError, match="a head cannot be read"):
            LinearHead.from_bytes(write_weights(tensors, "head", record))


@pytest.mark.parametrize("size", [0, -1, 1 << 40, "3", None, True])
def test_a_finder_of_no_size_is_refused_before_it_is_made(size):
    record = {"format": MentionFinder.form, "dimension": size}
    with pytest.raises(ModelError, match="its dimension is"):
        read_finder(write_weights(WEIGHTS, "mentions", record))
