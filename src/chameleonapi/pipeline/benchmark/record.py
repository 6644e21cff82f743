"""The record of a benchmark: one setting, every method, with intervals and paired differences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.decision.codec import encode
from chameleonapi.evaluation.record import Rate
from chameleonapi.pipeline.benchmark.cell import Change

__all__ = ["Against", "BenchmarkRecord", "MethodRate", "Row", "Table"]


@dataclass(frozen=True, slots=True)
class MethodRate:
    """Mean rate of incorrect decisions: outcomes alike, and on the natural mix."""

    balanced: Rate
    natural: Rate

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; the balanced rate stands first, as the one that counts."""
        return {**_rate(self.balanced), "natural": _rate(self.natural)}


@dataclass(frozen=True, slots=True)
class Against:
    """Ours compared with one baseline on the same pictures.

    Attributes:
        difference: of the balanced rates, ours minus theirs.
        relative: as a share of theirs; None where that may be zero.
        natural: difference on the natural mix.
        better, worse: applications whose interval lies wholly on one side.
        of: applications in all.
    """

    difference: Rate
    relative: Rate | None
    natural: Rate
    better: int
    worse: int
    of: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "difference": _rate(self.difference),
            "relative": None if self.relative is None else _rate(self.relative),
            "natural": _rate(self.natural),
            "better": self.better,
            "worse": self.worse,
            "of": self.of,
        }


@dataclass(frozen=True)
class Row:
    """One application, or the mean of several.

    Attributes:
        name: of the application; empty for a mean.
        kind: of its decision.
        methods: rates by method.
        against: ours against each other method.
        seconds: of training, by method, the mean over seeds.
        chosen: how often ours was the trained model or which fallback.
        shares: what each step from the generic model to ours changes, by its cause.
        errors: wrong decisions by sort, by method, the sum over seeds.
        calibration: expected calibration error of the margins by method, the mean over seeds.
        peak_bytes: most memory that training took, by method.
        outcomes: names of the rows and columns of ``confusion``.
        confusion: what was right against what was decided, by method, the sum over seeds.
        changes: some test pictures of the first seed on which ours and the generic model differ.
    """

    name: str
    kind: str
    methods: Mapping[str, MethodRate] = field(hash=False)
    against: Mapping[str, Against] = field(hash=False)
    seconds: Mapping[str, float] = field(default_factory=dict, hash=False)
    chosen: Mapping[str, int] = field(default_factory=dict, hash=False)
    shares: Mapping[str, Rate] = field(default_factory=dict, hash=False)
    errors: Mapping[str, Mapping[str, int]] = field(default_factory=dict, hash=False)
    calibration: Mapping[str, float] = field(default_factory=dict, hash=False)
    peak_bytes: Mapping[str, int] = field(default_factory=dict, hash=False)
    outcomes: tuple[str, ...] = ()
    confusion: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict, hash=False)
    changes: tuple[Change, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form: the methods stand beside the name."""
        made: dict[str, Any] = {"name": self.name, "kind": self.kind} if self.name else {}
        made.update({name: one.to_json() for name, one in self.methods.items()})
        made["against"] = {name: one.to_json() for name, one in self.against.items()}
        made["shares"] = {name: _rate(one) for name, one in self.shares.items()}
        made["errors"] = {name: dict(one) for name, one in self.errors.items()}
        made["calibration"] = {name: round(one, 6) for name, one in self.calibration.items()}
        made["seconds"] = {name: round(one, 3) for name, one in self.seconds.items()}
        made["peak_bytes"] = dict(self.peak_bytes)
        if self.name:
            made["chosen"] = dict(self.chosen)
            made["outcomes"] = list(self.outcomes)
            made["confusion"] = {
                name: [[round(cell, 4) for cell in row] for row in rows]
                for name, rows in self.confusion.items()
            }
            made["changes"] = [encode(one) for one in self.changes]
        return made


@dataclass(frozen=True)
class Table:
    """All applications with so many examples for each outcome.

    Attributes:
        shots: at most so many; None where the pool is shared.
        overall: mean over applications.
        kinds: mean over the applications of each kind.
        applications: one row each.
    """

    shots: int | None
    overall: Row
    kinds: Mapping[str, Row] = field(hash=False)
    applications: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "shots": self.shots,
            "overall": self.overall.to_json(),
            "kinds": {name: one.to_json() for name, one in self.kinds.items()},
            "applications": [one.to_json() for one in self.applications],
        }


@dataclass(frozen=True)
class BenchmarkRecord:
    """One setting; never two in one record.

    Attributes:
        benchmark, setting: which.
        data, data_digest, backbone: what was measured on.
        level: at which all methods were trained.
        rehearse: whether all trained methods saw what the provider's model had learnt from.
        seeds: of the divisions.
        tables: by number of examples, the largest first; the first is the result.
        left_out: applications that this data cannot measure, and why.
        environment: versions and sort of machine.
        confidence, resamples: of the intervals.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.benchmark/1"

    benchmark: str
    setting: str
    data: str
    data_digest: str
    backbone: str
    level: str
    rehearse: bool
    seeds: tuple[int, ...]
    tables: tuple[Table, ...]
    left_out: Mapping[str, str] = field(hash=False)
    environment: Mapping[str, str] = field(hash=False)
    confidence: float
    resamples: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form: the result on top, the learning curve under ``curve``."""
        first, *fewer = self.tables
        return {
            "schema": self.SCHEMA,
            "benchmark": self.benchmark,
            "setting": self.setting,
            "data": self.data,
            "data_digest": self.data_digest,
            "backbone": self.backbone,
            "level": self.level,
            "rehearse": self.rehearse,
            "seeds": list(self.seeds),
            **first.to_json(),
            "curve": [one.to_json() for one in fewer],
            "left_out": dict(self.left_out),
            "environment": dict(self.environment),
            "confidence": self.confidence,
            "resamples": self.resamples,
        }

    def save(self, path: Path) -> None:
        """Write the record; the file is complete or not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".part")
        text = json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", "utf-8")
        temporary.replace(path)


def _rate(rate: Rate) -> dict[str, float]:
    values: Sequence[tuple[str, float]] = (
        ("rate", rate.rate),
        ("low", rate.low),
        ("high", rate.high),
    )
    return {name: round(value, 6) for name, value in values}
