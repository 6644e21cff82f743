"""Decisions on what a text names: elements in a fixed order, each of one type or none.

A model has a logit for each type of each entity that was found. The highest is the entity's type
where it is not below zero; an entity of no type is not in the answer. What else an element shows
(its name, its salience, its place) does not hang on the model, and neither does the order. So a row
holds the logits and, beside each, which tests an entity of that type passes.

The margin of an entity being of one of several types is the soft maximum over these minus that
over all others, "none" with a logit of zero among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import ENTITY_APIS, NOT_THERE, Mention, Mentions, entities_of, entity_element
from chameleonapi.decision import (
    Atom,
    DecisionProcess,
    LabelTest,
    NumberTest,
    Passage,
    perfect_answer,
)
from chameleonapi.decision.interpreter import Interpreter
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses.entity_nodes import EntityNode, EntityView, lower_entities
from chameleonapi.losses.joining import Joining
from chameleonapi.losses.pointwise import Pointwise, read_fields
from chameleonapi.losses.score_sets import LogitSet, solve_test

__all__ = ["EntityDecision", "compile_entities"]

_MOST_ATOMS: Final = 20


@final
@dataclass(frozen=True, eq=False)
class EntityDecision:
    """A decision process as tensor functions of rows of entities; see ``Decision``.

    Attributes:
        process: the record.
        types: of the model.
        places: entities in a row at most.
        scores: by atom, the logits of a type with which its tests of the score are passed.
    """

    process: DecisionProcess
    types: tuple[str, ...]
    places: int
    scores: tuple[LogitSet, ...]
    _bare: tuple[Atom, ...] = field(repr=False)
    _nodes: tuple[EntityNode, ...] = field(repr=False)
    _joining: Joining = field(repr=False)
    scales: ClassVar[tuple[float, ...]] = (1.0,)

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each number of a row: types by entity, and then names that no label has."""
        slots = tuple(one for one in self.types for _ in range(self.places))
        return (*slots, *(f"\x00 tests {one}" for one in range(len(slots))))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids: the columns of ``margins`` and ``acceptable``."""
        return self._joining.outcomes

    @property
    def is_factored(self) -> bool:
        """Whether the outcomes are single flags, each followed by its absence."""
        return self._joining.is_factored

    # Rows

    def tests(self, found: Sequence[Mentions]) -> Float[Tensor, "batch types places"]:
        """Return which tests the entities of texts pass, for each type, as one number each.

        Logits play no part. Entities stand in the order of the answer.
        """
        spec = self.process.spec
        made = torch.zeros(len(found), len(self.types), self.places)
        if self._reads_types_alone:
            named = [Mention("x", 0)]
            (entity,) = entities_of(spec, named)
            codes = [
                self._passed(entity_element(spec, named, entity, one, 1.0)) for one in self.types
            ]
            made += torch.tensor(codes)[:, None]
            return made
        for row, one in enumerate(found):
            for place, entity in enumerate(entities_of(spec, one.mentions)[: self.places]):
                for column, label in enumerate(self.types):
                    element = entity_element(spec, one.mentions, entity, label, 1.0)
                    made[row, column, place] = self._passed(element)
        return made

    @cached_property
    def _reads_types_alone(self) -> bool:
        kind = self.process.spec.label_field
        tests = [test for atom in self._bare for test in atom.tests]
        return all(isinstance(one, LabelTest) and one.field == kind for one in tests)

    def _passed(self, element: Mapping[str, Any]) -> float:
        """Return which tests an element passes, bit by bit."""
        reader = Interpreter(self.process.spec, {one.id: one for one in self._bare}, {}, {})
        held = (reader.satisfies(element, atom) for atom in self._bare)
        return float(sum(1 << bit for bit, yes in enumerate(held) if yes))

    def rows(self, found: Sequence[Mentions]) -> Float[Tensor, "batch row"]:
        """Return the rows of texts: what the served answers are made of."""
        spec = self.process.spec
        logits = torch.full((len(found), len(self.types), self.places), NOT_THERE)
        for row, one in enumerate(found):
            if not one.mentions:
                continue
            each = torch.tensor([list(some) for some in one.logits])
            entities = entities_of(spec, one.mentions)[: self.places]
            means = [each[list(some.members)].mean(0) for some in entities]
            logits[row, :, : len(means)] = torch.stack(means, 1)
        return torch.cat([logits.flatten(1), self.tests(found).flatten(1)], 1)

    # Decisions

    def margins(
        self, logits: Float[Tensor, "batch row"], *, temperature: float = 1.0
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the signed margin of each outcome, in logits."""
        view = self._view(logits, temperature)
        parts = [one.margin(view) for one in self._nodes]
        stacked = torch.stack(parts, -1) if parts else logits[:, :0]
        return self._joining.margins(stacked, temperature)

    def decide(self, logits: Float[Tensor, "batch row"]) -> Int[Tensor, " batch"]:
        """Return the index of the outcome of the answer that would be served."""
        view = self._view(logits.detach(), 0.0)
        return self._joining.decide([one.margin(view) > 0 for one in self._nodes], logits)

    def is_correct(
        self, logits: Float[Tensor, "batch row"], acceptable: Bool[Tensor, "batch outcomes"]
    ) -> Bool[Tensor, " batch"]:
        """Return whether the decision is among the acceptable outcomes."""
        return self._joining.is_correct(self.decide(logits), acceptable)

    def acceptable(
        self,
        present: Bool[Tensor, "batch labels"],  # noqa: ARG002 - one interface for all decisions
        known: Bool[Tensor, "batch labels"] | None = None,  # noqa: ARG002 - likewise
    ) -> Bool[Tensor, "batch outcomes"]:
        """Refuse: types that a text has do not say who comes first, or how many there are.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            f"{self.process.id} is about what is named where in a text.",
            hint="Use acceptable_for, with the mentions of each text.",
        )

    def acceptable_for(self, passages: Sequence[Passage]) -> Bool[Tensor, "batch outcomes"]:
        """Return the outcome of the perfect answer about each text."""
        ids = [self.process.decide(perfect_answer(self.process.spec, one)).id for one in passages]
        column = {name: index for index, name in enumerate(self.outcomes)}
        table = torch.zeros(len(ids), len(self.outcomes), dtype=torch.bool)
        for row, name in enumerate(ids):
            if not self.is_factored:
                table[row, column[name]] = True
                continue
            members = set(self.process.outcome(name).members or (name,))
            for one, place in column.items():
                if place % 2 == 0:
                    table[row, place if one in members else place + 1] = True
        return table

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        return self._joining.outcome_id(index)

    def crossings(
        self, logits: Float[Tensor, "batch row"], columns: Sequence[int]
    ) -> Float[Tensor, "batch crossings"]:
        """Return the shifts of some columns at which the decision may change."""
        slots = len(self.types) * self.places
        inside = torch.zeros(slots, dtype=torch.bool)
        inside[[one for one in columns if one < slots]] = True
        inside = inside.reshape(len(self.types), self.places)
        values = logits[:, :slots].reshape(-1, len(self.types), self.places)
        others = values.masked_fill(inside, -torch.inf).amax(1).clamp(min=0)
        mine = values.masked_fill(~inside, -torch.inf).amax(1)
        ends = sorted({end for one in self.scores for end in one.ends})
        found = [others - mine, -mine, *(end - mine for end in ends)]
        return torch.nan_to_num(torch.cat(found, 1), posinf=1e6, neginf=-1e6)

    def _view(self, rows: Tensor, temperature: float) -> EntityView:
        width = 2 * len(self.types) * self.places
        if rows.ndim != 2 or rows.shape[1] != width:
            raise UsageError(
                f"{self.process.id} decides on rows of {width} numbers, but the shape "
                f"{tuple(rows.shape)} came.",
                hint="Make them with rows() of the same decision.",
            )
        parts = rows.reshape(len(rows), 2, len(self.types), self.places)
        logits, tests = parts[:, 0].transpose(1, 2), parts[:, 1].detach().long().transpose(1, 2)
        # Entities stand in front: what is behind the longest text of the batch is never there.
        there = (logits.detach().amax(-1) > NOT_THERE / 2).any(0)
        used = int(there.sum()) if bool(there.any()) else 1
        return EntityView(logits[:, :used], tests[:, :used], self.scores, temperature)


def compile_entities(
    process: DecisionProcess, labels: Sequence[str], places: int
) -> EntityDecision:
    """Compile a decision on what a text names.

    Args:
        process: of an API that answers with entities and their types.
        labels: types of the model, each once.
        places: entities in a text at most.

    Raises:
        UnsupportedError: if the decision reads what the types do not determine.
        UsageError: if there is no type that the API has.
    """
    process = process.alone()
    spec = process.spec
    kind = spec.main.field(spec.label_field or "")
    if spec.id not in ENTITY_APIS or kind is None:
        raise UnsupportedError(
            f"{process.id}: {spec.id} does not answer with entities of a type.",
            hint=f"Decisions on these have a loss: {', '.join(sorted(ENTITY_APIS))}.",
        )
    if not labels or len(set(labels)) != len(labels) or not set(labels) <= set(kind.values):
        raise UsageError(
            f"{process.id} decides on the types {', '.join(kind.values)}, but a model of "
            f"{', '.join(labels[:5]) or 'nothing'} came.",
            hint="Give the entities of the data the types of the API.",
        )
    if len(process.atoms) > _MOST_ATOMS:
        raise UnsupportedError(
            f"{process.id} tests entities in {len(process.atoms)} ways.",
            hint=f"Decisions on up to {_MOST_ATOMS} have a loss.",
        )
    bare, scores = [], []
    for atom in process.atoms:
        kept, accepted = _without_score(process, atom)
        bare.append(kept)
        scores.append(accepted)
    nodes = lower_entities(process)
    return EntityDecision(
        process, tuple(labels), places, tuple(scores), tuple(bare), nodes, Joining.of(process)
    )


def _without_score(process: DecisionProcess, atom: Atom) -> tuple[Atom, LogitSet]:
    """Return an atom without its tests of the score of a type, and the logits that pass these."""
    spec = process.spec
    if atom.collection != spec.main.path:
        raise UnsupportedError(
            f"{process.id} reads {atom.collection!r} of the answer.",
            hint=f"Decisions on {spec.main.path!r} have a loss.",
        )
    accepted = LogitSet()
    if spec.provider == "google":  # no score of a type: salience does not hang on the model
        return atom, accepted
    assert spec.score_field is not None
    reader = Pointwise(spec.score_field, spec.score_scale)
    kept = []
    for test in atom.tests:
        read = set(read_fields(test.value)) if isinstance(test, NumberTest) else set()
        if spec.score_field not in read:
            kept.append(test)
            continue
        assert isinstance(test, NumberTest)
        reader.check(test.value, process.id)
        accepted = accepted.intersect(solve_test(test.value, test.accepts, reader))
    return replace(atom, tests=tuple(kept)), accepted
