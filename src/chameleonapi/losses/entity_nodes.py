"""The predicates of decisions on entities, as margins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Protocol, final, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import NOT_THERE
from chameleonapi.decision import (
    Aggregate,
    Always,
    And,
    AutomatonGives,
    Cases,
    Compare,
    CountAtLeast,
    DecisionProcess,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    IntervalSet,
    LengthAtLeast,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.monitors import Letter
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.machines import explore
from chameleonapi.losses.score_sets import LogitSet
from chameleonapi.losses.smooth import FAR, soft_max, soft_min

__all__ = ["EntityNode", "EntityView", "lower_entities"]

_MOST_LETTERS = 10


@final
@dataclass(frozen=True, eq=False)
class EntityView:
    """A batch of rows.

    Attributes:
        logits: of each type of each entity.
        tests: which tests an entity of that type passes, bit by bit, its score apart.
        scores: by test, the logits of the type with which it is passed.
        temperature: of soft maxima.
    """

    logits: Float[Tensor, "batch places types"]
    tests: Int[Tensor, "batch places types"]
    scores: tuple[LogitSet, ...]
    temperature: float
    _made: dict[tuple[tuple[int, ...], tuple[bool, ...], bool], Tensor] = field(
        default_factory=dict, init=False, repr=False
    )
    _sorts: dict[tuple[tuple[int, ...], tuple[float, float]], Tensor] = field(
        default_factory=dict, init=False, repr=False
    )

    _read: dict[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]], Tensor] = field(
        default_factory=dict, init=False, repr=False
    )

    @cached_property
    def there(self) -> Bool[Tensor, "batch places"]:
        """Which entities are there at all."""
        return self.logits.amax(-1) > NOT_THERE / 2

    def constant(self, value: float) -> Float[Tensor, " batch"]:
        """Return one number for every example; it stays part of the graph."""
        return self.logits[:, :0].sum((1, 2)) + value

    def belongs(
        self, atoms: Sequence[int], accepted: Sequence[bool], *, none: bool
    ) -> Float[Tensor, "batch places"]:
        """Return the margin of each entity being one of some sorts.

        Args:
            atoms: tests that tell sorts apart.
            accepted: whether a sort is accepted, by which of the tests it passes, bit by bit.
            none: whether an entity of no type, which is not in the answer, is accepted too.
        """
        key = (tuple(atoms), tuple(accepted), none)
        if key not in self._made:
            self._made[key] = self._margins(*key)
        return self._made[key]

    def _margins(self, atoms: tuple[int, ...], accepted: tuple[bool, ...], none: bool) -> Tensor:
        table = torch.tensor(accepted, device=self.logits.device)
        stretches = self._stretches(atoms)
        inside = [table[self._letters(atoms, one)] for one in stretches]
        every = inside[0] if len(inside) == 1 else torch.stack(inside).all(0)
        margin = self._among(every, none=none)
        if len(stretches) > 1:
            partly = torch.stack(inside).any(0) & ~every
            lead = self.logits - self._rivals()
            for one, some in zip(stretches, inside, strict=True):
                own = torch.minimum(lead, LogitSet((one,)).margin(self.logits))
                own = own.masked_fill(~(some & partly), -FAR)
                margin = torch.maximum(margin, own.amax(-1))
        gone = torch.full_like(margin, FAR if none else -FAR)
        return torch.where(self.there, margin.clamp(-FAR, FAR), gone)

    def endings(
        self, atoms: tuple[int, ...], transitions: tuple[tuple[int, ...], ...]
    ) -> Float[Tensor, "batch states"]:
        """Return, by state, the best reading that ends there: its least margin of an entity.

        Args:
            atoms: tests that tell sorts apart.
            transitions: the next state, by state and sort; the first one is the start.
        """
        if (atoms, transitions) in self._read:
            return self._read[atoms, transitions]
        states = range(len(transitions))
        low = torch.full_like(self.logits[..., 0], -4 * FAR)
        moves = torch.stack(
            [
                torch.stack(
                    [
                        self.belongs(atoms, [one == to for one in row], none=state == to)
                        if to in row or to == state
                        else low
                        for to in states
                    ],
                    -1,
                )
                for state, row in enumerate(transitions)
            ],
            -2,
        )  # by entity, from which state, to which
        first = torch.arange(len(transitions), device=self.logits.device) == 0
        best = torch.where(first, FAR, -4 * FAR) + self.constant(0.0)[:, None]
        for place in range(moves.shape[1]):
            best = torch.minimum(best[:, :, None], moves[:, place]).amax(1)
        self._read[atoms, transitions] = best
        return best

    def _among(self, accepted: Bool[Tensor, "batch places types"], *, none: bool) -> Tensor:
        rest = torch.full_like(accepted[..., :1], none)
        accepted = torch.cat([accepted, rest], -1)
        values = torch.cat([self.logits, torch.zeros_like(self.logits[..., :1])], -1)
        low = -4 * FAR
        best = soft_max(values.masked_fill(~accepted, low), self.temperature)
        other = soft_max(values.masked_fill(accepted, low), self.temperature)
        return best - other

    def _rivals(self) -> Tensor:
        """Return the highest logit that each type has beside it, "none" among them."""
        top = self.logits.topk(min(2, self.logits.shape[-1]), dim=-1).values
        second = top[..., 1:2] if top.shape[-1] > 1 else torch.full_like(top, -torch.inf)
        is_best = self.logits == top[..., :1]
        return torch.where(is_best, second, top[..., :1]).clamp(min=0)

    def _stretches(self, atoms: Sequence[int]) -> list[tuple[float, float]]:
        ends = sorted({end for one in atoms for end in self.scores[one].ends if end > 0})
        return list(pairwise((-math.inf, *ends, math.inf)))

    def _letters(self, atoms: tuple[int, ...], stretch: tuple[float, float]) -> Tensor:
        if (atoms, stretch) not in self._sorts:
            low, high = max(stretch[0], -2 * FAR), min(stretch[1], 2 * FAR)
            middle = (max(low, 0.0) + high) / 2
            letter = torch.zeros_like(self.tests)
            for bit, one in enumerate(atoms):
                if middle in self.scores[one]:
                    letter |= (self.tests >> one & 1) << bit
            self._sorts[atoms, stretch] = letter
        return self._sorts[atoms, stretch]


@runtime_checkable
class EntityNode(Protocol):
    """A predicate."""

    def margin(self, view: EntityView) -> Float[Tensor, " batch"]:
        """Return how far it is from turning, in logits; positive where it holds."""
        ...


@final
@dataclass(frozen=True, eq=False)
class _Enough:
    """At least ``count`` entities pass a test; any entity, if there is none."""

    atom: int | None
    count: int

    def margin(self, view: EntityView) -> Tensor:
        if self.count <= 0:
            return view.constant(FAR)
        if self.count > view.logits.shape[1]:
            return view.constant(-FAR)
        if self.atom is None:
            margins = view.belongs((), (True,), none=False)
        else:
            margins = view.belongs((self.atom,), (False, True), none=False)
        if self.count == 1:
            return soft_max(margins, view.temperature)
        top = margins.topk(self.count - 1, dim=-1)
        others = margins.scatter(-1, top.indices, -4 * FAR)
        last = soft_max(others, view.temperature, others.shape[-1] - self.count + 1)
        return soft_min(torch.cat([top.values, last[:, None]], -1), view.temperature)


@final
@dataclass(frozen=True, eq=False)
class _Reading:
    """A machine reads the entities in their order, and accepts.

    The margin is the distance, in logits, to the nearest change of types, any number of them at
    once, that turns the truth: the least, over all readings that end otherwise, of the largest
    change.
    """

    atoms: tuple[int, ...]
    transitions: tuple[tuple[int, ...], ...]
    accepts: tuple[bool, ...]

    def margin(self, view: EntityView) -> Tensor:
        accepts = torch.tensor(self.accepts, device=view.logits.device)
        if bool(accepts.all()) or not bool(accepts.any()):
            return view.constant(FAR if self.accepts[0] else -FAR)
        best = view.endings(self.atoms, self.transitions)
        accepted, refused = best[:, accepts].amax(-1), best[:, ~accepts].amax(-1)
        return (accepted.clamp(max=0) - refused.clamp(max=0)).clamp(-FAR, FAR)


@final
@dataclass(frozen=True, eq=False)
class _First:
    """The first entity of some sorts is of one of them; what :class:`_Reading` says, at once.

    Attributes:
        atoms: tests that tell sorts apart.
        wanted: sorts of which the first one has to be, by which tests they pass.
        others: sorts that it must not be; what is of none of both does not count.
        from_end: whether the last one is asked for.
    """

    atoms: tuple[int, ...]
    wanted: tuple[bool, ...]
    others: tuple[bool, ...]
    from_end: bool = False

    def margin(self, view: EntityView) -> Tensor:
        rest = tuple(not (a or b) for a, b in zip(self.wanted, self.others, strict=True))
        yes = view.belongs(self.atoms, self.wanted, none=False)
        no = view.belongs(self.atoms, self.others, none=False)
        skipped = view.belongs(self.atoms, rest, none=True)
        if self.from_end:
            yes, no, skipped = (one.flip(-1) for one in (yes, no, skipped))
        # the least of all before; before the first one there is nothing to skip
        least = skipped.cummin(-1).values
        before = torch.cat([torch.full_like(least[:, :1], FAR), least[:, :-1]], -1)
        accepted = torch.minimum(yes, before).amax(-1)
        refused = torch.minimum(no, before).amax(-1)
        refused = torch.maximum(refused, least[:, -1])
        return (accepted.clamp(max=0) - refused.clamp(max=0)).clamp(-FAR, FAR)


@final
@dataclass(frozen=True, eq=False)
class _Opposite:
    part: EntityNode

    def margin(self, view: EntityView) -> Tensor:
        return -self.part.margin(view)


@final
@dataclass(frozen=True, eq=False)
class _All:
    """All of some predicates hold; of none, that is so."""

    parts: tuple[EntityNode, ...]

    def margin(self, view: EntityView) -> Tensor:
        if not self.parts:
            return view.constant(FAR)
        return soft_min(torch.stack([one.margin(view) for one in self.parts], -1), view.temperature)


def lower_entities(process: DecisionProcess) -> tuple[EntityNode, ...]:
    """Return the nodes of the rules of a process, in their order.

    Raises:
        UnsupportedError: if types do not determine the truth of one.
    """
    rules = process.rules
    rows = rules.cases if isinstance(rules, Cases) else rules.flags
    lowering = _Lowering(process)
    return tuple(lowering.node(one.predicate) for one in rows)


class _Lowering:
    def __init__(self, process: DecisionProcess) -> None:
        self._process = process
        self._place = {one.id: place for place, one in enumerate(process.atoms)}

    def node(self, predicate: Predicate) -> EntityNode:
        match predicate:
            case Always():
                return _All(())
            case Not(operand):
                return _Opposite(self.node(operand))
            case And(operands):
                return _All(tuple(map(self.node, operands)))
            case Or(operands):
                return _Opposite(_All(tuple(_Opposite(self.node(one)) for one in operands)))
            case Exists(atom):
                return _Enough(self._place[atom], 1)
            case CountAtLeast(atom, count):
                return _Enough(self._place[atom], count)
            case LengthAtLeast(collection, count):
                self._check(collection)
                return _Enough(None, count)
            case ElementAt(0 | -1 as index, atom):
                place = (self._place[atom],)
                return _First(place, (False, True), (True, False), from_end=index < 0)
            case ElementAt(_, atom):
                return self._reading(predicate, (atom,))
            case ExistsInTop(by=None, among=among):
                both = (predicate.atom,) if among is None else (predicate.atom, among)
                return self._reading(predicate, both)
            case FirstAmong():
                return self._first(predicate)
            case AutomatonGives(name, _):
                automaton = self._process.automaton(name)
                self._check(automaton.collection)
                return self._reading(predicate, automaton.atoms)
            case Compare(Aggregate("count", collection, None, where), accepts):
                self._check(collection)
                return _count_within(None if where is None else self._place[where], accepts)
        raise self._unsupported(f"a predicate {predicate.op!r}")

    def _first(self, predicate: FirstAmong) -> EntityNode:
        names = tuple(dict.fromkeys((predicate.atom, *predicate.among)))
        self._check_sorts(names)
        mine = names.index(predicate.atom)
        among = sum(1 << names.index(one) for one in set(predicate.among))
        codes = range(1 << len(names))
        wanted = tuple(bool(code & among) and bool(code >> mine & 1) for code in codes)
        others = tuple(bool(code & among) and not code >> mine & 1 for code in codes)
        places = tuple(self._place[one] for one in names)
        return _First(places, wanted, others, predicate.from_end)

    def _check_sorts(self, names: tuple[str, ...]) -> None:
        if len(names) > _MOST_LETTERS:
            raise self._unsupported(f"an order of {len(names)} sorts of entities")

    def _reading(
        self,
        predicate: ElementAt | ExistsInTop | AutomatonGives,
        names: tuple[str, ...],
    ) -> EntityNode:
        self._check_sorts(names)
        alphabet = [
            Letter(frozenset(name for bit, name in enumerate(names) if code >> bit & 1), ())
            for code in range(1 << len(names))
        ]
        automata = {one.id: one for one in self._process.automata}
        transitions, accepts = explore(predicate, automata, alphabet)
        if not transitions:
            raise self._unsupported("an order that takes too many states to read")
        return _Reading(
            tuple(self._place[one] for one in names), tuple(map(tuple, transitions)), tuple(accepts)
        )

    def _check(self, collection: str) -> None:
        if collection != self._process.spec.main.path:
            raise self._unsupported(f"{collection!r} of the answer")

    def _unsupported(self, what: str) -> UnsupportedError:
        return UnsupportedError(
            f"{self._process.id} reads {what}, for which decisions on entities have no loss.",
            hint="Types, names, places and numbers of entities have one.",
        )


def _count_within(atom: int | None, accepts: IntervalSet) -> EntityNode:
    ways: list[EntityNode] = []
    for one in accepts.intervals:
        parts: list[EntityNode] = []
        if one.low is not None:
            least = math.floor(one.low) + 1 if one.low_open else math.ceil(one.low)
            parts.append(_Enough(atom, least))
        if one.high is not None:
            over = math.ceil(one.high) if one.high_open else math.floor(one.high) + 1
            parts.append(_Opposite(_Enough(atom, over)))
        ways.append(_Opposite(_All(tuple(parts))))
    return _Opposite(_All(tuple(ways)))
