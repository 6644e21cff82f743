"""One exploration of a call site: discover, fit, verify, refine; say what stays open."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.draft import Draft, make_draft, make_draft_by_effect
from chameleonapi.analysis.exploration.explored import Explored
from chameleonapi.analysis.exploration.inner_items import lists_by_items, places_read
from chameleonapi.analysis.exploration.inputs import inputs_gaps, inputs_wanted
from chameleonapi.analysis.exploration.joining import reads
from chameleonapi.analysis.exploration.number_fit import NumberSamples, make_number_draft
from chameleonapi.analysis.exploration.open_ends import joint_gaps, open_gaps
from chameleonapi.analysis.exploration.other_calls import other_call_gaps
from chameleonapi.analysis.exploration.printed_scores import (
    ONLY_NUMBERS,
    PRINTED_NUMBER,
    counts_some,
    has_scores,
)
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.table import OutOfBudgetError, Place, Table
from chameleonapi.analysis.exploration.twins import tell_labels_apart, try_different_labels
from chameleonapi.analysis.exploration.varying import varies
from chameleonapi.analysis.exploration.verification import Comparison, compare, needs_inner_order
from chameleonapi.analysis.exploration.words import is_sorted, standard_words
from chameleonapi.analysis.trace import CallSite, EffectLevel, Entry, Program
from chameleonapi.decision import Beside, DecisionProcess, Gap, Span, Status

__all__ = ["Exploration"]

_REFINEMENTS: Final = 5
_QUICK: Final = 400
_NUMBER_FITS: Final = 2
_NUMBER_WORDS: Final = 120
_MANY_LETTERS: Final = 100
_COUNTEREXAMPLES: Final = 25
_CHECKED: Final = 120  # answers before nothing is said to be decided
_COUNTED: Final = 24
_CONCLUDING: Final = 0.2  # of the work, once more, for a record that says less
_WORDS_SHARE: Final = 0.8  # of the work, after which a record is made of what is known


@final
class Exploration:
    """One exploration of a call under one entry and one set of assumptions.

    Args:
        program, entry, site, assumptions: what is explored.
        vocabulary: labels of its API.
        budget: limits.
        process_id: of the record.
        others: the answers of other calls by API id; typical ones if None.
        recalls: whether a run that goes a known way is recalled instead of run again.
        joint: ids of APIs whose answers vary too, side by side with that of the call.
        tells_empty: whether an empty list is something else than one with data of the answer.
        needs_own: whether a decision counts only if it reads the answer of the call itself.
        inputs: how many inputs in a row a loop gets, all answered alike.
    """

    def __init__(
        self,
        program: Program,
        entry: Entry,
        site: CallSite,
        assumptions: Mapping[str, bool],
        vocabulary: tuple[str, ...],
        budget: Budget,
        process_id: str,
        others: Mapping[str, Mapping[str, Any]] | None,
        *,
        recalls: bool,
        joint: Sequence[str],
        tells_empty: bool,
        needs_own: bool,
        inputs: int = 1,
    ) -> None:
        self.needs_own = needs_own
        self.deciding: dict[str, Gap] = {}  # other APIs whose answers decide too
        self.budget = budget
        self.process_id = process_id
        meter = Meter(budget.runs, budget.seconds)
        self.runner = Runner(
            program,
            entry,
            site,
            assumptions,
            meter,
            others=others,
            recalls=recalls,
            joint=joint,
            tells_empty=tells_empty,
            inputs=inputs,
        )
        self.discovery = Discovery(self.runner, vocabulary, budget)
        self.known: list[dict[str, object]] = []
        self.is_cut = False
        self.decides = False
        self.has_joined_forms = False  # whether the record leaves out what is done at a place
        self.has_scores = False  # whether nothing but numbers that answers add up to goes out
        self.number_fits = 0
        self._tried: tuple[Table, list[Word]] | None = None  # last
        self.settled: set[Span] = set()

    def may_filter(self) -> bool:
        """Return whether labels are told apart, though nothing else happens."""
        return not self.decides and any(one.count > 1 for _, one in self.discovery.texts)

    def result(self) -> Explored:
        """Explore, and return what is known in the end."""
        best: tuple[Draft, Comparison] | None = None
        for attempt in range(_REFINEMENTS):
            alphabet = self.discovery.explore()
            if not self.runner.is_reached:
                return self._explored(None, self._cut_gaps())
            if not self.runner.recall.is_trusted and self.runner.recall.recalled:
                # What was recalled so far may be wrong; from now on, all is run.
                self.runner.recall.recalled = 0
                alphabet = self.discovery.explore()
            if not attempt and try_different_labels(self.discovery, self.runner, alphabet):
                alphabet = self.discovery.explore()
            numbers = self._fit_numbers(alphabet, None) if self._is_about_sums(alphabet) else None
            if numbers is not None:
                return self._finish(*numbers)
            draft = self._fit(alphabet)
            if draft is None:
                numbers = self._fit_numbers(alphabet, None)
                if numbers is not None:
                    return self._finish(*numbers)
                is_late = attempt or self.decides or self.runner.meter.is_past(_WORDS_SHARE / 2)
                if is_late or not varies(self.discovery, self.runner, self.budget.seed):
                    break
                continue  # on some answers something else is done after all
            is_last = attempt == _REFINEMENTS - 1
            is_echo = draft.is_echo and not self.has_scores
            if is_echo or not any(draft.process.predicates()):
                seen = self._compare(draft, _CHECKED, seed=self.budget.seed + attempt)
                if not is_last and seen.differing and self._learn(draft, seen):
                    continue  # something else is done on some answers
                self.decides = False
                return self._explored(None, self._cut_gaps())
            if self.needs_own and not reads(draft.process, self.runner.own):
                self.decides = False  # others decide, whatever this call says
                return self._explored(None, self._cut_gaps())
            compared = self._compare(draft, _QUICK, seed=self.budget.seed + attempt)
            if not compared.differing:
                answers = self.budget.verification_answers
                compared = self._compare(draft, answers, stop_after=25)
            if compared.differing or self.discovery.joint:
                numbers = self._fit_numbers(alphabet, None if compared.differing else draft)
                if numbers is not None:
                    return self._finish(*numbers)
            if not compared.differing:
                return self._finish(*(self._by_items(draft) or (draft, compared)))
            if best is None or compared.rate < best[1].rate:
                best = (draft, compared)
            if is_last or self.runner.meter.is_exhausted or not self._learn(draft, compared):
                break
        if best is not None:
            draft = self._simpler(best)
            alike = self._by_items(draft)
            if alike is not None:
                return self._finish(*alike)
            return self._finish(
                draft, self._compare(draft, self.budget.verification_answers, stop_after=10**9)
            )
        if not self.decides and (self.discovery.joint or (attempt and not self.runner.asks_again)):
            self.decides = varies(self.discovery, self.runner, self.budget.seed)
        gaps: tuple[Gap, ...] = tuple(joint_gaps(self.discovery, self.settled))
        if self.has_scores and not self.decides:
            gaps = (*gaps, self._gap("printed-number", ONLY_NUMBERS))
        gaps = (*gaps, *self._cut_gaps())
        if self.decides:
            gaps = (
                *gaps,
                self._gap(
                    "not-expressible",
                    "The application decides here, but no record was found that agrees with it.",
                ),
            )
        return self._explored(None, gaps)

    def _is_about_sums(self, alphabet: Alphabet) -> bool:
        """Return whether numbers of many sorts of elements are put together: no words say that."""
        return bool(self.discovery.joint) and len(alphabet.letters) > _MANY_LETTERS

    # One attempt

    def _fit(self, alphabet: Alphabet) -> Draft | None:
        table = Table(self.runner, alphabet)
        self._take_known(table, alphabet)
        words: list[Word] = []
        orderings: list[str | None] = [None]
        by = self.discovery.ordering.get(self.runner.spec.main.path)
        if by is not None:
            orderings = [by, None]
        try:
            for word in standard_words(
                alphabet, self.discovery.bound, self.budget.seed, table.letters
            ):
                if self.runner.meter.is_past(_WORDS_SHARE):
                    self.is_cut = True
                    break
                table.raw(word)
                words.append(word)
            for answer in self.known:
                found = alphabet.word_of(answer)
                if found is not None:
                    table.raw(found)
                    words.append(found)
        except OutOfBudgetError:
            self.is_cut = True
        if not self.runner.meter.is_past(_WORDS_SHARE):
            self.runner.learn_counters(alphabet, max(_COUNTED, self.discovery.bound + 2))
        if not words:
            return None
        if not table.choose_levels() and not self._tells_none(table):
            self.has_scores |= has_scores(self.runner, table, tuple(EffectLevel))
            return None
        self.decides = True
        self.is_cut = self.is_cut or alphabet.is_cut
        self._tried = table, words
        draft = self._drafted(table, words, orderings) or self._by_effect(table, words)
        if draft is None and table.join_forms():
            # Too many different things happen at one place: which place it is can still be said.
            self.runner.meter.grant(_CONCLUDING)
            draft = self._drafted(table, words, orderings)
            self.has_joined_forms = draft is not None
        return draft

    def _tells_none(self, table: Table) -> bool:
        """Return whether words differ in whether a number that counts some elements is 0."""
        if not counts_some(self.runner, table):
            return False
        self.has_scores = True
        self.runner.tell_none()
        return table.choose_levels()

    def _simpler(self, best: tuple[Draft, Comparison]) -> Draft:
        """Return the record that is wrong least often: the best one, or one effect by effect."""
        if self._tried is None:
            return best[0]
        table, words = self._tried
        apart = table.listed
        other = self._by_effect(table, words)
        if other is not None:
            compared = self._compare(other, _QUICK, stop_after=_QUICK)
            if compared.verification.answers and compared.rate < best[1].rate:
                return other
        table.listed = apart
        return best[0]

    def _by_effect(self, table: Table, words: Sequence[Word]) -> Draft | None:
        """Return a record that takes one effect after the other, None if there is none."""
        self.runner.meter.grant(_CONCLUDING)
        try:
            return make_draft_by_effect(
                table,
                words,
                process_id=self.process_id,
                bound=self.discovery.bound,
                states=self.budget.states,
            )
        except OutOfBudgetError:
            self.is_cut = True
            return None

    def _drafted(
        self, table: Table, words: Sequence[Word], orderings: Sequence[str | None]
    ) -> Draft | None:
        """Return the best record for what is known of some words."""
        alphabet = table.alphabet
        drafts: list[Draft] = []
        for one in orderings:
            chosen = words if one is None else [w for w in words if is_sorted(alphabet, w, one)]
            try:
                draft = make_draft(
                    table,
                    chosen,
                    process_id=self.process_id,
                    bound=self.discovery.bound,
                    states=self.budget.states,
                    by=one,
                )
            except OutOfBudgetError:
                self.is_cut = True
                continue
            if draft is not None:
                drafts.append(draft)
        if len(drafts) < 2:
            return drafts[0] if drafts else None
        return min(drafts, key=lambda one: len(self._compare(one, _QUICK).differing))

    def _by_items(self, draft: Draft) -> tuple[Draft, Comparison] | None:
        """Return a record that asks for any item of lists inside elements, if one agrees."""
        if self._tried is None or not draft.alphabet.cut_lists():
            return None
        table, words = self._tried
        table.alphabet.takes_items_alike = True
        try:
            made = self._drafted(table, words, [None])
        finally:
            table.alphabet.takes_items_alike = False
        if made is None or not lists_by_items(made.process) or places_read(made.process):
            return None
        compared = self._compare(made, self.budget.verification_answers, stop_after=1)
        return None if compared.differing else (made, compared)

    def _take_known(self, table: Table, alphabet: Alphabet) -> None:
        """Let the table learn from the answers on which a record was wrong."""
        with contextlib.suppress(OutOfBudgetError):
            for answer in self.known:
                word = alphabet.word_of(answer)
                if word is not None:
                    table.take(word)

    def _fit_numbers(
        self, alphabet: Alphabet, draft: Draft | None
    ) -> tuple[Draft, Comparison] | None:
        """Return a record with terms over the whole answer, if one is needed and agrees."""
        joins = bool(self.discovery.joint or self.discovery.ordering)
        if not joins or self.number_fits >= _NUMBER_FITS:
            return None
        self.number_fits += 1
        samples = NumberSamples(self.discovery, alphabet, self.budget.seed)
        self.settled |= samples.settled
        if not samples.questions and not samples.compared:
            return None
        if draft is not None and all(
            draft.process.decide(one.answer).id == draft.outcome_of(one.effects)
            for one in samples.seen
        ):
            return None  # no number matters beyond what the elements say one by one
        table = Table(self.runner, alphabet)
        words = standard_words(alphabet, self.discovery.bound, self.budget.seed, table.letters)[
            :_NUMBER_WORDS
        ]
        self.runner.meter.grant(_CONCLUDING)
        try:
            for word in words:
                table.raw(word)
        except OutOfBudgetError:
            return None
        for _ in range(_REFINEMENTS):
            made = make_number_draft(samples, table, words, self.process_id)
            if made is None or made.is_echo or not any(made.process.predicates()):
                return None
            self.decides = True
            compared = self._compare(made, _QUICK, stop_after=_COUNTEREXAMPLES)
            if not compared.differing:
                compared = self._compare(made, self.budget.verification_answers)
            if not compared.differing:
                # what was cut were words, and combinations that random answers hold too
                self.is_cut = bool(alphabet.cut)
                return made, compared
            samples.add([answer for answer, _ in compared.differing])
        return None

    def _compare(
        self, draft: Draft, answers: int, *, seed: int | None = None, stop_after: int = 25
    ) -> Comparison:
        source = AnswerSource(draft.alphabet, self.budget.seed if seed is None else seed)
        source.loosen(lists_by_items(draft.process))
        return compare(
            draft.process,
            self.runner,
            source,
            draft.outcome_of,
            self.budget,
            answers=answers,
            stop_after=stop_after,
        )

    def _learn(self, draft: Draft, comparison: Comparison) -> bool:
        """Take what counterexamples teach; return whether another attempt can do better."""
        is_better = is_split = False
        for answer, trace in comparison.differing:
            if self.runner.meter.is_exhausted:
                break
            is_better |= self.discovery.absorb(trace, answer)
            word = draft.alphabet.word_of(answer)
            if word is None:
                continue
            self.known.append(answer)
            plain = draft.alphabet.answer(word)
            observed = self.runner.observe(plain).effects
            if draft.outcome_of(observed) != draft.process.decide(plain).id:
                is_better = True
            elif not is_split:
                # Labels that each test takes alike may still be told from each other.
                is_split = tell_labels_apart(self.discovery, self.runner, answer)
                is_better |= is_split
        return is_better

    # The end

    def _finish(self, draft: Draft, comparison: Comparison) -> Explored:
        gaps: list[Gap] = []
        verification = comparison.verification
        if verification.disagreements:
            gaps.append(
                self._gap(
                    "disagreement",
                    f"On {verification.disagreements} of {verification.answers} random answers "
                    "the application does something else than this record says.",
                )
            )
        table = None if self._tried is None else self._tried[0]
        if self.has_scores:
            gaps.append(self._gap("printed-number", PRINTED_NUMBER))
        gaps += open_gaps(self.runner, self.discovery, draft, table, self.budget)
        if self.is_cut:
            gaps.append(self._budget_gap())
        if self.has_joined_forms:
            gaps.append(
                self._gap(
                    "joined-effects",
                    "What is done at one place takes too many forms for a record: they are one "
                    "outcome here.",
                )
            )
        others = AnswerSource(draft.alphabet, self.budget.seed + 2)
        if not verification.disagreements and needs_inner_order(
            draft.process, self.runner, others, draft.outcome_of, self.budget.seed
        ):
            gaps.append(
                self._gap(
                    "inner-order",
                    "Lists inside an element are taken to come highest first, as the service "
                    "gives them; in another order the application does something else.",
                )
            )
        gaps += joint_gaps(self.discovery, self.settled)
        gaps += inputs_gaps(self.runner, draft, self.budget)
        self.deciding = other_call_gaps(self.runner, draft, self.budget)
        if "" in self.deciding:
            gaps.append(self.deciding.pop(""))
        gaps += self.deciding.values()
        process = draft.process.with_(
            beside=tuple(
                Beside(one.id, self.runner.other_span(one.id), self.runner.assumed(one.id))
                for one in self.runner.joint
            ),
            verification=verification,
            gaps=tuple(gaps),
            status=Status.PARTIAL if gaps else Status.COMPLETE,
        )
        return self._explored(process, tuple(gaps), draft.alphabet, draft.echoes)

    def _cut_gaps(self) -> tuple[Gap, ...]:
        """Return the gap of an exploration that ended early: that is not to find no decision."""
        if self.is_cut or self.discovery.is_cut or self.runner.meter.is_exhausted:
            return (self._budget_gap(),)
        return ()

    def _budget_gap(self) -> Gap:
        return self._gap("budget", "The exploration ended before everything was looked at.")

    def _gap(self, code: str, message: str) -> Gap:
        return Gap(code, message, self.runner.site.span)

    def _explored(
        self,
        process: DecisionProcess | None,
        gaps: tuple[Gap, ...],
        alphabet: Alphabet | None = None,
        echoes: frozenset[Place] = frozenset(),
    ) -> Explored:
        return Explored(
            self.runner.site,
            self.runner.entry,
            self.runner.is_reached,
            process,
            self.decides,
            gaps
            if process is not None
            else (*gaps, *self.runner.gaps, *(() if self.decides else self.runner.failures)),
            tuple(self.runner.met.values()),
            tuple(self.discovery.questions),
            self.discovery.texts,
            alphabet,
            tuple(self.discovery.numbers),
            tuple((span, frozenset(ways)) for span, ways in self.runner.ways.items()),
            tuple(self.runner.remarks),
            echoes,
            inputs_wanted(self.runner),
            self.runner.hands_on,
        )
