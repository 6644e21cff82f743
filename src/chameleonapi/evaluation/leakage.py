"""No test example may have been seen before: not by its name, and not by its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chameleonapi.errors import DataError
from chameleonapi.evaluation.labelled import LabelledFeatures

__all__ = ["check_disjoint"]


def check_disjoint(test: LabelledFeatures, seen: Mapping[str, LabelledFeatures]) -> None:
    """Refuse test examples that training or tuning has seen.

    Args:
        test: what is about to be measured on.
        seen: everything that shaped a method, by a name for the message.

    Raises:
        DataError: naming the set, how many examples it shares, and the first of them.
    """
    for name, other in seen.items():
        _check(name, "id", test.ids, other.ids)
        _check(name, "content", test.digests, other.digests)


def _check(name: str, what: str, test: Sequence[str], other: Sequence[str]) -> None:
    shared = set(test) & set(other)
    if shared:
        first = next(one for one in test if one in shared)
        examples = "example" if len(shared) == 1 else "examples"
        raise DataError(
            f"{len(shared)} test {examples} came with the same {what} in {name}: {first!r}"
            f"{' and others' if len(shared) > 1 else ''}; a test example must be new.",
            hint="Split the data again, copies of one input into the same split.",
        )
