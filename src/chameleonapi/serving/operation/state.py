"""Everything that can be told about a running server, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from chameleonapi.serving.operation.decisions import DecisionWatch
from chameleonapi.serving.operation.deployment import DeployedModel
from chameleonapi.serving.operation.prices import PriceList
from chameleonapi.serving.operation.traffic import Traffic

__all__ = ["OperationState"]


@dataclass(slots=True)
class OperationState:
    """What the pages of the administration are made of.

    Attributes:
        traffic: counts of requests.
        decisions: counts of decisions.
        applications: returns the names that are served.
        is_ready: tells whether requests are taken.
        waiting: returns how many inputs wait or are being answered.
        max_waiting: how many may.
        prices: of the provider's units, as far as they were given.
        models: what is in service, as far as it is known.
        started: when the server began, in seconds since the epoch.
    """

    traffic: Traffic
    decisions: DecisionWatch
    applications: Callable[[], tuple[str, ...]]
    is_ready: Callable[[], bool]
    waiting: Callable[[], int]
    max_waiting: int
    prices: PriceList = field(default_factory=PriceList)
    models: tuple[DeployedModel, ...] = ()
    started: float = field(default_factory=time.time)

    def snapshot(self) -> OperationState:
        """Return the state of this moment, for another thread to read.

        With a thousand applications a page takes 50 ms: requests must not wait for it.
        """
        applications, is_ready, waiting = self.applications(), self.is_ready(), self.waiting()
        return replace(
            self,
            traffic=self.traffic.copy(),
            applications=lambda: applications,
            is_ready=lambda: is_ready,
            waiting=lambda: waiting,
        )
