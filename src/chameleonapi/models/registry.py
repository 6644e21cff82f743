"""The model registry: named, content-addressed, and never half-written.

``objects/`` holds models by the digests of their manifests.
``aliases/NAME.json`` says which object a name means now and meant before.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import ModelError, RecordError, UnknownNameError, UsageError
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.manifest import Manifest
from chameleonapi.models.part_finders import PartFinder, read_finder
from chameleonapi.models.pooled_head import LabelHead, OutcomeHead, PooledHead
from chameleonapi.models.stored_files import json_bytes, read_plain, replace_file
from chameleonapi.models.stored_objects import DIGEST, ModelReference, StoredObjects
from chameleonapi.models.tails import Tail

__all__ = ["ModelReference", "ModelRegistry", "StoredModel"]

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OUTCOMES: Final = "outcomes.safetensors"
_TAIL: Final = "tail.safetensors"
_DECISION: Final = "decision.json"
_FINDER: Final = "regions.safetensors"
_ALIAS_SCHEMA: Final = "chameleonapi.alias/1"
_MAX_ALIAS_BYTES: Final = 16 * 1024 * 1024
_LEAST_PREFIX: Final = 6


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
        self._objects = StoredObjects(self._root / "objects")
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
        Of a head that shares rows with the model that the manifest names as its base, the others
        are stored, if that model is here. A model of regions or mentions that others are made from
        comes with its finder.

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
        if tail is not None:
            contents[_TAIL] = tail.to_bytes()
        if finder is not None:
            contents[_FINDER] = finder.to_bytes()
        if process is not None:
            contents[_DECISION] = json_bytes(process.to_json())
        with self._locked():  # so that nobody removes its base meanwhile
            digest = self._objects.store(head, manifest, contents)
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

    def load_manifest(self, reference: ModelReference) -> Manifest:
        """Return the manifest of a version, whatever its name means now.

        Raises:
            ModelError: if the model is damaged, or not there any more.
        """
        return self._objects.manifest(reference)

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
        manifest = self._objects.manifest(reference)
        head = self._objects.head(reference, manifest)
        tail = None
        if _TAIL in manifest.files:
            tail = Tail.from_bytes(self._objects.read(reference, _TAIL, manifest))
        opinion = None
        if _OUTCOMES in manifest.files:
            opinion = OutcomeHead.from_bytes(self._objects.read(reference, _OUTCOMES, manifest))
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
        manifest = self._objects.manifest(reference)
        if _DECISION not in manifest.files:
            return None
        content = self._objects.read(reference, _DECISION, manifest)
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
        manifest = self._objects.manifest(reference)
        if _FINDER not in manifest.files:
            return None
        return read_finder(self._objects.read(reference, _FINDER, manifest))

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

        A model whose rows another one shares stays until the last of these is removed.

        Raises:
            UnknownNameError: if there is no such name.
            ModelError: if the entry of a name is damaged; nothing is removed then.
        """
        with self._locked():
            self.resolve(name)
            mine = set(self._history(name))
            others = {
                one for other in self.names() if other != name for one in self._history(other)
            }
            self._alias(name).unlink()
            self._objects.drop(mine, others)

    # Files

    def _alias(self, name: str) -> Path:
        return self._aliases / f"{name}.json"

    def _history(self, name: str) -> list[str]:
        path = self._alias(name)
        try:
            data = json.loads(read_plain(path, _MAX_ALIAS_BYTES))
            history = data["history"]
            sound = data["schema"] == _ALIAS_SCHEMA and all(map(DIGEST.fullmatch, history))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            sound, history = False, []
        if not sound or not history:
            raise ModelError(
                f"the registry's entry for {name!r} is damaged ({path}).",
                hint="Remove that file and publish the model again.",
            )
        return list(history)

    def _point(self, name: str, history: list[str]) -> None:
        record = {"schema": _ALIAS_SCHEMA, "history": history}
        replace_file(self._alias(name), json_bytes(record))

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
