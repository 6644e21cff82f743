"""Models of a registry, put into a server that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from chameleonapi.apis import ApiPredictor, Predictor, as_api_predictor
from chameleonapi.errors import ModelError
from chameleonapi.models import Manifest, ModelReference, ModelRegistry, SharedBackbonePredictor
from chameleonapi.serving import DeployedModel

__all__ = ["GENERIC", "RegistryDeployment", "check_backbone"]

GENERIC = "generic"


def check_backbone(name: str, own: Manifest, generic: Manifest) -> None:
    """Check that a model can be served beside the generic one.

    Raises:
        ModelError: if it was made for another backbone.
    """
    if (own.backbone, own.backbone_sha256, own.reader) != (
        generic.backbone,
        generic.backbone_sha256,
        generic.reader,
    ):
        raise ModelError(
            f"the model {name!r} was made for the backbone {own.backbone}, the generic one "
            f"for {generic.backbone}.",
            hint="Customise it again, or serve it from a registry of its own.",
        )


@final
class RegistryDeployment:
    """A ``chameleonapi.serving.Deployment`` over a registry.

    Every process that serves the registry has one of its own, and is told by itself.

    Args:
        registry: where models are published.
        predictor: what serves them.
        route: puts the predictor together with others.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        predictor: SharedBackbonePredictor,
        route: Callable[[SharedBackbonePredictor], Predictor | ApiPredictor] = as_api_predictor,
    ) -> None:
        self._route = route
        self._registry = registry
        self._predictor = predictor
        self._served = {
            one: registry.resolve(one or GENERIC) for one in ("", *predictor.applications)
        }

    def predictor(self) -> Predictor | ApiPredictor:
        """Return what the server is to ask."""
        return self._route(self._predictor)

    def models(self) -> list[DeployedModel]:
        """Return the models that are served."""
        return [self._described(name, one) for name, one in self._served.items()]

    def publish(self, application: str, version: str = "") -> DeployedModel:
        """Serve another version from the next batch on; without one, what the name means now.

        With one, the registry's name means that version from now on.

        Raises:
            UnknownNameError, UsageError: if the registry has no such model or version.
            ModelError: if the model is damaged, or needs another backbone.
        """
        name = application or GENERIC
        wanted = self._registry.resolve(f"{name}@{version}" if version else name)
        return self._serve(application, wanted, is_move=bool(version))

    def rollback(self, application: str) -> DeployedModel:
        """Serve the version before the present one, and let the registry's name mean it.

        Raises:
            UnknownNameError: if the registry has no such model.
            UsageError: if there is no version before.
            ModelError: if that version is damaged, or needs another backbone.
        """
        name = application or GENERIC
        versions = self._registry.history(name)
        present = self._served.get(application, versions[-1]).digest
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
        exact = f"{reference.name}@{reference.digest}"
        head, manifest, tail = self._registry.load(exact)
        check_backbone(exact, manifest, self._registry.manifest(self._generic()))
        described = self._described(application, reference)
        if is_move:
            self._registry.restore(exact)
        self._predictor.replace_head(application, head, tail)
        self._served[application] = reference
        return described

    def _generic(self) -> str:
        """The model that says which backbone is loaded."""
        return f"{GENERIC}@{self._served[''].digest}"

    def _described(self, application: str, reference: ModelReference) -> DeployedModel:
        exact = f"{reference.name}@{reference.digest}"
        manifest = self._registry.manifest(exact)
        earlier = [one.digest for one in self._registry.history(reference.name)]
        return DeployedModel(
            application=application,
            version=reference.digest,
            api=manifest.api,
            level=manifest.level,
            created=manifest.created,
            earlier=tuple(one for one in reversed(earlier) if one != reference.digest),
            process=self._registry.decision(exact),
        )
