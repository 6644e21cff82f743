"""Words: which sequences of letters are tried, and how they are sorted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word

__all__ = ["MAX_BOUND", "is_sorted", "probing_words", "standard_words"]

MAX_BOUND: Final = 12
_ALL_PAIRS: Final = 24
_BESIDE: Final = 60


def probing_words(alphabet: Alphabet, bound: int, seed: int) -> list[Word]:
    """Return words that make an application ask what it asks: few, the simplest first."""
    letters = range(len(alphabet.letters))
    zero = [0] if alphabet.letters else []
    words: list[Word] = [(first, tuple(zero)) for first in range(len(alphabet.firsts))]
    words += [(0, ()), (0, (*zero, *zero))]
    words += [(0, (i,)) for i in letters]
    # What many letters make an application ask, some of them make it ask beside others.
    some = letters[:: 1 + len(letters) // _BESIDE]
    words += [(0, (*zero, i)) for i in some] + [(0, (i, *zero)) for i in some]
    words += [(0, (i,) * min(bound + 1, MAX_BOUND)) for i in some]
    if len(alphabet.letters) <= 12:
        words += [(0, (i, j)) for i in letters for j in letters if i != j]
    if len(alphabet.firsts) <= 60:
        words += [(first, ()) for first in range(len(alphabet.firsts))]
    rng = random.Random(seed)  # noqa: S311 - no secret
    if alphabet.letters:
        for length in (3, 4, 6):
            words += [
                (
                    rng.randrange(len(alphabet.firsts)),
                    tuple(rng.choice(letters) for _ in range(length)),
                )
                for _ in range(6)
            ]
    return words


def standard_words(
    alphabet: Alphabet, bound: int, seed: int, chosen: Sequence[int] | None = None
) -> list[Word]:
    """Return words that show most shapes: single letters, pairs, repeats, padding, random ones.

    Args:
        alphabet: the letters.
        bound: counts and indices up to this may matter.
        seed: of the random words.
        chosen: the letters of words of more than one; all if None.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret
    letters: Sequence[int] = range(len(alphabet.letters)) if chosen is None else chosen
    count = len(letters)
    firsts = range(len(alphabet.firsts))
    words: list[Word] = [(first, ()) for first in firsts]
    if not count:
        return words
    words += [(0, (i,)) for i in range(len(alphabet.letters))]
    far = set(letters[:: 1 + count // _BESIDE])  # of many letters, some stand far from the ends
    for i in letters:
        furthest = min(bound + 1, 6) if i in far else 2
        words += [(0, (0,) * n + (i,)) for n in range(1, furthest)]
        words += [(0, (i, *(0,) * n)) for n in range(1, min(furthest, 3))]
        if count <= 60:
            words += [(0, (i,) * n) for n in range(2, bound + 2)]
    if count <= _ALL_PAIRS:
        words += [(0, (i, j)) for i in letters for j in letters]
    else:
        words += [(0, (rng.choice(letters), rng.choice(letters))) for _ in range(400)]
    for length in (3, 3, 4, 5, 6, 8):
        for _ in range(50):
            # Few different letters, so that repeats and rare orders occur.
            pool = [0, *(rng.choice(letters) for _ in range(rng.randint(1, 3)))]
            words.append((0, tuple(rng.choice(pool) for _ in range(length))))
    if len(firsts) > 1:
        words += [(first, (0,)) for first in firsts]
        for _ in range(200):
            pool = [rng.choice(letters) for _ in range(2)]
            words.append(
                (rng.choice(firsts), tuple(rng.choice(pool) for _ in range(rng.randint(1, 3))))
            )
    return list(dict.fromkeys(words))


def is_sorted(alphabet: Alphabet, word: Word, by: str) -> bool:
    """Return whether the elements of a word fall in the field by which they are ordered."""
    last: dict[str, int] = {}
    for index in word[1]:
        letter = alphabet.letters[index]
        for dim, one in zip(alphabet.dimensions(letter), letter.bins, strict=True):
            if dim.field.path == by:
                if one > last.get(letter.collection, one):
                    return False
                last[letter.collection] = one
    return True
