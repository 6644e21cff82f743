"""The margin of any reading of the order: how far is the nearest answer that reads differently.

The fallback for what has no closed form (automata, the last match, elements
counted from the end). The answer that the logits show is a word; its truth is
exact. Its distance is the least cost of a change that turns the truth:

- a label moves to another place of the answer, or enters it at some place (cost: to the
  logit that it must pass);
- a label's score crosses an end of a score test (cost: to that end);
- labels leave or enter the answer, any number at once (cost: the largest distance to the
  line), found by dynamic programming over the states in the order of the logits;
- where none of these turns the truth, the same with all labels in any order, roughly.

These include every single step out of the present decision, so the margin tends to
zero where the decision turns, and is differentiable almost everywhere. Other changes
of several labels at once are not considered: far from the border the margin is an
estimate. The temperature plays no part.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final, NamedTuple, final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.decision import Automaton, AutomatonGives, ElementAt, ExistsInTop, FirstAmong
from chameleonapi.losses.answers import AnswerBatch
from chameleonapi.losses.elements import AtomGroup
from chameleonapi.losses.machines import Machine, build_machine
from chameleonapi.losses.positions import element_at, first_match, in_top
from chameleonapi.losses.smooth import FAR
from chameleonapi.losses.view import LogitView

__all__ = ["Reading", "build_machine"]

_LONGEST_MOVE: Final = 16
_MOST_ENTRANTS: Final = 8


class _Word(NamedTuple):
    """Answers as rows: the places from ``length`` on hold labels that could enter."""

    values: Tensor  # logits, differentiable
    sorts: Tensor
    letters: Tensor
    shown: Tensor  # which places are in the answer
    usable: Tensor  # which places hold a label at all
    top: int  # places in which a label can be shown
    enters: Tensor  # logit from which one more label enters, by example
    leaves: Tensor  # logit below which a shown label leaves, by example


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """A predicate on the order of the answer, read by a machine."""

    machine: Machine
    predicate: ElementAt | ExistsInTop | FirstAmong | AutomatonGives
    atoms: tuple[AtomGroup, ...]
    everything: AtomGroup
    automaton: Automaton | None = None

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the signed distance to the nearest change of the answer that turns the truth."""
        if view.shows_nothing or len(view.logits) == 0:
            return view.constant(FAR if self.machine.accepts.host[0] else -FAR)
        word = _spell(self.machine, view)
        delta = self.machine.transitions.on(view.logits.device)
        accepts = self.machine.accepts.on(view.logits.device)
        before, after = _run(word, delta)
        truth = accepts[before[:, -1]]
        turned = accepts != truth[:, None]  # by final state
        costs = [_cost_of_leaving_and_entering(word, delta, turned)]
        costs += _costs_of_moves(word, delta, before, after, turned)
        costs += _costs_of_entering(word, delta, before, after, turned)
        costs += _costs_of_crossing(self.machine, word, delta, before, after, turned)
        distance = torch.stack(costs, -1).amin(-1)
        if bool(torch.isinf(distance).any()):
            rough = _cost_of_anything(word, delta, turned)
            distance = torch.where(torch.isinf(distance), rough, distance)
        distance = distance.clamp(max=FAR)
        return torch.where(truth, distance, -distance)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return the truth, from the predicate itself and not from the machine."""
        match self.predicate:
            case ElementAt(index, _):
                return element_at(answers, index, self.atoms[0])
            case FirstAmong(atom, among, from_end):
                by_id = {one.id: one for one in self.atoms}
                chosen = tuple(by_id[one] for one in among)
                return first_match(answers, by_id[atom], chosen, from_end=from_end)
            case ExistsInTop(count=count, among=among):
                rows = self.everything if among is None else self.atoms[-1]
                return in_top(answers, count, self.atoms[0], rows)
            case _:
                assert self.automaton is not None
                return _automaton_gives(answers, self.automaton, self.predicate.output, self.atoms)


def _automaton_gives(
    answers: AnswerBatch, automaton: Automaton, output: str, atoms: tuple[AtomGroup, ...]
) -> Tensor:
    device = answers.columns.device
    places = 1 << torch.arange(len(atoms), device=device)
    matches = (
        torch.stack([answers.matches(one) for one in atoms], -1)
        if atoms
        else (answers.present[..., None] & False)
    )
    codes = (matches * places).sum(-1) if atoms else matches.sum(-1)
    letter_of: dict[int, int] = {}
    for code in set(codes.flatten().tolist()):
        values = tuple(bool(code >> place & 1) for place in range(len(atoms)))
        letter_of[code] = automaton.letter(values)
    letters = torch.zeros_like(codes)
    for code, letter in letter_of.items():
        letters[codes == code] = letter
    delta = torch.tensor(automaton.transitions, device=device)
    state = torch.zeros(len(codes), dtype=torch.long, device=device)
    for place in range(codes.shape[1]):
        state = torch.where(answers.present[:, place], delta[state, letters[:, place]], state)
    wanted = torch.tensor([one == output for one in automaton.outputs], device=device)
    return wanted[state]


@torch.no_grad()
def _layout(machine: Machine, view: LogitView) -> tuple[Tensor, Tensor, Tensor, int]:
    """Return the columns of each word, which are shown, which are usable, and the top length.

    Behind the places of the answer come, from every sort, the best labels that are not in it.
    """
    logits = view.logits
    counts = (logits >= view.line).sum(-1)
    if view.limit is not None:
        counts = counts.clamp(max=view.limit)
    top = int(counts.max())
    found = logits.topk(top, dim=-1)
    shown = torch.arange(top, device=logits.device) < counts[:, None]
    rest = logits.scatter(-1, found.indices, found.values.masked_fill(shown, -torch.inf))
    entrants = min(max(machine.transitions.host.shape[0] - 1, 1), _MOST_ENTRANTS)
    columns, values = [], []
    for sort in machine.sorts:
        members = sort.on(logits.device)
        best = rest.index_select(1, members).topk(min(entrants, len(members)), dim=-1)
        columns.append(members[best.indices])
        values.append(best.values)
    extra, order = torch.cat(values, -1).sort(dim=-1, descending=True)
    chosen = torch.cat([found.indices, torch.cat(columns, -1).gather(1, order)], -1)
    usable = torch.cat([shown, extra > -torch.inf], -1)
    shown = torch.cat([shown, torch.zeros_like(extra, dtype=torch.bool)], -1)
    return chosen, shown, usable, top


def _spell(machine: Machine, view: LogitView) -> _Word:
    columns, shown, usable, top = _layout(machine, view)
    device = view.logits.device
    values = view.logits.gather(1, columns)
    sorts = machine.sort_of.on(device)[columns]
    ends = torch.tensor(machine.ends, device=device, dtype=values.dtype)
    stretch = torch.searchsorted(ends, values.detach().contiguous(), right=True)
    letters = machine.letters.on(device)[sorts, stretch]
    line = values.new_full((len(values), 1), view.line)
    cut = view.cut()
    enters = line if cut is None else view.entry(cut[0])
    leaves = line if cut is None else view.entry(cut[1])
    return _Word(values, sorts, letters, shown, usable, top, enters, leaves)


def _run(word: _Word, delta: Tensor) -> tuple[Tensor, Tensor]:
    """Return the state before each place, and the final state from each place on, by state."""
    rows, states = len(word.values), delta.shape[0]
    state = torch.zeros(rows, dtype=torch.long, device=delta.device)
    before = [state]
    for place in range(word.top):
        state = torch.where(word.shown[:, place], delta[state, word.letters[:, place]], state)
        before.append(state)
    final = torch.arange(states, device=delta.device).expand(rows, states)
    after = [final]
    for place in reversed(range(word.top)):
        stepped = final.gather(1, delta[:, word.letters[:, place]].T)
        final = torch.where(word.shown[:, place, None], stepped, final)
        after.append(final)
    return torch.stack(before, 1), torch.stack(after[::-1], 1)


def _cost_of_leaving_and_entering(word: _Word, delta: Tensor, turned: Tensor) -> Tensor:
    leaving, entering = _distances_to_the_line(word)
    free = torch.zeros_like(leaving)
    skip = torch.where(word.shown, leaving, free)
    keep = torch.where(word.shown, free, entering).masked_fill(~word.usable, torch.inf)
    return _cheapest(delta, turned, word.letters, keep, skip)


def _cost_of_anything(word: _Word, delta: Tensor, turned: Tensor) -> Tensor:
    """Return the least cost of a turn when every label may also come in a second round.

    Several labels can so change their order at once. A label that takes both places is not
    ruled out: the cost can be too low, and is never used where a simpler change turns.
    """
    leaving, entering = _distances_to_the_line(word)
    free = torch.zeros_like(leaving)
    again = torch.where(word.shown, leaving, entering).masked_fill(~word.usable, torch.inf)
    keep = torch.where(word.shown, free, again)
    skip = torch.where(word.shown, leaving, free)
    letters = torch.cat([word.letters, word.letters], -1)
    return _cheapest(
        delta, turned, letters, torch.cat([keep, again], -1), torch.cat([skip, free], -1)
    )


def _distances_to_the_line(word: _Word) -> tuple[Tensor, Tensor]:
    leaving = (word.values - word.leaves).clamp(min=0)
    return leaving, (word.enters - word.values).clamp(min=0)


def _cheapest(delta: Tensor, turned: Tensor, letters: Tensor, keep: Tensor, skip: Tensor) -> Tensor:
    """Return the least, over choices of letters that turn the truth, of the largest cost."""
    nothing = keep.new_full((len(keep), delta.shape[0]), torch.inf)
    cost = torch.cat([torch.zeros_like(nothing[:, :1]), nothing[:, 1:]], -1)
    for place in range(letters.shape[1]):
        to = delta[:, letters[:, place]].T
        kept = torch.maximum(cost, keep[:, place, None])
        moved = nothing.scatter_reduce(1, to, kept, "amin")
        cost = torch.minimum(moved, torch.maximum(cost, skip[:, place, None]))
    return cost.masked_fill(~turned, torch.inf).amin(-1)


def _costs_of_moves(
    word: _Word, delta: Tensor, before: Tensor, after: Tensor, turned: Tensor
) -> list[Tensor]:
    costs = []
    for far in range(1, min(word.top, _LONGEST_MOVE + 1)):
        stay = word.top - far  # number of places from which something can move by so many
        shifted = [word.letters[:, step : step + stay] for step in range(far + 1)]
        start, rest = before[:, :stay], after[:, far + 1 : far + 1 + stay]
        cost = word.values[:, :stay] - word.values[:, far : far + stay]
        for order in ([far, *range(far)], [*range(1, far + 1), 0]):
            state = start
            for step in order:
                state = delta[state, shifted[step]]
            final = rest.gather(2, state[..., None])[..., 0]
            turns = turned.gather(1, final) & word.shown[:, far : far + stay]
            costs.append(cost.masked_fill(~turns, torch.inf).amin(-1))
    return costs


def _costs_of_entering(
    word: _Word, delta: Tensor, before: Tensor, after: Tensor, turned: Tensor
) -> list[Tensor]:
    costs = []
    # The logit that an entrant must pass: of the label whose place it takes, or the line.
    passed = torch.where(word.shown[:, : word.top], word.values[:, : word.top], word.enters)
    passed = torch.maximum(torch.cat([passed, word.enters], -1), word.enters)
    for entrant in range(word.top, word.values.shape[1]):
        state = delta[before, word.letters[:, entrant, None]]
        final = after.gather(2, state[..., None])[..., 0]
        turns = turned.gather(1, final) & word.usable[:, entrant, None]
        cost = passed - word.values[:, entrant, None]
        costs.append(cost.masked_fill(~turns, torch.inf).amin(-1))
    return costs


def _costs_of_crossing(
    machine: Machine,
    word: _Word,
    delta: Tensor,
    before: Tensor,
    after: Tensor,
    turned: Tensor,
) -> list[Tensor]:
    if not machine.ends or word.top == 0:
        return []
    costs = []
    table = machine.letters.on(delta.device)
    values, shown = word.values[:, : word.top], word.shown[:, : word.top]
    edges = (-torch.inf, *machine.ends, torch.inf)
    for stretch, (low, high) in enumerate(itertools.pairwise(edges)):
        cost = (low - values).clamp(min=0) + (values - high).clamp(min=0)
        letters = table[word.sorts[:, : word.top], stretch]
        state = delta[before[:, :-1], letters]
        final = after[:, 1:].gather(2, state[..., None])[..., 0]
        turns = turned.gather(1, final) & shown
        costs.append(cost.masked_fill(~turns, torch.inf).amin(-1))
    return costs
