"""One application on one division: every method trained, every test picture decided."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from jaxtyping import Bool, Int

from chameleonapi.errors import DataError
from chameleonapi.evaluation import check_disjoint
from chameleonapi.evaluation.decisions import acceptable_outcomes, served_decisions
from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.pipeline.benchmark.applications import Application
from chameleonapi.pipeline.benchmark.division import Division, few_shots
from chameleonapi.training import DEFAULT_METHODS, FeatureSet, TrainedMethod, train_methods
from chameleonapi.training.judge import balanced_weights

__all__ = ["Cell", "CellFile", "measure_cell"]

_FORMAT: Final = "chameleonapi.benchmark-cell/1"
_CHECKED: Final = 48


@dataclass(frozen=True, eq=False)
class Cell:
    """Which test pictures each method decides incorrectly.

    Attributes:
        application, kind: what decides.
        seed: of the division.
        outcomes: how many sets of right outcomes occur in the test data.
        clusters: of the test pictures.
        strata: number of the set of right outcomes of each test picture.
        weights: of each stratum in the balanced rate, in sum one.
        wrong: by method.
        seconds: of training, by method.
        chosen: what ours turned out to be.
        examples: for training and validation.
    """

    application: str
    kind: str
    seed: int
    outcomes: int
    clusters: tuple[str, ...]
    strata: Int[np.ndarray, " test"]
    weights: tuple[float, ...]
    wrong: Mapping[str, Bool[np.ndarray, " test"]]
    seconds: Mapping[str, float]
    chosen: str
    examples: int

    def rate(self, method: str) -> float:
        """Return the balanced rate of incorrect decisions."""
        wrong = np.bincount(self.strata, self.wrong[method], len(self.weights))
        count = np.bincount(self.strata, minlength=len(self.weights))
        return float(np.array(self.weights) @ (wrong / count))


def measure_cell(
    application: Application,
    generic: LinearHead,
    division: Division,
    *,
    shots: int,
    seed: int,
    names: Sequence[str] = DEFAULT_METHODS,
) -> Cell:
    """Train every method and decide the test pictures.

    Raises:
        DataError: if there is nothing to learn from or to test on, or a test picture was seen.
        UnsupportedError: if no loss fits the application.
    """
    process, test = application.process, division.test
    train, validation = division.pool, division.validation
    if validation is None:
        train, validation = few_shots(process, division.pool, shots)
    seen = {
        "the provider's data": division.provider[0],
        "the provider's checks": (division.provider[1]),
        "training": train,
        "validation": validation,
    }
    check_disjoint(test, seen)
    methods = train_methods(process, generic, train, validation, seed=seed, names=names)
    acceptable = compile_decision(process, test.labels).acceptable(test.present, test.known)
    patterns, strata = acceptable.unique(  # type: ignore[no-untyped-call]  # torch's own
        dim=0, return_inverse=True
    )
    if len(patterns) < 2:
        raise DataError(
            f"the test pictures leave {application.name} one outcome only.",
            hint="Leave it out of --apps, or bring other data.",
        )
    each = balanced_weights(acceptable).numpy()
    places = strata.numpy()
    ours = methods["ours"].model
    return Cell(
        application.name,
        process.kind.name,
        seed,
        len(patterns),
        division.clusters,
        places,
        tuple(np.bincount(places, each, len(patterns)).tolist()),
        {name: _wrong(application, one, test, acceptable) for name, one in methods.items()},
        {name: round(one.seconds, 3) for name, one in methods.items()},
        ours.chosen if ours is not None else "",
        len(train) + len(validation),
    )


def _wrong(
    application: Application,
    method: TrainedMethod,
    test: FeatureSet,
    acceptable: Bool[torch.Tensor, "test outcomes"],
) -> Bool[np.ndarray, " test"]:
    """Decide at once; some pictures also by the reference path, and all where the two differ."""
    process, head = application.process, method.head
    with torch.no_grad():
        logits = head.logits(test.features)
    fast = ~compile_decision(process, head.labels).is_correct(logits, acceptable).numpy()
    some = torch.linspace(0, len(test) - 1, min(_CHECKED, len(test))).long()
    if np.array_equal(_by_reference(application, method, test.select(some)), fast[some.numpy()]):
        return fast
    return _by_reference(application, method, test)


def _by_reference(
    application: Application, method: TrainedMethod, test: FeatureSet
) -> Bool[np.ndarray, " test"]:
    decided = served_decisions(application.process, method.head, test.features)
    right = acceptable_outcomes(application.process, test)
    return np.array([one not in some for one, some in zip(decided, right, strict=True)])


@dataclass(frozen=True)
class CellFile:
    """Where a finished cell is kept.

    Attributes:
        path: the file.
        fingerprint: of all that the cell depends on; a file of another one counts as none.
    """

    path: Path
    fingerprint: str

    def read(self) -> Cell | None:
        """Return the cell, or None if there is no sound file of it."""
        try:
            data = json.loads(self.path.read_text("utf-8"))
            if data["format"] != _FORMAT or data["fingerprint"] != self.fingerprint:
                return None
            return _decode(data)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, cell: Cell) -> None:
        """Keep a cell; the file is complete or not there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".part")
        temporary.write_text(json.dumps(_encode(cell, self.fingerprint)) + "\n", "utf-8")
        temporary.replace(self.path)


def _encode(cell: Cell, fingerprint: str) -> dict[str, Any]:
    names = list(dict.fromkeys(cell.clusters))
    position = {name: index for index, name in enumerate(names)}
    return {
        "format": _FORMAT,
        "fingerprint": fingerprint,
        "application": cell.application,
        "kind": cell.kind,
        "seed": cell.seed,
        "outcomes": cell.outcomes,
        "cluster_names": names,
        "clusters": _pack(np.array([position[one] for one in cell.clusters], dtype=np.uint32)),
        "strata": _pack(cell.strata.astype(np.uint32)),
        "weights": list(cell.weights),
        "wrong": {name: _pack(np.packbits(one)) for name, one in cell.wrong.items()},
        "seconds": dict(cell.seconds),
        "chosen": cell.chosen,
        "examples": cell.examples,
    }


def _decode(data: Mapping[str, Any]) -> Cell:
    names: Sequence[str] = data["cluster_names"]
    clusters = _unpack(data["clusters"], np.uint32)
    strata = _unpack(data["strata"], np.uint32).astype(np.int64)
    weights = tuple(float(one) for one in data["weights"])
    wrong = {
        str(name): np.unpackbits(_unpack(text, np.uint8), count=len(strata)).astype(bool)
        for name, text in data["wrong"].items()
    }
    if len(clusters) != len(strata) or sorted(set(strata.tolist())) != list(range(len(weights))):
        raise ValueError("the cell does not fit together")
    return Cell(
        data["application"],
        data["kind"],
        data["seed"],
        data["outcomes"],
        tuple(names[one] for one in clusters.tolist()),
        strata,
        weights,
        wrong,
        data["seconds"],
        data["chosen"],
        data["examples"],
    )


def _pack(array: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(array.tobytes()).decode()


def _unpack(text: str, kind: Any) -> np.ndarray[Any, Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=kind)
