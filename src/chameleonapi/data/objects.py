"""Names of things: what an API that says where things are calls each of them.

It gives one name to a thing, while labels of whole pictures stand in a hierarchy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chameleonapi.data.examples import Dataset
from chameleonapi.data.hierarchy import Parents, expand_ancestors

__all__ = ["common_names", "with_object_names"]

_LEAST_BELOW: Final = 3


def common_names(
    labels: tuple[str, ...], parents: Parents, *, least: int = _LEAST_BELOW
) -> dict[str, str]:
    """Return the name of each label: the nearest one, itself or above, that is common enough.

    Args:
        labels: a label space.
        parents: direct parents of labels.
        least: labels that must lie below a name; where no name is so common, the highest is taken.
    """
    above = {label: list(expand_ancestors([label], parents)) for label in labels}
    below = Counter(one for label, some in above.items() for one in some if one != label)
    return {
        label: next((one for one in some if below[one] >= least), some[-1])
        for label, some in above.items()
    }


def with_object_names(dataset: Dataset, names: Mapping[str, str]) -> Dataset:
    """Return the dataset with every box under its name, and no other labels than these names.

    A label without a name keeps its own.
    """
    examples = []
    for one in dataset:
        boxes = tuple(replace(box, label=names.get(box.label, box.label)) for box in one.boxes)
        present = tuple(dict.fromkeys(box.label for box in boxes))
        examples.append(replace(one, boxes=boxes, present=present, absent=()))
    labels = tuple(sorted({names.get(one, one) for one in dataset.labels}))
    return replace(dataset, examples=tuple(examples), labels=labels, parents={})
