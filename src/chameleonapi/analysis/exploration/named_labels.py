"""Labels that a record tells apart from others, which random answers would hardly ever hold.

A random label of a class of two thousand is hardly ever the one that a record excludes. What a
record names is not what the classes say where one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.decision import Atom, LabelSet, LabelTest

__all__ = ["rare_labels"]

_DRAWN_OFTEN: Final = 20  # labels of a class, of which each comes in random answers again and again
_MOST: Final = 200

Rare = Mapping[tuple[str, str], tuple[str, ...]]  # by collection and field


def rare_labels(atoms: Sequence[Atom], alphabet: Alphabet) -> Rare:
    """Return labels that atoms name or exclude, and that letters hardly ever stand for."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for atom in atoms:
        dims = {
            one.field.path: one
            for one in alphabet.lists.get(atom.collection, ())
            if isinstance(one, LabelDimension)
        }
        for test in atom.tests:
            dim = dims.get(test.field) if isinstance(test, LabelTest) else None
            if dim is not None and isinstance(test, LabelTest):
                often = _drawn_often(alphabet, atom.collection, dim)
                named = [one for one in _named(test.accepts, dim) if one not in often]
                key = (atom.collection, test.field)
                found[key] = tuple(dict.fromkeys([*found.get(key, ()), *named]))[:_MOST]
    return {key: labels for key, labels in found.items() if labels}


def _named(accepts: LabelSet, dim: LabelDimension) -> list[str]:
    """Return the labels of a set, or those outside it, whichever are fewer."""
    inside = [one for one in dim.values if one in accepts]
    if len(inside) * 2 <= len(dim.values):
        return inside
    return [one for one in dim.values if one not in accepts]


def _drawn_often(alphabet: Alphabet, collection: str, dim: LabelDimension) -> frozenset[str]:
    position = alphabet.lists[collection].index(dim)
    bins = {one.bins[position] for one in alphabet.letters if one.collection == collection}
    small = [one for one in bins if len(dim.labels(one)) <= _DRAWN_OFTEN]
    return frozenset(label for one in small for label in dim.labels(one))
