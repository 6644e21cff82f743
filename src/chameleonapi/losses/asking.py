"""Find out by asking what matters to a program: labels, their number, and lines of scores.

Whatever differs between two answers that differ in one thing alone is due to that thing. What is
found stands for the program only if it decides by labels, their order and such lines; that is
tried on random answers, and refused otherwise.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, final

from jaxtyping import Bool
from torch import Tensor

from chameleonapi.decision import (
    OTHER_OUTCOME,
    AskedProcess,
    Atom,
    Cases,
    DecisionProcess,
    Effect,
    Field,
    IntervalSet,
    Kind,
    LabelSet,
    LabelTest,
    NumberTest,
    Outcome,
    Status,
)
from chameleonapi.decision.asked import Run, Shown, perfectly_shown
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.label_effects import SUREST, LabelEffects, contexts_of
from chameleonapi.losses.outcome_names import outcome_ids, shown_name
from chameleonapi.losses.questions import Asker

__all__ = ["Asked", "ask_program"]

_MOST_OUTCOMES: Final = 100
_FOLLOWED: Final = 3  # contexts in which the scores of a label are tried
_STEPS: Final = 40  # of the score
_HALVINGS: Final = 9
_SAME_LINE: Final = 0.002
_MOST_LINES: Final = 24
_EVEN_BANDS: Final = 20
_TRIED: Final = 400
_AGREEMENT: Final = {0: 0.995, _EVEN_BANDS: 0.98}
"""The least share on which answers and their simplest form agree: by lines that were found, which
are exact to four digits, and with even bands, which are not."""


@final
@dataclass(frozen=True)
class Asked:
    """What was found out.

    Attributes:
        process: that goes by the program from now on.
        questions: how many answers the program was asked about.
        agreement: on how many of the tried random answers it does what the simplest form of the
            answer makes it do, as a share.
        shared: ids of the outcomes that the record has too, and decides the same answers so.
    """

    process: AskedProcess
    questions: int
    agreement: float
    shared: frozenset[str] = frozenset()


def ask_program(
    record: DecisionProcess,
    run: Run,
    labels: Sequence[str],
    present: Bool[Tensor, "examples labels"],
    *,
    held_out: Bool[Tensor, "others labels"] | None = None,
    source_digest: str = "",
    seed: int = 0,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Asked:
    """Return a process that goes by what a program does.

    Args:
        record: what the analysis says of the call; its labels count as read.
        run: what is asked; see ``AskedProcess``.
        labels: the label space.
        present: what is really in the examples that are learnt from: what is done on perfect
            answers about them are the outcomes, and what matters is looked for in them.
        held_out: what is in examples that nothing is learnt from; what is done on perfect answers
            about them are outcomes too, and that is all that they are asked for.
        source_digest: of what runs.
        seed: of all that is drawn.
        advance: called with (questions done, questions at most).

    Raises:
        UnsupportedError: if the program does the same on all of them or something else on nearly
            each, or goes by more than labels, their order and lines of scores.
    """
    if record.beside:
        record = record.alone()
    asker = Asker(record, run, advance)
    rows, perfect = _perfect(labels, present)
    done = Counter(asker.ask(perfect))
    _check_outcomes(record, done)
    draw = random.Random(seed)  # noqa: S311 -- no secret
    contexts = contexts_of(asker, rows, perfect, labels, draw)
    effects = LabelEffects(asker, contexts, labels)
    named = {one for one in record.labels_read(tuple(labels)) if one in set(labels)}
    matter = tuple(
        one for one in labels if effects.reads_length or one in named or effects.where(one)
    )
    lines = _lines(asker, effects, labels, record.shown_score)
    if held_out is not None:
        done.update(asker.ask(_perfect(labels, held_out)[1]))
        _check_outcomes(record, done)
    names, shared = outcome_ids(record, done, asker.known())
    process = _process(record, run, names, effects, named, lines, labels, source_digest)
    for even, least in _AGREEMENT.items():
        process = replace(process, lines=_every_line(lines, record.shown_score, even))
        agreement = _agreement(asker, process, matter, labels, draw)
        if agreement >= least:
            return Asked(process, asker.questions, agreement, shared)
    raise UnsupportedError(
        f"{record.id} goes by more than which labels there are, their order and lines that scores "
        f"cross: on {1 - agreement:.0%} of {_TRIED} random answers it does something else than on "
        "answers that are alike in all that.",
        hint="Nothing can be learnt from asking such a program.",
    )


def _perfect(
    labels: Sequence[str], present: Bool[Tensor, "examples labels"]
) -> tuple[list[tuple[str, ...]], list[Shown]]:
    """Return what different examples hold, and the perfect answers about them."""
    rows = [
        tuple(labels[one] for one in row.nonzero()[:, 0].tolist())
        for row in present.bool().unique(dim=0)  # type: ignore[no-untyped-call]
    ]
    return rows, [one for row in rows for one in perfectly_shown(row)]


def _check_outcomes(record: DecisionProcess, done: Counter[str]) -> None:
    if len(done) < 2:
        raise UnsupportedError(
            f"{record.id} does the same whatever is in the examples: "
            f"{shown_name(next(iter(done), 'nothing'))[:80]}.",
            hint="Give data for which it should do different things, or another --process.",
        )
    if len(done) > _MOST_OUTCOMES:
        raise UnsupportedError(
            f"{record.id} does {len(done)} different things on perfect answers about the examples;"
            f" at most {_MOST_OUTCOMES} can be told apart.",
            hint="Probably it shows what the answer holds, in a form that is not known as such.",
        )


def _lines(
    asker: Asker, effects: LabelEffects, labels: Sequence[str], shown_score: float
) -> dict[str, tuple[float, ...]]:
    """Return where the score of a label changes what is done, by label."""
    low = max(shown_score, 0.001)
    grid = [low + (SUREST - low) * step / _STEPS for step in range(_STEPS + 1)]
    cases = [
        (label, context)
        for label in labels
        for context in _simplest_first(effects.where(label))[:_FOLLOWED]
    ]
    told = asker.ask([_put(label, score, rest) for label, rest in cases for score in grid])
    steps: list[_Stretch] = []
    for number, (label, rest) in enumerate(cases):
        row = told[number * len(grid) : (number + 1) * len(grid)]
        for (one, other), (before, after) in zip(pairwise(grid), pairwise(row), strict=True):
            if before != after:
                steps.append(_Stretch(label, rest, one, other, before))
    for _ in range(_HALVINGS):
        halves = asker.ask([_put(one.label, one.middle, one.rest) for one in steps])
        steps = [one.after(said) for one, said in zip(steps, halves, strict=True)]
    found: dict[str, list[float]] = {}
    for stretch in steps:
        # Where it meets a label of the context, it is the order that matters.
        if all(abs(stretch.middle - score) > _SAME_LINE for _, score in stretch.rest):
            found.setdefault(stretch.label, []).append(stretch.middle)
    return {label: _merged(some) for label, some in found.items()}


def _simplest_first(contexts: Sequence[Shown]) -> list[Shown]:
    return sorted(contexts, key=len)


def _put(label: str, score: float, rest: Shown) -> Shown:
    return tuple(sorted([(label, score), *rest], key=lambda one: -one[1]))


@final
@dataclass(frozen=True)
class _Stretch:
    """A stretch of the score of a label within which what is done changes."""

    label: str
    rest: Shown
    low: float
    high: float
    before: str

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def after(self, said: str) -> _Stretch:
        """Return the half in which it changes, as the middle says."""
        if said == self.before:
            return replace(self, low=self.middle)
        return replace(self, high=self.middle)


def _merged(lines: Iterable[float]) -> tuple[float, ...]:
    """Return lines of which those that lie together are one, to four digits."""
    made: list[list[float]] = []
    for one in sorted(lines):
        if made and one - made[-1][-1] < _SAME_LINE:
            made[-1].append(one)
        else:
            made.append([one])
    return tuple(round(sum(some) / len(some), 4) for some in made)


def _every_line(
    lines: Mapping[str, tuple[float, ...]], shown_score: float, even: int
) -> tuple[float, ...]:
    """Return all lines from that on where a label is shown, and others at even distances."""
    found = _merged(line for some in lines.values() for line in some)
    if len(found) > _MOST_LINES:
        found = ()
    width = (1 - shown_score) / max(even, 1)
    some = (round(shown_score + width * step, 4) for step in range(1, even))
    return (shown_score, *sorted({one for one in (*found, *some) if one > shown_score}))


def _process(
    record: DecisionProcess,
    run: Run,
    names: Mapping[str, str],
    effects: LabelEffects,
    named: Iterable[str],
    lines: Mapping[str, tuple[float, ...]],
    labels: Sequence[str],
    source_digest: str,
) -> AskedProcess:
    known = set(named)
    alone = {one: effects.alone(one) for one in labels if one in known or effects.where(one)}
    outcomes = [
        Outcome(
            outcome,
            (Effect(record.call, shown_name(name)),),
            accepts=tuple(one for one, does in alone.items() if does == name != effects.on_nothing),
        )
        for name, outcome in names.items()
    ]
    spec = record.spec
    assert spec.label_field is not None
    assert spec.score_field is not None
    atoms: list[Atom] = []
    for some in _by_lines(effects.classes(alone), lines):
        is_it = LabelTest(spec.label_field, LabelSet(frozenset(some)))
        passes: list[tuple[Any, ...]] = [
            (
                is_it,
                NumberTest(Field(spec.score_field), IntervalSet.at_least(line * spec.score_scale)),
            )
            for line in lines.get(some[0], ())
        ]
        for tests in passes or [(is_it,)]:
            atoms.append(Atom(f"a{len(atoms) + 1}", spec.main.path, tests, some[0]))
    return AskedProcess(
        id=record.id,
        api=record.api,
        call=record.call,
        kind=Kind.GENERAL,
        rules=Cases((), names.get(effects.on_nothing, OTHER_OUTCOME)),
        outcomes=(*outcomes, Outcome(OTHER_OUTCOME)),
        atoms=tuple(atoms),
        request=record.request,
        vocabulary=record.vocabulary,
        status=Status.UNSUPPORTED,
        entry=record.entry,
        entry_file=record.entry_file,
        run=run,
        record=record,
        names=names,
        reads_length=effects.reads_length,
        source_digest=source_digest,
    )


def _by_lines(
    classes: Iterable[tuple[str, ...]], lines: Mapping[str, tuple[float, ...]]
) -> list[tuple[str, ...]]:
    """Return the classes, divided where their labels count from other scores on."""
    made: dict[tuple[int, tuple[float, ...]], list[str]] = {}
    for number, some in enumerate(classes):
        for label in some:
            rounded = tuple(round(line, 2) for line in lines.get(label, ()))
            made.setdefault((number, rounded), []).append(label)
    return [tuple(some) for some in made.values()]


def _agreement(
    asker: Asker,
    process: AskedProcess,
    matter: Sequence[str],
    labels: Sequence[str],
    draw: random.Random,
) -> float:
    """Return on how many random answers their simplest form makes the same be done."""
    others = [one for one in labels if one not in set(matter)]
    low = process.shown_score
    pairs = []
    for _ in range(_TRIED):
        some = draw.sample(list(matter), draw.randint(0, min(4, len(matter))))
        some += draw.sample(others, draw.randint(0, min(2, len(others))))
        scores = sorted((draw.uniform(low, 1) for _ in some), reverse=True)
        draw.shuffle(some)
        shown = tuple(zip(some, scores, strict=True))[: process.max_results]
        pairs.append((shown, process.simplest_of(shown)))
    told = asker.ask([one for pair in pairs for one in pair])
    same = sum(told[2 * one] == told[2 * one + 1] for one in range(_TRIED))
    return same / _TRIED
