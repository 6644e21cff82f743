"""Customise a model for one application, and measure published models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chameleonapi.data import Dataset
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.evaluation import Evaluation, Method
from chameleonapi.evaluation import evaluate as measure
from chameleonapi.models import ModelReference, ModelRegistry, load_backbone
from chameleonapi.pipeline.featuring import split_features, with_splits
from chameleonapi.pipeline.hosting import GENERIC
from chameleonapi.pipeline.modelling import (
    DataSource,
    generic_model,
    publish_customized,
    train_all,
)
from chameleonapi.pipeline.opening import open_dataset
from chameleonapi.pipeline.progress import Progress, SilentProgress
from chameleonapi.training import DEFAULT_METHODS, METHODS, FeatureSet, TrainedMethod

__all__ = ["CACHE", "Customization", "compare", "customize", "evaluate", "picture_files"]

CACHE = ".cache"


@dataclass(frozen=True, eq=False)
class Customization:
    """A published model, and how it compares.

    Attributes:
        name, digest: in the registry.
        process: the decision process that it was made for.
        evaluation: ours against every baseline on the test split.
        reason: why this head was chosen, one sentence.
        pictures: files of the test examples by id.
    """

    name: str
    digest: str
    process: DecisionProcess
    evaluation: Evaluation
    reason: str
    pictures: Mapping[str, Path]


def customize(
    process: DecisionProcess,
    data: str | Path,
    *,
    models: str | Path,
    name: str | None = None,
    generic: str = GENERIC,
    methods: Sequence[str] = DEFAULT_METHODS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Customization:
    """Fine-tune, compare and publish a model for one application.

    An interrupted call goes on where it was when it is made again.

    Args:
        process: the application's decision process.
        data: folder of labelled pictures; see ``chameleonapi.data.load_dataset``.
        models: folder of the registry.
        name: of the model; the process id if None.
        generic: name of the model to start from; trained on the data if there is none.
        methods: what ours is compared with; the default ones and ours always take part.
        seed: of all random numbers.
        progress: shows how far it is.

    Raises:
        DataError: if the data cannot be used.
        UnsupportedError: if model and process do not fit.
        ModelError: if training diverges or the registry is damaged.
    """
    shown = progress or SilentProgress()
    registry = ModelRegistry(models)
    name = name or process.id
    if name == generic:
        raise UsageError(
            f"{name!r} is the name of the generic model.", hint="Give another one with --name."
        )
    dataset = with_splits(open_dataset(data), seed=seed)
    backbone = (
        load_backbone(registry.manifest(generic).backbone)
        if generic in registry.names()
        else load_backbone()
    )
    cache = registry.root / CACHE
    source = DataSource(dataset, dataset.digest, split_features(dataset, backbone, cache, shown))
    checkpoints = cache / "checkpoints"
    head, base = generic_model(
        registry, generic, source, backbone, seed=seed, checkpoints=checkpoints, progress=shown
    )
    trained = train_all(
        process,
        head,
        source,
        seed=seed,
        checkpoints=checkpoints / name,
        progress=shown,
        names=_in_order(*DEFAULT_METHODS, *methods),
    )
    evaluation = compare(process, trained, source, name=name, seed=seed, progress=shown)
    published = publish_customized(
        registry, name, process, trained, base, backbone, source, seed=seed
    )
    ours = trained["ours"].model
    return Customization(
        published.name,
        published.digest,
        process,
        evaluation,
        ours.reason if ours else "",
        picture_files(dataset.split("test")),
    )


def compare(
    process: DecisionProcess,
    methods: Mapping[str, TrainedMethod],
    source: DataSource,
    *,
    name: str,
    seed: int,
    progress: Progress,
    also_seen: Mapping[str, FeatureSet] | None = None,
) -> Evaluation:
    """Decide the test split with every method.

    Args:
        process: the application's decision process.
        methods: what to compare.
        source: of the test split; none of it may be in the other two.
        name: of the application.
        seed: of the resampling.
        progress: shows how far it is.
        also_seen: other data that shaped a method, such as the generic model's.
    """
    seen = {one: source.features[one] for one in ("train", "validation")}
    seen |= {f"the provider's {one}": some for one, some in (also_seen or {}).items() if len(some)}
    with progress.step("decisions on held-out pictures") as advance:
        return measure(
            process,
            [_measurable(one) for one in methods.values()],
            source.features["test"],
            seen=seen,
            application=name,
            data_name=_name(source.dataset),
            data_digest=source.digest,
            seed=seed,
            advance=advance,
        )


def evaluate(
    process: DecisionProcess,
    data: str | Path,
    *,
    models: str | Path,
    names: Sequence[str],
    methods: Sequence[str] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure published models on the test split of labelled pictures.

    The generic model is always compared; the first of ``names`` is compared with all others,
    and with ``methods``, which are trained on the other splits (``generic`` among them stands
    for the generic model with its best single threshold, in place of its own).

    Raises:
        DataError: if the data cannot be used.
        UnknownNameError: if a model is not there.
    """
    shown = progress or SilentProgress()
    registry = ModelRegistry(models)
    wanted = [GENERIC, *(one for one in names if one != GENERIC)]
    loaded = {one: registry.load(one) for one in wanted}
    backbone = load_backbone(loaded[GENERIC][1].backbone)
    dataset = with_splits(open_dataset(data), seed=seed)
    features = split_features(dataset, backbone, registry.root / CACHE, shown)
    published = {
        one: Method(one, _title(one, registry.resolve(one)), loaded[one][0]) for one in wanted
    }
    clash = [one for one in methods if one in published and one != GENERIC]
    if clash:
        raise UsageError(
            f"{clash[0]!r} is the name of a method and of a published model.",
            hint="Leave out one of the two, or publish the model under another name.",
        )
    if methods:
        source = DataSource(dataset, dataset.digest, features)
        trained = train_all(
            process,
            loaded[GENERIC][0],
            source,
            seed=seed,
            checkpoints=None,
            progress=shown,
            names=_in_order(*methods),
        )
        published |= {one.name: _measurable(one) for one in trained.values()}
    with shown.step("decisions on held-out pictures") as advance:
        return measure(
            process,
            list(published.values()),
            features["test"],
            seen={one: features[one] for one in ("train", "validation")},
            ours=names[0],
            data_name=_name(dataset),
            data_digest=dataset.digest,
            seed=seed,
            advance=advance,
        )


def _in_order(*names: str) -> list[str]:
    """Return the methods named in the order in which they are made.

    Raises:
        UnknownNameError: if one is not known.
    """
    for one in names:
        if one not in METHODS:
            raise UnknownNameError("method", one, tuple(METHODS))
    return [one for one in METHODS if one in names]


def _measurable(method: TrainedMethod) -> Method:
    return Method(
        method.name,
        method.title,
        method.head,
        method.threshold,
        method.seconds,
        method.peak_bytes,
    )


def _name(dataset: Dataset) -> str:
    """Return the name of a dataset, with what must be said where its pictures are shown."""
    return f"{dataset.name} ({dataset.attribution})" if dataset.attribution else dataset.name


def _title(name: str, reference: ModelReference) -> str:
    return "Generic model" if name == GENERIC else str(reference)


def picture_files(dataset: Dataset) -> dict[str, Path]:
    """Return the files of examples by id."""
    return {one.id: one.picture for one in dataset if isinstance(one.picture, Path)}
