"""Replay: run an application under CPython with stand-ins, and compare it with its record.

Only ever on the user's request (``chameleon analyze --replay``): this, and nothing else of the
analysis, runs code of the application. It runs in a process of its own with limits, without
network, subprocesses, threads or writing; yet it is no sandbox for code that one distrusts.
"""

from chameleonapi.analysis.replay.programs import ReplayedProgram, runnable_calls, without_rules
from chameleonapi.analysis.replay.records import Disagreement, ProcessReplay
from chameleonapi.analysis.replay.replaying import DEFAULT_LIMITS, replay_report

__all__ = [
    "DEFAULT_LIMITS",
    "Disagreement",
    "ProcessReplay",
    "ReplayedProgram",
    "replay_report",
    "runnable_calls",
    "without_rules",
]
