"""The counts in the form that Prometheus reads.

Every process has counts of its own and is scraped by itself; all of them are counters and
histograms that can be summed, so a rate over several processes is the sum of their rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from chameleonapi.serving.operation.state import OperationState
from chameleonapi.serving.operation.traffic import Histogram

__all__ = ["METRICS", "Exposition"]

# name -> what it says; documentation and tests go by this table.
METRICS = {
    "chameleon_requests": "Requests that were answered or refused, by the provider's own code.",
    "chameleon_request_seconds": "Time from the arrival of a request to its answer.",
    "chameleon_batch_inputs": "Inputs that the model saw at once.",
    "chameleon_batch_seconds": "Time that the model took for a batch.",
    "chameleon_units": "Units answered, as the provider would have counted them for its bill.",
    "chameleon_inputs_waiting": "Inputs that wait or are being answered.",
    "chameleon_inputs_waiting_limit": "Inputs that may wait; more are refused.",
    "chameleon_ready": "Whether requests are taken.",
    "chameleon_model": "The version of the model that answers an application.",
    "chameleon_decisions": "Decisions that applications take on their answers.",
    "chameleon_decisions_left_out": "Answers whose decision was not worked out.",
    "chameleon_decision_drift": "Share of decisions that differ from the mix at publication.",
    "chameleon_decision_drift_alarm": "Whether the mix of decisions has changed beyond chance.",
}


@final
@dataclass(frozen=True, eq=False)
class Exposition:
    """Writes the present state for Prometheus."""

    state: OperationState

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type, in the form that the caller accepts."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(self.state))
        encode, content_type = choose_encoder(accept)
        return encode(registry), content_type


@dataclass(frozen=True, eq=False)
class _Collector(Collector):
    state: OperationState

    def collect(self) -> Iterator[Metric]:
        yield from self._traffic()
        yield from self._decisions()
        yield from self._models()

    def _traffic(self) -> Iterator[Metric]:
        traffic = self.state.traffic
        requests = CounterMetricFamily(
            *_named("chameleon_requests"), labels=["protocol", "method", "application", "code"]
        )
        for labels, number in sorted(traffic.requests.items()):
            requests.add_metric(labels, number)
        yield requests
        units = CounterMetricFamily(*_named("chameleon_units"), labels=["application", "api"])
        for names, number in sorted(traffic.units.items()):
            units.add_metric(names, number)
        yield units
        seconds = HistogramMetricFamily(
            *_named("chameleon_request_seconds"), labels=["protocol", "method"]
        )
        for place, histogram in sorted(traffic.seconds.items()):
            seconds.add_metric(place, _buckets(histogram), histogram.total)
        yield seconds
        for name, histogram in (
            ("chameleon_batch_inputs", traffic.batch_inputs),
            ("chameleon_batch_seconds", traffic.batch_seconds),
        ):
            family = HistogramMetricFamily(*_named(name))
            family.add_metric([], _buckets(histogram), histogram.total)
            yield family
        for name, value in (
            ("chameleon_inputs_waiting", self.state.waiting()),
            ("chameleon_inputs_waiting_limit", self.state.max_waiting),
            ("chameleon_ready", self.state.is_ready()),
        ):
            yield GaugeMetricFamily(*_named(name), value=float(value))

    def _decisions(self) -> Iterator[Metric]:
        watch = self.state.decisions
        decisions = CounterMetricFamily(
            *_named("chameleon_decisions"), labels=["application", "outcome"]
        )
        drift = GaugeMetricFamily(*_named("chameleon_decision_drift"), labels=["application"])
        alarm = GaugeMetricFamily(*_named("chameleon_decision_drift_alarm"), labels=["application"])
        for name, summary in sorted(watch.summaries().items()):
            for outcome, number in sorted(summary.total.items()):
                decisions.add_metric([name, outcome], number)
            if summary.drift is not None:
                drift.add_metric([name], summary.drift.distance)
                alarm.add_metric([name], float(summary.drift.is_alarm))
        left_out = CounterMetricFamily(*_named("chameleon_decisions_left_out"), labels=["reason"])
        for reason, number in sorted(watch.left_out().items()):
            left_out.add_metric([reason], number)
        yield from (decisions, left_out, drift, alarm)

    def _models(self) -> Iterator[Metric]:
        family = InfoMetricFamily(*_named("chameleon_model"), labels=["application"])
        for one in self.state.models:
            family.add_metric([one.application], {"version": one.version, "level": one.level})
        yield family


def _named(name: str) -> tuple[str, str]:
    return name, METRICS[name]


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    found, seen = [], 0
    for bound, number in zip((*histogram.bounds, None), histogram.counts, strict=True):
        seen += number
        found.append(("+Inf" if bound is None else str(bound), float(seen)))
    return found
