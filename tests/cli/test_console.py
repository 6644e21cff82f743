"""What commands say about long work where there is no terminal."""

import pytest

from chameleonapi.cli import console
from chameleonapi.cli.console import TerminalProgress


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])

    def pass_by(seconds):
        now[0] += seconds

    return pass_by


def test_long_work_tells_every_half_minute_how_far_it_is(clock, capsys):
    with TerminalProgress().step("features of 8,000 pictures [/x]") as advance:
        advance(0, 8000)
        clock(29)
        advance(1900, 8000)
        clock(1)
        advance(2000, 8000)
        clock(10)
        advance(3000, 8000)
        clock(20)
        advance(4000, 8000)
    assert capsys.readouterr().err.splitlines() == [
        "  features of 8,000 pictures [/x]: 2,000 of 8,000 (30 s, about 90 s left)",
        "  features of 8,000 pictures [/x]: 4,000 of 8,000 (60 s, about 60 s left)",
        "  done features of 8,000 pictures [/x] (60.0 s)",
    ]


def test_where_the_end_is_not_known_it_is_not_told(clock, capsys):
    with TerminalProgress().step("training") as advance:
        clock(40)
        advance(3, 0)
        clock(40)
        advance(0, 9)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["  training: 3 (40 s)", "  training: 0 of 9 (80 s)"]


def test_quiet_work_says_nothing(clock, capsys):
    with TerminalProgress(quiet=True).step("training") as advance:
        clock(40)
        advance(3, 9)
    assert capsys.readouterr().err == ""
