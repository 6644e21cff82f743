"""Decisions by the reference path: the answer that would be served, read by the interpreter.

No shortcut: the vectorised decision of the losses is checked against this, never used for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.apis import (
    ApiAnswer,
    Detections,
    LabelScores,
    Mentions,
    RegionForm,
    Task,
    likelihood_answer,
    prediction_answer,
)
from chameleonapi.decision import (
    NO_FLAGS,
    AskedProcess,
    Cases,
    DecisionProcess,
    Passage,
    Truth,
    object_truth,
    perfect_answer,
)
from chameleonapi.errors import UnsupportedError
from chameleonapi.evaluation.labelled import (
    Head,
    LabelledFeatures,
    LabelledPassages,
    LabelledRegions,
    MentionFinding,
    RegionFinding,
)
from chameleonapi.losses import (
    Decision,
    EntityDecision,
    class_answer,
    class_shares,
    compile_decision,
    score_answer,
    served_scores,
)

__all__ = [
    "acceptable_outcomes",
    "decision_margins",
    "fast_acceptable",
    "fast_decisions",
    "outcome_space",
    "outcomes_alone",
    "served_decisions",
    "truths",
]

_BATCH = 512
_CHECKED = 48
_VALUES = frozenset({Task.SENTIMENT, Task.LIKELIHOODS})
"""Tasks whose truth is a value, and no label."""


def served_decisions(
    process: DecisionProcess,
    head: Head,
    features: Float[Tensor, "examples dimension"],
    *,
    advance: Callable[[int], None] | None = None,
) -> list[str]:
    """Return the id of the outcome that each served answer leads to.

    Args:
        process: the application.
        head: what answers.
        features: of the inputs.
        advance: called with the number of examples decided since its last call.
    """
    decided: list[str] = []
    for batch in torch.split(features, _BATCH):
        predictions = _predictions(process, head, batch)
        answers = [
            prediction_answer(
                process.spec,
                one,
                shown_score=process.shown_score,
                max_results=process.max_results,
            )
            for one in predictions
        ]
        decided += process.decide_each(answers)
        if advance is not None:
            advance(len(predictions))
    return decided


def _predictions(
    process: DecisionProcess, head: Head, features: Tensor
) -> Sequence[LabelScores | Detections | Mentions | ApiAnswer]:
    with torch.no_grad():
        if isinstance(head, MentionFinding):
            return head.named(features)
        if isinstance(head, RegionFinding):
            return head.detections(features)
        logits = head.logits(features)
        if process.spec.task is Task.SENTIMENT:
            return [ApiAnswer(one) for one in _sentiments(process, head.labels, logits)]
        rows: list[list[float]] = torch.sigmoid(logits).tolist()
    if process.spec.task is Task.LIKELIHOODS:
        return [ApiAnswer(likelihood_answer(process.spec, head.labels, one)) for one in rows]
    return [LabelScores(head.labels, scores) for scores in rows]


def _sentiments(
    process: DecisionProcess, labels: tuple[str, ...], logits: Tensor
) -> list[dict[str, Any]]:
    """Return the answers that are served, as far as decisions with a loss read them."""
    if process.spec.provider == "google":
        return [score_answer(one) for one in served_scores(logits[:, 0]).tolist()]
    return [class_answer(labels, one) for one in class_shares(logits).tolist()]


def _compiled(process: DecisionProcess, head: Head) -> Decision:
    parts = None
    if isinstance(head, MentionFinding):
        parts = head.mentions
    elif isinstance(head, RegionFinding):
        parts = head.regions
    return compile_decision(process, head.labels, regions=parts)


def _rows(decision: Decision, head: Head, features: Tensor) -> Tensor:
    """Return what a head says, in the form that a compiled decision reads."""
    if isinstance(decision, EntityDecision) and isinstance(head, MentionFinding):
        return decision.rows(head.named(features))
    return head.logits(features)


def decision_margins(
    process: DecisionProcess, head: Head, features: Float[Tensor, "examples dimension"]
) -> list[float] | None:
    """Return how far, in logits, the scores are from leading to another decision.

    None where the decision hangs on more than scores, or is asked of a program.
    """
    if isinstance(process, AskedProcess):
        return None
    try:
        compiled = _compiled(process, head)
    except UnsupportedError:
        return None
    found: list[float] = []
    for batch in torch.split(features, _BATCH):
        with torch.no_grad():
            margins = compiled.margins(_rows(compiled, head, batch), temperature=0.0)
        if compiled.is_factored:
            # Two columns to a flag; the flag that is nearest to its border counts.
            margins = margins.reshape(len(margins), -1, 2).amax(-1).amin(-1, keepdim=True)
        found += margins.amax(-1).tolist()
    return found


def truths(process: DecisionProcess, data: LabelledFeatures) -> list[Truth]:
    """Return what is really in each input.

    A label that the application reads and the data never speaks of is absent: no model over
    these labels could answer with it.
    """
    if isinstance(data, LabelledRegions) and data.objects:
        return [_object_truth(process, data, row) for row in range(len(data.ids))]
    return _truths(process, data.labels, data.present, data.known)


def _right_on_passages(
    process: DecisionProcess, passages: Sequence[Passage]
) -> list[frozenset[str]]:
    """Return the outcome of the perfect answer about each text."""
    return [frozenset({process.decide(perfect_answer(process.spec, one)).id}) for one in passages]


def _object_truth(process: DecisionProcess, data: LabelledFeatures, row: int) -> Truth:
    assert isinstance(data, LabelledRegions)
    labels: tuple[str, ...] = ()
    if process.spec.regions is RegionForm.INSTANCES:
        here = data.present[row] & data.known[row]
        labels = tuple(data.labels[one] for one in here.nonzero()[:, 0].tolist())
    return object_truth(process.spec, data.objects[row], labels)


def _truths(
    process: DecisionProcess,
    labels: tuple[str, ...],
    present: Bool[Tensor, "examples labels"],
    known: Bool[Tensor, "examples labels"],
) -> list[Truth]:
    outside = set(process.labels_read()).difference(labels)
    made = []
    for here, sure in zip(present.tolist(), known.tolist(), strict=True):
        found = [one for one, p, k in zip(labels, here, sure, strict=True) if p and k]
        if all(sure):
            made.append(Truth.of(found))
        else:
            absent = {one for one, p, k in zip(labels, here, sure, strict=True) if k and not p}
            made.append(Truth.of(found, absent | outside, closed=False))
    return made


def acceptable_outcomes(process: DecisionProcess, data: LabelledFeatures) -> list[frozenset[str]]:
    """Return the ids of the outcomes that are right for each example."""
    if isinstance(data, LabelledPassages) and data.passages:
        return _right_on_passages(process, data.passages)
    if process.spec.task in _VALUES:
        return fast_acceptable(process, data)
    return process.acceptable_each(truths(process, data))


def outcomes_alone(process: DecisionProcess, data: LabelledFeatures) -> list[frozenset[str]]:
    """Return the ids of the outcomes that single true labels of each example lead to.

    Only labels that the application reads are asked: no other leads anywhere by itself that
    another of them does not.
    """
    if isinstance(data, LabelledPassages) and data.passages:
        single = (
            [replace(one, entities=(each,)) for each in one.entities] for one in data.passages
        )
        return [frozenset[str]().union(*_right_on_passages(process, some)) for some in single]
    if isinstance(data, LabelledRegions) and data.objects:
        alone = ([object_truth(process.spec, [one]) for one in some] for some in data.objects)
        return [
            frozenset[str]().union(*(process.acceptable(one) for one in truths)) for truths in alone
        ]
    if process.spec.task in _VALUES:
        return [frozenset[str]()] * len(data.ids)
    read = set(process.labels_read(data.labels))
    reached: dict[str, frozenset[str]] = {}
    found = []
    for here in (data.present & data.known).tolist():
        mine: frozenset[str] = frozenset()
        for label, is_present in zip(data.labels, here, strict=True):
            if is_present and label in read:
                if label not in reached:
                    reached[label] = process.acceptable(Truth.of([label]))
                mine |= reached[label]
        found.append(mine)
    return found


def fast_decisions(
    process: DecisionProcess, head: Head, features: Float[Tensor, "examples dimension"]
) -> list[str]:
    """Return what ``served_decisions`` returns, in a fraction of the time.

    Some are decided by the reference path too, and all of them where the two differ.
    """
    decision = _compiled(process, head)
    indices: list[int] = []
    for batch in torch.split(features, _BATCH):
        with torch.no_grad():
            indices += decision.decide(_rows(decision, head, batch)).tolist()
    names = {index: decision.outcome_id(index) for index in set(indices)}
    found = [names[index] for index in indices]
    rows = torch.linspace(0, max(len(found) - 1, 0), min(_CHECKED, len(found))).long()
    places: list[int] = rows.tolist()
    if served_decisions(process, head, features[rows]) == [found[one] for one in places]:
        return found
    return served_decisions(process, head, features)


def fast_acceptable(process: DecisionProcess, data: LabelledFeatures) -> list[frozenset[str]]:
    """Return what ``acceptable_outcomes`` returns; examples of one sort are asked once."""
    has_passages = isinstance(data, LabelledPassages) and bool(data.passages)
    if has_passages or (isinstance(data, LabelledRegions) and data.objects):
        return acceptable_outcomes(process, data)
    decision = compile_decision(process, data.labels)
    if decision.is_factored:
        return acceptable_outcomes(process, data)
    matrix = decision.acceptable(data.present, data.known)
    patterns, places = matrix.unique(dim=0, return_inverse=True)  # type: ignore[no-untyped-call]
    sets = [
        frozenset(one for one, is_right in zip(decision.outcomes, row, strict=True) if is_right)
        for row in patterns.tolist()
    ]
    return [sets[one] for one in places.tolist()]


def outcome_space(process: DecisionProcess, found: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the outcomes to tabulate: all of one choice, joint ones as they occur.

    A multi-select has exponentially many joint outcomes; those in ``found`` are returned, the
    smaller sets first.
    """
    if isinstance(process.rules, Cases):
        return tuple(one.id for one in process.outcomes)
    position = {flag.outcome: index for index, flag in enumerate(process.rules.flags)}

    def key(joint: str) -> tuple[int, list[int]]:
        members = [] if joint == NO_FLAGS else joint.split("+")
        return len(members), [position[one] for one in members]

    return tuple(sorted(set(found), key=key))
