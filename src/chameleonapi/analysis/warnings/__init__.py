"""Warnings: the code does what it says, but probably not what was meant."""

from chameleonapi.analysis.warnings.apply import apply_findings
from chameleonapi.analysis.warnings.catalogue import RULES, Level, Rule, level_of
from chameleonapi.analysis.warnings.evidence import Evidence
from chameleonapi.analysis.warnings.find import Findings, find_warnings
from chameleonapi.analysis.warnings.silencing import Silencer
from chameleonapi.analysis.warnings.syntax import SyntaxIndex

__all__ = [
    "RULES",
    "Evidence",
    "Findings",
    "Level",
    "Rule",
    "Silencer",
    "SyntaxIndex",
    "apply_findings",
    "find_warnings",
    "level_of",
]
