"""Settings of hypothesis (no clock, the same examples every time), terminal, signals, clock."""

import os
import signal
import time

import pytest
from hypothesis import settings

from chameleonapi.analysis import deadline
from stopped_clock import stopped_clock

# A slow machine is no defect; what time may be spent is the business of benchmarks.
# The fast tests must not turn red by luck: new examples are looked for by `scripts/test --slow`.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("new", deadline=None)
settings.load_profile(os.environ.get("TEST_EXAMPLES", "same"))

# Tables are compared letter by letter: the terminal of whoever runs the tests must not matter.
os.environ["TERM"] = "xterm-256color"
for _name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "CHAMELEON_DEBUG", "CHAMELEON_MODELS"):
    os.environ.pop(_name, None)
# Nothing that an earlier run or the user has left may decide what a test sees.
os.environ["CHAMELEON_CACHE"] = "off"

# A shell that runs the tests in the background has Ctrl-C ignored, nohup a hang-up, and children
# inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True, scope="session")
def _no_clock():
    """Let no budget of an analysis run out by the clock: a slow machine is no defect."""
    with stopped_clock():
        yield


@pytest.fixture(autouse=True)
def _clock_of_tests_about_seconds(request, monkeypatch):
    if request.node.get_closest_marker("seconds") is not None:
        monkeypatch.setattr(deadline, "time", time)
