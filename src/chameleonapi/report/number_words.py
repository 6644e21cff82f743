"""Numbers of an answer in words: sums without needless brackets, boxes by their edges."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Atom,
    Constant,
    DecisionProcess,
    ElementValue,
    Field,
    Function,
    InnerTest,
    Interval,
    IntervalSet,
    LabelTest,
    Number,
    NumberTest,
)

__all__ = ["atom_words", "compare_words", "number_words", "position_words"]

_CORNER: Final = re.compile(r"(?:.*\.)?(?:normalizedVertices|vertices)\.([0-3])\.([xy])$")
_DOCUMENT: Final = "documentSentiment."
_SUM, _PRODUCT, _WHOLE = 1, 2, 3  # how tightly a term holds together
_SHOWN: Final = 3
_EDGES: Final = {"x": ("left edge", "right edge"), "y": ("top edge", "bottom edge")}
_FAR: Final = {"x": frozenset("12"), "y": frozenset("23")}  # corners, from the top left clockwise


def number_words(number: Number, process: DecisionProcess | None = None) -> str:
    """Return a numeric term for a reader.

    Args:
        number: the term.
        process: whose atoms it names; without it they are called by their ids.
    """
    return _term(number, process)[0]


def compare_words(
    process: DecisionProcess, number: Number, accepts: IntervalSet, *, is_negated: bool = False
) -> str:
    """Return the condition that a term lies in one of some intervals."""
    if is_negated:
        return f"not: {compare_words(process, number, accepts)}"
    (interval, *others) = accepts.intervals or (None,)
    if interval is None or others:
        return f"{number_words(number, process)} {accepts}"
    if _is_negative(number):
        number, interval = _opposite(number), _mirrored(interval)
    one_sided = (interval.low is None) != (interval.high is None)
    bound = interval.high if interval.low is None else interval.low
    if one_sided and bound == 0 and isinstance(number, Arithmetic) and number.operator == "-":
        sign = str(interval).split(" ")[0]
        return f"{number_words(number.left, process)} {sign} {number_words(number.right, process)}"
    return f"{number_words(number, process)} {interval}"


def atom_words(process: DecisionProcess, atom: Atom) -> str:
    """Return which elements an atom means, as a noun."""
    parts: list[str] = []
    for test in atom.tests:
        if isinstance(test, NumberTest):
            parts.append(f"{number_words(test.value, process)} {test.accepts}")
        elif isinstance(test, InnerTest):
            parts.append(f"{'no' if test.lacks else 'some'} item of {test.path} of a certain kind")
        elif test.rule is None:
            parts.append(_labels(process, test))
        else:
            parts.append(f"a certain {test.field}")
    if not parts:
        return "results"
    head, *bounds = parts
    is_label = isinstance(atom.tests[0], LabelTest)
    head = head if is_label else f"results with {head}"
    return f"{head} ({', '.join(bounds)})" if bounds else head


def _labels(process: DecisionProcess, test: LabelTest) -> str:
    labels = sorted(test.accepts.labels, key=str.casefold)
    shown = "/".join(labels[:_SHOWN])
    if len(labels) > _SHOWN:
        shown += f"/... ({len(labels)} labels)"
    if test.accepts.complement:
        shown = f"anything but {shown}" if labels else "anything"
    return shown if test.field in _label_fields(process) else f"{test.field} {shown}"


def _label_fields(process: DecisionProcess) -> set[str | None]:
    from chameleonapi.apis import get_api

    return {get_api(one).label_field for one in (process.api, *(b.api for b in process.beside))}


def position_words(index: int) -> str:
    """Return which element of a list an index means."""
    if index >= 0:
        return f"result {index + 1}"
    return "last result" if index == -1 else f"result {-index} from the end"


# Terms


def _term(number: Number, process: DecisionProcess | None) -> tuple[str, int]:
    of_box = _box_words(number)
    if of_box:
        return of_box, _WHOLE
    match number:
        case Constant(value):
            return f"{value:g}", _WHOLE
        case Field(path):
            return _field_words(path), _WHOLE
        case Arithmetic("+" | "-"):
            return _sum(number, process), _SUM
        case Arithmetic(operator, left, right):
            return f"{_held(left, process, _PRODUCT)} {operator} {_held(right, process, _WHOLE)}", (
                _PRODUCT
            )
        case Function("neg", (operand,)):
            return f"-{_held(operand, process, _WHOLE)}", _PRODUCT
        case Function("default", (first, Constant(value))):
            return f"{_held(first, process, _WHOLE)} (or {value:g} without)", _WHOLE
        case Function(name, arguments):
            return f"{name}({', '.join(number_words(one, process) for one in arguments)})", _WHOLE
        case ElementValue(_, index, value):
            return f"{_held(value, process, _WHOLE)} of {position_words(index)}", _WHOLE
        case Aggregate(how, _, value, where):
            which = _which(where, process)
            if how == "count" or value is None:
                return f"number of {which or 'results'}", _WHOLE
            of = f" of {which}" if which else ""
            return f"{how} {_held(value, process, _WHOLE)}{of}", _WHOLE


def _which(where: str | None, process: DecisionProcess | None) -> str:
    if where is None:
        return ""
    return where if process is None else atom_words(process, process.atom(where))


def _held(number: Number, process: DecisionProcess | None, tight: int) -> str:
    text, holds = _term(number, process)
    return text if holds >= tight else f"({text})"


def _sum(number: Number, process: DecisionProcess | None) -> str:
    """Return a sum with the signs of its terms, the factor -1 as a sign."""
    different = _different(number, process)
    if different:
        return f"number of different ones among {different}"
    made = ""
    for is_minus, one in _summands(number, is_minus=False):
        text = _held(one, process, _PRODUCT)
        if made:
            made += f" {'-' if is_minus else '+'} {text}"
        else:
            made = f"-{text}" if is_minus else text
    return made


def _different(number: Number, process: DecisionProcess | None) -> str:
    """Return of which sorts a sum counts those that occur, each once; empty if it is none such."""
    sorts = []
    for is_minus, one in _summands(number, is_minus=False):
        match one:
            case Function("min", (count, Constant(1.0))) if not is_minus and process is not None:
                parts = [part for _, part in _summands(count, is_minus=False)]
                sort = [_sort(part, process) for part in parts]
                if not all(sort):
                    return ""
                sorts.append("/".join(dict.fromkeys(sort)))
            case _:
                return ""
    return ", ".join(sorted(sorts, key=str.casefold)) if len(sorts) > 1 else ""


def _sort(number: Number, process: DecisionProcess) -> str:
    """Return what a count counts, each label in one spelling; empty if it is no count."""
    if not isinstance(number, Aggregate) or number.how != "count" or number.where is None:
        return ""
    atom = process.atom(number.where)
    match atom.tests:
        case (LabelTest(rule=None, accepts=accepts),) if not accepts.complement:
            known = accepts.labels - set(atom.not_in_vocabulary)
            spellings = {one.casefold(): one for one in sorted(accepts.labels, reverse=True)}
            spellings |= {one.casefold(): one for one in sorted(known, reverse=True)}
            return "/".join(spellings[one] for one in sorted(spellings))
    return atom_words(process, atom)


def _summands(number: Number, *, is_minus: bool) -> list[tuple[bool, Number]]:
    match number:
        case Arithmetic("+" | "-" as operator, left, right) if not _box_words(number):
            flipped = is_minus is not (operator == "-")
            return [*_summands(left, is_minus=is_minus), *_summands(right, is_minus=flipped)]
        case Arithmetic("*", Constant(factor), right) if factor < 0:
            one = right if factor == -1 else replace(number, left=Constant(-factor))
            return [(not is_minus, one)]
        case Constant(value) if value < 0:
            return [(not is_minus, Constant(-value))]
        case _:
            return [(is_minus, number)]


def _is_negative(number: Number) -> bool:
    """Return whether every term of a sum is taken away."""
    return all(is_minus for is_minus, _ in _summands(number, is_minus=False))


def _opposite(number: Number) -> Number:
    total: Number | None = None
    for _, one in _summands(number, is_minus=False):
        total = one if total is None else Arithmetic("+", total, one)
    assert total is not None
    return total


def _mirrored(interval: Interval) -> Interval:
    low, high = interval.low, interval.high
    return Interval(
        None if high is None else -high + 0.0,
        None if low is None else -low + 0.0,
        interval.high_open,
        interval.low_open,
    )


# Fields and boxes


def _field_words(path: str) -> str:
    if path.endswith(".#"):
        return f"number of {path[:-2]}"
    corner = _CORNER.match(path)
    if corner:
        return f"{corner[2]} of corner {int(corner[1]) + 1}"
    return f"document {path[len(_DOCUMENT) :]}" if path.startswith(_DOCUMENT) else path


def _box_words(number: Number) -> str:
    """Return what a term says of a box, empty if it is something else."""
    edge = _edge(number)
    if edge and not isinstance(number, Field):
        return _EDGES[edge[0]][edge[1]]
    match number:
        case Function("abs", (operand,)):
            return _extent(operand, is_either_way=True)
        case Arithmetic("-"):
            return _extent(number)
        case Arithmetic("*", left, right):
            if {_box_words(left), _box_words(right)} == {"box width", "box height"}:
                return "box area"
    return ""


def _extent(number: Number, *, is_either_way: bool = False) -> str:
    if not isinstance(number, Arithmetic) or number.operator != "-":
        return ""
    high, low = _edge(number.left), _edge(number.right)
    if high is None or low is None or high[0] != low[0] or high[1] == low[1]:
        return ""
    if high[1] < low[1] and not is_either_way:
        return ""
    return "box width" if high[0] == "x" else "box height"


def _edge(number: Number) -> tuple[str, bool] | None:
    """Return the axis of an edge of a box and whether it is the far one, or None."""
    match number:
        case Field(path):
            found = _CORNER.match(path)
            return (found[2], found[1] in _FAR[found[2]]) if found else None
        case Function("max" | "min" as name, arguments):
            axes = {_CORNER.match(one.path) for one in arguments if isinstance(one, Field)}
            names = {one[2] for one in axes if one}
            if len(names) == 1 and None not in axes and len(axes) == len(arguments) > 1:
                return names.pop(), name == "max"
    return None
