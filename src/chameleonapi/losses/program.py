"""A decision that is a program: asked for outcomes, where no record says how it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import LabelScores, get_api, shown_labels
from chameleonapi.decision import (
    OTHER_OUTCOME,
    AskedProcess,
    Cases,
    DecisionProcess,
    Kind,
    Outcome,
    RequestShape,
    Span,
    Status,
)
from chameleonapi.decision.asked import ORDERS, Run, Shown, perfectly_shown, shown_answer
from chameleonapi.errors import UnsupportedError, UsageError

__all__ = ["OTHER_OUTCOME", "ProgramDecision"]

_NO_REQUEST: Final = RequestShape()
_MOST_KEPT: Final = 200_000


@final
@dataclass(frozen=True, eq=False)
class ProgramDecision:
    """A program as a decision over the label space of a model.

    It has outcomes and no margins, so of the losses only ``perturbation.v1`` and those of single
    labels can train for it. Whatever ``run`` executes is executed here and now: give it code that
    you would run yourself.

    Attributes:
        api: that the program calls; one that answers with labels and scores.
        labels: the label space, a name for each column of the logits.
        outcomes: what the program may do, by names of one's own. ``OTHER_OUTCOME`` is put behind
            them, and is never right.
        run: from answers in the provider's JSON form to the names of what the program does on
            them; it must always do the same on the same answer.
        request: arguments of the call that shape its answers.
        orders: in how many orders of what is really there a perfect answer is tried.
        asked: the process that is asked, if it is known which labels and scores matter to it. Then
            answers are asked about in their simplest form, which is much fewer of them.
    """

    api: str
    labels: tuple[str, ...]
    outcomes: tuple[str, ...]
    run: Run
    request: RequestShape = _NO_REQUEST
    orders: int = ORDERS
    asked: AskedProcess | None = None
    _known: dict[Shown, int] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        spec = get_api(self.api)
        if spec.label_field is None or spec.score_field is None:
            raise UnsupportedError(
                f"{self.api} does not answer with labels and scores.",
                hint="Only a program that reads labels can be asked here.",
            )
        for names, what in ((self.labels, "labels"), (self.outcomes, "outcomes")):
            if not names or len(set(names)) != len(names):
                raise UsageError(
                    f"{len(names)} {what} with {len(set(names))} different names came.",
                    hint=f"Give all {what}, each once.",
                )
        if OTHER_OUTCOME in self.outcomes or self.orders < 1:
            raise UsageError(
                f"an outcome {OTHER_OUTCOME!r}, or fewer than one order, came.",
                hint="That outcome is put there anyway; try at least one order.",
            )
        object.__setattr__(self, "outcomes", (*self.outcomes, OTHER_OUTCOME))

    @classmethod
    def observed(
        cls,
        api: str,
        labels: Sequence[str],
        run: Run,
        present: Bool[Tensor, "batch labels"],
        *,
        request: RequestShape = _NO_REQUEST,
        orders: int = ORDERS,
    ) -> ProgramDecision:
        """Return a program whose outcomes are what it does on perfect answers.

        Args:
            api, labels, run, request, orders: as of the class.
            present: what is really in some inputs, as for ``acceptable``.
        """
        seen: dict[str, None] = {}

        def noted(answers: Sequence[Mapping[str, Any]]) -> Sequence[str]:
            names = run(answers)
            seen.update(dict.fromkeys(names))
            return names

        cls(api, tuple(labels), ("",), noted, request, orders).acceptable(present)
        return cls(api, tuple(labels), tuple(sorted(seen)), run, request, orders)

    @classmethod
    def of(cls, process: AskedProcess, labels: Sequence[str]) -> ProgramDecision:
        """Return the decision of a process that is asked, over a label space."""
        outcomes = tuple(one.id for one in process.outcomes if one.id != OTHER_OUTCOME)
        made = cls(
            process.api,
            tuple(labels),
            outcomes,
            process.decide_each,
            process.request,
            asked=process,
        )
        # Over any label space the questions are the same.
        object.__setattr__(made, "_known", process.memory)
        return made

    @cached_property
    def process(self) -> DecisionProcess:
        """The process that is asked; else a record that says ``OTHER_OUTCOME`` on every answer."""
        if self.asked is not None:
            return self.asked
        return DecisionProcess(
            "program",
            self.api,
            Span("program", 1),
            Kind.GENERAL,
            Cases((), OTHER_OUTCOME),
            (Outcome(OTHER_OUTCOME),),
            request=self.request,
            status=Status.UNSUPPORTED,
        )

    @property
    def is_factored(self) -> bool:
        """Outcomes are single ones."""
        return False

    def margins(
        self,
        logits: Float[Tensor, "batch labels"],  # noqa: ARG002 -- of the interface
        *,
        temperature: float = 1.0,  # noqa: ARG002
    ) -> Float[Tensor, "batch outcomes"]:
        """There are none.

        Raises:
            UnsupportedError: always.
        """
        raise UnsupportedError(
            "a program that is asked for outcomes has no margins.",
            hint="Train for it with 'perturbation.v1', or with an ordinary loss.",
        )

    def decide(self, logits: Float[Tensor, "batch labels"]) -> Int[Tensor, " batch"]:
        """Return what the program does on the answers that would be served, as indices."""
        self._check_width(logits)
        scores = torch.sigmoid(logits.detach().double())
        if self.asked is not None:
            return self._simplest(scores, self.asked).to(logits.device)
        shown = [self._answer(row) for row in scores.tolist()]
        return torch.tensor(self._indices(shown), dtype=torch.long, device=logits.device)

    def is_correct(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
    ) -> Bool[Tensor, " batch"]:
        """Return whether what the program does is among the acceptable outcomes."""
        return acceptable.gather(1, self.decide(logits)[:, None])[:, 0]

    def acceptable(
        self,
        present: Bool[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return which outcomes are right: what the program does on perfect answers.

        A perfect answer holds what is really there, sure of all of it, in any order. All orders
        are tried where there are at most ``orders`` of them, else as many drawn ones.

        Args:
            present: labels verified present.
            known: labels verified present or absent; the others count as absent.
        """
        self._check_width(present)
        really = present.bool() if known is None else present.bool() & known
        rows = [
            tuple(self.labels[column] for column in row.nonzero()[:, 0].tolist())
            for row in really.cpu()
        ]
        perfect = {row: perfectly_shown(row, self.orders) for row in dict.fromkeys(rows)}
        found = iter(self._indices([one for some in perfect.values() for one in some]))
        right = {row: [next(found) for _ in some] for row, some in perfect.items()}
        result = torch.zeros(len(rows), len(self.outcomes), dtype=torch.bool)
        for place, row in enumerate(rows):
            result[place, right[row]] = True
        result[:, -1] = False
        return result.to(present.device)

    def outcome_id(self, index: int) -> str:
        """Return the name of the outcome that ``decide`` gives as ``index``."""
        return self.outcomes[index]

    # Inside

    def _check_width(self, rows: Tensor) -> None:
        if rows.ndim != 2 or rows.shape[1] != len(self.labels):
            raise UsageError(
                f"rows must have the shape (batch, {len(self.labels)}), one column for each label,"
                f" but {tuple(rows.shape)} came.",
                hint="Pass rows over the labels of the decision.",
            )

    def _answer(self, scores: Sequence[float]) -> Shown:
        """Return what is shown: labels with scores, the surest first."""
        call = self.process
        found = LabelScores(self.labels, tuple(scores))
        return tuple(
            shown_labels(found, shown_score=call.shown_score, max_results=call.max_results)
        )

    def _simplest(
        self, scores: Float[Tensor, "batch labels"], asked: AskedProcess
    ) -> Int[Tensor, " batch"]:
        """Ask about answers that differ in order and in bands of scores, about each sort once."""
        most = asked.max_results
        ranked, order = scores.cpu().sort(dim=1, descending=True, stable=True)
        ranked, order = ranked[:, :most].contiguous(), order[:, :most]
        lines = torch.tensor(asked.lines, dtype=ranked.dtype)
        bands = torch.bucketize(ranked, lines, right=True) - 1
        is_shown = ranked >= asked.shown_score
        if not asked.reads_length:
            read = set(asked.labels_read(self.labels))
            matter = torch.tensor([one in read for one in self.labels])
            is_shown &= matter[order]
        rows = torch.stack([order, bands], 2).masked_fill(~is_shown[..., None], -1).flatten(1)
        sorts, places = rows.unique(dim=0, return_inverse=True)  # type: ignore[no-untyped-call]
        shown = [
            asked.simplest_answer(
                [
                    (self.labels[column], band)
                    for column, band in zip(row[::2], row[1::2], strict=True)
                    if column >= 0
                ]
            )
            for row in sorts.tolist()
        ]
        return torch.tensor(self._indices(shown), dtype=torch.long)[places]

    def _indices(self, shown: Sequence[Shown]) -> list[int]:
        """Ask the program about answers that it was not asked about before."""
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        spec = get_api(self.api)
        new = [one for one in dict.fromkeys(shown) if one not in self._known]
        answers = [shown_answer(spec, one) for one in new]
        names: Sequence[str] = self.run(answers) if answers else ()
        if len(names) != len(new):
            raise UsageError(
                f"the program told {len(names)} outcomes of {len(new)} answers.",
                hint="`run` must return the name of an outcome for each answer, in order.",
            )
        places = {name: place for place, name in enumerate(self.outcomes)}
        other = places[OTHER_OUTCOME]
        self._known.update(
            (one, places.get(name, other)) for one, name in zip(new, names, strict=True)
        )
        return [self._known[one] for one in shown]
