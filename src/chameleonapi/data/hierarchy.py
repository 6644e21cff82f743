"""Labels and their parents: the one place where ancestors are expanded.

A hierarchy is a mapping of a label to its direct parents. It may have several roots and
a label may have several parents; a cycle is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chameleonapi.errors import DataError

__all__ = ["Parents", "check_hierarchy", "expand_ancestors", "expand_descendants", "invert"]

Parents = Mapping[str, tuple[str, ...]]


def expand_ancestors(labels: Iterable[str], parents: Parents) -> tuple[str, ...]:
    """Return the labels followed by all their ancestors, nearest first, each once.

    Example:
        >>> expand_ancestors(["Banana"], {"Banana": ("Fruit",), "Fruit": ("Food",)})
        ('Banana', 'Fruit', 'Food')
    """
    found = dict.fromkeys(labels)
    wave = tuple(found)
    while wave:
        wave = tuple(
            dict.fromkeys(
                parent for one in wave for parent in parents.get(one, ()) if parent not in found
            )
        )
        found.update(dict.fromkeys(wave))
    return tuple(found)


def expand_descendants(labels: Iterable[str], children: Parents) -> tuple[str, ...]:
    """Return the labels and everything below them: what is absent when they are.

    Args:
        labels: where to start.
        children: the hierarchy turned over by ``invert``.
    """
    return expand_ancestors(labels, children)


def invert(parents: Parents) -> dict[str, tuple[str, ...]]:
    """Return the mapping of each label to its direct children."""
    children: dict[str, list[str]] = {}
    for label, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(label)
    return {label: tuple(below) for label, below in children.items()}


def check_hierarchy(parents: Parents) -> None:
    """Refuse a hierarchy in which a label is its own ancestor.

    Raises:
        DataError: naming the labels of one cycle.
    """
    done: set[str] = set()
    for start in parents:
        path: list[str] = [start]
        on_path = {start}
        stack = [iter(parents.get(start, ()))]
        while stack:
            above = next(stack[-1], None)
            if above is None:
                stack.pop()
                last = path.pop()
                on_path.discard(last)
                done.add(last)
            elif above in on_path:
                cycle = " -> ".join([*path[path.index(above) :], above])
                raise DataError(
                    f"the label hierarchy has a cycle: {cycle}.",
                    hint="Remove one of these parents; a label cannot be above itself.",
                )
            elif above not in done:
                path.append(above)
                on_path.add(above)
                stack.append(iter(parents.get(above, ())))
