"""The other way at an unknown branch is compared as long as its meter allows."""

from types import SimpleNamespace

import pytest

from chameleonapi.analysis.exploration import unknown_branches
from chameleonapi.analysis.exploration.budget import Budget, Meter


def test_answers_end_where_the_meter_is_used_up():
    meter = Meter(3, 60.0)
    seen = []
    for answer in unknown_branches._in_time(({"n": i} for i in range(10)), meter):
        meter.spend()
        seen.append(answer["n"])
    assert seen == [0, 1, 2]


@pytest.mark.parametrize(("runs", "is_settled"), [(1, True), (0, False)])
def test_what_was_not_compared_to_the_end_is_not_settled(monkeypatch, runs, is_settled):
    monkeypatch.setattr(unknown_branches, "_compared", lambda *_: (set(), True))
    other = SimpleNamespace(meter=Meter(runs, 60.0))
    found = unknown_branches._is_settled(None, None, other, None, Budget())
    assert found is is_settled
