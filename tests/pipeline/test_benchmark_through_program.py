"""In a benchmark, what the unknown rules of an application cost against knowing them."""

from dataclasses import replace
from functools import partial

import pytest

from chameleonapi.analysis.replay import without_rules
from chameleonapi.decision import OTHER_OUTCOME
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.losses import ask_program
from chameleonapi.pipeline.benchmark import BenchmarkSettings, run_benchmark, through_program
from chameleonapi.pipeline.benchmark import run as module
from chameleonapi.pipeline.benchmark.applications import find_applications
from chameleonapi.pipeline.benchmark.through_program import THROUGH_PROGRAM
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import train_methods
from pipeline.test_benchmark import (  # noqa: F401 - fixtures
    FEW,
    _colours,
    load,
    photos,
    settings,
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(through_program, "train_methods", partial(train_methods, settings=FEW))


def applications(photos, tmp_path, *names):  # noqa: F811
    return find_applications(
        example_folder("photos"),
        load(photos, tmp_path).vocabulary,
        names,
        SilentProgress(),
        cache=tmp_path / "analysis",
    )


def test_of_a_record_nothing_is_left_but_the_call(photos, tmp_path):  # noqa: F811
    (application,) = applications(photos, tmp_path, "glass_bank")
    bare = without_rules(application.process)
    assert bare.labels_read() == ()
    assert [one.id for one in bare.outcomes] == [OTHER_OUTCOME]
    assert (bare.call, bare.request) == (application.process.call, application.process.request)
    assert bare.shown_score == application.process.shown_score


def test_ours_is_made_through_the_program_and_judged_by_the_record(photos, tmp_path, monkeypatch):  # noqa: F811
    records = []

    def noted(record, *arguments, **named):
        records.append(record)
        return ask_program(record, *arguments, **named)

    monkeypatch.setattr(through_program, "ask_program", noted)
    wanted = settings(photos, tmp_path, shots=(24,), methods=(THROUGH_PROGRAM,))
    data = run_benchmark(wanted, SilentProgress()).to_json()
    assert [one.labels_read() for one in records] == [(), ()]
    for row in (data["overall"], *data["applications"]):
        assert 0 <= row[THROUGH_PROGRAM]["rate"] <= 1
        assert list(row["against"]) == ["generic", "tuned", "basic", "paper", THROUGH_PROGRAM]
    assert data["overall"]["seconds"][THROUGH_PROGRAM] > 0
    # Without it, the same cells are others.
    kept = len(list((tmp_path / "kept" / "cells").iterdir()))
    monkeypatch.setattr(through_program, "ask_program", None)
    other = run_benchmark(replace(wanted, methods=()), SilentProgress()).to_json()
    assert len(list((tmp_path / "kept" / "cells").iterdir())) == 2 * kept
    assert other["overall"]["ours"]["rate"] == data["overall"]["ours"]["rate"]


def test_an_application_that_cannot_be_run_lacks_the_method_and_this_is_said(
    photos,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    found = applications(photos, tmp_path, "glass_bank")
    broken = [replace(one, process=replace(one.process, entry="")) for one in found]
    monkeypatch.setattr(module, "find_applications", lambda *_, **__: broken)
    told = []
    shown = SilentProgress()
    shown.note = told.append
    wanted = replace(
        settings(photos, tmp_path, methods=(THROUGH_PROGRAM,)), applications=("glass_bank",)
    )
    data = run_benchmark(wanted, shown).to_json()
    assert THROUGH_PROGRAM not in data["overall"]
    assert any(f"glass_bank: {THROUGH_PROGRAM} is left out" in one for one in told)


def test_it_is_for_labels_of_whole_pictures(tmp_path):
    with pytest.raises(UsageError, match="labels of whole pictures"):
        BenchmarkSettings("objects", tmp_path, "deployed", tmp_path, methods=(THROUGH_PROGRAM,))
    with pytest.raises(UnknownNameError, match=THROUGH_PROGRAM):
        BenchmarkSettings("photos", tmp_path, "deployed", tmp_path, methods=("magic",))
