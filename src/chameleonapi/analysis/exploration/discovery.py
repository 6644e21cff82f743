"""Find out what an application asks of an answer: run, look at its tests, split bins, run again.

Ends when no run brings a test that tells apart what was together before.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.asking import (
    Asking,
    asks_single_letters,
    asks_the_same,
    is_order,
)
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.cell_groups import CellBook
from chameleonapi.analysis.exploration.columns import JOINED, Columns
from chameleonapi.analysis.exploration.cuts import cuts_on
from chameleonapi.analysis.exploration.dimensions import (
    Dimension,
    LabelDimension,
    ListDimension,
    NumberDimension,
    is_text,
)
from chameleonapi.analysis.exploration.enumeration_tests import adds_up, other_settings
from chameleonapi.analysis.exploration.fields import (
    field_spec,
    is_list,
    length_of,
    lists_gone_through,
    value_at,
)
from chameleonapi.analysis.exploration.near_elements import NearElements
from chameleonapi.analysis.exploration.questions import JointTest, LabelQuestion, NumberQuestion
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.terms import cuts_of, element_question
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.analysis.exploration.text_terms import term_of
from chameleonapi.analysis.exploration.texts import candidate_texts
from chameleonapi.analysis.exploration.words import MAX_BOUND, probing_words
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.analysis.trace import Test, Trace
from chameleonapi.apis import FieldKind, FieldSpec
from chameleonapi.decision import Field, Gap, Span
from chameleonapi.decision.description import describe_number
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.decision.text_rules import TextTerm

__all__ = ["Discovery"]

_ROUNDS: Final = 40
_VARIED: Final = 3
_MAX_JOINT: Final = 64
_MAX_TERMS: Final = 12
_MOST_LETTERS: Final = 16  # questions about letters, and how many there are, of free texts
_SHARE: Final = 0.6  # of the work, after which it ends: the rest is for putting it into a record


@dataclass
class _Seen:
    keys: set[Hashable] = field(default_factory=set)
    is_changed: bool = False


@final
class Discovery:
    """The dimensions of everything that the tests read.

    Args:
        runner: runs the application.
        vocabulary: labels of the API's label fields.
        budget: limits.
    """

    def __init__(self, runner: Runner, vocabulary: tuple[str, ...], budget: Budget) -> None:
        self.runner, self.spec = runner, runner.spec
        self.budget = budget
        self.questions: list[LabelQuestion] = []
        self.numbers: list[NumberQuestion] = []
        self.gaps: dict[str, Gap] = {}
        self.bound = 2
        self.ordering: dict[str, str] = {}  # collection -> field that elements are ordered by
        self.joint: dict[str, JointTest] = {}  # tests on several numbers, which no bin expresses
        self.free: dict[str, dict[str, FieldSpec]] = {}  # numbers that joint tests read
        self._settled: set[Expression] = set()  # tests on one value that teach nothing new
        self._asked: dict[Leaf, dict[int, bool]] = {}  # of one run: questions on each free text
        self._letters_asked = 0
        self._numbers_of: dict[Hashable, int] = {}  # questions on free texts by what they ask
        self._vocabulary = vocabulary
        self._literals = tuple(one for one in runner.program.literals if len(one) <= 200)
        self._preferred = frozenset(self._literals)
        self._lists: dict[str, dict[str, Dimension]] = {}
        self._singles: dict[str, dict[str, Dimension]] = {}
        self._seen = _Seen()
        self._cells = CellBook()
        self._near = NearElements()
        self.is_cut = False  # whether the time was over before all was looked at
        for one in (runner.own, *runner.joint):
            if is_list(one.main.path):
                self._lists[one.main.path] = {}

    @property
    def texts(self) -> tuple[tuple[str, LabelDimension | TextDimension], ...]:
        """The text fields that tests read, by path, told apart or not."""
        found = []
        for dims in (*self._lists.values(), *self._singles.values()):
            for path, dim in dims.items():
                inner = dim.inner if isinstance(dim, ListDimension) else dim
                if isinstance(inner, LabelDimension | TextDimension):
                    found.append((path, inner))
        return tuple(found)

    def labels_of(self, collection: str) -> tuple[tuple[str, LabelDimension], ...]:
        """Return the text fields of a collection that tests read, by path."""
        dims = self._lists.get(collection, {})
        return tuple((path, one) for path, one in dims.items() if isinstance(one, LabelDimension))

    @property
    def collections(self) -> tuple[str, ...]:
        """The lists whose elements tests read."""
        return tuple(self._lists)

    @property
    def free_text(self) -> tuple[str, ...]:
        """The fields of free text that tests tell apart, and of which samples are known only."""
        return tuple(
            path
            for path, one in self.texts
            if one.count > 1
            and self._is_free(one.field)
            and not (isinstance(one, TextDimension) and one.is_exact)
        )

    def _is_free(self, spec: FieldSpec) -> bool:
        is_listed = spec.kind is FieldKind.LABEL and bool(self._vocabulary)
        return not spec.values and not is_listed and spec.kind is not FieldKind.NUMBER

    # The loop

    def explore(self) -> Alphabet:
        """Run words until the dimensions stay as they are; return the letters."""
        done: set[Word] = set()
        alphabet = self.alphabet()
        for _ in range(_ROUNDS):
            self._seen.is_changed = False
            alphabet = self.alphabet()
            done.clear()
            alone = len(alphabet.firsts) + len(alphabet.letters) + 2
            for position, word in enumerate(probing_words(alphabet, self.bound, self.budget.seed)):
                if position == alone and self._seen.is_changed:
                    break  # one condition inside the other: pairs can wait for the innermost
                self.is_cut = self.runner.meter.is_past(_SHARE)
                if self.is_cut:  # the letters of the bins as they are by now
                    return self.alphabet() if self._seen.is_changed else alphabet
                if word not in done:
                    done.add(word)
                    answer = alphabet.answer(word)
                    trace = self.runner.trace(answer)
                    self.absorb(trace, answer)
                    if alphabet.is_cut and len(word[1]) == 1:
                        is_new = self._near.note_outcome(trace, answer, self._lists)
                        self._seen.is_changed = self._seen.is_changed or is_new
            if not self._seen.is_changed:
                return alphabet
        return self.alphabet()

    def alphabet(self) -> Alphabet:
        """Return the letters of the dimensions as they are now."""
        for dims in (*self._lists.values(), *self._singles.values()):
            for one in dims.values():
                if isinstance(one, LabelDimension | TextDimension):
                    one.arrange()
                elif isinstance(one, ListDimension):
                    one.inner.arrange()
                    one.renew()
        return Alphabet(
            self.spec,
            {path: self._ordered(dims) for path, dims in self._lists.items()},
            {path: self._ordered(dims) for path, dims in self._singles.items()},
            self.budget.letters,
            {path: tuple(fields.values()) for path, fields in self.free.items()},
            self._cells,
            self._near.by_list,
        )

    @staticmethod
    def _ordered(dims: Mapping[str, Dimension]) -> list[Dimension]:
        # Texts first: atoms then read "label and score", and equal decisions are built alike.
        return sorted(
            (one for one in dims.values() if one.count > 1),
            key=lambda one: (not is_text(one.field), one.field.path),
        )

    # One run

    def absorb(self, trace: Trace, answer: Mapping[str, Any]) -> bool:
        """Learn from the tests of a run on ``answer``; return whether anything is new."""
        before, self._seen.is_changed = self._seen.is_changed, False
        self._asked = {}
        for path in lists_gone_through(self.spec, trace.steps or ()):
            if path not in self._lists:
                self._lists[path] = {}
                self._seen.is_changed = True
        for number, test in enumerate(trace.tests, start=1):
            if test.expression in self._settled:
                continue
            if not number % _MANY_TESTS and self._is_over():
                break
            leaves = [one for one in test.expression.leaves if self._is_ours(one)]
            if leaves and len(leaves) == len(test.expression.leaves):
                known, self._seen.is_changed = self._seen.is_changed, False
                try:
                    self._absorb_test(test, sorted(leaves), answer)
                except RecursionError:  # thousands of sums in one another
                    self._gap("large-test", _TOO_LARGE, test.span)
                if len(leaves) == 1 and not self._is_free_text(leaves[0]):
                    self._settled.add(test.expression)
                if self._seen.is_changed:
                    self._near.note_question(leaves, answer)
                self._seen.is_changed |= known
        changed = self._seen.is_changed
        self._seen.is_changed = before or changed
        return changed

    def _is_over(self) -> bool:
        """Return whether a run asks so much that there is no time left to learn from it."""
        self.is_cut = self.is_cut or self.runner.meter.is_exhausted
        return self.is_cut

    def _is_ours(self, leaf: Leaf) -> bool:
        if leaf.is_fixed:
            return False
        if leaf.collection == "":
            return True
        return self.spec.collection(leaf.collection) is not None

    def _absorb_test(self, test: Test, leaves: list[Leaf], answer: Mapping[str, Any]) -> None:
        fixed = {one: value_at(self.spec, one, answer) for one in leaves}
        for leaf in leaves:
            collection = length_of(leaf)
            if collection is not None:
                if is_list(collection) and collection not in self._lists:
                    self._lists[collection] = {}
                    self._seen.is_changed = True
                self._absorb_length(test.expression, leaf, fixed)
            elif is_list(leaf.collection) and leaf.index >= 0:
                self._lists.setdefault(leaf.collection, {})
        if self._absorb_term(test, leaves):
            return
        by_field: dict[tuple[str, str], list[Leaf]] = {}
        for leaf in leaves:
            if length_of(leaf) is None:
                by_field.setdefault((leaf.collection, leaf.field), []).append(leaf)
        numbers = 0
        for group in by_field.values():
            # Of a text joined from many elements, the first ones and the last one stand for all.
            chosen = group if len(group) <= _VARIED else [*group[: _VARIED - 1], group[-1]]
            spec = field_spec(self.spec, group[0])
            for leaf in chosen:
                if spec.kind is FieldKind.NUMBER:
                    self._absorb_number(test, leaf, spec, fixed)
                else:
                    self._absorb_text(test, leaf, spec, fixed)
            numbers += len(group) if spec.kind is FieldKind.NUMBER else 0
        if numbers > 1 or adds_up(test.expression):
            self._absorb_joint(test, by_field)

    def _is_free_text(self, leaf: Leaf) -> bool:
        if length_of(leaf) is not None:
            return False
        known = self._lists if is_list(leaf.collection) and leaf.index >= 0 else self._singles
        dimension = known.get(leaf.collection, {}).get(leaf.field)
        return dimension is None or isinstance(dimension, TextDimension | ListDimension)

    def _dimensions_of(self, leaf: Leaf) -> dict[str, Dimension]:
        if is_list(leaf.collection) and leaf.index >= 0:
            return self._lists.setdefault(leaf.collection, {})
        return self._singles.setdefault(leaf.collection, {})

    # Texts

    def _absorb_text(
        self, test: Test, leaf: Leaf, spec: FieldSpec, fixed: Mapping[Leaf, Any]
    ) -> None:
        dims = self._dimensions_of(leaf)
        dimension = dims.get(spec.path)
        if dimension is None:
            dimension = dims[spec.path] = self._text_dimension(spec)
        if isinstance(dimension, TextDimension):
            self._absorb_free_text(dimension, test, leaf, fixed)
            return
        inner = dimension.inner if isinstance(dimension, ListDimension) else dimension
        assert isinstance(inner, LabelDimension)
        key = (leaf.collection, spec.path, inner.columns.key(test.expression, leaf, fixed))
        if key in self._seen.keys:
            return
        self._seen.keys.add(key)
        signature = inner.columns.truth(test.expression, leaf, fixed)
        if signature is None:
            self._gap("large-test", _TOO_LARGE, test.span)
            return
        if len(test.expression.leaves) == 1:
            self._note_questions(test, leaf, spec, inner.columns, signature)
        if inner.is_open and len(set(signature)) > 1:
            inner.note_question(self._term(test, leaf, fixed, inner.values), signature)
        before = inner.count
        inner.refine(signature)
        for values in other_settings(self.spec, test.expression, leaf, fixed):
            inner.refine(inner.columns.truth(test.expression, leaf, values) or signature)
        if inner.count > before:
            self._seen.is_changed = True
            for part in test.expression.walk():
                if len(part.leaves) == 1:
                    inner.note_operation(part.operation)

    def _note_questions(
        self, test: Test, leaf: Leaf, spec: FieldSpec, columns: Columns, signature: bytes
    ) -> None:
        """Remember what is asked, for warnings: of several tests at once, each of them."""
        expression = test.expression
        parts = expression.arguments if expression.operation in JOINED else (expression,)
        for one in parts:
            truth = signature if one is expression else columns.truth(one, leaf, {})
            if truth is not None:
                self.questions.append(LabelQuestion(one, spec, leaf.collection, truth, test.span))

    def _term(
        self, test: Test, leaf: Leaf, fixed: Mapping[Leaf, Any], values: Sequence[str]
    ) -> TextTerm | None:
        """Return the test as a record holds it, None if no record can."""
        if len(test.expression.leaves) > 1:
            return None
        term = term_of(test.expression, leaf)
        asking = Asking(test.expression, leaf, fixed)
        return term if term is not None and asks_the_same(term, asking, values) else None

    def _text_dimension(self, spec: FieldSpec) -> Dimension:
        values, is_open = candidate_texts(
            spec, self._vocabulary, self._literals, is_free=self._is_free(spec)
        )
        if self._is_free(spec) and "*" not in spec.path:
            return TextDimension(spec, values, self._preferred)
        text = LabelDimension(spec, values, self._preferred, is_open=is_open)
        return ListDimension(text) if "*" in spec.path else text

    def _absorb_free_text(
        self, dimension: TextDimension, test: Test, leaf: Leaf, fixed: Mapping[Leaf, Any]
    ) -> None:
        path = dimension.field.path
        key = (leaf.collection, path, dimension.columns.key(test.expression, leaf, fixed))
        number = self._numbers_of.get(key)
        if number is None:
            self._letters_asked += asks_single_letters(test.expression)
            if self._letters_asked > _MOST_LETTERS and asks_single_letters(test.expression):
                self._gap("large-test", "A text is gone through letter by letter.", test.span)
                return
            signature = dimension.columns.truth(test.expression, leaf, fixed)
            if signature is None:
                self._gap("large-test", "A test is too large to be solved for a text.", test.span)
                return
            is_alone = len(test.expression.leaves) == 1
            if is_alone:
                self._note_questions(test, leaf, dimension.field, dimension.columns, signature)
            asking = Asking(test.expression, leaf, fixed)
            term = self._term(test, leaf, fixed, dimension.values)
            number = self._numbers_of[key] = dimension.ask(signature, term, asking)
            if len(set(signature)) > 1 or term is not None:
                self._seen.is_changed = True
                for part in test.expression.walk():
                    if len(part.leaves) == 1:
                        dimension.note_operation(part.operation)
        asked = self._asked.setdefault(leaf, {})
        if dimension.note_asked(number, {k: v for k, v in asked.items() if k != number}):
            self._seen.is_changed = True
        asked.setdefault(number, test.value)
        if dimension.add(fixed[leaf]):
            self._seen.is_changed = True

    # Numbers

    def _absorb_number(
        self, test: Test, leaf: Leaf, spec: FieldSpec, fixed: Mapping[Leaf, Any]
    ) -> None:
        if len([one for one in test.expression.leaves if length_of(one) is None]) > 1 and all(
            field_spec(self.spec, one).kind is FieldKind.NUMBER
            for one in test.expression.leaves
            if length_of(one) is None
        ):
            return  # several numbers at once: see _absorb_joint
        dims = self._dimensions_of(leaf)
        dimension = dims.setdefault(spec.path, NumberDimension(spec))
        assert isinstance(dimension, NumberDimension)
        columns = _NO_VALUES
        key = (leaf.collection, spec.path, columns.key(test.expression, leaf, fixed))
        if key in self._seen.keys:
            return
        self._seen.keys.add(key)
        cuts = cuts_on(test.expression, leaf, fixed, spec, is_whole=dimension.is_whole)
        if len(test.expression.leaves) == 1:
            self.numbers.append(NumberQuestion(test.expression, spec, cuts, test.span))
        if dimension.refine(cuts):
            self._seen.is_changed = True

    def _absorb_term(self, test: Test, leaves: Sequence[Leaf]) -> bool:
        """Take a test on several numbers of one element as one on a term; tell if it was one."""
        specs = [field_spec(self.spec, leaf) for leaf in leaves]
        if (
            len({(leaf.collection, leaf.index) for leaf in leaves}) > 1
            or len(leaves) < 2
            or any(one.kind is not FieldKind.NUMBER or "*" in one.path for one in specs)
        ):
            return False
        asked = element_question(test.expression)
        if asked is None:
            return False
        reads = tuple(one for one in specs if Field(one.path) in set(walk_numbers(asked.term)))
        if len(reads) < 2:
            return False
        dims = self._dimensions_of(leaves[0])
        name = describe_number(None, asked.term)
        dimension = dims.get(name)
        if dimension is None:
            if (
                sum(
                    isinstance(one, NumberDimension) and one.term is not None
                    for one in dims.values()
                )
                >= _MAX_TERMS
            ):
                return False
            dimension = dims[name] = NumberDimension(
                FieldSpec(name, FieldKind.NUMBER), asked.term, reads
            )
        assert isinstance(dimension, NumberDimension)
        if dimension.refine(cuts_of(asked.sign, asked.limit)):
            self._seen.is_changed = True
        return True

    def _absorb_length(self, expression: Expression, leaf: Leaf, fixed: Mapping[Leaf, Any]) -> None:
        values = dict(fixed)
        before = None
        for count in range(MAX_BOUND + 2):
            values[leaf] = count
            try:
                now: Any = bool(expression.evaluate(values))
            except Exception as error:  # noqa: BLE001 - a modelled operation may raise anything
                now = type(error).__name__
            if count and now != before and count + 1 > self.bound:
                self.bound = min(count + 1, MAX_BOUND)
                self._seen.is_changed = True
            before = now

    def _absorb_joint(self, test: Test, by_field: Mapping[tuple[str, str], list[Leaf]]) -> None:
        """Note tests on several numbers: an order between elements, or something without bins."""
        if len(by_field) == 1:
            ((collection, path), group), *_ = by_field.items()
            if is_list(collection) and len(group) == 2 and is_order(test.expression, group):
                if collection not in self.ordering:
                    self.ordering[collection] = path
                    self._seen.is_changed = True
                if self.ordering[collection] == path:
                    found = field_spec(self.spec, group[0])
                    self.free.setdefault(collection, {}).setdefault(found.path, found)
                    return
        text = f"{test.span} {test.expression.operation} {sorted(by_field)}"
        if text not in self.joint and len(self.joint) < _MAX_JOINT:
            self.joint[text] = JointTest(test.expression.text, test.span, set())
            for collection, path in by_field:
                found = field_spec(self.spec, by_field[collection, path][0])
                if found.kind is FieldKind.NUMBER and "*" not in found.path:
                    self.free.setdefault(collection, {}).setdefault(found.path, found)
        if text in self.joint:
            self.joint[text].values.add(test.value)

    def _gap(self, code: str, message: str, span: Span) -> None:
        self.gaps.setdefault(f"{code}{span}", Gap(code, message, span))


_NO_VALUES: Final = Columns(())
_MANY_TESTS: Final = 64  # of one run, after which the time is looked at
_TOO_LARGE: Final = "A test is too large to be solved for every label."
