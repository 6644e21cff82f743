"""Cloud ML APIs that make fewer wrong decisions.

``analyze`` reads an application's source and returns its decision processes;
``customize`` fine-tunes a model for one of them; ``evaluate`` measures incorrect
decisions against honest baselines; ``serve`` answers behind the provider's own
interface. Everything else is reached through these four.

Importing this package loads neither torch nor any other large library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chameleonapi.analysis import AnalysisReport, analyze
    from chameleonapi.decision import DecisionProcess, Truth, load_process
    from chameleonapi.errors import ChameleonError
    from chameleonapi.pipeline import customize, evaluate, serve

__version__ = "0.1.0"

__all__ = [
    "AnalysisReport",
    "ChameleonError",
    "DecisionProcess",
    "Truth",
    "__version__",
    "analyze",
    "customize",
    "evaluate",
    "load_process",
    "serve",
]

_HOMES = {
    "AnalysisReport": "chameleonapi.analysis",
    "ChameleonError": "chameleonapi.errors",
    "DecisionProcess": "chameleonapi.decision",
    "Truth": "chameleonapi.decision",
    "analyze": "chameleonapi.analysis",
    "customize": "chameleonapi.pipeline",
    "evaluate": "chameleonapi.pipeline",
    "load_process": "chameleonapi.decision",
    "serve": "chameleonapi.pipeline",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'chameleonapi' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
