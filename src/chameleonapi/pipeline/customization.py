"""Customise a model for one application, and measure published models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from jaxtyping import Float
from torch import Tensor

from chameleonapi.data import TEXT, Dataset
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.evaluation import Evaluation, Method
from chameleonapi.evaluation import evaluate as measure
from chameleonapi.models import (
    Backbone,
    ModelRegistry,
    load_backbone,
    with_finder,
)
from chameleonapi.pipeline.featuring import split_features, with_splits
from chameleonapi.pipeline.learning_curve import learning_curve
from chameleonapi.pipeline.levels import AUTO, LEVELS, choose_level, open_depth, seen_by_tail
from chameleonapi.pipeline.mentioning import check_types, open_mentions, with_entities
from chameleonapi.pipeline.modelling import (
    DataSource,
    generic_model,
    has_learnt_from,
    publish_customized,
    train_all,
    with_held_out,
)
from chameleonapi.pipeline.opening import open_dataset
from chameleonapi.pipeline.outlines import Outline, outlines_of
from chameleonapi.pipeline.progress import Progress, SilentProgress
from chameleonapi.pipeline.regioning import open_regions, with_boxes
from chameleonapi.pipeline.rehearsing import open_rehearsal
from chameleonapi.pipeline.tasks import GENERICS, TaskFacts, check_labels, check_medium, task_of
from chameleonapi.training import (
    BALANCED,
    DEFAULT_METHODS,
    METHODS,
    FeatureSet,
    TimeBudget,
    TrainedMethod,
    answering_head,
    open_team,
)

__all__ = ["CACHE", "Customization", "compare", "customize", "evaluate", "picture_files"]

CACHE = ".cache"
_SHOWN = 280  # characters of a text in a report
_OPENED: Final[Mapping[str, Callable[..., Backbone]]] = {
    "objects": open_regions,
    "entities": open_mentions,
}
"""How a backbone of parts is opened, by task."""


@dataclass(frozen=True, eq=False)
class Customization:
    """A published model, and how it compares.

    Attributes:
        name, digest: in the registry.
        process: the decision process that it was made for.
        evaluation: ours against every baseline on the test split.
        reason: why this head was chosen, one sentence.
        pictures: files of the test examples by id.
        texts: beginnings of the test examples by id, where they are texts.
        outlines: boxes of what matters, true and found by ours, by id; where places are asked for.
        is_first: whether this process is the first of those that trained together.
    """

    name: str
    digest: str
    process: DecisionProcess
    evaluation: Evaluation
    reason: str
    pictures: Mapping[str, Path]
    texts: Mapping[str, str] = field(default_factory=dict)
    outlines: Mapping[str, Sequence[Outline]] = field(default_factory=dict)
    is_first: bool = True


def customize(
    process: DecisionProcess,
    data: str | Path,
    *,
    models: str | Path,
    name: str | None = None,
    generic: str = "",
    methods: Sequence[str] = DEFAULT_METHODS,
    level: str = "head",
    budget_seconds: float | None = None,
    backbone: str = "",
    curve: Sequence[int] = (),
    device: str = "cpu",
    mix: str = BALANCED,
    rehearse: str | Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Customization:
    """Fine-tune, compare and publish a model for one application.

    An interrupted call goes on where it was when it is made again.

    Args:
        process: the application's decision process.
        data: folder of labelled pictures or texts; see ``chameleonapi.data.load_dataset``.
        models: folder of the registry.
        name: of the model; the process id if None.
        generic: name of the model to start from; trained on the data if there is none. Where it
            is empty: ``generic``, or ``generic-topics`` for topics of texts.
        methods: what ours is compared with; the default ones and ours always take part.
        level: how deep ours goes: one of ``LEVELS``, or ``auto``. The others stay at the head.
        budget_seconds: that training may take, beside the features of the inputs before it
            and the decisions on held-out inputs after it.
        backbone: name of the backbone of a generic model that is yet to be trained; the
            usual one of the task if empty.
        curve: numbers of examples for each set of right outcomes, for a learning curve.
        device: ``cpu`` or ``cuda``. Started by torchrun, several processes train together, each
            with a GPU of its own; the first one publishes.
        mix: of outcomes for which all models are made: ``balanced``, every outcome alike, or
            ``natural``, as the examples come.
        rehearse: folder of what the generic model has learnt from; its training and validation
            examples are shown again to every head that is trained.
        seed: of all random numbers.
        progress: shows how far it is.

    Raises:
        DataError: if the data cannot be used.
        UnsupportedError: if model and process do not fit.
        ModelError: if training diverges or the registry is damaged.
    """
    team, device = open_team(device)
    shown = (None if team.rank else progress) or SilentProgress()
    registry = ModelRegistry(models)
    name = name or process.id
    facts = task_of(process)
    generic = generic or facts.generic
    if name == generic or name in GENERICS:
        raise UsageError(
            f"{name!r} is the name of the generic model.", hint="Give another one with --name."
        )
    if level not in {*LEVELS, AUTO}:
        raise UnknownNameError("level", level, (AUTO, *LEVELS))
    dataset = with_splits(open_dataset(data), seed=seed)
    check_medium(process, dataset)
    if generic not in registry.names():
        check_labels(process, dataset)
    dataset = _of_parts(process, dataset, facts, shown)
    cache = registry.root / CACHE
    checkpoints = cache / "checkpoints"
    with team.in_turn():
        network = _open_backbone(registry, generic, facts, backbone, device)
        if facts.name in _OPENED:
            network = _OPENED[facts.name](
                registry,
                generic,
                network,
                dataset,
                seed=seed,
                checkpoints=checkpoints,
                progress=shown,
            )
        features = split_features(dataset, network, cache, shown, target=facts.target)
        source = DataSource(dataset, dataset.digest, features)
        head, base, has_learnt = generic_model(
            registry,
            generic,
            source,
            network,
            seed=seed,
            checkpoints=checkpoints,
            progress=shown,
            task=facts.name,
        )
        rehearsed = None
        if rehearse is not None:
            rehearsed = open_rehearsal(
                process,
                rehearse,
                registry,
                generic,
                head,
                network,
                seed=seed,
                cache=cache,
                progress=shown,
            )
    again = None if rehearsed is None else rehearsed.examples
    budget = None if budget_seconds is None else TimeBudget(budget_seconds)
    plan = choose_level(level, process, network, source, budget, team)
    if level == AUTO or budget is not None:
        shown.note(plan.reason)
    depth = open_depth(plan, network, source, cache, shown, budget=budget, team=team)
    folds = None
    if has_learnt:
        if depth is None or curve:
            with team.in_turn():
                source = with_held_out(
                    source, head, generic, seed=seed, checkpoints=checkpoints, progress=shown
                )
        folds = _folds(source)
    trained = train_all(
        process,
        head,
        source,
        seed=seed,
        checkpoints=checkpoints / name,
        progress=shown,
        names=_in_order(*DEFAULT_METHODS, *methods),
        depth=depth,
        only_thresholds=plan.level == "thresholds",
        budget=budget,
        mix=mix,
        folds=folds,
        rehearsal=again,
    )
    tail, own = trained["ours"].tail, None
    if tail is not None:
        own = seen_by_tail(tail, network, source, cache, shown)
    evaluation = compare(
        process,
        trained,
        source,
        name=name,
        seed=seed,
        progress=shown,
        also_seen={} if again is None else {"rehearsed examples": again},
        seen_by_ours=own,
    )
    chosen = {
        "level_asked": level,
        "level_reason": plan.reason,
        "budget_seconds": budget_seconds,
        "rehearsed_digest": None if rehearsed is None else rehearsed.digest,
    }
    if curve and not team.rank:
        points = learning_curve(
            process,
            head,
            source.features,
            curve,
            seed=seed,
            folds=folds,
            rehearsal=again,
            progress=shown,
        )
        evaluation = replace(evaluation, curve=points)
    with team.in_turn():
        published = (
            registry.resolve(name)
            if team.rank
            else publish_customized(
                registry, name, process, trained, base, network, source, seed=seed, settings=chosen
            )
        )
    ours = trained["ours"].model
    return Customization(
        published.name,
        published.digest,
        process,
        evaluation,
        ours.reason if ours else "",
        picture_files(dataset.split("test")),
        text_beginnings(dataset.split("test")),
        outlines_of(process, trained["ours"].head, source.features["test"]),
        is_first=not team.rank,
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
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure published models on the test split of labelled pictures or texts.

    The generic model is always compared; the first of ``names`` is compared with all others,
    and with ``methods``, which are trained on the other splits (``generic`` among them stands
    for the generic model with its best single threshold, in place of its own). ``curve`` is as
    in ``customize``; it shows what training anew comes to, not the published models.

    Raises:
        DataError: if the data cannot be used.
        UnknownNameError: if a model is not there.
    """
    shown = progress or SilentProgress()
    registry = ModelRegistry(models)
    facts = task_of(process)
    generic = facts.generic
    wanted = [generic, *(one for one in names if one != generic)]
    loaded = {one: registry.load(one) for one in wanted}
    backbone = load_backbone(loaded[generic].manifest.backbone)
    finder = registry.finder(generic)
    if finder is not None:
        backbone = with_finder(backbone, finder)
    dataset = with_splits(open_dataset(data), seed=seed)
    check_medium(process, dataset)
    dataset = _of_parts(process, dataset, facts, shown)
    cache = registry.root / CACHE
    features = split_features(dataset, backbone, cache, shown, target=facts.target)
    source = DataSource(dataset, dataset.digest, features)
    published = {}
    for one in wanted:
        head, _, tail = loaded[one]
        seen = None
        if tail is not None:
            seen = seen_by_tail(tail, backbone, source, registry.root / CACHE, shown)
        title = "Generic model" if one == generic else str(registry.resolve(one))
        published[one] = Method(one, title, answering_head(head, features["test"]), features=seen)
    clash = [one for one in methods if one in published and one != generic]
    if clash:
        raise UsageError(
            f"{clash[0]!r} is the name of a method and of a published model.",
            hint="Leave out one of the two, or publish the model under another name.",
        )
    folds = None
    if has_learnt_from(loaded[generic].manifest, source) and (methods or curve):
        checkpoints = registry.root / CACHE / "checkpoints"
        source = with_held_out(
            source,
            loaded[generic].head,
            generic,
            seed=seed,
            checkpoints=checkpoints,
            progress=shown,
        )
        folds = _folds(source)
    if methods:
        trained = train_all(
            process,
            loaded[generic].head,
            source,
            seed=seed,
            checkpoints=None,
            progress=shown,
            names=_in_order(*methods),
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
            loaded[generic].head,
            source.features,
            curve,
            seed=seed,
            folds=folds,
            progress=shown,
        )
        evaluation = replace(evaluation, curve=points)
    return evaluation


