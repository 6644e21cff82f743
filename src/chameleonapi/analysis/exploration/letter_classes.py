"""Letters that do the same wherever they are tried, one of which stands for all.

Tests tell more elements apart than decisions do: twenty words that one loop looks for make
hundreds of letters, of which a handful do something of their own. Where there are many letters,
each is tried in a few places of a word, and words are run with the first letter of each class.
What was put together wrongly is found on random answers, and split: see ``split``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.dimensions import LabelDimension

__all__ = ["LetterClasses"]

_FEW: Final = 12  # letters that need no classes
_PARTNERS: Final = 5  # classes beside which letters that seem to do nothing are tried
_TRIED: Final = 8  # of letters that are alike so far, to see whether they go on to be
_FIRSTS: Final = 3  # other fields of the answer beside which all letters are tried

_MANY: Final = 200  # letters of which the fields hold levels, which are compared more closely
_MOST_LEVELS: Final = 40  # classes of them that are looked for

Letters = tuple[int, ...]
_Place = tuple[int, Letters, Letters]  # the first symbol, and the letters on both sides


@final
class LetterClasses:
    """Classes of letters.

    Args:
        alphabet: the letters.
        run: what the application does on a word.
    """

    def __init__(self, alphabet: Alphabet, run: Callable[[Word], Hashable]) -> None:
        self._run = run
        self._collections = [one.collection for one in alphabet.letters]
        count = len(alphabet.letters)
        self._class: list[int] = list(range(count))  # the first letter of each letter's class
        if count > _FEW:
            self._divide(len(alphabet.firsts))
        if count > _MANY and _are_levels(alphabet):
            self._compare_levels()

    @property
    def representatives(self) -> tuple[int, ...]:
        """The letters that stand for their classes, in order."""
        return tuple(sorted(set(self._class)))

    def word(self, word: Word) -> Word:
        """Return the word with the letters that stand for those of another one."""
        first, letters = word
        return first, tuple([self._class[one] for one in letters])

    def split(self, word: Word) -> bool:
        """Take a word that does something else than the one that stands for it.

        Returns:
            Whether a class was split: then another word stands for it.
        """
        first, letters = word
        known = self.word(word)
        before = self._run(known)
        for position, one in enumerate(letters):
            # letters up to here as they are, those behind as what stands for them
            mixed = (*letters[: position + 1], *known[1][position + 1 :])
            if mixed[position] == known[1][position]:
                continue
            now = self._run((first, mixed))
            if now != before:
                stand_in = known[1][position]
                place = (first, letters[:position], known[1][position + 1 :])
                self._refine([place], [i for i, k in enumerate(self._class) if k == stand_in])
                return self._class[one] != stand_in
        return False

    def _divide(self, firsts: int) -> None:
        self._class = [self._collections.index(one) for one in self._collections]
        neutral = sorted(set(self._class))
        alone: list[_Place] = [(first, (), ()) for first in range(firsts)[: 1 + _FIRSTS]]
        self._refine(alone, range(len(self._class)))
        around: list[_Place] = []
        for one in neutral:
            around += [(0, (one,), ()), (0, (), (one,))]
        # What does nothing by itself may still keep others from what they do.
        partners = [one for one in self.representatives if one not in neutral][:_PARTNERS]
        beside: list[_Place] = [(0, (one,), ()) for one in partners]
        beside += [(0, (), (one,)) for one in partners]
        for one in self.representatives:
            members = [i for i, known in enumerate(self._class) if known == one]
            self._refine([*around, *(beside if one in neutral else ())], members, twice=True)

    def _compare_levels(self) -> None:
        """Try letters beside the first ones of all classes, as long as that makes new classes.

        Which of several feelings is the strongest one so far goes by how strong the others were.
        """
        partners = list(self.representatives)
        while partners and len(self.representatives) <= _MOST_LEVELS:
            before = set(self.representatives)
            for one in sorted(before):
                for partner in partners:
                    for place in ((0, (partner,), ()), (0, (), (partner,))):
                        members = [i for i, known in enumerate(self._class) if known == one]
                        self._refine([place], members, twice=True)
            partners = [one for one in self.representatives if one not in before]

    def _refine(
        self, places: Sequence[_Place], letters: Sequence[int], *, twice: bool = False
    ) -> None:
        """Split the classes of some letters by what these do at some places.

        Of many letters that are alike so far, some are tried first, and all if these differ.
        """
        if twice and len(letters) > _TRIED:
            step = len(letters) / _TRIED
            some = [letters[int(i * step)] for i in range(_TRIED)]
            if len({self._seen(places, one, twice=twice) for one in some}) == 1:
                return
        found: dict[Hashable, int] = {}
        for i in letters:
            key = (self._class[i], self._seen(places, i, twice=twice))
            self._class[i] = found.setdefault(key, i)

    def _seen(self, places: Sequence[_Place], letter: int, *, twice: bool) -> tuple[Hashable, ...]:
        seen = [self._run((first, (*left, letter, *right))) for first, left, right in places]
        return (*seen, self._run((0, (letter, letter)))) if twice else tuple(seen)


def _are_levels(alphabet: Alphabet) -> bool:
    """Return whether the API lists all that the fields of elements hold, such as likelihoods."""
    return all(
        isinstance(one, LabelDimension) and bool(one.field.values)
        for dims in alphabet.lists.values()
        for one in dims
    )
