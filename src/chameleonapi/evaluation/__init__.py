"""How many decisions come out wrong, measured against honest baselines on held-out data.

Decisions are made by the reference path: scores become the answer that would be served, and
the interpreter of the decision process reads it. Refuses test examples that training or
tuning has seen. The records load neither torch nor numpy; ``evaluate`` does when it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from chameleonapi.evaluation.abstention import Abstention, abstain, find_abstention
from chameleonapi.evaluation.calibration import Calibration, MarginBin, calibrate
from chameleonapi.evaluation.certificate import Bound, Certificate, certify
from chameleonapi.evaluation.record import (
    Comparison,
    CurvePoint,
    DataSummary,
    Evaluation,
    ExampleResult,
    MethodResult,
    Rate,
    Share,
)

if TYPE_CHECKING:
    from chameleonapi.evaluation.labelled import Head, LabelledFeatures, Method
    from chameleonapi.evaluation.leakage import check_disjoint
    from chameleonapi.evaluation.measure import evaluate

__all__ = [
    "Abstention",
    "Bound",
    "Calibration",
    "Certificate",
    "Comparison",
    "CurvePoint",
    "DataSummary",
    "Evaluation",
    "ExampleResult",
    "Head",
    "LabelledFeatures",
    "MarginBin",
    "Method",
    "MethodResult",
    "Rate",
    "Share",
    "abstain",
    "calibrate",
    "certify",
    "check_disjoint",
    "evaluate",
    "find_abstention",
]

_HOMES = {"check_disjoint": "leakage", "evaluate": "measure"}


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = importlib.import_module(f"{__name__}.{_HOMES.get(name, 'labelled')}")
        return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
