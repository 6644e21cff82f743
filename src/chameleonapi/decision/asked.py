"""A decision process whose rules nobody knows: what is done is asked, answer by answer."""

from __future__ import annotations

import bisect
import functools
import hashlib
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chameleonapi.apis import ApiSpec, LabelScores, label_answer
from chameleonapi.decision.predicates import LengthAtLeast
from chameleonapi.decision.process import DecisionProcess
from chameleonapi.decision.records import Outcome
from chameleonapi.decision.truth import Truth
from chameleonapi.errors import UsageError

__all__ = [
    "ORDERS",
    "OTHER_OUTCOME",
    "SURE",
    "AskedProcess",
    "Run",
    "Shown",
    "perfectly_shown",
    "shown_answer",
]

Run = Callable[[Sequence[Mapping[str, Any]]], Sequence[str]]
"""From answers in the provider's JSON form to the name of what is done on each."""

Shown = tuple[tuple[str, float], ...]
"""Labels with scores, the surest first, as an answer shows them."""

OTHER_OUTCOME: Final = "(other)"
"""The outcome that stands for all that a program does and that is not among its outcomes."""

SURE: Final = 0.99
"""The score of what is really there, in a perfect answer that a program is asked about."""

ORDERS: Final = 24
"""In how many orders of what is really there a perfect answer is tried."""


def perfectly_shown(present: Iterable[str], orders: int = ORDERS) -> list[Shown]:
    """Return what perfect answers show: what is there, sure of all of it, in any order.

    All orders are tried where there are at most ``orders`` of them, else as many drawn ones:
    always the same for the same labels.
    """
    labels = sorted(present)
    every = list(itertools.islice(itertools.permutations(labels), orders + 1))
    if len(every) > orders:
        drawn = random.Random(repr(labels))  # noqa: S311 -- no secret
        every = [tuple(drawn.sample(labels, len(labels))) for _ in range(orders)]
    return [tuple((label, SURE) for label in one) for one in every]


def shown_answer(spec: ApiSpec, shown: Shown) -> dict[str, Any]:
    """Return the answer, in the provider's JSON form, that shows these labels and no others."""
    return label_answer(
        spec,
        LabelScores(tuple(label for label, _ in shown), tuple(score for _, score in shown)),
        shown_score=0.0,
        max_results=len(shown),
    )


def _tell_nothing(answers: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    return [""] * len(answers)


@dataclass(frozen=True, eq=False)
class AskedProcess(DecisionProcess):
    """A process over labels and scores that goes by what something that runs does.

    It has no rules: ``rules`` hold what is done on an empty answer, and are never asked. Its
    atoms say which labels were seen to matter, and from which scores on. It is no record: its
    JSON form is that of ``record``, so that nothing that is written makes anybody run a program.

    Attributes:
        run: tells what is done; always the same on the same answer.
        record: what the analysis says of the same call.
        names: ids of the outcomes by what ``run`` calls them; all else is ``OTHER_OUTCOME``.
        reads_length: whether labels that are read nowhere change what is done.
        lines: scores in [0, 1] from which on a label is shown or counts as surer, in rising
            order.
        source_digest: of what runs.
    """

    run: Run = _tell_nothing
    record: DecisionProcess | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    reads_length: bool = False
    lines: tuple[float, ...] = (0.0,)
    source_digest: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.beside or self.spec.label_field is None or self.spec.score_field is None:
            raise UsageError(
                f"{self.id}: only a decision on labels and scores of one answer can be asked for.",
                hint="Give a process of an API of labels, and nothing beside it.",
            )

    # What the program says

    def decide_each(self, answers: Sequence[Any]) -> list[str]:
        """Return the id of the outcome of each answer: the program is asked, about all at once."""
        if not answers:
            return []
        told = self.run(answers)
        if len(told) != len(answers):
            raise UsageError(
                f"the program told {len(told)} outcomes of {len(answers)} answers.",
                hint="`run` must return the name of an outcome for each answer, in order.",
            )
        return [self.names.get(one, OTHER_OUTCOME) for one in told]

    def decide(self, answer: Any, others: Mapping[str, Any] | None = None) -> Outcome:
        """Return the outcome of one answer; ``decide_each`` asks about many at once."""
        del others
        return self.outcome(self.decide_each([answer])[0])

    def acceptable_each(self, truths: Iterable[Truth]) -> list[frozenset[str]]:
        """Return the ids of the outcomes that are right for each truth.

        Those are what is done on perfect answers: labels that are there, sure of all of them, in
        any order. Labels of which nothing is known count as absent.
        """
        rows = [one.present for one in truths]
        perfect = {row: perfectly_shown(row) for row in dict.fromkeys(rows)}
        asked = [shown_answer(self.spec, one) for some in perfect.values() for one in some]
        found = iter(self.decide_each(asked))
        right = {row: frozenset(next(found) for _ in some) for row, some in perfect.items()}
        return [right[row] - {OTHER_OUTCOME} for row in rows]

    def acceptable(self, truth: Truth) -> frozenset[str]:
        """Return the ids of the outcomes that are right for one truth; see ``acceptable_each``."""
        return self.acceptable_each([truth])[0]

    def simplest_of(self, shown: Shown) -> Shown:
        """Return what stands for all answers of the sort of this one.

        Args:
            shown: labels with scores, the surest first, as an answer shows them.
        """
        read = frozenset(self.labels_read())
        return self.simplest_answer(
            [
                (label, bisect.bisect_right(self.lines, score) - 1)
                for label, score in shown
                if self.reads_length or label in read
            ]
        )

    def simplest_answer(self, found: Sequence[tuple[str, int]]) -> Shown:
        """Return labels with scores that stand for all answers of one sort.

        Args:
            found: what is shown of what matters, the surest first: each label, and from which of
                the lines on its score is.
        """
        edges = (*self.lines, 1.0)
        members = Counter(band for _, band in found)
        seen: Counter[int] = Counter()
        made = []
        for label, band in found:
            low, high = edges[band], edges[band + 1]
            seen[band] += 1
            made.append((label, high - (high - low) * seen[band] / (members[band] + 1)))
        return tuple(made)

    @functools.cached_property
    def memory(self) -> dict[Shown, int]:
        """What was asked before, for decisions over any label space."""
        return {}

    # What the other rooms ask

    def predicates(self) -> Iterator[Any]:
        """Yield no predicate but the length, where labels that are read nowhere matter."""
        if self.reads_length:
            yield LengthAtLeast(self.spec.main.path, 1)

    def alone(self, others: Mapping[str, Any] | None = None) -> DecisionProcess:
        """Return this process: answers beside it are what the record takes them to be."""
        del others
        return self

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the call, of what runs, and of what it was seen to do."""
        parts = [
            self._recorded().digest,
            self.source_digest,
            sorted(self.names.items()),
            sorted(self.labels_read()),
            self.reads_length,
            self.lines,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of the record of the same call."""
        return self._recorded().to_json()

    def _recorded(self) -> DecisionProcess:
        if self.record is None:
            raise UsageError(
                f"{self.id} is a program that is asked, and has no record.",
                hint="Give the record of the analysis with it.",
            )
        return self.record
