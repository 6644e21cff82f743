"""Decide held-out examples with several models, trained just now or published before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from jaxtyping import Float
from torch import Tensor

from chameleonapi.data import Dataset
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UsageError
from chameleonapi.evaluation import Evaluation, Method
from chameleonapi.evaluation import evaluate as measure
from chameleonapi.models import Manifest, ModelRegistry
from chameleonapi.pipeline.asking import (
    Program,
    check_decides,
    through_program,
)
from chameleonapi.pipeline.featuring import split_features, with_splits
from chameleonapi.pipeline.foundations import (
    CACHE,
    folds_of,
    methods_in_order,
    published_backbone,
    usable_examples,
)
from chameleonapi.pipeline.learning_curve import learning_curve
from chameleonapi.pipeline.levels import seen_by_tail
from chameleonapi.pipeline.modelling import (
    DataSource,
    has_learnt_from,
    train_all,
    with_held_out,
)
from chameleonapi.pipeline.opening import open_dataset
from chameleonapi.pipeline.progress import Progress, SilentProgress
from chameleonapi.pipeline.stored_heads import load_generic, load_head
from chameleonapi.pipeline.tasks import check_medium, task_of
from chameleonapi.training import (
    FeatureSet,
    TrainedMethod,
    answering_head,
)

__all__ = ["compare", "evaluate"]


def compare(
    process: DecisionProcess,
    methods: Mapping[str, TrainedMethod],
    source: DataSource,
    *,
    name: str,
    seed: int,
    progress: Progress,
    also_seen: Mapping[str, FeatureSet] | None = None,
    seen_by_ours: Float[Tensor, "test dimension"] | None = None,
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
        seen_by_ours: features of the test split for ours, where it has a tail of its own.
    """
    seen = {one: source.features[one] for one in ("train", "validation")}
    seen |= {f"the provider's {one}": some for one, some in (also_seen or {}).items() if len(some)}
    with progress.step(f"decisions on held-out {source.dataset.medium}s") as advance:
        return measure(
            process,
            [
                _measurable(
                    one, source.features["test"], seen_by_ours if one.name == "ours" else None
                )
                for one in methods.values()
            ],
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
    curve: Sequence[int] = (),
    program: Program | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure published models on the test split of labelled pictures or texts.

    The generic model is always compared; the first of ``names`` is compared with all others,
    and with ``methods``, which are trained on the other splits (``generic`` among them stands
    for the generic model with its best single threshold, in place of its own). ``curve`` is as
    in ``customize``; it shows what training anew comes to, not the published models. With a
    ``program``, what the application does decides in the place of what the record says, as in
    ``customize``. A model that was made in the other way has a title that says so.

    Raises:
        DataError: if the data cannot be used.
        UnknownNameError: if a model is not there.
        UnsupportedError: if model, process and program do not fit.
    """
    shown = progress or SilentProgress()
    registry = ModelRegistry(models)
    facts = task_of(process)
    check_decides(process, program)
    generic = facts.generic
    wanted = [generic, *(one for one in names if one != generic)]
    loaded = {one: load_head(registry, registry.resolve(one)) for one in wanted}
    backbone = published_backbone(registry, generic)
    dataset = with_splits(open_dataset(data), seed=seed)
    check_medium(process, dataset)
    dataset = usable_examples(process, dataset, facts, shown)
    cache = registry.root / CACHE
    features = split_features(dataset, backbone, cache, shown, target=facts.target)
    source = DataSource(dataset, dataset.digest, features)
    generic_head, made_of = load_generic(registry, generic)
    if program is not None:
        process = through_program(
            process, program, generic_head, features, seed=seed, progress=shown
        )
    published = {}
    for one in wanted:
        head, manifest, tail = loaded[one]
        seen = None
        if tail is not None:
            seen = seen_by_tail(tail, backbone, source, registry.root / CACHE, shown)
        title = "Generic model"
        if one != generic:
            title = str(registry.resolve(one)) + _made_otherwise(one, manifest, program, shown)
        published[one] = Method(one, title, answering_head(head, features["test"]), features=seen)
    clash = [one for one in methods if one in published and one != generic]
    if clash:
        raise UsageError(
            f"{clash[0]!r} is the name of a method and of a published model.",
            hint="Leave out one of the two, or publish the model under another name.",
        )
    folds = None
    if has_learnt_from(made_of, source) and (methods or curve):
        checkpoints = registry.root / CACHE / "checkpoints"
        source = with_held_out(
            source,
            generic_head,
            generic,
            seed=seed,
            checkpoints=checkpoints,
            progress=shown,
        )
        folds = folds_of(source)
    if methods:
        trained = train_all(
            process,
            generic_head,
            source,
            seed=seed,
            checkpoints=None,
            progress=shown,
            names=methods_in_order(*methods),
            folds=folds,
        )
        published |= {one.name: _measurable(one, features["test"]) for one in trained.values()}
    with shown.step(f"decisions on held-out {dataset.medium}s") as advance:
        evaluation = measure(
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
    if curve:
        points = learning_curve(
            process,
            generic_head,
            source.features,
            curve,
            seed=seed,
            folds=folds,
            progress=shown,
        )
        evaluation = replace(evaluation, curve=points)
    return evaluation


def _made_otherwise(
    name: str, manifest: Manifest, program: Program | None, progress: Progress
) -> str:
    """Return what a title adds where a model was made for other decisions than are counted."""
    if manifest.is_through_program == (program is not None):
        return ""
    if manifest.is_through_program:
        progress.note(
            f"{name} was made for what the application does, and is measured by what the record "
            "of its analysis says, which may be something else; --through-program measures what "
            "the application does."
        )
        return " (made through the program)"
    progress.note(
        f"{name} was made for what the record of the analysis says, and is measured by what the "
        "application does."
    )
    return " (made by the record)"


def _measurable(
    method: TrainedMethod, test: FeatureSet, features: Float[Tensor, "test dimension"] | None = None
) -> Method:
    return Method(
        method.name,
        method.title,
        answering_head(method.head, test),
        method.threshold,
        method.seconds,
        method.peak_bytes,
        features,
    )


def _name(dataset: Dataset) -> str:
    """Return the name of a dataset, with what must be said where its inputs are shown."""
    return f"{dataset.name} ({dataset.attribution})" if dataset.attribution else dataset.name