def _of_parts(
    process: DecisionProcess, dataset: Dataset, task: TaskFacts, shown: Progress
) -> Dataset:
    """Return the examples of which it is known what is where, if the task needs that."""
    if task.name == "objects":
        return with_boxes(dataset, shown)
    if task.name == "entities":
        dataset = with_entities(dataset, shown)
        check_types(process, dataset)
    return dataset


def _folds(source: DataSource) -> int | None:
    """Return in how many folds to train where the generic model has learnt from the data.

    One where there are no held-out logits: only the validation data can judge then.
    """
    return 1 if source.features["train"].held_out is None else None


def _open_backbone(
    registry: ModelRegistry, generic: str, task: TaskFacts, wanted: str, device: str
) -> Backbone:
    """Return the backbone of the generic model, or where there is none yet the one wanted.

    Raises:
        UsageError: if the generic model has another one than is wanted, or is of another task.
    """
    if generic not in registry.names():
        return load_backbone(wanted or task.backbone, device=device)
    manifest = registry.manifest(generic)
    if manifest.task != task.name:
        raise UsageError(
            f"the model {generic!r} is one of {manifest.task}, but {task.name} are decided on.",
            hint="Leave out --generic, or name a model of the same task.",
        )
    found = manifest.backbone
    if wanted and load_backbone(wanted).name != found:
        raise UsageError(
            f"the generic model {generic!r} was made for the backbone {found}, not {wanted}.",
            hint="Leave out --backbone, or use a registry of its own: --models FOLDER.",
        )
    return load_backbone(found, device=device)


def _in_order(*names: str) -> list[str]:
    """Return the methods named in the order in which they are made.

    Raises:
        UnknownNameError: if one is not known.
    """
    for one in names:
        if one not in METHODS:
            raise UnknownNameError("method", one, tuple(METHODS))
    return [one for one in METHODS if one in names]


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


def picture_files(dataset: Dataset) -> dict[str, Path]:
    """Return the files of examples that are pictures, by id."""
    if dataset.medium == TEXT:
        return {}
    return {one.id: one.content for one in dataset if isinstance(one.content, Path)}


def text_beginnings(dataset: Dataset) -> dict[str, str]:
    """Return the beginnings of examples that are texts, by id."""
    if dataset.medium != TEXT:
        return {}
    return {one.id: _beginning(one.read().decode("utf-8", "replace")) for one in dataset}


def _beginning(text: str) -> str:
    words = " ".join(text[: 4 * _SHOWN].split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rpartition(' ')[0]} ..."
