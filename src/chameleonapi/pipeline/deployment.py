"""Models of a registry, put into a server that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import final

from chameleonapi.apis import ApiPredictor, Predictor, as_api_predictor
from chameleonapi.errors import ModelError
from chameleonapi.models import ModelReference, ModelRegistry, SharedBackbonePredictor
from chameleonapi.pipeline.registry_models import RegistryModels, check_backbone
from chameleonapi.pipeline.stored_heads import load_head
from chameleonapi.pipeline.tasks import GENERIC
from chameleonapi.serving import DeployedModel

__all__ = ["RegistryDeployment", "TasksDeployment"]


@final
class RegistryDeployment:
    """A ``chameleonapi.serving.Deployment`` over a registry.

    Every process that serves the registry has one of its own, and is told by itself.

    Args:
        registry: where models are published.
        predictor: what serves them.
        route: puts the predictor together with others.
        generic: name of the model that answers where none is customised.
        models: which versions are served; it is the predictor's source, if that has one.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        predictor: SharedBackbonePredictor,
        route: Callable[[SharedBackbonePredictor], Predictor | ApiPredictor] = as_api_predictor,
        generic: str = GENERIC,
        models: RegistryModels | None = None,
    ) -> None:
        self._generic_name = generic
        self._route = route
        self._registry = registry
        self._predictor = predictor
        self._models = models or RegistryModels(registry, predictor.applications, generic)

    def predictor(self) -> Predictor | ApiPredictor:
        """Return what the server is to ask."""
        return self._route(self._predictor)

    @property
    def shared(self) -> SharedBackbonePredictor:
        """What serves the models."""
        return self._predictor

    def models(self) -> list[DeployedModel]:
        """Return the models that are served."""
        return [self._described(name, one) for name, one in self._models.served.items()]

    def publish(self, application: str, version: str = "") -> DeployedModel:
        """Serve another version from the next batch on; without one, what the name means now.

        With one, the registry's name means that version from now on.

        Raises:
            UnknownNameError, UsageError: if the registry has no such model or version.
            ModelError: if the model is damaged, or needs another backbone.
        """
        name = application or self._generic_name
        wanted = self._registry.resolve(f"{name}@{version}" if version else name)
        return self._serve(application, wanted, is_move=bool(version))

    def rollback(self, application: str) -> DeployedModel:
        """Serve the version before the present one, and let the registry's name mean it.

        Raises:
            UnknownNameError: if the registry has no such model.
            UsageError: if there is no version before.
            ModelError: if that version is damaged, or needs another backbone.
        """
        name = application or self._generic_name
        versions = self._registry.history(name)
        present = self._models.served.get(application, versions[-1]).digest
        before = [one for one in versions if one.digest != present]
        if not before:
            raise ModelError(
                f"{name!r} has no other version to go back to.",
                hint="Publish one: chameleon customize --name NAME.",
            )
        return self._serve(application, before[-1], is_move=True)

    def _serve(
        self, application: str, reference: ModelReference, *, is_move: bool
    ) -> DeployedModel:
        """Check everything first: what fails must leave the present model in service."""
        head, manifest, tail = load_head(self._registry, reference)
        check_backbone(str(reference), manifest, self._models.manifest())
        described = self._described(application, reference)
        if is_move:
            self._registry.restore(f"{reference.name}@{reference.digest}")
        # First what is loaded again later, so that this is never the former version.
        self._models.point(application, reference)
        self._predictor.replace_head(application, head, tail)
        return described

    def _described(self, application: str, reference: ModelReference) -> DeployedModel:
        exact = f"{reference.name}@{reference.digest}"
        manifest = self._registry.manifest(exact)
        earlier = [one.digest for one in self._registry.history(reference.name)]
        process = self._registry.decision(exact)
        return DeployedModel(
            application=application,
            version=reference.digest,
            api=manifest.api,
            level=manifest.level,
            created=manifest.created,
            earlier=tuple(one for one in reversed(earlier) if one != reference.digest),
            process=process if process is not None and process.has_rules else None,
        )


@final
class TasksDeployment:
    """A ``chameleonapi.serving.Deployment`` over models of several tasks.

    Args:
        registry: where models are published.
        parts: of each task by its name; what is said of the generic model is said to the first.
        route: puts the predictors of the tasks together.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        parts: Mapping[str, RegistryDeployment],
        route: Callable[[Mapping[str, SharedBackbonePredictor]], Predictor | ApiPredictor],
    ) -> None:
        self._registry = registry
        self._parts = parts
        self._route = route

    def predictor(self) -> Predictor | ApiPredictor:
        """Return what the server is to ask."""
        return self._route({name: one.shared for name, one in self._parts.items()})

    def models(self) -> list[DeployedModel]:
        """Return the models that are served."""
        first, *others = (one.models() for one in self._parts.values())
        return [*first, *(one for some in others for one in some if one.application)]

    def publish(self, application: str, version: str = "") -> DeployedModel:
        """Serve another version of a model; see ``RegistryDeployment``."""
        return self._part_of(application).publish(application, version)

    def rollback(self, application: str) -> DeployedModel:
        """Serve the version before; see ``RegistryDeployment``."""
        return self._part_of(application).rollback(application)

    def _part_of(self, application: str) -> RegistryDeployment:
        first = next(iter(self._parts.values()))
        if not application or len(self._parts) == 1:
            return first
        task = self._registry.manifest(application).task
        return self._parts.get(task, first)
