"""What a generic model has learnt from, ready to be shown again beside an application's data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnsupportedError
from chameleonapi.models import Backbone, LinearHead, ModelRegistry
from chameleonapi.pipeline.featuring import split_features, with_splits
from chameleonapi.pipeline.modelling import DataSource, has_learnt_from, with_held_out
from chameleonapi.pipeline.opening import open_dataset
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.tasks import check_medium, task_of
from chameleonapi.training import FeatureSet

__all__ = ["OF_PARTS", "Rehearsed", "open_rehearsal"]

OF_PARTS: Final = frozenset({"objects", "entities"})
"""Tasks that are about parts of inputs, of which nothing is rehearsed."""


@dataclass(frozen=True, eq=False)
class Rehearsed:
    """Examples to be shown again, and the SHA-256 of the data that they are from."""

    examples: FeatureSet
    digest: str


def open_rehearsal(
    process: DecisionProcess,
    folder: str | Path,
    registry: ModelRegistry,
    generic: str,
    head: LinearHead,
    network: Backbone,
    *,
    seed: int,
    cache: Path,
    progress: Progress,
) -> Rehearsed:
    """Return the training and validation examples of data from which a generic model has learnt.

    They get what models that lack them would say, as the generic model knows them by heart. Data
    that it has not learnt from are taken as they are.

    Raises:
        DataError: if the data cannot be read.
        UnsupportedError: if the application is about parts of inputs, or the examples are too
            few for models that lack some of them.
    """
    facts = task_of(process)
    if facts.name in OF_PARTS:
        raise UnsupportedError(
            f"{process.id} is about parts of inputs: nothing is rehearsed there.",
            hint="Leave out --rehearse.",
        )
    dataset = with_splits(open_dataset(folder), seed=seed)
    check_medium(process, dataset)
    features = split_features(dataset, network, cache, progress, target=facts.target)
    source = DataSource(dataset, dataset.digest, features)
    if has_learnt_from(registry.manifest(generic), source):
        source = with_held_out(
            source,
            head,
            generic,
            seed=seed,
            checkpoints=cache / "checkpoints",
            progress=progress,
        )
        if source.features["train"].held_out is None:
            raise UnsupportedError(
                f"{folder} holds too few examples to say what the generic model would make of "
                "them had it not learnt from them.",
                hint="Leave out --rehearse.",
            )
    both = source.features["train"].joined(source.features["validation"])
    kind = "what" if both.held_out is not None else "none of which"
    progress.note(
        f"{len(both)} examples of {folder} are shown again in training, {kind} {generic!r} has "
        "learnt from."
    )
    # Two folders may well name different pictures alike.
    own = replace(both, ids=tuple(f"rehearsed/{one}" for one in both.ids))
    return Rehearsed(own, source.digest)
