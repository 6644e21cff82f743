"""Counts of what a server has done; belongs to its event loop, as the server does.

The names that are counted by come from our own tables and from the models: a caller cannot
make the counts grow.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final, Protocol, final

__all__ = ["OTHER", "FinishedRequest", "Histogram", "Observer", "Traffic"]

OTHER: Final = "other"
_MAX_APPLICATIONS: Final = 2_000
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_INPUTS: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)

_log = logging.getLogger("chameleonapi.serving.requests")


@dataclass(frozen=True, slots=True)
class FinishedRequest:
    """One request that has been answered or refused.

    Attributes:
        protocol: ``grpc``, ``rest`` or ``aws``.
        method: the provider's name for it; empty for one that is not known.
        application: empty for the generic model.
        code: ``OK``, or the provider's code of the error.
        seconds: from its arrival to its answer.
        parent: the ``traceparent`` of its caller, or empty.
    """

    protocol: str
    method: str
    application: str
    code: str
    seconds: float
    parent: str = ""


class Observer(Protocol):
    """Is told of each request and batch, besides their being counted."""

    def request(self, one: FinishedRequest, application: str, method: str) -> None:
        """Take note of a request, with the names that it is counted by."""
        ...

    def batch(self, inputs: int, seconds: float) -> None:
        """Take note of a batch."""
        ...


@final
@dataclass(slots=True)
class Histogram:
    """How many values lie below each bound; the last place counts those above all."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        """How many values were counted."""
        return sum(self.counts)

    def quantile(self, share: float) -> float | None:
        """Return the bound below which at least this share lies; None if it is beyond all."""
        wanted, seen = share * self.count, 0
        for bound, number in zip(self.bounds, self.counts, strict=False):
            seen += number
            if seen >= wanted:
                return bound
        return None


@final
class Traffic:
    """What has been asked and answered since the server began.

    Args:
        logs_requests: whether each request is logged too, at level INFO.
        observer: is told of each too.
    """

    def __init__(self, *, logs_requests: bool = False, observer: Observer | None = None) -> None:
        self._logs_requests = logs_requests
        self._observer = observer
        self._applications: set[str] = {""}
        self.requests: Counter[tuple[str, str, str, str]] = Counter()
        self.seconds: dict[tuple[str, str], Histogram] = {}
        self.units: Counter[tuple[str, str]] = Counter()
        self.batch_inputs = Histogram(_INPUTS)
        self.batch_seconds = Histogram(_SECONDS)

    def copy(self) -> Traffic:
        """Return the counts of this moment, for another thread to read."""
        copied = Traffic()
        copied.requests = self.requests.copy()
        copied.units = self.units.copy()
        copied.seconds = {place: deepcopy(one) for place, one in self.seconds.items()}
        copied.batch_inputs = deepcopy(self.batch_inputs)
        copied.batch_seconds = deepcopy(self.batch_seconds)
        return copied

    def know(self, applications: tuple[str, ...]) -> None:
        """Count these applications by name; requests that name another count as ``other``."""
        for one in applications:
            if len(self._applications) > _MAX_APPLICATIONS:
                break
            self._applications.add(one)

    def finished(self, one: FinishedRequest) -> None:
        """Count a request."""
        application = one.application if one.application in self._applications else OTHER
        method = one.method or OTHER
        self.requests[one.protocol, method, application, one.code] += 1
        place = one.protocol, method
        histogram = self.seconds.get(place)
        if histogram is None:
            histogram = self.seconds[place] = Histogram(_SECONDS)
        histogram.add(one.seconds)
        if self._observer is not None:
            self._observer.request(one, application, method)
        if self._logs_requests:
            _log.info(
                "request",
                extra={
                    "protocol": one.protocol,
                    "method": method,
                    "application": application,
                    "code": one.code,
                    "seconds": round(one.seconds, 6),
                },
            )

    def unit(self, application: str, api: str, number: int) -> None:
        """Count what the provider would have charged for, in its units."""
        known = application if application in self._applications else OTHER
        self.units[known, api] += number

    def batch(self, inputs: int, seconds: float) -> None:
        """Count a batch that the model has answered."""
        self.batch_inputs.add(inputs)
        self.batch_seconds.add(seconds)
        if self._observer is not None:
            self._observer.batch(inputs, seconds)
