"""Split a dataset that brings no split of its own, by groups and without chance."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from chameleonapi.data.examples import Dataset
from chameleonapi.errors import UsageError

__all__ = ["assign_splits"]


def assign_splits(
    dataset: Dataset, *, validation: float = 0.15, test: float = 0.15, seed: int = 0
) -> Dataset:
    """Give every example without a split one, the same whatever else is in the dataset.

    Examples of one group come into one split; an example without a group is its own.

    Args:
        dataset: examples that have a split keep it.
        validation, test: expected shares.
        seed: another seed gives another split.

    Raises:
        UsageError: if the shares leave nothing to train on.
    """
    if validation < 0 or test < 0 or validation + test >= 1:
        raise UsageError(
            f"the shares validation={validation} and test={test} leave nothing to train on.",
            hint="Choose shares that are not negative and sum to less than one.",
        )
    examples = []
    for one in dataset:
        if not one.split:
            key = f"{seed}/{one.group or one.id}".encode()
            place = int.from_bytes(hashlib.sha256(key).digest()[:8], "big") / 2**64
            after_test = place >= test
            split = "train" if place >= test + validation else "validation"
            one = replace(one, split=split if after_test else "test")  # noqa: PLW2901
        examples.append(one)
    return replace(dataset, examples=tuple(examples))
