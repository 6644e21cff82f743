"""From published models to answers: a predictor over one backbone, and a server around it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chameleonapi.apis import ApiPredictor, LabelPredictor, Predictor, RoutedPredictor
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
from chameleonapi.pipeline.deployment import GENERIC, RegistryDeployment, check_backbone
from chameleonapi.serving import ReplayPredictor, RunningServer, ServerConfig, start_server

__all__ = ["GENERIC", "load_predictor", "serve"]


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
        check_backbone(name, own, manifest)
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
    route = functools.partial(_routed, recorded)
    deployment = None
    if settings.admin is not None:
        deployment = RegistryDeployment(ModelRegistry(models), predictor, route)
    return start_server(route(predictor), settings, deployment=deployment)


def _routed(
    recorded: ReplayPredictor | None, predictor: SharedBackbonePredictor
) -> Predictor | ApiPredictor:
    """Let a recording answer what no customised model does."""
    if recorded is None:
        return predictor
    customised = LabelPredictor(predictor, has_generic=False)
    return RoutedPredictor([customised, recorded, predictor])
