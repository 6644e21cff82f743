"""Ours as it is made where no rule is known: the application is run, and asked what it does.

Of the record nothing is used but which call it is of and what that call asks for; everything else
is found out on the application's examples, as ``chameleon customize --through-program`` does it.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import Final

import torch

from chameleonapi.analysis.confinement.fingerprint import code_digest, source_digest
from chameleonapi.analysis.replay import ReplayedProgram, without_rules
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses import ask_program
from chameleonapi.models import LinearHead
from chameleonapi.pipeline.benchmark.applications import Application
from chameleonapi.training import FeatureSet, TrainedMethod, train_methods

__all__ = ["THROUGH_PROGRAM", "TITLE", "made_through_program", "program_digest"]

THROUGH_PROGRAM: Final = "through-program"
TITLE: Final = "ChameleonAPI, made through the program"
_MADE: Final = ("generic", "tuned", "basic", "ours")  # what ours may fall back to, and ours


def made_through_program(
    application: Application,
    generic: LinearHead,
    train: FeatureSet,
    validation: FeatureSet,
    *,
    seed: int,
    folds: int | None = None,
    rehearsal: FeatureSet | None = None,
    only_thresholds: bool = False,
) -> TrainedMethod:
    """Return ours, made by running the application on answers.

    Args:
        application: with its source.
        generic, train, validation, seed, folds, rehearsal, only_thresholds: as in
            ``train_methods``.

    Raises:
        UnsupportedError: if it cannot be run, or goes by more than labels and scores.
    """
    if application.path is None or application.report is None:
        raise UnsupportedError(f"{application.name} has no source that could be run.")
    began = time.perf_counter()
    bare = without_rules(application.process)
    parts = [one.over(generic.labels) for one in (train, validation)]
    present = torch.cat([one.present.bool() & one.known.bool() for one in parts])
    with closing(ReplayedProgram(application.path, application.report, bare)) as run:
        asked = ask_program(bare, run, generic.labels, present, seed=seed)
        made = train_methods(
            asked.process,
            generic,
            train,
            validation,
            seed=seed,
            names=_MADE,
            folds=folds,
            rehearsal=rehearsal,
            only_thresholds=only_thresholds,
        )["ours"]
    return replace(
        made, name=THROUGH_PROGRAM, title=TITLE, seconds=round(time.perf_counter() - began, 3)
    )


def program_digest(application: Application) -> str:
    """Return the digest of all that decides what running an application tells."""
    source = "" if application.path is None else source_digest(application.path)
    return f"{code_digest()}{source}"
