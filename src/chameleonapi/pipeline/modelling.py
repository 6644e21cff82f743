"""Make and publish models: the generic one, and one for an application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chameleonapi.data import Dataset, read_square
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import SCORE
from chameleonapi.models import (
    Backbone,
    LabelHead,
    LinearHead,
    Manifest,
    ModelReference,
    ModelRegistry,
    describe_versions,
    finder_in,
    labels_digest,
    now_utc,
    reader_id,
)
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.stored_heads import load_generic
from chameleonapi.pipeline.tasks import reads_labels, task_of
from chameleonapi.training import (
    BALANCED,
    DEEP_LEVELS,
    DEFAULT_METHODS,
    GENERIC_SETTINGS,
    Depth,
    FeatureSet,
    TimeBudget,
    TrainedMethod,
    hold_out,
    our_loss,
    part_examples,
    train_generic,
    train_methods,
)

__all__ = [
    "DataSource",
    "generic_model",
    "has_learnt_from",
    "publish_customized",
    "train_all",
    "with_held_out",
]


@dataclass(frozen=True, eq=False)
class DataSource:
    """Labelled features by split, with where they came from."""

    dataset: Dataset
    digest: str
    features: Mapping[str, FeatureSet]


def generic_model(
    registry: ModelRegistry,
    name: str,
    data: DataSource,
    backbone: Backbone,
    *,
    seed: int,
    checkpoints: Path,
    progress: Progress,
    task: str = "labels",
) -> tuple[LinearHead, ModelReference, bool]:
    """Return the generic model of this name, or train and publish it if there is none.

    The last tells whether it has learnt from these data (``has_learnt_from``).
    """
    if name in registry.names():
        head, found = load_generic(registry, name)
        return head, registry.resolve(name), has_learnt_from(found, data)
    found_out = data.features["train"].labels
    what = "of scores" if found_out == (SCORE,) else f"over {len(found_out)} labels"
    with progress.step(f"generic model {what}") as advance:
        train, validation = data.features["train"], data.features["validation"]
        train, validation = part_examples(train), part_examples(validation)
        made = train_generic(
            train,
            validation,
            seed=seed,
            checkpoint=checkpoints / f"{name}.safetensors",
            advance=advance,
        )
    manifest = _manifest(
        name,
        "generic",
        made.head,
        backbone,
        data,
        seed=seed,
        task=task,
        configuration=GENERIC_SETTINGS.to_json(),
        loss="bce.v1",
    )
    published = registry.publish(name, made.head, manifest, finder=finder_in(backbone))
    return made.head, published, True


def with_held_out(
    data: DataSource,
    generic: LinearHead,
    name: str,
    *,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> DataSource:
    """Return data that the generic model has learnt from with what it would say of new examples.

    Where no model can be made without a part of them, as they are few, or where they are regions,
    they are left as they are.
    """
    if data.features["train"].has_parts:
        return data
    with progress.step("generic models, each without a quarter of the examples") as advance:
        try:
            train, validation = hold_out(
                generic,
                data.features["train"],
                data.features["validation"],
                seed=seed,
                checkpoint=checkpoints / f"{name}-held-out.safetensors",
                advance=advance,
            )
        except DataError:
            return data
    return replace(data, features={**data.features, "train": train, "validation": validation})


def has_learnt_from(manifest: Manifest, data: DataSource) -> bool:
    """Tell whether a model was trained on these data, or on an earlier state of them."""
    return manifest.data_digest == data.digest or manifest.data == data.dataset.name


def train_all(
    process: DecisionProcess,
    generic: LinearHead,
    data: DataSource,
    *,
    seed: int,
    checkpoints: Path | None,
    progress: Progress,
    names: Sequence[str] = DEFAULT_METHODS,
    depth: Depth | None = None,
    only_thresholds: bool = False,
    budget: TimeBudget | None = None,
    mix: str = BALANCED,
    folds: int | None = None,
    rehearsal: FeatureSet | None = None,
) -> dict[str, TrainedMethod]:
    """Train ours and every baseline, or the methods named; ours goes as deep as ``depth``.

    All are made for the same ``mix`` of outcomes, one of ``MIXES``, and with the same ``folds``;
    give 1 where the generic model has learnt from the data. ``rehearsal`` is shown to each.

    Raises:
        UnsupportedError: if the model knows none of the labels that decide.
    """
    wanted = process.labels_read() if reads_labels(process) else ()
    known = set(generic.labels)
    if wanted and not process.reads_any(generic.labels):
        raise UnsupportedError(
            f"none of the {len(wanted)} labels that {process.id} reads is known to the model: "
            f"{', '.join(wanted[:5])}.",
            hint="Give data that have these labels. A generic model in the registry keeps those "
            "that it was made with: name another registry with --models.",
        )
    missing = [one for one in wanted if one not in known]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        progress.note(f"Labels that the model does not know: {', '.join(missing[:5])}{more}.")
    order = list(names)
    with progress.step(f"{len(order)} methods") as advance:

        def step(name: str, done: int, total: int) -> None:
            advance(order.index(name) * total + done, len(order) * total)

        return train_methods(
            process,
            generic,
            data.features["train"],
            data.features["validation"],
            seed=seed,
            names=order,
            mix=mix,
            folds=folds,
            rehearsal=rehearsal,
            depth=depth,
            only_thresholds=only_thresholds,
            budget=budget,
            checkpoints=checkpoints,
            advance=step,
            note=progress.note,
        )


def publish_customized(
    registry: ModelRegistry,
    name: str,
    process: DecisionProcess,
    methods: Mapping[str, TrainedMethod],
    base: ModelReference,
    backbone: Backbone,
    data: DataSource,
    *,
    seed: int,
    settings: Mapping[str, Any] | None = None,
) -> ModelReference:
    """Publish our model of an application; ``settings`` are kept beside those of training."""
    ours = methods["ours"]
    assert ours.model is not None
    chosen = ours.model.chosen
    manifest = _manifest(
        name,
        "customized",
        ours.head,
        backbone,
        data,
        api=process.api,
        task=task_of(process).name,
        level=_level(chosen),
        process=process.id,
        process_digest=process.digest,
        base=base.digest,
        loss=our_loss(process),
        seed=seed,
        configuration={
            **ours.model.settings.to_json(),
            "folds": max(1, len(ours.model.parts)),
            "ordinary": list(ours.model.shares) or ours.model.settings.ordinary,
            "opinion_weight": ours.model.opinion_share,
            "chosen": chosen,
            "reason": ours.model.reason,
            **(settings or {}),
        },
        metrics={
            "validation_incorrect_decision_rate": {
                one.name: round(one.rate, 6) for one in methods.values()
            }
        },
    )
    return registry.publish(name, ours.head, manifest, ours.tail, process)


def _level(chosen: str) -> str:
    """Return how deep the model went that was chosen."""
    if chosen in DEEP_LEVELS:
        return chosen
    return "thresholds" if chosen in {"generic", "tuned"} else "head"


def _manifest(
    name: str,
    kind: str,
    head: LabelHead,
    backbone: Backbone,
    data: DataSource,
    **more: Any,
) -> Manifest:
    return Manifest(
        name=name,
        kind=kind,
        backbone=backbone.name,
        backbone_sha256=backbone.sha256,
        reader=reader_id(backbone, read_square),
        labels_digest=labels_digest(head.labels),
        vocabulary=data.dataset.name,
        data=data.dataset.name,
        data_digest=data.digest,
        parents={label: list(above) for label, above in data.dataset.parents.items()},
        versions=describe_versions(),
        created=now_utc(),
        **more,
    )
