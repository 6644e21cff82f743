"""The models of a registry as a server takes them: of each one version, loaded when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from chameleonapi.errors import ModelError
from chameleonapi.models import LabelHead, Manifest, ModelReference, ModelRegistry, Tail
from chameleonapi.pipeline.stored_heads import load_head
from chameleonapi.pipeline.tasks import GENERIC

__all__ = ["RegistryModels", "check_backbone"]


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
class RegistryModels:
    """A ``chameleonapi.models.ModelSource`` over a registry.

    What a name comes to mean in the registry does not change what is served: ``point`` does.

    Args:
        registry: where models are published.
        applications: names of customised models.
        generic: name of the model that answers where none is customised.

    Raises:
        UnknownNameError: if one is not there.
    """

    def __init__(
        self, registry: ModelRegistry, applications: Iterable[str], generic: str = GENERIC
    ) -> None:
        self._registry = registry
        self._generic_name = generic
        self._served = {one: registry.resolve(one or generic) for one in ("", *applications)}

    @property
    def applications(self) -> tuple[str, ...]:
        """Names of the customised models."""
        return tuple(one for one in self._served if one)

    @property
    def served(self) -> dict[str, ModelReference]:
        """The version that is served, by application."""
        return dict(self._served)

    def manifest(self) -> Manifest:
        """Return the manifest of the generic model, which says what the backbone is."""
        return self._registry.load_manifest(self._served[""])

    def check(self) -> None:
        """Check that all models were made for the backbone, without loading them.

        Raises:
            ModelError: naming the first that was not.
        """
        generic = self.manifest()
        for name, reference in self._served.items():
            check_backbone(
                name or self._generic_name, self._registry.load_manifest(reference), generic
            )

    def load(self, application: str) -> tuple[LabelHead, Tail | None]:
        """Return the model that is served to an application.

        Raises:
            ModelError: if it is damaged, or made for another backbone.
        """
        reference = self._served[application]
        head, manifest, tail = load_head(self._registry, reference)
        check_backbone(str(reference), manifest, self.manifest() if application else manifest)
        return head, tail

    def point(self, application: str, reference: ModelReference) -> ModelReference | None:
        """Serve this version from now on; return the one before."""
        before = self._served.get(application)
        self._served[application] = reference
        return before
