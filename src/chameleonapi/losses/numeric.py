"""Numeric tests on a whole answer: sums, means, counts, first and last scores, and arithmetic.

The sum, mean or count over the shown labels counts each label softly, by its margin
of being shown; a term that the interpreter finds undefined has a negative
"defined" margin. Steps (floor, round, ``//``) pass gradients straight through.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Constant,
    ElementValue,
    Field,
    Function,
    IntervalSet,
    Number,
)
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.answers import AnswerBatch
from chameleonapi.losses.counting import Enough
from chameleonapi.losses.elements import AtomGroup, LabelSpace
from chameleonapi.losses.pointwise import apply_function, apply_operator
from chameleonapi.losses.score_sets import contains, interval_distance, number_unit
from chameleonapi.losses.smooth import FAR, gate, soft_min
from chameleonapi.losses.view import LogitView

__all__ = ["Comparison", "NumberReader"]

_DIVISIONS: Final = ("/", "//", "%")


class _Value(NamedTuple):
    number: Tensor
    defined: Tensor  # a margin, or in exact reading a truth


@final
@dataclass(frozen=True, slots=True)
class NumberReader:
    """Evaluates numbers of one process over a label space."""

    process_id: str
    space: LabelSpace

    def check(self, value: Number) -> None:
        """Check that labels and scores determine a number.

        Raises:
            UnsupportedError: naming what else it reads.
        """
        match value:
            case Field(path):
                raise UnsupportedError(
                    f"{self.process_id}: a comparison reads the field {path!r} of the answer, which"
                    " the scores of labels do not determine.",
                    hint="No loss over labels can train for this decision.",
                )
            case Arithmetic(_, left, right):
                self.check(left)
                self.check(right)
            case Function(_, arguments):
                for one in arguments:
                    self.check(one)
            case Aggregate(how, collection, inner, _):
                self.space.check_collection(collection, f"the number {how!r}")
                self.where(value)
                if inner is not None:
                    self.space.reader.check(inner, f"{self.process_id}: the number {how!r}")
            case ElementValue(collection, index, inner):
                self.space.check_collection(collection, f"the number of the element {index}")
                self.space.reader.check(inner, f"{self.process_id}: the element {index}")
            case _:
                return

    def where(self, value: Aggregate) -> AtomGroup:
        """Return the atom over whose elements an aggregate runs."""
        return self.space.everything if value.where is None else self.space.atom(value.where)

    def per_element(
        self, value: Number | None, scores: Tensor, field: Callable[[str], Tensor]
    ) -> Tensor:
        """Return a number of each element; a count counts ones."""
        if value is None:
            return torch.ones_like(scores)
        return self.space.reader.value(value, scores, field)

    # Softly

    def soft(self, value: Number, view: LogitView) -> _Value:
        """Return a number and the margin of its being defined."""
        match value:
            case Aggregate():
                return self._soft_aggregate(value, view)
            case ElementValue():
                return self._soft_element(value, view)
            case Constant(constant):
                return _Value(view.constant(constant), view.constant(FAR))
        parts = [self.soft(one, view) for one in _operands(value)]
        if isinstance(value, Function) and value.name == "default":
            return functools.reduce(functools.partial(_softly_or, view), reversed(parts))
        number = _combined(value, [one.number for one in parts])
        margins = [one.defined for one in parts]
        if isinstance(value, Arithmetic) and value.operator in _DIVISIONS:
            margins.append(self._soft_divisor(value.right, view))
        return _finite(number, torch.stack(margins, -1).amin(-1))

    def _soft_divisor(self, value: Number, view: LogitView) -> Tensor:
        """Return the margin of a divisor not being zero.

        A soft count of nothing is a little above zero, so that the divisor itself cannot tell.
        """
        if isinstance(value, Aggregate) and value.how in {"sum", "count"}:
            return view.exists(self.where(value))
        hard = self.soft(value, view.hardened()).number
        return view.constant(FAR).masked_fill(hard == 0, -FAR)

    def _soft_aggregate(self, value: Aggregate, view: LogitView) -> _Value:
        atom = self.where(value)
        if not atom.is_possible or view.shows_nothing:
            is_sum = value.how in {"sum", "count"}
            return _Value(view.constant(0.0), view.constant(FAR if is_sum else -FAR))
        margins = view.margins(atom)
        logits = view.values(atom.labels)
        inner = None if value.how == "count" else value.value
        numbers = self.per_element(
            inner,
            torch.sigmoid(logits),
            lambda path: view.chosen(atom.labels, view.field(path)),
        )
        is_finite = torch.isfinite(numbers)
        numbers = torch.where(is_finite, numbers, torch.zeros_like(numbers))
        margins = margins.masked_fill(~is_finite, -torch.inf)
        some = _clamped_max(margins)
        if value.how in {"sum", "count", "mean"}:
            weights = gate(margins, view.temperature, atom.labels.size)
            total = (weights * numbers).sum(-1)
            if value.how != "mean":
                return _Value(total, torch.full_like(total, FAR))
            return _Value(total / weights.sum(-1).clamp(min=1e-12), some)
        counted = margins > 0
        if value.how in {"max", "min"}:
            is_max = value.how == "max"
            signed = (numbers if is_max else -numbers).masked_fill(~counted, -torch.inf).amax(-1)
            best = signed if is_max else -signed
        else:
            key = logits if value.how == "first" else -logits
            place = key.masked_fill(~counted, -torch.inf).argmax(-1, keepdim=True)
            best = numbers.gather(1, place)[:, 0]
        return _finite(best, some)

    def _soft_element(self, value: ElementValue, view: LogitView) -> _Value:
        everything = self.space.everything
        rank = value.index + 1 if value.index >= 0 else -value.index
        enough = Enough(everything, rank).margin(view)
        if rank > everything.labels.size or view.shows_nothing:
            return _Value(view.constant(0.0), enough)
        if value.index >= 0:
            place = view.logits.topk(rank, dim=-1).indices[:, -1:]
        else:
            shown = view.shown(view.logits) > 0
            rows = (-view.logits).masked_fill(~shown, -torch.inf)
            place = rows.topk(rank, dim=-1).indices[:, -1:]
        number = self.per_element(
            value.value,
            torch.sigmoid(view.logits.gather(1, place)),
            lambda path: view.field(path).gather(1, place),
        )
        return _finite(number[:, 0], enough)

    # Exactly

    def exact(self, value: Number, answers: AnswerBatch) -> _Value:
        """Return a number in double precision and whether it is defined."""
        match value:
            case Aggregate():
                return self._exact_aggregate(value, answers)
            case ElementValue(_, index, inner):
                lengths = answers.present.sum(-1)
                place = lengths + index if index < 0 else torch.full_like(lengths, index)
                inside = (place >= 0) & (place < lengths)
                numbers = self.per_element(inner, answers.scores, answers.field)
                if numbers.shape[1] == 0:
                    return _Value(torch.zeros_like(lengths, dtype=torch.float64), inside)
                last = numbers.shape[1] - 1
                number = numbers.gather(1, place.clamp(0, last)[:, None])[:, 0]
                return _Value(number, inside & torch.isfinite(number))
            case Constant(constant):
                every = answers.constant(value=True)
                return _Value(torch.full_like(every, constant, dtype=torch.float64), every)
        parts = [self.exact(one, answers) for one in _operands(value)]
        if isinstance(value, Function) and value.name == "default":
            return functools.reduce(_or, reversed(parts))
        number = _combined(value, [one.number for one in parts])
        defined = torch.stack([one.defined for one in parts], -1).all(-1)
        return _Value(number, defined & torch.isfinite(number))

    def _exact_aggregate(self, value: Aggregate, answers: AnswerBatch) -> _Value:
        inner = None if value.how == "count" else value.value
        numbers = self.per_element(inner, answers.scores, answers.field)
        counted = answers.matches(self.where(value)) & torch.isfinite(numbers)
        some = counted.any(-1)
        total = torch.where(counted, numbers, torch.zeros_like(numbers)).sum(-1)
        match value.how:
            case "sum" | "count":
                return _Value(total, torch.ones_like(some))
            case "mean":
                return _Value(total / counted.sum(-1).clamp(min=1), some)
        if numbers.shape[1] == 0:
            return _Value(total, some)
        match value.how:
            case "max":
                return _Value(numbers.masked_fill(~counted, -torch.inf).amax(-1), some)
            case "min":
                return _Value(numbers.masked_fill(~counted, torch.inf).amin(-1), some)
            case "first":
                place = counted.long().argmax(-1)
            case _:
                place = counted.shape[1] - 1 - counted.flip(-1).long().argmax(-1)
        return _Value(numbers.gather(1, place[:, None])[:, 0], some)


@final
@dataclass(frozen=True, slots=True)
class Comparison:
    """A number over the answer lies in ``accepts``.

    The margin is the distance of the number from the nearest end, in logits: see
    ``number_unit``.
    """

    value: Number
    accepts: IntervalSet
    reader: NumberReader

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of the number being defined and accepted."""
        found = self.reader.soft(self.value, view)
        inside = interval_distance(found.number, self.accepts) * self._unit()
        # Of an undefined number only its being undefined is known.
        inside = inside.clamp(-FAR, FAR).masked_fill(found.defined < 0, FAR)
        return soft_min(torch.stack([found.defined, inside], -1), view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether the number is defined and accepted."""
        found = self.reader.exact(self.value, answers)
        return found.defined & contains(self.accepts, found.number)

    def _unit(self) -> float:
        return number_unit(
            self.reader.space.reader,
            (one.path for one in walk_numbers(self.value) if isinstance(one, Field)),
        )


def _softly_or(view: LogitView, other: _Value, one: _Value) -> _Value:
    """Return ``one`` as far as it is defined, for the rest ``other``."""
    weight = gate(one.defined, view.temperature, 1)
    return _Value(
        weight * one.number + (1 - weight) * other.number,
        torch.maximum(one.defined, other.defined),
    )


def _or(other: _Value, one: _Value) -> _Value:
    return _Value(torch.where(one.defined, one.number, other.number), one.defined | other.defined)


def _operands(value: Number) -> tuple[Number, ...]:
    if isinstance(value, Arithmetic):
        return (value.left, value.right)
    assert isinstance(value, Function)
    return value.arguments


def _combined(value: Number, numbers: list[Tensor]) -> Tensor:
    if isinstance(value, Arithmetic):
        return apply_operator(value.operator, *numbers)
    assert isinstance(value, Function)
    return apply_function(value.name, numbers)


def _finite(number: Tensor, defined: Tensor) -> _Value:
    """Return the number with zero where it is not finite, which is undefined for sure."""
    is_finite = torch.isfinite(number)
    is_known = is_finite | (defined < 0)
    return _Value(
        torch.where(is_finite, number, torch.zeros_like(number)),
        torch.where(is_known, defined, torch.full_like(defined, -FAR)),
    )


def _clamped_max(margins: Tensor) -> Tensor:
    return margins.amax(-1).clamp(-FAR, FAR)
