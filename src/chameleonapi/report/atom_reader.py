"""What an atom asks of an element, in the words of the API that it reads."""

from __future__ import annotations

from typing import Final, final

from chameleonapi.apis import ApiSpec, get_api
from chameleonapi.decision import (
    Atom,
    DecisionProcess,
    ElementTest,
    InnerTest,
    LabelTest,
    NumberTest,
)
from chameleonapi.decision.text_rules import describe_rule
from chameleonapi.report.number_words import number_words

__all__ = ["AtomReader"]

# Objects that an answer holds once, where other collections are lists.
_ALONE: Final = frozenset({"", "safeSearchAnnotation"})
_SCALE: Final = 4  # values that an enumeration has at least, to be more or less of something


@final
class AtomReader:
    """An atom of a process, for readers.

    Attributes:
        main: the test on labels that says most, if there is one.
        label_field: the field with the labels of the API that is read.
        call: which of several calls is asked, empty where there is one.
        is_alone: whether there is one such element in an answer, not a list of them.
    """

    def __init__(self, process: DecisionProcess, atom: Atom) -> None:
        self._process = process
        self._atom = atom
        self._spec = _spec_of(process, atom)
        self.label_field = self._spec.label_field
        tests = [one for one in atom.tests if isinstance(one, LabelTest)]
        named = [one for one in tests if one.field == self.label_field]
        self.main = next(iter([*named, *tests]), None)
        self.call = f"{self._spec.id.rsplit('.', 1)[-1]}: " if process.beside else ""
        self.is_alone = atom.collection in _ALONE

    def conditions(self, *, leaves_out: LabelTest | None = None) -> tuple[str, ...]:
        """Return what every test asks, the main one first."""
        tests = [one for one in self._atom.tests if one is not leaves_out and one is not self.main]
        if self.main is not None and self.main is not leaves_out:
            tests = [self.main, *tests]
        return tuple(self._words(one) for one in tests)

    def condition(self, *, is_negated: bool) -> str:
        """Return all that is asked of the only element there is."""
        texts = self.conditions()
        if is_negated and len(self._atom.tests) == 1:
            return self._words(self._atom.tests[0], is_negated=True)
        joined = " and ".join(texts) or "anything"
        return f"not ({joined})" if is_negated else joined

    def _words(self, test: ElementTest, *, is_negated: bool = False) -> str:
        if isinstance(test, InnerTest):
            rows = [" and ".join(self._words(one) for one in row) for row in test.items]
            of = f"{'some' if test.lacks is is_negated else 'no'} item of {test.path}"
            return f"{of} with {' or '.join(rows)}"
        if isinstance(test, NumberTest):
            sign = "not " if is_negated else ""
            return f"{sign}{number_words(test.value, self._process)} {test.accepts}"
        if test.rule is not None:
            field = "" if test.field == self.label_field else f"{test.field}: "
            shown = f"{field}{describe_rule(test.rule)}"
            return f"not ({shown})" if is_negated else shown
        return f"{test.field} {self._choice(test, is_negated=is_negated)}"

    def _choice(self, test: LabelTest, *, is_negated: bool) -> str:
        """Return which values of a field are taken; of a scale, from where on."""
        scale = self._values(test.field)
        is_complement = test.accepts.complement is not is_negated
        if len(scale) >= _SCALE and test.accepts.labels <= set(scale):
            taken = [(one in test.accepts.labels) is not is_complement for one in scale]
            steps = [i for i in range(1, len(scale)) if taken[i] != taken[i - 1]]
            if len(steps) == 1 and _is_scale(scale):
                (step,) = steps
                if taken[-1]:
                    last = step == len(scale) - 1
                    return f"is {scale[step]}" if last else f"at least {scale[step]}"
                return f"is {scale[0]}" if step == 1 else f"below {scale[step]}"
            labels = [one for one in scale if one in test.accepts.labels]
        else:
            labels = sorted(test.accepts.labels, key=lambda one: (one.casefold(), one))
        sign = "not in" if is_complement else "in"
        if len(labels) == 1:
            sign = "is not" if is_complement else "is"
        return f"{sign} {', '.join(labels)}" if labels else "is there"

    def _values(self, path: str) -> tuple[str, ...]:
        rows = [*self._spec.answer_fields]
        rows += [one for collection in self._spec.collections for one in collection.fields]
        return next((one.values for one in rows if one.path == path and one.values), ())


def _is_scale(values: tuple[str, ...]) -> bool:
    """Return whether values are more and more of something, as likelihoods are."""
    return "VERY_LIKELY" in values


def _spec_of(process: DecisionProcess, atom: Atom) -> ApiSpec:
    for api in (process.api, *(one.api for one in process.beside)):
        spec = get_api(api)
        if any(one.path == atom.collection and one.path for one in spec.collections):
            return spec
    return get_api(process.api)
