"""A published model as it answers: with its opinion on outcomes, if it has one."""

from __future__ import annotations

from typing import NamedTuple

from chameleonapi.errors import ModelError, UnsupportedError
from chameleonapi.losses import Reconciliation
from chameleonapi.models import (
    LabelHead,
    LinearHead,
    Manifest,
    ModelReference,
    ModelRegistry,
    PooledHead,
    Tail,
)

__all__ = ["StoredHead", "load_generic", "load_head"]


class StoredHead(NamedTuple):
    """A version of a model: all that answers, and what it is."""

    head: LabelHead
    manifest: Manifest
    tail: Tail | None


def load_head(registry: ModelRegistry, reference: ModelReference) -> StoredHead:
    """Return a version of a model as it answers.

    Raises:
        ModelError: if it is damaged, not there any more, or speaks of outcomes that its process
            does not have.
    """
    head, manifest, tail, opinion = registry.load_version(reference)
    if opinion is None:
        return StoredHead(head, manifest, tail)
    process = registry.load_decision(reference)
    if process is None or tail is not None:
        raise _unusable(reference, "it comes without its process, or with a tail.")
    try:
        ready = Reconciliation(process, head.labels, opinion.outcomes, opinion.share)
        ready.decision  # noqa: B018 - what does not fit is refused before anything is served
    except UnsupportedError as error:
        raise _unusable(reference, str(error)) from None
    return StoredHead(PooledHead(head, opinion, ready), manifest, tail)


def _unusable(reference: ModelReference, why: str) -> ModelError:
    return ModelError(
        f"the opinion on outcomes of {reference} cannot be used: {why}",
        hint="Customise the model again with this version.",
    )


def load_generic(registry: ModelRegistry, name: str) -> tuple[LinearHead, Manifest]:
    """Return the generic model of this name.

    Raises:
        UnknownNameError: if there is none.
        ModelError: if it is damaged, or made for one application and speaks of its outcomes.
    """
    head, manifest, _ = load_head(registry, registry.resolve(name))
    if isinstance(head, LinearHead):
        return head, manifest
    raise ModelError(
        f"the model {name!r} was made for one application, and speaks of its outcomes.",
        hint="Name a generic model.",
    )
