"""A decision in words that a person reads at a glance: rows for a table, lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from chameleonapi.decision.atoms import Atom, ElementTest, InnerTest, LabelTest
from chameleonapi.decision.kinds import Kind, Order, Status
from chameleonapi.decision.numbers import (
    Aggregate,
    Arithmetic,
    Constant,
    ElementValue,
    Field,
    Function,
    Number,
)
from chameleonapi.decision.predicates import (
    Always,
    And,
    AutomatonGives,
    Compare,
    CountAtLeast,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    LengthAtLeast,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.process import DecisionProcess
from chameleonapi.decision.rules import Cases
from chameleonapi.decision.sets import IntervalSet, LabelSet
from chameleonapi.decision.text_rules import describe_rule

__all__ = ["DescribedRow", "describe", "describe_lines", "describe_predicate"]

_SHOWN: Final = 6
_KINDS: Final = {
    Kind.TRUE_FALSE: "true or false",
    Kind.MULTI_CHOICE: "one of several",
    Kind.MULTI_SELECT: "any of several",
    Kind.VALUE_RANGES: "ranges of values",
    Kind.COUNT: "how many",
    Kind.GENERAL: "general",
    Kind.NONE: "no decision",
}
_ORDERS: Final = {
    Order.API: "the first match in the answer wins",
    Order.APPLICATION: "the first match in the source wins",
}


@dataclass(frozen=True, slots=True)
class DescribedRow:
    """One rule.

    Attributes:
        outcome: its id.
        when: the condition in words.
        then: what the application does.
        place: ``file:line`` of the first effect, empty if nothing happens.
    """

    outcome: str
    when: str
    then: str
    place: str


def describe(process: DecisionProcess) -> list[DescribedRow]:
    """Return one row per rule, in the order in which they are tried; the default comes last."""
    rules = process.rules
    if isinstance(rules, Cases):
        rows = [
            _row(process, case.outcome, describe_predicate(process, case.predicate))
            for case in rules.cases
        ]
        return [*rows, _row(process, rules.default, "otherwise" if rows else "always")]
    return [
        _row(process, flag.outcome, describe_predicate(process, flag.predicate))
        for flag in rules.flags
    ]


def describe_lines(process: DecisionProcess) -> list[str]:
    """Return plain lines: a headline, the rules in columns, what is open and what is odd."""
    kind = _KINDS[process.kind]
    order = f", {_ORDERS[process.order]}" if process.order else ""
    status = "" if process.status is Status.COMPLETE else f" [{process.status.value.lower()}]"
    lines = [f"{process.call}  {process.api}  {kind}{order}{status}"]
    rows = describe(process)
    widest = max((len(one.outcome) for one in rows), default=0)
    for one in rows:
        place = f"  ({one.place})" if one.place else ""
        then = f"  -> {one.then}" if one.then else ""
        lines.append(f"  {one.outcome:<{widest}}  {one.when}{then}{place}")
    lines += [f"  warning: {one.span}: {one.message}" for one in process.warnings]
    lines += [f"  open: {one.span}: {one.message}" for one in process.gaps]
    if process.verification is not None:
        tried, wrong = process.verification.answers, process.verification.disagreements
        same = "agrees with the source on all of" if not wrong else f"differs on {wrong} of"
        lines.append(f"  {same} {tried:,} random answers")
    return lines


def _row(process: DecisionProcess, outcome_id: str, when: str) -> DescribedRow:
    outcome = process.outcome(outcome_id)
    then = "; ".join(dict.fromkeys(one.text for one in outcome.effects))
    place = str(outcome.effects[0].span) if outcome.effects else ""
    return DescribedRow(outcome_id, when, then, place)


# Predicates


def describe_predicate(process: DecisionProcess, predicate: Predicate) -> str:
    """Return a condition in words."""

    def atom(name: str) -> str:
        return describe_atom(process.atom(name), process.spec.label_field)

    match predicate:
        case Always():
            return "always"
        case Exists(name):
            if not is_list(process, name):
                return atom(name)
            return f"some {_noun(process, name)} is {atom(name)}"
        case CountAtLeast(name, count):
            return f"at least {count} {_noun(process, name)}s are {atom(name)}"
        case LengthAtLeast(collection, count):
            return f"{_short(collection)} has at least {count}"
        case ElementAt(index, name):
            place = f"number {index + 1}" if index >= 0 else f"number {-index} from the end"
            return f"{_noun(process, name)} {place} is {atom(name)}"
        case ExistsInTop(count, name, by, among):
            place = f"one of the first {count}" if count > 1 else "the first"
            order = f" by {by}" if by else ""
            of = f" of those that are {atom(among)}" if among else ""
            return f"{place}{order}{of} is {atom(name)}"
        case FirstAmong(name, _, from_end):
            which = "last" if from_end else "first"
            return f"the {which} {_noun(process, name)} that matters is {atom(name)}"
        case Compare(value, accepts):
            return describe_range(describe_number(process, value), accepts)
        case AutomatonGives(name, output):
            return f"the sequence reads as {output!r} ({name})"
        case Not(LengthAtLeast(collection, 1)):
            return f"{_short(collection)} is empty"
        case Not(operand):
            return f"not ({describe_predicate(process, operand)})"
        case And(operands):
            return _join(process, operands, " and ")
        case Or(operands):
            return _join(process, operands, " or ")


def _join(process: DecisionProcess, operands: Iterable[Predicate], word: str) -> str:
    parts = []
    for one in operands:
        text = describe_predicate(process, one)
        parts.append(f"({text})" if isinstance(one, And | Or) else text)
    return word.join(parts) or ("always" if word == " and " else "never")


def is_list(process: DecisionProcess, atom_id: str) -> bool:
    """Return whether an atom tests the items of a list, not the only object of its sort."""
    return process.atom(atom_id).collection not in {"", "safeSearchAnnotation"}


def _noun(process: DecisionProcess, atom_id: str) -> str:
    path = process.atom(atom_id).collection
    names = {
        "labelAnnotations": "label",
        "Labels": "label",
        "ModerationLabels": "label",
        "localizedObjectAnnotations": "object",
        "faceAnnotations": "face",
        "FaceDetails": "face",
        "categories": "category",
        "entities": "entity",
        "Entities": "entity",
        "sentences": "sentence",
    }
    return names.get(path, "element")


def _short(collection: str) -> str:
    return f"the list {collection.rsplit('.', 1)[-1]}"


# Atoms, numbers, sets


def describe_atom(atom: Atom, label_field: str | None = None) -> str:
    """Return what an element must be; fields other than ``label_field`` are named."""
    return " with ".join(_test(one, label_field) for one in atom.tests) or "anything"


def _test(test: ElementTest, label_field: str | None) -> str:
    if isinstance(test, InnerTest):
        rows = [" with ".join(_test(one, None) for one in row) for row in test.items]
        head = "no item" if test.lacks else "some item"
        return f"{head} of {test.path} that is {' or '.join(rows)}"
    if isinstance(test, LabelTest):
        shown = describe_labels(test.accepts)
        if test.rule is not None:
            shown = f"a text with {describe_rule(test.rule)}"
        return shown if test.field == label_field else f"{test.field} {shown}"
    return describe_range(describe_number(None, test.value), test.accepts)


def describe_labels(labels: LabelSet) -> str:
    """Return some of the labels and how many more there are."""
    names = sorted(labels.labels)
    shown = " / ".join(names[:_SHOWN])
    if len(names) > _SHOWN:
        shown += f" / {len(names) - _SHOWN} more"
    if labels.complement:
        return f"anything but {shown}" if names else "anything"
    return shown or "nothing"


def describe_range(name: str, accepts: IntervalSet) -> str:
    """Return a condition on a named number."""
    return " or ".join(f"{name} {one}" for one in accepts.intervals) or f"{name} is impossible"


def describe_number(process: DecisionProcess | None, number: Number) -> str:
    """Return a numeric term as a formula."""
    match number:
        case Constant(value):
            return f"{value:g}"
        case Field(path):
            return path
        case Arithmetic(operator, left, right):
            parts = (describe_number(process, left), describe_number(process, right))
            return f"({parts[0]} {operator} {parts[1]})"
        case Function(name, arguments):
            return f"{name}({', '.join(describe_number(process, one) for one in arguments)})"
        case ElementValue(collection, index, value):
            return f"{describe_number(process, value)} of {_short(collection)}[{index}]"
        case Aggregate(how, collection, value, where):
            what = "" if value is None else f" of {describe_number(process, value)}"
            only = ""
            if where is not None:
                label = process.spec.label_field if process else None
                only = f" where {describe_atom(process.atom(where), label) if process else where}"
            return f"{how}{what} over {_short(collection)}{only}"
