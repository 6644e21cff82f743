"""A deadline counts time of the processor, whatever the clock on the wall says."""

import time

import pytest

from chameleonapi.analysis.deadline import Deadline
from stopped_clock import stopped_clock

pytestmark = pytest.mark.seconds


def work(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_work_uses_it_up():
    deadline = Deadline(0.02)
    assert not deadline.is_over
    work(0.03)
    assert deadline.is_over
    assert deadline.seconds_left < 0


def test_waiting_does_not():
    deadline = Deadline(0.02)
    time.sleep(0.05)
    assert not deadline.is_over
    assert 0 < deadline.seconds_left <= 0.02
    work(0.03)
    assert deadline.is_over


def test_the_system_is_not_asked_before_it_can_be_over(monkeypatch):
    deadline = Deadline(60)
    monkeypatch.setattr(time, "thread_time", None)
    assert not deadline.is_over


def test_a_clock_that_stands_ends_nothing_but_what_has_no_time():
    with stopped_clock():
        deadline = Deadline(0.01)
        work(0.02)
        assert not deadline.is_over
        assert Deadline(0.0).is_over
    work(0.02)
    assert Deadline(0.01).seconds_left > 0
