"""Warnings: the code does what it says, but probably not what was meant."""

from chameleonapi.analysis.warnings.find import Findings, apply_findings, find_warnings

__all__ = ["Findings", "apply_findings", "find_warnings"]
