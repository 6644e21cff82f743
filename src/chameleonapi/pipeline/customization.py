"""Customise a model for one application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.evaluation import Evaluation
from chameleonapi.models import (
    ModelRegistry,
)
from chameleonapi.pipeline.asking import Program, check_decides, through_program
from chameleonapi.pipeline.excerpts import picture_files, text_beginnings
from chameleonapi.pipeline.featuring import split_features, with_splits
from chameleonapi.pipeline.foundations import (
    CACHE,
    folds_of,
    methods_in_order,
    open_backbone,
    usable_examples,
)
from chameleonapi.pipeline.learning_curve import learning_curve
from chameleonapi.pipeline.levels import AUTO, LEVELS, choose_level, open_depth, seen_by_tail
from chameleonapi.pipeline.measuring import compare
from chameleonapi.pipeline.modelling import (
    DataSource,
    generic_model,
    publish_customized,
    train_all,
    with_held_out,
)
from chameleonapi.pipeline.opening import open_dataset
from chameleonapi.pipeline.outlines import Outline, outlines_of
from chameleonapi.pipeline.progress import Progress, SilentProgress
from chameleonapi.pipeline.rehearsing import open_rehearsal
from chameleonapi.pipeline.tasks import GENERICS, check_labels, check_medium, task_of
from chameleonapi.training import (
    BALANCED,
    DEFAULT_METHODS,
    TimeBudget,
    open_team,
)

__all__ = ["Customization", "customize"]


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
    program: Program | None = None,
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
        program: goes by what the application does, in the place of what the record says. It is
            run for that; of the process nothing but the call counts.
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
    check_decides(process, program, level)
    dataset = with_splits(open_dataset(data), seed=seed)
    check_medium(process, dataset)
    if generic not in registry.names() and program is None:
        check_labels(process, dataset)
    dataset = usable_examples(process, dataset, facts, shown)
    cache = registry.root / CACHE
    checkpoints = cache / "checkpoints"
    with team.in_turn():
        network = open_backbone(
            registry,
            generic,
            facts,
            dataset,
            wanted=backbone,
            device=device,
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
        if program is not None:
            process = through_program(process, program, head, features, seed=seed, progress=shown)
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
        folds = folds_of(source)
    trained = train_all(
        process,
        head,
        source,
        seed=seed,
        checkpoints=checkpoints / name,
        progress=shown,
        names=methods_in_order(*DEFAULT_METHODS, *methods),
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
        "through_program": program is not None,
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
