"""The model registry: named, content-addressed, and never half-written.

``objects/DIGEST/`` holds a manifest, a head, perhaps an opinion on outcomes, a tail, a finder and
a decision process;
the digest is the SHA-256 of the manifest, which names the SHA-256 of every other file.
``aliases/NAME.json`` says which object a name means now and meant before.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import ModelError, RecordError, UnknownNameError, UsageError
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.manifest import Manifest
from chameleonapi.models.part_finders import PartFinder, read_finder
from chameleonapi.models.pooled_head import LabelHead, OutcomeHead, PooledHead
from chameleonapi.models.tails import Tail

__all__ = ["ModelReference", "ModelRegistry", "StoredModel"]

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MANIFEST: Final = "manifest.json"
_HEAD: Final = "head.safetensors"
_OUTCOMES: Final = "outcomes.safetensors"
_TAIL: Final = "tail.safetensors"
_DECISION: Final = "decision.json"
_FINDER: Final = "regions.safetensors"
_ALIAS_SCHEMA: Final = "chameleonapi.alias/1"
_LEAST_PREFIX: Final = 6
_MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ModelReference:
    """One published model."""

    name: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}@{self.digest[:12]}"


class StoredModel(NamedTuple):
    """What a name means: without tail and opinion, a model that has them answers otherwise."""

    head: LinearHead
    manifest: Manifest
    tail: Tail | None = None
    opinion: OutcomeHead | None = None


class ModelRegistry:
    """Models in a folder; safe for several processes at once."""

    def __init__(self, root: str | Path) -> None:
        self._root = Path(root)
        self._objects = self._root / "objects"
        self._aliases = self._root / "aliases"

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    def publish(
        self,
        name: str,
        head: LabelHead,
        manifest: Manifest,
        tail: Tail | None = None,
        process: DecisionProcess | None = None,
        finder: PartFinder | None = None,
    ) -> ModelReference:
        """Store a model and let ``name`` mean it from now on.

        With the process that the model was made for, a server tells what is decided on its answers.
        A model of regions or mentions that others are made from comes with its finder.

        Raises:
            UsageError: if the name cannot be one, the manifest is of another label space, or a
                head speaks of outcomes and comes without the process.
        """
        _check_name(name)
        if manifest.labels_digest != labels_digest(head.labels):
            raise UsageError(
                f"the manifest of {name!r} speaks of another label space than its head.",
                hint="Use labels_digest(head.labels).",
            )
        if tail is not None and tail.backbone != manifest.backbone:
            raise UsageError(
                f"the manifest of {name!r} names another backbone than its tail.",
                hint="Publish a tail with the backbone that it was trained with.",
            )
        contents = {}
        if isinstance(head, PooledHead):
            if process is None:
                raise UsageError(
                    f"{name!r} has an opinion on outcomes, and no process that has them.",
                    hint="Publish it with the decision process that it was made for.",
                )
            contents[_OUTCOMES] = head.opinion.to_bytes()
            head = head.linear
        contents[_HEAD] = head.to_bytes()
        if tail is not None:
            contents[_TAIL] = tail.to_bytes()
        if finder is not None:
            contents[_FINDER] = finder.to_bytes()
        if process is not None:
            contents[_DECISION] = _to_bytes(process.to_json())
        digests = {file: hashlib.sha256(one).hexdigest() for file, one in contents.items()}
        complete = replace(manifest, files=digests)
        record = _to_bytes(complete.to_json())
        digest = hashlib.sha256(record).hexdigest()
        self._objects.mkdir(parents=True, exist_ok=True)
        self._aliases.mkdir(parents=True, exist_ok=True)
        target = self._objects / digest
        if not target.is_dir():
            temporary = Path(tempfile.mkdtemp(prefix=".part-", dir=self._objects))
            try:
                for file, content in contents.items():
                    _write(temporary / file, content)
                _write(temporary / _MANIFEST, record)
                temporary.chmod(0o755)
                _rename_folder(temporary, target)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
        with self._locked():
            history = self._history(name) if self._alias(name).exists() else []
            self._point(name, [*(one for one in history if one != digest), digest])
        return ModelReference(name, digest)

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted."""
        if not self._aliases.is_dir():
            return ()
        found = (one.stem for one in self._aliases.glob("*.json"))
        return tuple(sorted(one for one in found if _NAME.fullmatch(one)))

    def resolve(self, name: str) -> ModelReference:
        """Return the model that ``NAME`` means now, or ``NAME@DIGEST`` meant once.

        Raises:
            UnknownNameError: if there is none; the message lists the names.
            UsageError: if the part after ``@`` fits no or several versions.
        """
        base, at, prefix = name.partition("@")
        _check_name(base)
        if not self._alias(base).is_file():
            raise UnknownNameError("model", base, self.names())
        history = self._history(base)
        if not at:
            return ModelReference(base, history[-1])
        fitting = [one for one in history if one.startswith(prefix)]
        if len(prefix) < _LEAST_PREFIX or len(fitting) != 1:
            versions = ", ".join(one[:12] for one in history)
            raise UsageError(
                f"{prefix!r} names no single version of {base!r}.",
                hint=f"Its versions are {versions}; give at least {_LEAST_PREFIX} characters.",
            )
        return ModelReference(base, fitting[0])

    def manifest(self, name: str) -> Manifest:
        """Return the manifest of a model.

        Raises:
            UnknownNameError, UsageError: as in ``resolve``.
            ModelError: if the model is damaged.
        """
        return self.load_manifest(self.resolve(name))

    def load(self, name: str) -> StoredModel:
        """Return a model with its manifest, every byte of all checked.

        Raises:
            UnknownNameError, UsageError: as in ``resolve``.
            ModelError: if the model is damaged.
        """
        return self.load_version(self.resolve(name))

    def load_version(self, reference: ModelReference) -> StoredModel:
        """Return a model as it was published, whatever its name means now.

        Raises:
            ModelError: if the model is damaged, or not there any more.
        """
        manifest = self.load_manifest(reference)
        head = LinearHead.from_bytes(self._read_checked(reference, _HEAD, manifest))
        if labels_digest(head.labels) != manifest.labels_digest:
            raise _damaged(reference, _HEAD)
        tail = None
        if _TAIL in manifest.files:
            tail = Tail.from_bytes(self._read_checked(reference, _TAIL, manifest))
        opinion = None
        if _OUTCOMES in manifest.files:
            opinion = OutcomeHead.from_bytes(self._read_checked(reference, _OUTCOMES, manifest))
        return StoredModel(head, manifest, tail, opinion)

    def decision(self, name: str) -> DecisionProcess | None:
        """Return the process that a model was made for; None if it was published without.

        Raises:
            UnknownNameError, UsageError: as in ``resolve``.
            ModelError: if the model is damaged.
        """
        return self.load_decision(self.resolve(name))

    def load_decision(self, reference: ModelReference) -> DecisionProcess | None:
        """Return the process of a version, whatever its name means now; see ``decision``.

        Raises:
            ModelError: if the model is damaged, or not there any more.
        """
        manifest = self.load_manifest(reference)
        if _DECISION not in manifest.files:
            return None
        content = self._read_checked(reference, _DECISION, manifest)
        try:
            return DecisionProcess.from_json(json.loads(content))
        except (ValueError, RecursionError, RecordError) as error:
            raise ModelError(
                f"the decision process of {reference} cannot be used: {error}",
                hint="Publish the model again with this version.",
            ) from None

    def finder(self, name: str) -> PartFinder | None:
        """Return what finds the regions or mentions of a model; None if it was published without.

        Raises:
            UnknownNameError, UsageError: as in ``resolve``.
            ModelError: if the model is damaged.
        """
        reference = self.resolve(name)
        manifest = self.load_manifest(reference)
        if _FINDER not in manifest.files:
            return None
        return read_finder(self._read_checked(reference, _FINDER, manifest))

    def restore(self, name: str) -> ModelReference:
        """Let a name mean again what ``NAME@DIGEST`` meant; what it meant since stays known.

        Raises:
            UnknownNameError, UsageError: as in ``resolve``.
        """
        with self._locked():
            reference = self.resolve(name)
            others = [one for one in self._history(reference.name) if one != reference.digest]
            self._point(reference.name, [*others, reference.digest])
            return reference

    def history(self, name: str) -> tuple[ModelReference, ...]:
        """Return all versions that a name has had, the present one last.

        Raises:
            UnknownNameError: if there is no such name.
        """
        self.resolve(name)
        return tuple(ModelReference(name, one) for one in self._history(name))

    def rollback(self, name: str) -> ModelReference:
        """Let a name mean what it meant before; the newer version stays stored.

        Raises:
            UnknownNameError: if there is no such name.
            UsageError: if it has never meant anything else.
        """
        with self._locked():
            self.resolve(name)
            history = self._history(name)
            if len(history) < 2:
                raise UsageError(
                    f"{name!r} has no earlier version to go back to.",
                    hint="`chameleon models show` tells what it is.",
                )
            self._point(name, history[:-1])
            return ModelReference(name, history[-2])

    def remove(self, name: str) -> None:
        """Forget a name, and every model that no other name has ever meant.

        Raises:
            UnknownNameError: if there is no such name.
        """
        with self._locked():
            self.resolve(name)
            mine = set(self._history(name))
            self._alias(name).unlink()
            others = {one for other in self.names() for one in self._history(other)}
            for digest in mine - others:
                shutil.rmtree(self._objects / digest, ignore_errors=True)

    # Files

    def _alias(self, name: str) -> Path:
        return self._aliases / f"{name}.json"

    def _history(self, name: str) -> list[str]:
        path = self._alias(name)
        try:
            data = json.loads(path.read_text("utf-8"))
            history = data["history"]
            sound = data["schema"] == _ALIAS_SCHEMA and all(map(_DIGEST.fullmatch, history))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            sound, history = False, []
        if not sound or not history:
            raise ModelError(
                f"the registry's entry for {name!r} is damaged ({path}).",
                hint="Remove that file and publish the model again.",
            )
        return list(history)

    def _point(self, name: str, history: list[str]) -> None:
        path = self._alias(name)
        temporary = path.with_name(f".{path.name}.part-{os.getpid()}")
        _write(temporary, _to_bytes({"schema": _ALIAS_SCHEMA, "history": history}))
        temporary.replace(path)
        _sync_folder(self._aliases)

    def load_manifest(self, reference: ModelReference) -> Manifest:
        """Return the manifest of a version, whatever its name means now.

        Raises:
            ModelError: if the model is damaged, or not there any more.
        """
        record = self._read(reference, _MANIFEST, _MAX_MANIFEST_BYTES)
        if hashlib.sha256(record).hexdigest() != reference.digest:
            raise _damaged(reference, _MANIFEST)
        try:
            return Manifest.from_json(json.loads(record))
        except (ValueError, RecursionError, RecordError) as error:
            raise ModelError(
                f"the manifest of {reference} cannot be used: {error}",
                hint="Publish the model again with this version.",
            ) from None

    def _read_checked(self, reference: ModelReference, file: str, manifest: Manifest) -> bytes:
        content = self._read(reference, file, None)
        if hashlib.sha256(content).hexdigest() != manifest.files.get(file):
            raise _damaged(reference, file)
        return content

    def _read(self, reference: ModelReference, file: str, most: int | None) -> bytes:
        path = self._objects / reference.digest / file
        try:
            if most is not None and path.stat().st_size > most:
                raise _damaged(reference, file)
            return path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"the file {file} of {reference} cannot be read: {error.strerror}.",
                hint="Publish the model again, or roll back to an earlier version.",
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time change aliases."""
        self._aliases.mkdir(parents=True, exist_ok=True)
        with (self._root / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name:
        raise UsageError(
            f"{name!r} cannot name a model.",
            hint="Use letters, digits, '.', '_' and '-', and begin with a letter or digit.",
        )


def _damaged(reference: ModelReference, file: str) -> ModelError:
    return ModelError(
        f"the file {file} of {reference} is not what was published.",
        hint="Publish the model again, or roll back to an earlier version.",
    )


def _to_bytes(data: Any) -> bytes:
    return (json.dumps(data, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _rename_folder(temporary: Path, target: Path) -> None:
    try:
        temporary.rename(target)
    except OSError:
        # Somebody else has just published the same content: theirs is as good as ours.
        if not target.is_dir():
            raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
