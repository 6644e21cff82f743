"""Finished cells on disk: a file of another fingerprint, or a damaged one, counts as none."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from chameleonapi.decision.codec import decode, encode
from chameleonapi.pipeline.benchmark.cell import Cell, Change, Finding

__all__ = ["CellFile"]

_FORMAT: Final = "chameleonapi.benchmark-cell/3"


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
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
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
        "findings": {name: encode(one) for name, one in cell.findings.items()},
        "names": list(cell.names),
        "changes": [encode(one) for one in cell.changes],
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
        {
            str(name): decode(Finding, one, f"findings.{name}")
            for name, one in data["findings"].items()
        },
        tuple(data["names"]),
        tuple(
            decode(Change, one, f"changes[{index}]") for index, one in enumerate(data["changes"])
        ),
    )


def _pack(array: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(array.tobytes()).decode()


def _unpack(text: str, kind: Any) -> np.ndarray[Any, Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=kind)
