"""The compiled form of a decision process, by the task of its API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chameleonapi.apis import Task
from chameleonapi.decision import AskedProcess, DecisionProcess
from chameleonapi.losses.class_decision import compile_classes
from chameleonapi.losses.compiled import compile_labels
from chameleonapi.losses.entity_decision import compile_entities
from chameleonapi.losses.interface import Decision
from chameleonapi.losses.likelihood_decision import compile_likelihoods
from chameleonapi.losses.program import ProgramDecision
from chameleonapi.losses.score_decision import compile_score

__all__ = ["compile_decision"]

_PLACES: Final = 16


def compile_decision(
    process: DecisionProcess, labels: Sequence[str], *, regions: int | None = None
) -> Decision:
    """Compile a decision process over what a model gives; one that is asked is a program.

    Args:
        process: of an API that answers with labels and scores, or with the sentiment of a text.
        labels: a name for each number of a row of logits. For labels, these; for Natural
            Language's sentiment, ``score`` alone; for Comprehend's, the classes; for what texts
            name, the types; for likelihoods, the categories.
        regions: as in ``compile_labels``; for what texts name, how many entities at most.

    Raises:
        UnsupportedError: if that does not determine the decision; it names what else is read.
        UsageError: if the labels are of another task.
    """
    if isinstance(process, AskedProcess):
        return ProgramDecision.of(process, labels)
    if process.spec.task is Task.ENTITIES:
        return compile_entities(process, labels, regions or _PLACES)
    if process.spec.task is Task.LIKELIHOODS:
        return compile_likelihoods(process, labels)
    if process.spec.task is not Task.SENTIMENT:
        return compile_labels(process, labels, regions=regions)
    alone = process.alone()
    if process.spec.provider == "google":
        return compile_score(alone, labels)
    return compile_classes(alone, labels)
