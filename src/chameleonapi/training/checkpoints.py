"""The state of a training run on disk: complete or not there, and never for another run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from chameleonapi.errors import ModelError

__all__ = ["Checkpoint", "Snapshot"]

_FORMAT: Final = "chameleonapi.checkpoint/2"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything that the next epoch depends on."""

    tensors: dict[str, Tensor]
    values: dict[str, Any]


@dataclass(frozen=True)
class Checkpoint:
    """A file that holds the last finished epoch of one run.

    Attributes:
        path: the file.
        fingerprint: digest of all that the run is made of. A file of another run is ignored
            and then replaced, so that changed data or settings never meet old weights.
    """

    path: Path
    fingerprint: str

    @classmethod
    def of(cls, path: Path, *parts: object) -> Checkpoint:
        """Return the checkpoint of the run that these parts (JSON values) determine."""
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
        return cls(path, hashlib.sha256(text.encode()).hexdigest())

    def write(self, snapshot: Snapshot) -> None:
        """Replace the file; whoever is killed while this runs keeps the file before it.

        Raises:
            ModelError: if the folder cannot be written to.
        """
        tensors = {
            key: one.detach().cpu().contiguous().clone() for key, one in snapshot.tensors.items()
        }
        header = {
            "format": _FORMAT,
            "fingerprint": self.fingerprint,
            "values": json.dumps(snapshot.values),
            "sha256": _digest(tensors),
        }
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(save(tensors, header))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise ModelError(
                f"the checkpoint {str(self.path)!r} cannot be written: {error.strerror}.",
                hint="Choose a folder with room that you may write to.",
            ) from None

    def read(self) -> Snapshot | None:
        """Return the snapshot, or None if there is none of this run.

        A damaged file counts as none: training starts again rather than going on from it.
        """
        try:
            content = self.path.read_bytes()
            length = int.from_bytes(content[:8], "little")
            header = json.loads(content[8 : 8 + length])["__metadata__"]
            if header["format"] != _FORMAT or header["fingerprint"] != self.fingerprint:
                return None
            tensors = load(content)
            if header["sha256"] != _digest(tensors):
                return None
            return Snapshot(tensors, json.loads(header["values"]))
        except (OSError, ValueError, KeyError, TypeError, SafetensorError, RecursionError):
            return None

    def remove(self) -> None:
        """Delete the file, if it is there."""
        self.path.unlink(missing_ok=True)


def _digest(tensors: Mapping[str, Tensor]) -> str:
    running = hashlib.sha256()
    for key in sorted(tensors):
        running.update(key.encode() + b"\n")
        running.update(tensors[key].numpy().tobytes())
    return running.hexdigest()
