"""A decision process over the label space of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import Cases, DecisionProcess, FirstAmong, Flags, Predicate, Truth
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses.acceptance import AcceptedOutcomes
from chameleonapi.losses.answers import AnswerBatch, read_answers
from chameleonapi.losses.elements import LabelSpace
from chameleonapi.losses.lowering import Lowering
from chameleonapi.losses.nodes import Node
from chameleonapi.losses.rows import LabelRows, RowForm, row_form
from chameleonapi.losses.score_sets import score_logit
from chameleonapi.losses.smooth import FAR, soft_max, soft_min
from chameleonapi.losses.view import LogitView

__all__ = ["MAX_JOINT_FLAGS", "CompiledDecision", "compile_labels"]

MAX_JOINT_FLAGS: Final = 12
"""Up to so many flags the joint outcomes are enumerated: 4,096 of them."""


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
        outcomes: ids; the columns of ``margins`` and ``acceptable``, the values of ``decide``.
        is_factored: whether there are too many flags to enumerate joint outcomes.
        space: the compiled atoms.
    """

    process: DecisionProcess
    labels: tuple[str, ...]
    outcomes: tuple[str, ...]
    is_factored: bool
    form: RowForm = field(repr=False)
    space: LabelSpace = field(repr=False)
    _nodes: tuple[Node, ...] = field(repr=False)
    _targets: tuple[int, ...] = field(repr=False)
    _exclusive: frozenset[tuple[int, int]] = field(repr=False)
    _accepted: AcceptedOutcomes = field(repr=False)

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
        parts = self._parts(logits, temperature)
        if isinstance(self.process.rules, Cases):
            return self._case_margins(parts, temperature)
        if self.is_factored:
            return torch.stack([parts, -parts], -1).flatten(1)
        signs = self._bits(parts.device).to(parts.dtype) * 2 - 1
        return soft_min(parts[:, None, :] * signs, temperature)

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
        decided = self.decide(logits)
        if not self.is_factored:
            return acceptable.gather(1, decided[:, None])[:, 0]
        places = torch.arange(len(self._nodes), device=decided.device)
        is_on = (decided[:, None] >> places) & 1 == 1
        pairs = acceptable.reshape(len(acceptable), -1, 2)
        return torch.where(is_on, pairs[..., 0], pairs[..., 1]).all(-1)

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
        if not self.is_factored:
            return self.outcomes[index]
        assert isinstance(self.process.rules, Flags)
        return self.process.rules.outcome_id(
            tuple(bool(index >> place & 1) for place in range(len(self._nodes)))
        )

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

    def _case_margins(self, parts: Tensor, temperature: float) -> Tensor:
        ways: dict[int, list[Tensor]] = {}
        for case, target in enumerate((*self._targets[:-1], self._targets[-1])):
            is_default = case == len(self._nodes)
            terms = [-parts[:, j] for j in range(case) if (j, case) not in self._exclusive]
            if not is_default:
                terms.append(parts[:, case])
            margin = (
                soft_min(torch.stack(terms, -1), temperature) if terms else parts.sum(-1) * 0 + FAR
            )
            ways.setdefault(target, []).append(margin)
        never = parts.sum(-1) * 0 - FAR
        return torch.stack(
            [
                soft_max(torch.stack(ways[one], -1), temperature) if one in ways else never
                for one in range(len(self.outcomes))
            ],
            -1,
        )

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
        decided = torch.zeros(len(answers.scores), dtype=torch.long, device=answers.scores.device)
        if isinstance(self.process.rules, Flags):
            for place, truth in enumerate(held):
                decided += truth.long() << place
            return decided
        decided += self._targets[-1]
        for truth, target in reversed(list(zip(held, self._targets, strict=False))):
            decided[truth] = target
        return decided

    def _bits(self, device: torch.device) -> Tensor:
        places = torch.arange(len(self._nodes), device=device)
        return torch.arange(len(self.outcomes), device=device)[:, None] >> places & 1


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
    if isinstance(rules, Cases):
        outcomes = tuple(one.id for one in process.outcomes)
        place = {name: index for index, name in enumerate(outcomes)}
        targets = (*(place[case.outcome] for case in rules.cases), place[rules.default])
        is_factored = False
    else:
        targets = ()
        is_factored = len(nodes) > MAX_JOINT_FLAGS
        outcomes = _joint_ids(rules, is_factored=is_factored)
    if len(nodes) > 62 and isinstance(rules, Flags):
        raise UnsupportedError(
            f"{process.id}: {len(nodes)} independent flags.", hint="At most 62 can be compiled."
        )
    return CompiledDecision(
        process,
        form.names,
        outcomes,
        is_factored,
        form,
        space,
        nodes,
        targets,
        _exclusive_pairs([row.predicate for row in rows], space),
        AcceptedOutcomes(process, space, outcomes, is_factored=is_factored),
    )


def _joint_ids(rules: Flags, *, is_factored: bool) -> tuple[str, ...]:
    if is_factored:
        return tuple(name for flag in rules.flags for name in (flag.outcome, f"not {flag.outcome}"))
    count = len(rules.flags)
    return tuple(
        rules.outcome_id(tuple(bool(index >> place & 1) for place in range(count)))
        for index in range(1 << count)
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
