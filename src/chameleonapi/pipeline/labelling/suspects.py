"""Labels that look wrong, ranked by what they change in the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.losses import Decision, compile_decision
from chameleonapi.pipeline.labelling.record import Suspect, SuspectLabel
from chameleonapi.training import FeatureSet

__all__ = ["find_suspects"]

_DOUBTED: Final = 0.5
_NAMED: Final = 5


def find_suspects(
    process: DecisionProcess,
    data: FeatureSet,
    logits: Float[Tensor, "examples labels"],
    parents: Mapping[str, Sequence[str]] | None = None,
) -> list[Suspect]:
    """Rank examples by doubt about their labels times what that doubt changes.

    The doubt about the decision comes from its margin: how far, in logits, the scores are from
    leading to an outcome that is right by the labels. What changes is the share of outcomes
    that are right with the labels as they are or with the doubted ones turned round, but not
    with both. An example whose doubted labels change nothing is left out.

    Args:
        process: the application.
        data: examples with labels.
        logits: of models that have not seen them, over the labels of ``data``.
        parents: direct parents of labels: a label that is turned to present takes those above
            it along, one that is turned to absent those below it.
    """
    decision = compile_decision(process, data.labels)
    right = decision.acceptable(data.present, data.known)
    doubt = torch.sigmoid(torch.where(data.present, -logits, logits))
    asked = data.known & torch.tensor([one in _read(process, data) for one in data.labels])
    doubt = torch.where(asked, doubt, torch.zeros(()))
    turned = (doubt >= _DOUBTED) & asked
    # An example without any such label is judged by its most doubtful one.
    most = torch.nn.functional.one_hot(doubt.argmax(1), len(data.labels)).bool() & asked
    turned = torch.where(turned.any(1, keepdim=True), turned, most)
    present = _turn(data, turned, doubt, parents or {})
    otherwise = decision.acceptable(present, data.known)
    change = _distance(right, otherwise, decision)
    score = _decision_doubt(decision, logits, right) * change
    ranked: list[int] = score.argsort(descending=True, stable=True).tolist()
    found = []
    for row in ranked:
        if not score[row] > 0:
            break
        found.append(
            Suspect(
                data.ids[row],
                data.files[row],
                round(float(score[row]), 4),
                _labels(data, row, turned[row], doubt[row]),
                _names(decision, right[row]),
                _names(decision, otherwise[row]),
            )
        )
    return found


def _read(process: DecisionProcess, data: FeatureSet) -> frozenset[str]:
    return frozenset(process.labels_read(data.labels)) or frozenset(data.labels)


def _turn(
    data: FeatureSet,
    turned: Bool[Tensor, "examples labels"],
    doubt: Float[Tensor, "examples labels"],
    parents: Mapping[str, Sequence[str]],
) -> Bool[Tensor, "examples labels"]:
    """Return presence with the doubted labels turned round, in keeping with the hierarchy."""
    present = data.present ^ turned
    column = {label: index for index, label in enumerate(data.labels)}
    above = [
        [column[one] for one in parents.get(label, ()) if one in column] for label in data.labels
    ]
    if not any(above):
        return present
    matrix = torch.zeros(len(above), len(above), dtype=torch.bool)
    for index, some in enumerate(above):
        matrix[index, some] = True
    closure = _closure(matrix).float()
    gone = turned & data.present
    come = turned & ~data.present
    below_gone = (gone.float() @ closure.T) > 0
    above_come = (come.float() @ closure) > 0
    # Where the two meet, what is surer stays.
    present = present & ~(below_gone & ~come)
    return present | (above_come & ~(gone & (doubt > _DOUBTED)))


def _closure(matrix: Bool[Tensor, "labels labels"]) -> Bool[Tensor, "labels labels"]:
    current = matrix
    while True:
        wider = current | ((current.float() @ matrix.float()) > 0)
        if torch.equal(wider, current):
            return current
        current = wider


def _distance(
    one: Bool[Tensor, "examples outcomes"],
    other: Bool[Tensor, "examples outcomes"],
    decision: Decision,
) -> Float[Tensor, " examples"]:
    """Return the share of acceptable outcomes that are not in both."""
    if decision.is_factored:
        # Pairs of columns: the share of flags that are not the same.
        return (one != other).float().mean(1)
    both = (one & other).sum(1)
    either = (one | other).sum(1).clamp(min=1)
    return 1 - both / either


def _decision_doubt(
    decision: Decision,
    logits: Float[Tensor, "examples labels"],
    right: Bool[Tensor, "examples outcomes"],
) -> Float[Tensor, " examples"]:
    with torch.no_grad():
        margins = decision.margins(logits, temperature=0.0)
    low = torch.full((), -torch.inf)
    if decision.is_factored:
        pairs = torch.where(right, margins, low).reshape(len(margins), -1, 2)
        best = pairs.amax(-1).amin(-1)
    else:
        best = torch.where(right, margins, low).amax(-1)
    return torch.sigmoid(-best)


def _labels(
    data: FeatureSet,
    row: int,
    turned: Bool[Tensor, " labels"],
    doubt: Float[Tensor, " labels"],
) -> tuple[SuspectLabel, ...]:
    columns: Int[Tensor, " labels"] = turned.nonzero()[:, 0]
    order: list[int] = columns[doubt[columns].argsort(descending=True)].tolist()
    return tuple(
        SuspectLabel(
            data.labels[one],
            "present" if data.present[row, one] else "absent",
            round(float(doubt[one]), 4),
        )
        for one in order[:_NAMED]
    )


def _names(decision: Decision, row: Bool[Tensor, " outcomes"]) -> tuple[str, ...]:
    return tuple(
        one for one, is_right in zip(decision.outcomes, row.tolist(), strict=True) if is_right
    )
