"""Outcomes by word: what the application does on an answer that reads as a word."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.counters import as_data
from chameleonapi.analysis.exploration.flag_numbers import FlagNumbers
from chameleonapi.analysis.exploration.inner_echoes import inner_echoes, inner_lists
from chameleonapi.analysis.exploration.left_out import LeftOut
from chameleonapi.analysis.exploration.letter_classes import LetterClasses
from chameleonapi.analysis.exploration.lone_items import says_more
from chameleonapi.analysis.exploration.runner import EffectKey, Runner
from chameleonapi.analysis.exploration.said_items import Listing, listings, parts_of
from chameleonapi.analysis.exploration.same_but_empty import is_bare, is_line, stands_in, twin_of
from chameleonapi.analysis.exploration.same_elsewhere import same_elsewhere
from chameleonapi.analysis.trace import HOLE, EffectLevel
from chameleonapi.apis import elements
from chameleonapi.decision import Span

__all__ = ["ANSWER", "OutOfBudgetError", "Outcome", "Place", "Table", "constant_words"]

Outcome = frozenset[EffectKey]
Place = tuple[int, str, Span]  # the first parts of an effect's key
_FORMS: Final = 6  # of what is done at one place, that a record tells apart at the least
_FEW: Final = 2  # outcomes that are left without the one of an empty answer
_RAISED: Final = "raise"
_WORD: Final = re.compile(r"[^\W\d]\w*")
ANSWER: Final = "<answer>"  # how effects write data of the answer


class OutOfBudgetError(Exception):
    """Control flow of the exploration: it has to end with what it knows."""


@final
class Table:
    """Runs words on demand; ``level`` says which effects tell outcomes apart.

    Args:
        runner: runs the application.
        alphabet: the letters of the words.
        classes: whether letters that do the same may stand for each other, where there are many.
    """

    def __init__(self, runner: Runner, alphabet: Alphabet, *, classes: bool = True) -> None:
        self.runner = runner
        self.alphabet = alphabet
        self.levels: tuple[EffectLevel, ...] = (EffectLevel.EXTERNAL,)
        self.echoes: frozenset[Place] = frozenset()  # places that only show what the answer holds
        self._raw: dict[Word, frozenset[EffectKey]] = {}
        self._twins: dict[Outcome, Outcome] = {}  # of empty answers: what they amount to
        self._beside: list[tuple[bool, frozenset[EffectKey]]] = []
        self._joined: frozenset[Place] = frozenset()  # where the forms of effects do not count
        self._listed: Mapping[Place, Listing] = {}  # where effects list items: see said_items
        self._left_out = LeftOut(alphabet)
        self._views: dict[Outcome, Outcome] = {}
        self._views_of: Hashable = None  # the levels, echoes and counters of those views
        self._classes: LetterClasses | None = None
        if classes:
            with contextlib.suppress(OutOfBudgetError):
                self._classes = LetterClasses(alphabet, self._ran)

    @property
    def letters(self) -> Sequence[int]:
        """The letters that do something of their own."""
        if self._classes is None:
            return range(len(self.alphabet.letters))
        return self._classes.representatives

    @property
    def stand_ins(self) -> Sequence[int]:
        """For each letter the one that stands for it."""
        count = len(self.alphabet.letters)
        return (
            range(count) if self._classes is None else self._classes.word((0, (*range(count),)))[1]
        )

    def take(self, word: Word) -> None:
        """Run a word as it is, and learn which of its letters do something of their own."""
        found = self._ran(word)
        while (
            self._classes is not None
            and self._ran(self._classes.word(word)) != found
            and self._classes.split(word)
        ):
            pass

    @property
    def words(self) -> Iterator[Word]:
        """All words that were run."""
        return iter(tuple(self._raw))

    def rows_of_words(self) -> Iterator[tuple[Word, frozenset[EffectKey]]]:
        """Yield what was done on each word that was run."""
        yield from self._raw.items()

    def note(self, effects: frozenset[EffectKey], *, is_filled: bool) -> None:
        """Take what an answer led to that is no word; ``is_filled`` says that it has elements."""
        self._beside.append((is_filled, effects))

    def _rows(self) -> Iterator[tuple[bool, frozenset[EffectKey]]]:
        for (_, letters), effects in self._raw.items():
            yield bool(letters), self._with_data(effects)
        for is_filled, effects in self._beside:
            yield is_filled, self._with_data(effects)

    def _with_data(self, effects: frozenset[EffectKey]) -> frozenset[EffectKey]:
        """Return effects that show no data of the answer, where others like them do, as those."""
        return frozenset(map(self._left_out.standing_for, effects)) if self._left_out else effects

    def raw(self, word: Word) -> frozenset[EffectKey]:
        """Return the effects of all levels.

        Raises:
            OutOfBudgetError: if a run would be needed and none is left.
        """
        return self._ran(word if self._classes is None else self._classes.word(word))

    def _ran(self, word: Word) -> frozenset[EffectKey]:
        found = self._raw.get(word)
        if found is None:
            if self.runner.meter.is_exhausted:
                raise OutOfBudgetError
            found = self.runner.observe(self.alphabet.answer(word)).effects
            self._raw[word] = found
        return found

    def out(self, word: Word) -> Outcome:
        """Return the effects that tell outcomes apart."""
        return self.view(self.raw(word))

    def view(self, effects: Iterable[EffectKey]) -> Outcome:
        """Return those effects that are on the levels in use, counters left out."""
        now = (self.levels, self.echoes, self.runner.merges, len(self._twins))
        if now != self._views_of:
            self._views_of = now
            self._views.clear()
        key = frozenset(effects)
        known = self._views.get(key)
        if known is None:
            found = self.runner.merged(
                self._left_out.standing_for(one)
                for one in key
                if one[0] in self.levels and one[:3] not in self.echoes
            )
            found = frozenset(map(self._as_data, found))
            if self._listed:
                found = frozenset(part for one in found for part in self._items(one))
            if self._joined:
                found = frozenset(self._without_form(one) for one in found)
            known = self._views[key] = self._twins.get(found, found)
        return known

    def _as_data(self, one: EffectKey) -> EffectKey:
        """Return an effect with a count as data, where the length of a list stands there too."""
        if one not in self.runner.merged_keys:
            return one
        made = as_data(one)
        return made if made in self.runner.effects else one

    def _without_form(self, one: EffectKey) -> EffectKey:
        if one[:3] not in self._joined:
            return one
        made = (*one[:3], "", "")
        effect = self.runner.effects.get(one)
        if effect is not None:  # it may be one of another runner
            self.runner.effects.setdefault(made, replace(effect, key="", member=""))
        return made

    def _items(self, one: EffectKey) -> Sequence[EffectKey]:
        listing = self._listed.get(one[:3])
        if listing is None or one[4]:
            return (one,)
        made = parts_of(one, listing)
        effect = self.runner.effects.get(one)
        if effect is not None:  # it may be one of another runner
            for part in made:
                self.runner.effects.setdefault(part, replace(effect, key=part[3], member=part[4]))
        return made

    @property
    def listed(self) -> Mapping[Place, Listing]:
        """Where effects list items that are effects by themselves."""
        return self._listed

    @listed.setter
    def listed(self, found: Mapping[Place, Listing]) -> None:
        self._listed = found
        self._views_of = None

    def take_items_apart(self, *, is_wanted: bool = True) -> bool:
        """From now on, let each item of a list that goes out be an effect; return if there are any.

        Args:
            is_wanted: whether to do so, or to go back.
        """
        self.listed = {}
        if is_wanted:
            forms: dict[Place, set[str]] = {}
            for _, effects in self._rows():
                for one in self.view(effects):
                    if not one[4]:
                        forms.setdefault(one[:3], set()).add(one[3])
            self.listed = listings(forms)
        return bool(self._listed)

    def join_forms(self) -> bool:
        """From now on, let all that is done at a place be one effect, where it has many forms.

        Returns:
            Whether there is such a place, and words still differ.
        """
        forms: dict[Place, set[str]] = {}
        for _, effects in self._rows():
            for one in self.view(effects):
                forms.setdefault(one[:3], set()).add(one[3] + one[4])
        self._joined = frozenset(place for place, texts in forms.items() if len(texts) > _FORMS)
        self._twins.clear()
        self._views_of = None
        return bool(self._joined) and self.choose_levels()

    def choose_levels(self) -> bool:
        """Find the lowest level on which words differ; return whether there is one.

        Showing every element is no outcome of its own, where anything else tells words apart.
        """
        if not self.runner.tells_empty:
            self._left_out = LeftOut(self.alphabet, self._raw.items())
        short = (effects for word, effects in self._raw.items() if len(word[1]) <= 1)
        self.runner.take_alike(same_elsewhere((effects for _, effects in self._rows()), short))
        self._views_of = None
        self.echoes = self._find_echoes() | self._find_inner_echoes()
        if self.echoes:
            if self._choose():
                return True
            self.levels = tuple(EffectLevel)
            if not self._differs():
                return False  # all that is done is to show what there is
        self.echoes = frozenset()
        return self._choose()

    def _find_echoes(self) -> frozenset[Place]:
        """Return the places that show data of every answer that has an element, in one form."""
        filled = [effects for is_filled, effects in self._rows() if is_filled]
        if not filled:
            return frozenset()
        shown: frozenset[Place] | None = None
        silent: set[Place] = set()
        forms: dict[Place, set[str]] = {}
        flags = FlagNumbers(self._raw.items())
        logged = {one for effects in filled for one in effects if one[0] == EffectLevel.ASIDE}
        bare = {one for one in logged if any(is_bare(one, other) for other in logged)}
        for effects in filled:
            for one in effects - bare:
                forms.setdefault(one[:3], set()).add(flags.form(one))
            here = {one[:3] for one in effects if (ANSWER in one[3] or one in bare) and not one[4]}
            silent |= {one[:3] for one in effects - bare if ANSWER not in one[3]}
            shown = frozenset(here) if shown is None else shown & here
            if not shown:
                return frozenset()
        assert shown is not None
        # What only an empty answer makes it say is said on purpose.
        said = {place: constant_words(form) for place in shown for form in forms[place]}
        full = {place: form for place in shown for form in forms[place]}
        for is_filled, effects in self._rows():
            if not is_filled:
                silent |= {
                    one[:3]
                    for one in effects
                    if constant_words(one[3]) - said.get(one[:3], set())
                    or says_more(full.get(one[:3], ""), flags.form(one))
                }
        return frozenset(one for one in shown - silent if len(forms[one]) == 1)

    def _find_inner_echoes(self) -> frozenset[Place]:
        """Return the places that print what one of several lists, or one in an element, holds."""
        rows = []
        for (first, letters), effects in self._raw.items():
            if not first and len(letters) == 1:
                path = self.alphabet.letters[letters[0]].collection
                one = next(iter(elements(self.alphabet.answer((first, letters)), path)), None)
                rows.append((inner_lists(one) | {path}, effects))
        return inner_echoes(rows)

    def _choose(self) -> bool:
        chosen: tuple[EffectLevel, ...] = ()
        for level in EffectLevel:
            self.levels = (*chosen, level)
            if self._is_telling():
                self._join_empty()
                return True
            # A crash on an empty answer alone is no reason to stop looking.
            chosen = self.levels
        for i in range(len(EffectLevel)):
            self.levels = tuple(EffectLevel)[: i + 1]
            if self._differs() and not self._is_echo():
                self._join_empty()
                return True
        return False

    def _join_empty(self) -> None:
        """Let an empty answer have the outcome from which it differs in what is shown only."""
        if not self.alphabet.letters:
            return
        filled = {self.view(one) for (_, letters), one in self._raw.items() if letters}
        if len(filled) < _FEW:
            return
        for (_, letters), one in self._raw.items():
            if not letters:
                bare = self.view(one)
                twin = twin_of(bare, filled, is_shown=bool(self.echoes))
                if twin is not None:
                    self._twins[bare] = twin

    def _differs(self) -> bool:
        return len({self.view(effects) for _, effects in self._rows()}) > 1

    def _is_echo(self) -> bool:
        """Return whether an empty answer differs only in that there is nothing to show of it.

        Printing each element, or crashing because there is no first one, decides nothing.
        """
        if not self.alphabet.letters:
            return False
        filled = {self.view(one) for is_filled, one in self._rows() if is_filled}
        empty = {self.view(one) for is_filled, one in self._rows() if not is_filled}
        if len(filled) != 1 or len(empty) != 1:
            return False
        (full,), (bare,) = filled, empty
        if any(key[1] == _RAISED for key in bare):
            return True
        shown = {_slot(key) for key in full if ANSWER in key[3]}
        for key in bare - full:
            # What only an empty answer makes it say is said on purpose.
            beside = [one for one in full if _slot(one) == _slot(key)]
            usual = {word for one in beside for word in constant_words(one[3])}
            if _slot(key) not in shown:
                continue
            if constant_words(key[3]) - usual or any(stands_in(one[3], key[3]) for one in beside):
                return False
            if any(says_more(one[3], key[3]) for one in beside):
                return False  # what only an answer with elements makes it say
        more = [key for key in full - bare if _slot(key) not in shown and not is_line(key)]
        is_shown = bool(shown or self.echoes)  # those are left out of the views
        return is_shown and not more and all(_slot(key) in shown for key in bare - full)

    def _is_telling(self) -> bool:
        seen = {
            self.view(effects)
            for is_filled, effects in self._rows()
            if is_filled or not self.alphabet.letters
        }
        quiet = {one for one in seen if not any(key[1] == _RAISED for key in one)}
        return len(quiet) > 1


def _slot(key: EffectKey) -> tuple[int, str, Span, str]:
    """Return the place of an effect, and which member of what is handed on there it is."""
    return (*key[:3], key[4])


def constant_words(text: str) -> set[str]:
    """Return the words of an effect that are constants: no data of the answer, nothing unknown."""
    return set(_WORD.findall(HOLE.sub("", text)))
