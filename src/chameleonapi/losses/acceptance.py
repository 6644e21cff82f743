"""Acceptable outcomes of many examples at once.

Labels that no predicate tells apart are interchangeable, so an example is its
number of present and of unknown labels in each such class, and each distinct
row of numbers is put to the record's own ``acceptable`` once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import final

import torch
from jaxtyping import Bool
from torch import Tensor

from chameleonapi.decision import (
    AutomatonGives,
    Compare,
    DecisionProcess,
    ElementAt,
    ExistsInTop,
    LengthAtLeast,
    Predicate,
    Truth,
)
from chameleonapi.losses.elements import LabelSpace

__all__ = ["AcceptedOutcomes"]


@final
class AcceptedOutcomes:
    """The outcomes of one process over one label space, by what is present and known."""

    def __init__(
        self,
        process: DecisionProcess,
        space: LabelSpace,
        outcomes: Sequence[str],
        *,
        is_factored: bool,
        named: Sequence[str],
    ) -> None:
        self._process = process
        self._space = space
        self._column = {one: index for index, one in enumerate(outcomes)}
        self._is_factored = is_factored
        self._all_named = frozenset((*process.labels_read(), *named))
        self._classes = self._label_classes()
        self._is_named = torch.tensor(
            [space.labels[rows[0]] in self._all_named for rows in self._classes], dtype=torch.bool
        )
        member = torch.zeros(len(space.labels), len(self._classes))
        for index, rows in enumerate(self._classes):
            member[rows, index] = 1.0
        self._member = member

    def of(
        self, present: Bool[Tensor, "batch labels"], known: Bool[Tensor, "batch labels"] | None
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return the acceptable outcomes of each example."""
        host = present.cpu()
        sure = host if known is None else host & known.cpu()
        counts = [sure.float() @ self._member]
        if known is not None:
            unknown = (~known.cpu()).float() @ self._member
            # The record knows one unnamed label that may be there, not how many.
            counts.append(torch.where(self._is_named, unknown, unknown.clamp(max=1)))
        # Beyond the number of results nothing more of one sort can be in an answer.
        limit = self._process.max_results
        rows = torch.cat(counts, -1).to(torch.int64)
        rows = rows if limit is None else rows.clamp(max=limit)
        if not rows.shape[1]:
            # Nothing that can be in an input matters.
            return self._pattern([]).expand(len(rows), -1).to(present.device)
        patterns, place = torch.unique(rows, dim=0, return_inverse=True)
        table = torch.zeros(len(patterns), len(self._column), dtype=torch.bool)
        for index, one in enumerate(patterns.tolist()):
            table[index] = self._pattern(one)
        return table[place].to(present.device)

    def of_truths(self, truths: Sequence[Truth]) -> Bool[Tensor, "batch outcomes"]:
        """Return the acceptable outcomes of examples of which the whole truth is given."""
        table = torch.zeros(len(truths), len(self._column), dtype=torch.bool)
        for row, truth in zip(table, truths, strict=True):
            for outcome in self._process.acceptable(truth):
                self._mark(row, outcome)
        return table

    def _pattern(self, counts: Sequence[int]) -> Tensor:
        width = len(self._classes)
        unknown = counts[width:] or [0] * width
        present: list[str] = []
        open_labels: set[str] = set()
        for rows, here, maybe in zip(self._classes, counts, unknown, strict=False):
            names = [self._space.labels[one] for one in rows[: here + maybe]]
            present += names[:here]
            open_labels.update(names[here:])
        absent = self._all_named - open_labels - set(present)
        truth = Truth.of(present, absent, closed=not any(unknown))
        result = torch.zeros(len(self._column), dtype=torch.bool)
        for outcome in self._process.acceptable(truth):
            self._mark(result, outcome)
        return result

    def _mark(self, result: Tensor, outcome: str) -> None:
        if not self._is_factored:
            result[self._column[outcome]] = True
            return
        members = set(self._process.outcome(outcome).members or (outcome,))
        for name, column in self._column.items():
            if column % 2 == 0:
                result[column if name in members else column + 1] = True

    def _label_classes(self) -> list[list[int]]:
        """Group the labels that can matter by which atoms they could satisfy.

        Where an answer is cut, the others take places in it.
        """
        spec = self._process.spec
        members = [
            self._space.accepted(atom)
            for atom in self._process.atoms
            if atom.collection == spec.main.path
        ]
        counts_all = self._process.max_results is not None or any(
            _counts_all(one) for one in self._process.predicates()
        )
        classes: dict[tuple[bool, ...], list[int]] = {}
        of_each = zip(*(one.tolist() for one in members), strict=True) if members else repeat(())
        for index, (label, member) in enumerate(zip(self._space.labels, of_each, strict=False)):
            if counts_all or any(member):
                classes.setdefault((*member, label in self._all_named), []).append(index)
        return list(classes.values())


def _counts_all(predicate: Predicate) -> bool:
    """Return whether labels that satisfy no atom can make a difference."""
    match predicate:
        case LengthAtLeast() | ElementAt() | AutomatonGives() | Compare():
            return True
        case ExistsInTop(among=among):
            return among is None
        case _:
            return False
