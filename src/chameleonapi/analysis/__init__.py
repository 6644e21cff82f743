"""From application source to decision processes; nothing of the source is executed.

``analyze(path)`` is the door. Refuses to guess: what is not understood is a gap.
"""

from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.report import AnalysisReport, CallWithoutDecision, OpenCall, analyze
from chameleonapi.analysis.vocabularies import Vocabulary, load_vocabulary

__all__ = [
    "AnalysisReport",
    "Budget",
    "CallWithoutDecision",
    "OpenCall",
    "Vocabulary",
    "analyze",
    "load_vocabulary",
]
