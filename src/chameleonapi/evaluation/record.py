"""The record that an evaluation leaves: ``evaluation.json``. Standard library only."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import RecordError
from chameleonapi.evaluation.calibration import Calibration

__all__ = [
    "Comparison",
    "CurvePoint",
    "DataSummary",
    "Evaluation",
    "ExampleResult",
    "MethodResult",
    "Rate",
    "Share",
]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate (a fraction) with its bootstrap interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DataSummary:
    """What was evaluated on.

    ``outcome_weights`` says how many test examples each outcome is right for; an example for
    which several are right counts for each in equal parts.
    """

    name: str
    digest: str
    split: str
    examples: int
    outcome_weights: Mapping[str, float] = field(hash=False)


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One way to answer, on the same test examples as all others.

    Attributes:
        name: ``generic``, ``tuned``, ``basic``, ``paper``, ``ours``, ...
        title: for a reader.
        balanced: incorrect-decision rate when every outcome counts alike: the mean over
            outcomes of the rate among the examples for which that outcome is right.
        natural: incorrect-decision rate over the test examples as they are.
        confusion: ``confusion[i][j]``: examples for which outcome i was right and that were
            decided as j (a correct decision counts for its own outcome; a wrong one in equal
            parts for each outcome that was right).
        errors: critical errors by sort: ``missed`` (nothing or the default instead of a
            target), ``wrong`` (another target), ``order`` (another target, one of whose labels
            is really there), ``false alarm`` (a target where the default was right).
        threshold: the score line or lines that it uses, for a reader.
        seconds: training time, zero for none.
        peak_bytes: largest resident size of the process meanwhile; zero where nobody looked.
        calibration: how reliable its margins are; None where decisions have none.
    """

    name: str
    title: str
    balanced: Rate
    natural: Rate
    confusion: tuple[tuple[float, ...], ...]
    errors: Mapping[str, int] = field(hash=False)
    threshold: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One method against another on the same examples, by a paired bootstrap.

    Attributes:
        method, against: names of methods.
        difference: balanced rate of ``method`` minus that of ``against``.
        relative: ``difference`` divided by the rate of ``against``; None where that is zero.
        fixed, broken: examples that only ``against``, or only ``method``, decides wrongly.
    """

    method: str
    against: str
    difference: Rate
    relative: float | None
    fixed: int
    broken: int


@dataclass(frozen=True, slots=True)
class Share:
    """One step of the way from the generic model to ours, and what it changes.

    Attributes:
        cause: ``thresholds``, ``data``, ``loss``, ``opinion`` or ``level``.
        method, against: names of methods; the step leads from the second to the first.
        difference: of the balanced rates, with its paired interval.
    """

    cause: str
    method: str
    against: str
    difference: Rate


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One method trained with few examples, measured on all test examples.

    Attributes:
        method: its name.
        shots: examples at most for each set of right outcomes, for training and validation.
        examples: these were, the mean over the draws.
        draws: how often examples were drawn and the method was trained.
        balanced, natural: mean rates of incorrect decisions; the intervals cover the choice of
            test examples and of draws.
    """

    method: str
    shots: int
    examples: float
    draws: int
    balanced: Rate
    natural: Rate


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One test example and what each method decided.

    ``margins`` says by how much, in logits: how far the scores are from leading elsewhere. It is
    empty where scores alone do not say.
    """

    id: str
    file: str
    present: tuple[str, ...]
    acceptable: tuple[str, ...]
    decided: Mapping[str, str] = field(hash=False)
    margins: Mapping[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Evaluation:
    """All methods on one application's test set.

    ``through_program`` says that the application itself was run on every answer, and on perfect
    ones: what is wrong is then what it does, and no rule of a record counted.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.evaluation/1"

    application: str
    api: str
    kind: str
    process_digest: str
    outcomes: tuple[str, ...]
    data: DataSummary
    methods: tuple[MethodResult, ...]
    comparisons: tuple[Comparison, ...]
    examples: tuple[ExampleResult, ...]
    seed: int
    confidence: float = 0.95
    resamples: int = 2000
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    shares: tuple[Share, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    through_program: bool = False

    def method(self, name: str) -> MethodResult:
        """Return the result of the method with this name.

        Raises:
            RecordError: if it was not evaluated.
        """
        for one in self.methods:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.methods)
        raise RecordError(f"no method {name!r} in this evaluation; known are {known}.")

    def comparison(self, method: str, against: str) -> Comparison:
        """Return the comparison of two methods.

        Raises:
            RecordError: if they were not compared.
        """
        for one in self.comparisons:
            if (one.method, one.against) == (method, against):
                return one
        raise RecordError(f"{method!r} was not compared with {against!r} in this evaluation.")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}

    @classmethod
    def from_json(cls, data: Any) -> Evaluation:
        """Build the record from its JSON form.

        Raises:
            RecordError: naming the place of what is wrong.
        """
        if not isinstance(data, dict) or data.get("schema") != cls.SCHEMA:
            raise RecordError(
                f"expected an object with the schema {cls.SCHEMA!r}.",
                hint="Write one with `chameleon evaluate`.",
            )
        found = decode(cls, {k: v for k, v in data.items() if k != "schema"}, "evaluation")
        _check_examples(found)
        return found

    def save(self, path: Path) -> None:
        """Write ``evaluation.json``; the file is complete or not there."""
        temporary = path.with_name(path.name + ".part")
        text = json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", "utf-8")
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Evaluation:
        """Read ``evaluation.json``.

        Raises:
            RecordError: if it is missing, no JSON, or of another schema.
        """
        try:
            data = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise RecordError(
                f"cannot read {str(path)!r}: {error.strerror}.",
                hint="Write one with `chameleon evaluate`.",
            ) from None
        except (ValueError, RecursionError) as error:
            raise RecordError(f"{path} is no JSON: {error}.") from None
        return cls.from_json(data)


def _check_examples(evaluation: Evaluation) -> None:
    names = {one.name for one in evaluation.methods}
    for index, one in enumerate(evaluation.examples):
        place = f"evaluation.examples[{index}]"
        if not one.acceptable or not set(one.acceptable) <= set(evaluation.outcomes):
            raise RecordError(
                f"{place}: the acceptable outcomes are {list(one.acceptable)}; expected at "
                "least one of those of the evaluation.",
            )
        if set(one.decided) != names:
            raise RecordError(
                f"{place}: decisions of {sorted(one.decided)} came; expected one of each of "
                f"{sorted(names)}.",
            )
        if not set(one.margins) <= names or any(map(math.isnan, one.margins.values())):
            raise RecordError(f"{place}: the margins must be numbers, one for each method.")
    for index, share in enumerate(evaluation.shares):
        if not {share.method, share.against} <= names:
            raise RecordError(f"evaluation.shares[{index}]: its methods were not evaluated.")
