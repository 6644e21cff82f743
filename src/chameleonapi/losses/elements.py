"""Compiled atoms: which labels, and which scores of them, an atom accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from chameleonapi.apis import ApiSpec
from chameleonapi.decision import Atom, InnerTest, IntervalSet, LabelTest, Number
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.pointwise import Pointwise, read_fields
from chameleonapi.losses.rows import RowForm
from chameleonapi.losses.score_sets import LogitSet, solve_test
from chameleonapi.losses.sides import SideTest

__all__ = ["AtomGroup", "LabelGroup", "LabelSpace"]


@final
class LabelGroup:
    """A set of columns of the logits.

    A narrow group lies among the labels that the process names and is selected from
    them; a wide one (everything but ...) is a mask over all columns. Adding ``veil`` hides
    the columns outside.
    """

    def __init__(self, mask: Bool[Tensor, " labels"], named: Int[Tensor, " named"]) -> None:
        self.mask = Buffer(mask)
        self.veil = Buffer(torch.zeros(len(mask)).masked_fill(~mask, -torch.inf))
        self.columns = Buffer(mask.nonzero().flatten())
        self.size = int(mask.sum())
        place = torch.full((len(mask),), -1, dtype=torch.long)
        place[named] = torch.arange(len(named))
        local = place[self.columns.host]
        self.is_wide = bool((local < 0).any())
        self.local = Buffer(local)
        self.is_all_named = self.size == len(named) and not self.is_wide


@final
@dataclass(frozen=True, eq=False)
class AtomGroup:
    """An atom over a label space: columns, and the scores that it accepts in them.

    ``tests`` are its numeric tests as the record has them, for exact decisions. Of those that
    read the score alone ``scores`` says the same on the logit axis, ``sides`` are all others.
    """

    id: str
    labels: LabelGroup
    scores: LogitSet = LogitSet()  # noqa: RUF009 - frozen
    tests: tuple[tuple[Number, IntervalSet], ...] = ()
    sides: tuple[SideTest, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether any logits satisfy it."""
        return self.labels.size > 0 and bool(self.scores.stretches)

    @property
    def is_upward(self) -> bool:
        """Whether more score never hurts, and nothing but the score is asked for."""
        return self.scores.is_upward and not self.sides


@final
class LabelSpace:
    """The columns of the logits, and the atoms of one process over them."""

    def __init__(
        self,
        process_id: str,
        spec: ApiSpec,
        form: RowForm,
        named: Sequence[str],
        atoms: Mapping[str, Atom],
    ) -> None:
        assert spec.score_field is not None
        self.labels = form.labels
        self.spec = spec
        self.reader = Pointwise(spec.score_field, spec.score_scale, form.fields)
        self._process_id = process_id
        self._atoms = atoms
        self._groups: dict[str, AtomGroup] = {}
        self._accepted: dict[str, Tensor] = {}
        wanted_labels = set(named)
        wanted = [index for index, one in enumerate(self.labels) if one in wanted_labels]
        self._named = torch.tensor(wanted, dtype=torch.long)
        self.named = Buffer(self._named)

    def group(self, mask: Bool[Tensor, " labels"]) -> LabelGroup:
        """Return the group of the columns where ``mask`` is true."""
        return LabelGroup(mask, self._named)

    @cached_property
    def everything(self) -> AtomGroup:
        """The atom that every element satisfies."""
        return AtomGroup("", self.group(torch.ones(len(self.labels), dtype=torch.bool)))

    def atom(self, atom_id: str) -> AtomGroup:
        """Return a compiled atom.

        Raises:
            UnsupportedError: if it asks for more than labels and their scores.
        """
        if atom_id not in self._groups:
            self._groups[atom_id] = self._compile(self._atoms[atom_id])
        return self._groups[atom_id]

    def accepted(self, atom: Atom) -> Bool[Tensor, " labels"]:
        """Return which labels the tests of an atom on labels accept."""
        if atom.id not in self._accepted:
            found = torch.ones(len(self.labels), dtype=torch.bool)
            for test in atom.tests:
                if isinstance(test, LabelTest) and test.field == self.spec.label_field:
                    found &= torch.tensor(test.holds_each(self.labels), dtype=torch.bool)
            self._accepted[atom.id] = found
        return self._accepted[atom.id]

    def narrowed(self, atom: AtomGroup, value: Number, accepts: IntervalSet) -> AtomGroup:
        """Return an atom with one more numeric test."""
        tests = (*atom.tests, (value, accepts))
        if set(read_fields(value)) <= {self.reader.score_field}:
            solved = solve_test(value, accepts, self.reader)
            return replace(atom, scores=atom.scores.intersect(solved), tests=tests)
        side = SideTest(value, accepts, self.reader)
        return replace(atom, tests=tests, sides=(*atom.sides, side))

    def check_collection(self, path: str, where: str) -> None:
        """Check that labels are served in the collection at ``path``.

        Raises:
            UnsupportedError: naming ``where``.
        """
        if path != self.spec.main.path:
            raise UnsupportedError(
                f"{self._process_id}: {where} reads {path!r}; the scores of labels determine"
                f" only {self.spec.main.path!r}.",
                hint="No loss over labels can train for this decision.",
            )

    def _compile(self, atom: Atom) -> AtomGroup:
        where = f"the atom {atom.id!r}" + (f" ({atom.text})" if atom.text else "")
        self.check_collection(atom.collection, where)
        where = f"{self._process_id}: {where}"
        numeric = []
        for test in atom.tests:
            if isinstance(test, InnerTest):
                raise UnsupportedError(
                    f"{where} asks for items of the list {test.path!r} inside an element, which the"
                    " scores of labels do not determine.",
                    hint="The record decides and is served; no loss trains for it.",
                )
            if not isinstance(test, LabelTest):
                self.reader.check(test.value, where)
                numeric.append(test)
                continue
            if test.field != self.spec.label_field:
                raise UnsupportedError(
                    f"{where} reads the field {test.field!r}, which the scores of labels"
                    " do not determine.",
                    hint="No loss over labels can train for this decision.",
                )
        made = AtomGroup(atom.id, self.group(self.accepted(atom)))
        for number in numeric:
            made = self.narrowed(made, number.value, number.accepts)
        return made
