"""Which fields of an element a flag goes by: it is looked at with all others left alone.

A face has ten properties, and many applications say something about each of them. Together
these make hundreds of letters, of which a single flag tells two apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Letter, Word

__all__ = ["RelevantFields", "telling_places"]

_FEW: Final = 12  # letters that are as well looked at one by one
_CHECKED: Final = 200  # words on which it is checked that the other fields make no difference
_SHORT: Final = 60  # words that are left to look at, of the shortest
_LONG: Final = 20  # and of the longest


@final
class RelevantFields:
    """A function of words, looked at on words of letters that differ in what it goes by only.

    Args:
        alphabet: the letters.
        out: the function; known for the words.
        words: some words.
    """

    def __init__(
        self, alphabet: Alphabet, out: Callable[[Word], Hashable], words: Sequence[Word]
    ) -> None:
        self._out = out
        self._stands_for: list[int] | None = None
        self.words = words
        if len(alphabet.letters) > _FEW:
            self._stands_for = _bare_letters(alphabet, out)
            tried = words[:: 1 + len(words) // _CHECKED]
            if any(out(word) != self.out(word) for word in tried):
                self._stands_for = None
        if self._stands_for is not None:
            bare = sorted(set(map(self._bare, words)), key=lambda word: (len(word[1]), word))
            self.words = bare[:_SHORT] + bare[_SHORT:][-_LONG:]

    def out(self, word: Word) -> Hashable:
        """Return the value for a word."""
        return self._out(self._bare(word))

    def _bare(self, word: Word) -> Word:
        if self._stands_for is None:
            return word
        first, letters = word
        known = self._stands_for
        return first, tuple([known[one] for one in letters])


def _bare_letters(alphabet: Alphabet, out: Callable[[Word], Hashable]) -> list[int]:
    """Return for each letter the one that is like it in the fields that have a say."""
    made = list(range(len(alphabet.letters)))
    index = {letter: i for i, letter in enumerate(alphabet.letters)}
    for path in dict.fromkeys(one.collection for one in alphabet.letters):
        letters = [i for i, one in enumerate(alphabet.letters) if one.collection == path]
        rows = {alphabet.letters[i].bins: out((0, (i,))) for i in letters}
        neutral = alphabet.letters[letters[0]].bins
        kept = _needed(rows)
        for i in letters:
            bins = alphabet.letters[i].bins
            bare = tuple([one if at in kept else neutral[at] for at, one in enumerate(bins)])
            made[i] = index.get(Letter(path, bare), i)
    return made


def _needed(rows: dict[tuple[int, ...], Hashable]) -> frozenset[int]:
    """Return positions of bins that tell apart what rows lead to; the others are not needed.

    Not all rows may be there: what is seen to tell two rows apart by itself goes last.
    """
    telling = telling_places(rows)
    kept = list(range(len(telling)))
    for at in sorted(kept, key=telling.__getitem__):
        rest = [one for one in kept if one != at]
        if not _tells_apart(rows, rest):
            kept = rest
    return frozenset(kept)


def telling_places(rows: Mapping[tuple[int, ...], Hashable]) -> list[bool]:
    """Return for each position whether rows that differ there alone lead to different things."""
    every = range(len(next(iter(rows))))
    return [_tells_apart(rows, [i for i in every if i != at]) for at in every]


def _tells_apart(rows: Mapping[tuple[int, ...], Hashable], rest: Sequence[int]) -> bool:
    """Return whether rows that are alike at some positions lead to different things."""
    seen: dict[tuple[int, ...], Hashable] = {}
    return any(
        seen.setdefault(tuple([row[i] for i in rest]), found) != found
        for row, found in rows.items()
    )
