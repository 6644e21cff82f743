"""Incorrect decisions over many applications, settings and seeds, with honest baselines.

A *collection* divides labelled inputs between the provider and an application; a *cell* is
one application on one division; a *record* sums up the cells of one setting. Cells are kept
as they are finished, so that an interrupted run goes on.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chameleonapi.pipeline.benchmark.record import BenchmarkRecord
    from chameleonapi.pipeline.benchmark.run import BenchmarkSettings, run_benchmark

__all__ = [
    "BENCHMARKS",
    "SETTINGS",
    "TEXT_BENCHMARKS",
    "BenchmarkRecord",
    "BenchmarkSettings",
    "run_benchmark",
]

TEXT_BENCHMARKS = ("topics", "sentiment", "sentiment-classes")
"""Named like their task. They are never in one table with pictures."""
BENCHMARKS = ("photos", "scenes", "open-images", "objects", "entities", *TEXT_BENCHMARKS)
SETTINGS = ("same-pool", "deployed")

_HOMES = {"BenchmarkRecord": "record", "BenchmarkSettings": "run", "run_benchmark": "run"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
