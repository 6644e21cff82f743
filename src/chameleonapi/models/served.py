"""A model as it is kept in memory while it is served: what it does not share with the generic one.

Training leaves the rows of labels that an application does not read as they were, bit by bit.
Those rows are computed once for a whole batch, whatever applications it mixes, and kept once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, final

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from chameleonapi.models.cuts import device_of
from chameleonapi.models.head_rows import SHARED_AT_LEAST, differing_rows
from chameleonapi.models.heads import LinearHead
from chameleonapi.models.pooled_head import LabelHead, PooledHead, Reconcile

__all__ = ["ServedModel", "ServedOpinion", "answer_batch", "as_scores", "serve_head"]

Answer = TypeVar("Answer")

_OBJECT_BYTES: Final = 4096  # what Python and torch need beside the numbers, about


@final
@dataclass(frozen=True, eq=False)
class ServedOpinion:
    """A second opinion on the outcome, as it is served.

    Attributes:
        weight, bias: of its rows, for features that are not normalised.
        reconcile: moves logits of labels to where both opinions lead.
    """

    weight: Float[Tensor, "outcomes dimension"]
    bias: Float[Tensor, " outcomes"]
    reconcile: Reconcile

    @property
    def size_bytes(self) -> int:
        """The memory that it takes."""
        return _bytes(self.weight, self.bias) + self.reconcile.size_bytes

    def settle(
        self, logits: Float[Tensor, "batch labels"], features: Float[Tensor, "batch dimension"]
    ) -> Float[Tensor, "batch labels"]:
        """Return the logits that are answered with."""
        return self.reconcile(logits, torch.addmm(self.bias, features, self.weight.T))


@final
@dataclass(frozen=True, eq=False)
class ServedModel:
    """What answers for one application.

    Attributes:
        labels: the label space.
        weight, bias: of the rows that are its own, for features that are not normalised.
        base: the model whose rows the others are; None if all rows are its own.
        own: the places of its own rows among all.
        cut: where its tail begins; None if it has none.
        tail: from there to the features.
        opinion: on the outcome, beside that of the labels.
    """

    labels: tuple[str, ...]
    weight: Float[Tensor, "own dimension"]
    bias: Float[Tensor, " own"]
    base: ServedModel | None = None
    own: Int64[Tensor, " own"] | None = None
    cut: int | None = None
    tail: nn.Module | None = None
    opinion: ServedOpinion | None = None

    @property
    def size_bytes(self) -> int:
        """The memory that it takes beside that of its base."""
        tensors = [self.weight, self.bias, *([] if self.own is None else [self.own])]
        if self.tail is not None:
            tensors += [*self.tail.parameters(), *self.tail.buffers()]
        more = 0 if self.opinion is None else self.opinion.size_bytes
        return _OBJECT_BYTES + _bytes(*tensors) + more

    def logits(self, features: Float[Tensor, "batch dimension"]) -> Float[Tensor, "batch own"]:
        """Return the logits of its own rows."""
        return torch.addmm(self.bias, features, self.weight.T)

    def settled(
        self, logits: Float[Tensor, "batch labels"], features: Float[Tensor, "batch dimension"]
    ) -> Float[Tensor, "batch labels"]:
        """Return the logits of all rows as they are answered with."""
        return logits if self.opinion is None else self.opinion.settle(logits, features)


def _bytes(*tensors: Tensor) -> int:
    return sum(one.numel() * one.element_size() for one in tensors)


def serve_head(
    head: LabelHead,
    generic: tuple[LinearHead, ServedModel] | None = None,
    *,
    cut: int | None = None,
    tail: nn.Module | None = None,
) -> ServedModel:
    """Return a head as it is served.

    Args:
        head: as it is stored.
        generic: the generic model, as it is stored and as it is served.
        cut: where its tail begins.
        tail: its features come from there, so that it shares nothing.
    """
    opinion = None
    if isinstance(head, PooledHead):
        opinion = ServedOpinion(*head.opinion.linear.folded, head.reconcile)
        head = head.linear
    if generic is not None and tail is None:
        stored, base = generic
        own = _own_rows(head, stored)
        if own is not None and len(own) <= (1 - SHARED_AT_LEAST) * len(head.labels):
            weight = head.weight[own] / head.std
            bias = head.bias[own] - weight @ head.mean
            return ServedModel(base.labels, weight, bias, base, own, opinion=opinion)
    weight, bias = head.folded
    labels = head.labels
    if generic is not None and labels == generic[0].labels:
        labels = generic[0].labels  # one tuple for a thousand models
    return ServedModel(labels, weight, bias, cut=cut, tail=tail, opinion=opinion)


def _own_rows(head: LinearHead, generic: LinearHead) -> Int64[Tensor, " own"] | None:
    """Return the rows in which a head differs; None if it is another function of features."""
    if head.origin is not None and head.origin.base is generic:
        return head.origin.places
    return differing_rows(head, generic)


@torch.no_grad()
def answer_batch(
    models: Sequence[ServedModel],
    found: Float[Tensor, "batch found"],
    answer: Callable[[Float[Tensor, "rows labels"]], Sequence[Answer]],
) -> list[Answer]:
    """Return the answer to each row of a batch by the model that stands beside it.

    Args:
        models: all with the same cut.
        found: features, or rows of the cut.
        answer: makes answers of the logits of some rows, such as ``as_scores``.
    """
    rows: dict[ServedModel, list[int]] = {}
    for row, model in enumerate(models):
        rows.setdefault(model, []).append(row)
    answers: dict[int, Answer] = {}
    sharing: dict[ServedModel, list[ServedModel]] = {}
    for model, places in rows.items():
        if model.tail is None:
            sharing.setdefault(model.base or model, []).append(model)
            continue
        features = model.tail(found[places].to(device_of(model.tail))).cpu()
        logits = model.settled(model.logits(features), features)
        answers.update(zip(places, answer(logits), strict=True))
    for base, sharers in sharing.items():
        order = [row for model in sharers for row in rows[model]]
        features = found[order]
        logits = base.logits(features)
        begin = 0
        for model in sharers:
            end = begin + len(rows[model])
            if model.own is not None:
                logits[begin:end, model.own] = model.logits(features[begin:end])
            if model.opinion is not None:
                logits[begin:end] = model.settled(logits[begin:end], features[begin:end])
            begin = end
        answers.update(zip(order, answer(logits), strict=True))
    return [answers[row] for row in range(len(models))]


def as_scores(logits: Float[Tensor, "rows labels"]) -> list[list[float]]:
    """Return scores in [0, 1]."""
    found: list[list[float]] = torch.sigmoid(logits).tolist()
    return found
