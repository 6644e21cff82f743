"""Which labels a text was probably meant to be."""

from __future__ import annotations

import difflib
import functools

from chameleonapi.analysis.vocabularies import Vocabulary

__all__ = ["nearest", "variants"]

_MOST = 5
_SHORTEST = 5  # a shorter word has too many neighbours
_NEAR = 0.8


def variants(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return labels that differ from a text in case, plural or separators only."""
    known = _by_plain_form(vocabulary.labels)
    found: dict[str, None] = {}
    for form in _forms(_plain(text)):
        found.update(dict.fromkeys(known.get(form, ())))
    return tuple(found)[:_MOST]


def nearest(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the labels that are probably meant: variants, else the one that is a slip away.

    In a list that is not complete the text itself may well be one more label.
    """
    same = variants(text, vocabulary)
    plain = _plain(text)
    if same or not vocabulary.is_complete or len(plain) < _SHORTEST:
        return same
    near = [
        one
        for one in vocabulary.labels
        if abs(len(one) - len(plain)) <= 2 and _plain(one)[:1] == plain[:1]
    ]
    by_plain = {_plain(one): one for one in near}
    found = difflib.get_close_matches(plain, by_plain, n=1, cutoff=_NEAR)
    return tuple(by_plain[one] for one in found)


@functools.lru_cache(maxsize=8)
def _by_plain_form(labels: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for one in labels:
        for form in _forms(_plain(one)):
            made[form] = (*made.get(form, ()), one)
    return made


def _forms(plain: str) -> tuple[str, ...]:
    """Return a plain text and its singular."""
    forms = [plain]
    if plain.endswith("ies") and len(plain) > 4:
        forms.append(plain[:-3] + "y")
    elif plain.endswith(("ches", "shes", "sses", "xes")):
        forms.append(plain[:-2])
    elif plain.endswith("s") and not plain.endswith("ss") and len(plain) > 3:
        forms.append(plain[:-1])
    return tuple(forms)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
