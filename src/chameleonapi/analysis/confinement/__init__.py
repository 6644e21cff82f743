"""Analysis of source that nobody trusts: in a process with limits, remembered by content."""

from chameleonapi.analysis.confinement.cache import CACHE_VARIABLE, ReportCache, user_cache
from chameleonapi.analysis.confinement.confined import (
    Outcome,
    analyze_confined,
    analyze_several,
)
from chameleonapi.analysis.confinement.limits import Limits

__all__ = [
    "CACHE_VARIABLE",
    "Limits",
    "Outcome",
    "ReportCache",
    "analyze_confined",
    "analyze_several",
    "user_cache",
]
