"""A decision process over the label space of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import Cases, DecisionProcess, FirstAmong, Predicate, Truth
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses.acceptance import AcceptedOutcomes
from chameleonapi.losses.answers import AnswerBatch, read_answers
from chameleonapi.losses.elements import LabelSpace
from chameleonapi.losses.joining import MAX_JOINT_FLAGS, Joining
from chameleonapi.losses.lowering import Lowering
from chameleonapi.losses.nodes import Node
from chameleonapi.losses.rows import LabelRows, RowForm, row_form
from chameleonapi.losses.score_sets import score_logit
from chameleonapi.losses.view import LogitView

__all__ = ["MAX_JOINT_FLAGS", "CompiledDecision", "compile_labels"]


@final
@dataclass(frozen=True, eq=False)
class CompiledDecision:
    """A decision process as tensor functions of the logits of ``labels``.

    With flags, the outcomes are joint: bit f of an index says whether flag f is on. Above
    ``MAX_JOINT_FLAGS`` flags the decision is *factored* (``is_factored``): ``outcomes``
    holds the ids of the single flags, each followed by its absence (``not ID``), two
    columns to a flag; ``decide`` then gives an array of flags packed into one integer,
    ``is_correct`` and the losses work as before.

    Attributes:
        process: the record.
        labels: the label space, a name for each number of a row of logits; labels in regions
            stand there once for each region, and their boxes have names of their own.
        joining: how predicates lead to outcomes.
        space: the compiled atoms.
    """

    process: DecisionProcess
    labels: tuple[str, ...]
    joining: Joining = field(repr=False)
    form: RowForm = field(repr=False)
    space: LabelSpace = field(repr=False)
    _nodes: tuple[Node, ...] = field(repr=False)
    _exclusive: frozenset[tuple[int, int]] = field(repr=False)
    _accepted: AcceptedOutcomes = field(repr=False)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids: the columns of ``margins`` and ``acceptable``, the values of ``decide``."""
        return self.joining.outcomes

    @property
    def is_factored(self) -> bool:
        """Whether there are too many flags to enumerate joint outcomes."""
        return self.joining.is_factored

    def margins(
        self, logits: Float[Tensor, "batch labels"], *, temperature: float = 1.0
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the signed margin of each outcome, in logits.

        As the temperature tends to zero, a margin is positive if and only if its outcome is
        the decision; at zero it is so exactly, ties apart.

        Args:
            logits: of the label space.
            temperature: of the soft maxima and minima; each overshoots by at most this.
        """
        return self.joining.margins(self._parts(logits, temperature), temperature, self._exclusive)

    def decide(self, logits: Float[Tensor, "batch labels"]) -> Int[Tensor, " batch"]:
        """Return the index of the outcome of the answer that would be served.

        It is that of ``process.decide`` on ``label_answer`` of the sigmoid of the logits, the
        order of equal scores included.
        """
        return self._decide(self._answers(logits))

    def is_correct(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
    ) -> Bool[Tensor, " batch"]:
        """Return whether the decision is among the acceptable outcomes."""
        return self.joining.is_correct(self.decide(logits), acceptable)

    def acceptable(
        self,
        present: Bool[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return which outcomes are right for what is really in each input.

        Args:
            present: labels verified present.
            known: labels verified present or absent; all, if None. Labels that the process
                names but the label space lacks count as absent.

        Raises:
            UnsupportedError: if there are too many possibilities to go through.
        """
        if not isinstance(self.form, LabelRows):
            raise UsageError(
                f"{self.process.id} is compiled for regions, and labels do not say what is where.",
                hint="Use acceptable_for, with the boxes of what is in each picture.",
            )
        self._check_width(present, "present")
        if known is not None:
            self._check_width(known, "known")
        return self._accepted.of(present, known)

    def acceptable_for(self, truths: Sequence[Truth]) -> Bool[Tensor, "batch outcomes"]:
        """Return which outcomes are right for inputs of which all is told that matters.

        Args:
            truths: one for each input.

        Raises:
            UnsupportedError: if there are too many possibilities to go through.
        """
        return self._accepted.of_truths(truths)

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        return self.joining.outcome_id(index)

    # Inside

    def _check_width(self, rows: Tensor, name: str) -> None:
        if rows.ndim != 2 or rows.shape[1] != len(self.labels):
            raise UsageError(
                f"{name} of {self.process.id} must have the shape (batch, {len(self.labels)}), one"
                f" column for each label, but {tuple(rows.shape)} came.",
                hint="Pass rows over the labels with which the decision was compiled.",
            )

    def _parts(self, logits: Tensor, temperature: float) -> Tensor:
        self._check_width(logits, "logits")
        if temperature < 0:
            raise UsageError(
                f"the temperature must not be negative, but {temperature} came.",
                hint="One is a good start; zero gives hard margins.",
            )
        if logits.dtype in {torch.float16, torch.bfloat16}:
            logits = logits.float()  # differences of large logits need the digits
        seen = self.form.read(logits)
        view = LogitView(
            seen,
            self.space.named.on(logits.device),
            line=score_logit(self.process.shown_score),
            limit=self.process.max_results,
            temperature=temperature,
        )
        made: dict[int, Tensor] = {}
        for node in self._nodes:
            if id(node) not in made:
                made[id(node)] = node.margin(view)
        if not made:
            return seen.logits[:, :0]
        return torch.stack([made[id(node)] for node in self._nodes], -1)

    def _answers(self, logits: Tensor) -> AnswerBatch:
        self._check_width(logits, "logits")
        return read_answers(
            self.form.read(logits),
            self.space.reader,
            shown_score=self.process.shown_score,
            limit=self.process.max_results,
        )

    def _decide(self, answers: AnswerBatch) -> Tensor:
        held = [node.holds(answers) for node in self._nodes]
        return self.joining.decide(held, answers.scores)


def compile_labels(
    process: DecisionProcess, labels: Sequence[str], *, regions: int | None = None
) -> CompiledDecision:
    """Compile a decision process over the label space of a model.

    Args:
        process: of an API that answers with labels and scores.
        labels: one for each column of the logits, each once.
        regions: in which the model looks for each label; None for a model of whole inputs. A row
            then holds the logits label by label and, for each label, region by region; behind them
            left, top, right and bottom of every region, in fractions of the picture. A region that
            is not there has logits of ``apis.NOT_THERE``.

    Raises:
        UnsupportedError: if labels and scores do not determine the decision; it names what
            else is read.
        UsageError: if the labels are not a label space.
    """
    process = process.alone()  # other calls say what the record holds
    spec = process.spec
    if spec.label_field is None or spec.score_field is None:
        raise UnsupportedError(
            f"{process.id}: {process.api} does not answer with labels and scores.",
            hint="Only decisions on labels can be compiled to a loss.",
        )
    if not labels or len(set(labels)) != len(labels):
        raise UsageError(
            f"{len(labels)} labels with {len(set(labels))} different names came.",
            hint="Give every label of the model once.",
        )
    if process.max_results is not None and process.max_results < 0:
        raise UnsupportedError(
            f"{process.id}: the call asks for {process.max_results} results.",
            hint="Correct the request in the record: it must not be negative.",
        )
    named = process.labels_read(tuple(labels))
    atoms = {one.id: one for one in process.atoms}
    form = row_form(
        spec,
        labels,
        regions,
        line=score_logit(process.shown_score),
        least_score=process.shown_score,
    )
    space = LabelSpace(process.id, spec, form, named, atoms)
    lowering = Lowering(process, space)
    rules = process.rules
    rows = rules.cases if isinstance(rules, Cases) else rules.flags
    nodes = tuple(lowering.node(row.predicate) for row in rows)
    joining = Joining.of(process)
    return CompiledDecision(
        process,
        form.names,
        joining,
        form,
        space,
        nodes,
        _exclusive_pairs([row.predicate for row in rows], space),
        AcceptedOutcomes(
            process, space, joining.outcomes, is_factored=joining.is_factored, named=named
        ),
    )


def _exclusive_pairs(
    predicates: Sequence[Predicate], space: LabelSpace
) -> frozenset[tuple[int, int]]:
    """Return the pairs of cases that cannot hold at once, so that neither needs the other's no."""
    found = set()
    for later, second in enumerate(predicates):
        for earlier, first in enumerate(predicates[:later]):
            if (
                isinstance(first, FirstAmong)
                and isinstance(second, FirstAmong)
                and first.from_end == second.from_end
                and set(first.among) == set(second.among)
            ):
                one, other = space.atom(first.atom).labels, space.atom(second.atom).labels
                if not bool((one.mask.host & other.mask.host).any()):
                    found.add((earlier, later))
    return frozenset(found)
