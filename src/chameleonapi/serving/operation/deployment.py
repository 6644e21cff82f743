"""What can be published while a server runs: the door through which models come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from chameleonapi.apis import ApiPredictor, Predictor
from chameleonapi.decision import DecisionProcess

__all__ = ["DeployedModel", "Deployment"]


@dataclass(frozen=True, slots=True)
class DeployedModel:
    """The model that answers one application.

    Attributes:
        application: empty for the generic model.
        version: what identifies the model, for example a digest.
        api: id of the API that it was made for; empty for any.
        level: how deep the customisation went.
        created: when it was made, in UTC, ISO 8601.
        earlier: versions that can be published again, the latest first.
        process: what the application decides; None if that is not known.
    """

    application: str
    version: str
    api: str = ""
    level: str = ""
    created: str = ""
    earlier: tuple[str, ...] = ()
    process: DecisionProcess | None = None


@runtime_checkable
class Deployment(Protocol):
    """Puts models into the predictor that a server asks; called in a thread, one at a time."""

    def predictor(self) -> Predictor | ApiPredictor:
        """Return what is to be asked from now on: after a change, with the names of today."""
        ...

    def models(self) -> Sequence[DeployedModel]:
        """Return the models that are served."""
        ...

    def publish(self, application: str, version: str = "") -> DeployedModel:
        """Serve another version from the next batch on; without one, the latest published.

        Raises:
            ChameleonError: if there is no such model; the one in service stays.
        """
        ...

    def rollback(self, application: str) -> DeployedModel:
        """Serve the version before the present one.

        Raises:
            ChameleonError: if there is none; the one in service stays.
        """
        ...
