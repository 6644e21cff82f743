"""From published models to answers: a predictor over one backbone, and a server around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chameleonapi.apis import LabelPredictor, RoutedPredictor
from chameleonapi.data import expand_ancestors, read_square
from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.models import (
    LinearHead,
    Manifest,
    ModelRegistry,
    SharedBackbonePredictor,
    Tail,
    load_backbone,
)
from chameleonapi.serving import ReplayPredictor, RunningServer, ServerConfig, start_server

__all__ = ["GENERIC", "load_predictor", "serve"]

GENERIC = "generic"


def load_predictor(
    models: str | Path, applications: Sequence[str] | None = None
) -> tuple[SharedBackbonePredictor, Manifest]:
    """Load the generic model and customised ones from a registry.

    Args:
        models: folder of the registry.
        applications: names of customised models; all of them if None.

    Returns:
        The predictor, and the manifest of the generic model.

    Raises:
        ModelError: if there is no generic model, or a model needs another backbone.
        UnknownNameError: if a model is not there.
    """
    registry = ModelRegistry(models)
    known = registry.names()
    if GENERIC not in known:
        raise ModelError(
            f"the registry {str(models)!r} holds no generic model.",
            hint="`chameleon quickstart` makes one, and so does `chameleon customize`.",
        )
    generic, manifest, _ = registry.load(GENERIC)
    names = [one for one in known if one != GENERIC] if applications is None else applications
    heads: dict[str, LinearHead] = {}
    tails: dict[str, Tail] = {}
    for name in names:
        if name not in known:
            raise UnknownNameError("model", name, known)
        head, own, tail = registry.load(name)
        if (own.backbone, own.backbone_sha256, own.reader) != (
            manifest.backbone,
            manifest.backbone_sha256,
            manifest.reader,
        ):
            raise ModelError(
                f"the model {name!r} was made for the backbone {own.backbone}, the generic one "
                f"for {manifest.backbone}.",
                hint="Customise it again, or serve it from a registry of its own.",
            )
        heads[name] = head
        if tail is not None:
            tails[name] = tail
    backbone = load_backbone(manifest.backbone)
    if backbone.sha256 != manifest.backbone_sha256:
        raise ModelError(
            f"the weights of {manifest.backbone} are not those that the models were made for.",
            hint="Install the version of the weights with which they were made.",
        )
    predictor = SharedBackbonePredictor(
        backbone, generic, heads, tails=tails, read_picture=read_square
    )
    return predictor, manifest


def serve(
    models: str | Path,
    applications: Sequence[str] | None = None,
    config: ServerConfig | None = None,
    *,
    replay: str | Path | None = None,
) -> RunningServer:
    """Start a server for the models of a registry; use it as a context manager.

    Args:
        models: folder of the registry. With a recording, or with requests passed through, it
            may be empty.
        applications: names of customised models; all of them if None.
        config: where to listen; free ports on loopback if None.
        replay: a recording of a provider's answers, which answers what no customised model
            does; the generic model comes after it.

    Raises:
        ModelError, UnknownNameError: as in ``load_predictor``.
        RecordError: if the recording is none.
        ServingError: if a port is taken.
    """
    settings = config or ServerConfig()
    recorded = None
    if replay is not None:
        recorded = ReplayPredictor(replay, applications=applications or ())
    has_another = recorded is not None or settings.pass_through is not None
    if has_another and GENERIC not in ModelRegistry(models).names():
        return start_server(RoutedPredictor([recorded] if recorded else []), settings)
    predictor, manifest = load_predictor(models, applications)
    if not settings.parents and manifest.parents:
        parents = {label: tuple(above) for label, above in manifest.parents.items()}
        ancestors = {
            label: tuple(one for one in expand_ancestors([label], parents) if one != label)
            for label in parents
        }
        settings = replace(settings, parents=ancestors)
    if recorded is None:
        return start_server(predictor, settings)
    customised = LabelPredictor(predictor, has_generic=False)
    return start_server(RoutedPredictor([customised, recorded, predictor]), settings)
