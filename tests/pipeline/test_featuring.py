"""Splits of a dataset, and what is said where one is empty."""

import pytest

from chameleonapi.data import Dataset, Example
from chameleonapi.errors import DataError
from chameleonapi.pipeline.featuring import with_splits


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
