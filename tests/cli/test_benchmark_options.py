"""What a benchmark measures where a user says nothing about it."""

from __future__ import annotations

import pytest

import chameleonapi.pipeline.benchmark as room
from chameleonapi.cli.main import main
from chameleonapi.errors import DataError

STAGES = "embedded:efficientnet-lite0+stages@192"


@pytest.fixture
def asked(monkeypatch):
    """Return a function that gives the settings with which a command would measure."""
    found = []

    def never(settings, _progress):
        found.append(settings)
        raise DataError("nothing is measured here.")

    monkeypatch.setattr(room, "run_benchmark", never)

    def ask(*arguments):
        assert main(["benchmark", *arguments, "--data", "x"]) != 0
        return found.pop()

    return ask


@pytest.mark.parametrize(
    ("arguments", "rehearses"),
    [
        (("photos",), True),
        (("photos", "--setting", "deployed", "--level", "lora"), True),
        (("photos", "--no-rehearse"), False),
        (("photos", "--setting", "same-pool"), False),
        (("photos", "--level", "thresholds"), False),
        (("scenes",), False),
        (("scenes", "--rehearse"), True),
        (("open-images",), False),
        (("topics",), False),
    ],
)
def test_photographs_are_customised_by_who_has_the_providers_data(asked, arguments, rehearses):
    assert asked(*arguments).rehearse is rehearses


def test_rehearsal_that_is_asked_for_is_never_dropped_silently(asked, capsys):
    with pytest.raises(IndexError):
        asked("photos", "--setting", "same-pool", "--rehearse")
    assert "Leave out --rehearse" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "backbone"),
    [
        (("photos",), STAGES),
        (("open-images",), STAGES),
        (("photos", "--backbone", "other@1"), "other@1"),
        (("scenes",), "embedded:efficientnet-lite0@192"),
        (("scenes", "--backbone", "other@1"), "other@1"),
        (("objects",), ""),
        (("topics",), ""),
    ],
)
def test_pictures_are_measured_with_the_features_of_the_documented_figures(
    asked, arguments, backbone
):
    assert asked(*arguments).backbone == backbone
