"""Label names that are not known, answered with the ones that were probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from chameleonapi.errors import DataError

__all__ = ["check_labels", "closest_labels"]


def closest_labels(name: str, known: Iterable[str], *, at_most: int = 3) -> tuple[str, ...]:
    """Return the known labels that look most like ``name``, best first; case does not count."""
    folded: dict[str, str] = {}
    for label in known:
        folded.setdefault(label.casefold(), label)
    near = difflib.get_close_matches(name.casefold(), folded, n=at_most, cutoff=0.6)
    return tuple(folded[one] for one in near)


def check_labels(names: Iterable[str], known: Sequence[str], *, where: str) -> None:
    """Refuse names outside the label space.

    Raises:
        DataError: naming up to five of them, each with the labels that look like it.
    """
    space = set(known)
    unknown = list(dict.fromkeys(name for name in names if name not in space))
    if not unknown:
        return
    shown = []
    for name in unknown[:5]:
        near = closest_labels(name, known)
        shown.append(
            repr(name) + (f" (close: {', '.join(map(repr, near))})" if near else " (none close)")
        )
    more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
    raise DataError(
        f"{where} uses {'a label' if len(unknown) == 1 else 'labels'} outside the label space: "
        f"{', '.join(shown)}{more}.",
        hint=f"The label space has {len(known):,} labels; correct the name or add it there.",
    )
