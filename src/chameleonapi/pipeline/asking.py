"""Customise for what an application does, where its rules are not known or not believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import torch

from chameleonapi.decision import AskedProcess, DecisionProcess, Gap, Status
from chameleonapi.decision.asked import Run, shown_answer
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses import ask_program
from chameleonapi.models import LinearHead
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.tasks import task_of
from chameleonapi.training import FeatureSet

__all__ = [
    "Program",
    "check_decides",
    "through_program",
]


_TASKS: Final = frozenset({"labels", "moderation", "topics"})
_LEVELS: Final = ("thresholds", "head")


@final
@dataclass(frozen=True, eq=False)
class Program:
    """What tells what an application does.

    Attributes:
        run: from answers in the provider's form to a name of what is done on each; see
            ``chameleonapi.analysis.replay.ReplayedProgram``. It executes the application.
        source_digest: of the source, so that a run that goes on is of the same one.
        remarks: tells in sentences what ``run`` could not know so far.
    """

    run: Run
    source_digest: str
    remarks: Callable[[], Sequence[str]] = tuple


def check_decides(process: DecisionProcess, program: Program | None, level: str = "head") -> None:
    """Check that there is something that decides, before anything is computed.

    That is the record, unless a program is given: it is run on one answer, an empty one.

    Raises:
        UnsupportedError: if not; it says what can be done.
    """
    if program is None:
        if not process.has_rules:
            raise UnsupportedError(
                f"the record of {process.id} holds the call and no rules: nothing in it decides.",
                hint="Name the application in its place, and give --through-program to run it.",
            )
        return
    if task_of(process).name not in _TASKS:
        raise UnsupportedError(
            f"{process.id}: a program is asked about labels of whole pictures and about topics of "
            f"texts, and {process.api} answers with something else.",
            hint="Leave out --through-program; where the rules are not known, nothing can be made.",
        )
    if level not in _LEVELS:
        raise UnsupportedError(
            f"--level {level} needs the rules of a decision, and a program that is asked has none.",
            hint=f"Levels that do not: {', '.join(_LEVELS)}.",
        )
    program.run([shown_answer(process.spec, ())])


def through_program(
    record: DecisionProcess,
    program: Program,
    head: LinearHead,
    features: Mapping[str, FeatureSet],
    *,
    seed: int,
    progress: Progress,
) -> AskedProcess:
    """Find out by asking what matters to an application, and return it as a process.

    What matters is looked for in the splits that are learnt from. The labels of the test split
    say which answers about it are perfect, and so which outcomes there are besides, and no more.

    Raises:
        UnsupportedError: if it cannot be run, or goes by more than labels and scores.
    """
    parts = {name: one.over(head.labels) for name, one in features.items()}
    present = {name: one.present.bool() & one.known.bool() for name, one in parts.items()}
    learnt = [one for name, one in present.items() if name != "test"]
    with progress.step("questions to the application") as advance:
        asked = ask_program(
            record,
            program.run,
            head.labels,
            torch.cat(learnt),
            held_out=present.get("test"),
            source_digest=program.source_digest,
            seed=seed,
            advance=advance,
        )
    process = asked.process
    matter = (
        "all labels, and their number" if process.reads_length else _some(process.labels_read())
    )
    lines = ", ".join(f"{one:g}" for one in process.lines[1:6])
    more = len(process.lines) - 6
    progress.note(
        f"{record.id} was run on {asked.questions:,} answers: "
        f"{len(process.outcomes) - 1} outcomes; what matters: {matter}"
        + (f"; scores count from {lines}" if lines else "")
        + (f" and {more} more lines" if more > 0 else "")
        + f". Answers that are alike in that agree on {asked.agreement:.1%} of 400 tried."
    )
    if record.status is not Status.UNSUPPORTED or asked.shared:
        of = len(process.outcomes) - 1
        progress.note(
            "All outcomes are those of the record, and have its names."
            if len(asked.shared) == of
            else f"{len(asked.shared)} of {of} outcomes are those of the record"
            + (
                f", and have its names: {_some(tuple(sorted(asked.shared)))}"
                if asked.shared
                else ""
            )
            + ". On the others the two differ."
        )
    gaps = tuple(Gap("other-call", one, process.call) for one in program.remarks())
    for gap in gaps:
        progress.note(f"{record.id}: {gap.message}")
    return replace(process, gaps=gaps)


def _some(labels: tuple[str, ...]) -> str:
    more = f" and {len(labels) - 8} more" if len(labels) > 8 else ""
    return ", ".join(labels[:8]) + more
