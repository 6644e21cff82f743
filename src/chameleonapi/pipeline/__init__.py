"""From a source and labelled data to a published model: one step after the other.

Joins the rooms below it, and refuses to know how to do any of their work. Heavy
libraries are loaded by the step that needs them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chameleonapi.pipeline.customization import Customization, customize
    from chameleonapi.pipeline.hosting import load_predictor, serve
    from chameleonapi.pipeline.measuring import evaluate
    from chameleonapi.pipeline.run_record import RunRecord, RunRow

__all__ = [
    "Customization",
    "RunRecord",
    "RunRow",
    "customize",
    "evaluate",
    "load_predictor",
    "serve",
]

_HOMES = {
    "Customization": "customization",
    "RunRecord": "run_record",
    "RunRow": "run_record",
    "customize": "customization",
    "evaluate": "measuring",
    "load_predictor": "hosting",
    "serve": "hosting",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
