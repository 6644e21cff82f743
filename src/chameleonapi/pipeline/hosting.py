"""From published models to answers: a predictor for each task, and a server around them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from chameleonapi.apis import ApiPredictor, GenericFor, LabelPredictor, Predictor, RoutedPredictor
from chameleonapi.data import expand_ancestors, read_square
from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.models import (
    MAX_MODEL_BYTES,
    Backend,
    Manifest,
    ModelRegistry,
    SharedBackbonePredictor,
    load_backbone,
    with_finder,
)
from chameleonapi.models.onnx_backbone import computes_by
from chameleonapi.pipeline.deployment import RegistryDeployment, TasksDeployment
from chameleonapi.pipeline.entities import EntityPredictor
from chameleonapi.pipeline.entity_sentiment import EntitySentimentPredictor
from chameleonapi.pipeline.likelihoods import LikelihoodPredictor
from chameleonapi.pipeline.registry_models import RegistryModels
from chameleonapi.pipeline.sentiment import SentimentPredictor
from chameleonapi.pipeline.tasks import GENERICS, TASKS, TaskFacts, served_apis
from chameleonapi.serving import ReplayPredictor, RunningServer, ServerConfig, start_server

__all__ = ["load_predictor", "serve"]

# Of these, nobody waits for the first answer, and a damaged file is found before the start.
_LOADED_AT_START: Final = 64


def load_predictor(
    models: str | Path,
    applications: Sequence[str] | None = None,
    *,
    task: str = "labels",
    max_model_bytes: int = MAX_MODEL_BYTES,
    backend: Backend = "torch",
) -> tuple[SharedBackbonePredictor, Manifest]:
    """Load the generic model and customised ones of a task from a registry.

    Args:
        models: folder of the registry.
        applications: names of customised models; all of the task if None.
        task: of the models, one of ``chameleonapi.pipeline.tasks.TASKS``.
        max_model_bytes: what customised models may take of the memory. They are loaded when
            they are asked for, and leave it again.
        backend: what computes features, see ``chameleonapi.models.load_backbone``.

    Returns:
        The predictor, and the manifest of the generic model.

    Raises:
        ModelError: if there is no generic model, or a model needs another backbone.
        UnknownNameError: if a model is not there.
    """
    predictor, source = _load(ModelRegistry(models), applications, task, max_model_bytes, backend)
    return predictor, source.manifest()


def _load(
    registry: ModelRegistry,
    applications: Sequence[str] | None,
    task: str,
    max_model_bytes: int,
    backend: Backend,
    told: Callable[[str], None] | None = None,
) -> tuple[SharedBackbonePredictor, RegistryModels]:
    facts = TASKS[task]
    known = registry.names()
    if facts.generic not in known:
        raise _no_generic(registry.root, facts)
    if applications is None:
        applications = _of_task(registry, known, facts)
    for name in applications:
        if name not in known:
            raise UnknownNameError("model", name, known)
    source = RegistryModels(registry, applications, facts.generic)
    source.check()
    generic, _ = source.load("")
    manifest = source.manifest()
    finder = registry.finder(facts.generic)
    if finder is None:
        backbone = load_backbone(manifest.backbone, backend=backend)
    else:  # what finders stand on is computed by torch
        backbone = with_finder(load_backbone(manifest.backbone), finder)
    if backbone.sha256 != manifest.backbone_sha256:
        raise ModelError(
            f"the weights of {manifest.backbone} are not those that the models were made for.",
            hint="Install the version of the weights with which they were made.",
        )
    predictor = SharedBackbonePredictor(
        backbone,
        generic,
        source=source,
        max_model_bytes=max_model_bytes,
        read_picture=read_square,
    )
    for name in applications[:_LOADED_AT_START]:
        predictor.shelf.get(name)
    if told is not None:
        count = len(applications)
        models_of = (
            f"the generic model and {count} {'application' if count == 1 else 'applications'}"
        )
        told(f"{facts.name}: {models_of} on {backbone.name}, computed by {computes_by(backbone)}.")
    return predictor, source


def _no_generic(models: str | Path, facts: TaskFacts) -> ModelError:
    what = "no generic model" if facts.name == "labels" else f"no model {facts.generic!r}"
    quick = "`chameleon quickstart` makes one, and so does `chameleon customize`."
    return ModelError(
        f"the registry {str(models)!r} holds {what}.",
        hint=quick if facts.name == "labels" else "`chameleon customize` makes one.",
    )


def _of_task(registry: ModelRegistry, names: Sequence[str], facts: TaskFacts) -> list[str]:
    """Return the customised models of a task among some."""
    return [
        one for one in names if one not in GENERICS and registry.manifest(one).task == facts.name
    ]


def serve(
    models: str | Path,
    applications: Sequence[str] | None = None,
    config: ServerConfig | None = None,
    *,
    replay: str | Path | None = None,
    max_model_bytes: int = MAX_MODEL_BYTES,
    backend: Backend = "torch",
    told: Callable[[str], None] | None = None,
) -> RunningServer:
    """Start a server for the models of a registry; use it as a context manager.

    Args:
        models: folder of the registry. With a recording, or with requests passed through, it
            may be empty.
        applications: names of customised models; all of them if None.
        config: where to listen; free ports on loopback if None.
        replay: a recording of a provider's answers, which answers what no customised model
            does; the generic model comes after it.
        max_model_bytes: what customised models of each task may take of the memory.
        backend: what computes features, see ``chameleonapi.models.load_backbone``.
        told: takes a sentence on each task that is served.

    Raises:
        ModelError, UnknownNameError: as in ``load_predictor``.
        RecordError: if the recording is none.
        ServingError: if a port is taken.
    """
    settings = config or ServerConfig()
    recorded = None
    if replay is not None:
        recorded = ReplayPredictor(replay, applications=applications or ())
    registry = ModelRegistry(models)
    known = registry.names()
    tasks = _tasks(registry, applications)
    if not tasks and (recorded is not None or settings.pass_through is not None):
        return start_server(RoutedPredictor([recorded] if recorded else []), settings)
    loaded: dict[str, tuple[SharedBackbonePredictor, RegistryModels]] = {}
    for one in tasks or [TASKS["labels"]]:
        wanted = None
        if applications is not None:
            there = [name for name in applications if name in known]
            missing = [name for name in applications if name not in known]
            wanted = [*_of_task(registry, there, one), *missing]
        loaded[one.name] = _load(registry, wanted, one.name, max_model_bytes, backend, told)
    settings = _with_parents(settings, loaded)
    route = functools.partial(_routed, registry, recorded)
    deployment = None
    if settings.admin is not None:
        parts = {
            name: RegistryDeployment(
                registry, predictor, generic=TASKS[name].generic, models=source
            )
            for name, (predictor, source) in loaded.items()
        }
        deployment = TasksDeployment(registry, parts, route)
    predictors = {name: predictor for name, (predictor, _) in loaded.items()}
    return start_server(route(predictors), settings, deployment=deployment)


def _tasks(registry: ModelRegistry, applications: Sequence[str] | None) -> list[TaskFacts]:
    """Return the tasks that are served: those of the applications, else all with a model."""
    known = registry.names()
    found = [one for one in TASKS.values() if one.generic in known]
    if not applications:
        return found
    named = {registry.manifest(one).task for one in applications if one in known}
    return [one for one in TASKS.values() if one.name in named] or found


def _with_parents(
    settings: ServerConfig, loaded: Mapping[str, tuple[SharedBackbonePredictor, RegistryModels]]
) -> ServerConfig:
    """Let the answers of Rekognition name the parents of labels, as far as the model knows them."""
    if settings.parents or "labels" not in loaded:
        return settings
    known = loaded["labels"][1].manifest().parents
    parents = {label: tuple(above) for label, above in known.items()}
    ancestors = {
        label: tuple(one for one in expand_ancestors([label], parents) if one != label)
        for label in parents
    }
    return replace(settings, parents=ancestors)


def _routed(
    registry: ModelRegistry,
    recorded: ReplayPredictor | None,
    predictors: Mapping[str, SharedBackbonePredictor],
) -> Predictor | ApiPredictor:
    """Let each task answer its APIs, and a recording what no customised model does."""
    if recorded is None and set(predictors) == {"labels"}:
        return predictors["labels"]
    own = _parts(registry, predictors, has_generic=False)
    every = _parts(registry, predictors, has_generic=True)
    # An application with a model for one API may ask others, and gets their generic models.
    named = {name for one in predictors.values() for name in one.applications}
    rest = [GenericFor(one, sorted(named)) for one in every]
    if recorded is None:
        return RoutedPredictor([*every, *rest])
    return RoutedPredictor([*own, recorded, *every, *rest])


def _parts(
    registry: ModelRegistry,
    predictors: Mapping[str, SharedBackbonePredictor],
    *,
    has_generic: bool,
) -> list[ApiPredictor]:
    found: dict[str, ApiPredictor] = {
        name: _part(registry, name, one, has_generic=has_generic)
        for name, one in predictors.items()
    }
    if "entities" in found and "sentiment" in found:
        together = EntitySentimentPredictor(found["entities"], found["sentiment"])
        return [*found.values(), together]
    return list(found.values())


def _part(
    registry: ModelRegistry, task: str, predictor: SharedBackbonePredictor, *, has_generic: bool
) -> LabelPredictor | SentimentPredictor | EntityPredictor | LikelihoodPredictor:
    if task == "labels":
        return LabelPredictor(predictor, has_generic=has_generic)
    if task in {"sentiment", "sentiment-classes"}:
        return SentimentPredictor(
            predictor, has_generic=has_generic, is_classes=task == "sentiment-classes"
        )
    manifest = registry.manifest(TASKS[task].generic)
    found = LabelPredictor(
        predictor,
        has_generic=has_generic,
        apis=served_apis(manifest, lambda: predictor.labels("")),
        own_apis={
            name: served_apis(registry.manifest(name), functools.partial(predictor.labels, name))
            for name in predictor.applications
        },
    )
    if task == "likelihoods":
        return LikelihoodPredictor(found)
    if task == "entities":
        return EntityPredictor(found, predictor.reads_whole)
    return found
