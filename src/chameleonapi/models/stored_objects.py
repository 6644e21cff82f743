"""What a registry stores: models by digest, each whole or as what it does not share with another.

``DIGEST/`` holds a manifest and the files that it names by their SHA-256; the digest is the
SHA-256 of the manifest. In place of a head may be the rows in which it differs from that of another
object, its base, which the manifest names. A base has a whole head.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from chameleonapi.errors import ModelError, RecordError
from chameleonapi.models.head_rows import HeadRows
from chameleonapi.models.heads import LinearHead, labels_digest
from chameleonapi.models.manifest import Manifest
from chameleonapi.models.stored_files import (
    discard_folder,
    json_bytes,
    read_plain,
    store_folder,
    sweep,
)

__all__ = ["DIGEST", "ModelReference", "StoredObjects"]

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MANIFEST: Final = "manifest.json"
_HEAD: Final = "head.safetensors"
_ROWS: Final = "rows.safetensors"
_MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024
_MAX_FILE_BYTES: Final = 4 * 1024**3  # of weights: those of an encoder are the largest
_ROWS_BYTES: Final = 1024 * 1024  # of a file of rows beside its numbers, at most


@dataclass(frozen=True, slots=True)
class ModelReference:
    """One published model."""

    name: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}@{self.digest[:12]}"


class StoredObjects:
    """Objects in a folder; who stores or drops them sees to it that nobody else does meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Heads that somebody holds, by the SHA-256 of their files: what is made from one shares it.
        self._held: WeakValueDictionary[str, LinearHead] = WeakValueDictionary()

    def store(self, head: LinearHead, manifest: Manifest, files: Mapping[str, bytes]) -> str:
        """Store a model and return its digest.

        Args:
            head: stored as rows of its own, where it shares others with the base that the
                manifest names and that is here.
            manifest: without the digests of files.
            files: the other files of the model.
        """
        contents = dict(files)
        base, rows = self._rows(head, manifest.base)
        if rows is None:
            contents[_HEAD] = head.to_bytes()
        else:
            contents[_ROWS] = rows.to_bytes()
        digests = {file: hashlib.sha256(one).hexdigest() for file, one in contents.items()}
        record = json_bytes(replace(manifest, files=digests, rows_of=base).to_json())
        contents[_MANIFEST] = record
        digest = hashlib.sha256(record).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        store_folder(self._folder / digest, contents)
        return digest

    def manifest(self, reference: ModelReference) -> Manifest:
        """Return the manifest of a model.

        Raises:
            ModelError: if the model is damaged, or not there.
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

    def read(
        self, reference: ModelReference, file: str, manifest: Manifest, most: int = _MAX_FILE_BYTES
    ) -> bytes:
        """Return a file of a model.

        Args:
            reference, manifest: of the model.
            file: its name.
            most: bytes that it may have.

        Raises:
            ModelError: if it is not there, or not what was published.
        """
        content = self._read(reference, file, most)
        if hashlib.sha256(content).hexdigest() != manifest.files.get(file):
            raise _damaged(reference, file)
        return content

    def head(self, reference: ModelReference, manifest: Manifest) -> LinearHead:
        """Return the head of a model, put together with its base if it was stored as rows.

        Raises:
            ModelError: if the model or its base is damaged or not there.
        """
        if not manifest.rows_of:
            return self._whole_head(reference, manifest)
        base = ModelReference(f"the base of {reference.name}", manifest.rows_of)
        if not (DIGEST.fullmatch(base.digest) and (self._folder / base.digest).is_dir()):
            raise _without_base(reference, base.digest)
        above = self.manifest(base)
        whole = self._held.get(_head_digest(above)) or self._whole_head(base, above)
        most = _ROWS_BYTES + 2 * whole.weight.numel() * whole.weight.element_size()
        rows = HeadRows.from_bytes(self.read(reference, _ROWS, manifest, most))
        if rows.base != _head_digest(above) or manifest.labels_digest != above.labels_digest:
            raise ModelError(
                f"the rows of {reference} were made for the head {rows.base[:12]!r}, and that of "
                f"its base {base.digest[:12]} is {_head_digest(above)[:12]!r}.",
                hint="Publish the model again, or roll back to an earlier version.",
            )
        return rows.on(whole)

    def drop(self, digests: Collection[str], named: Collection[str]) -> None:
        """Remove models, and their bases, unless they are named or needed by one that stays.

        A model whose manifest cannot be read may need any base.

        Args:
            digests: of the models.
            named: of those that have a name.
        """
        if not self._folder.is_dir():
            return
        bases = {
            one.name: self._base_digest(one.name)
            for one in self._folder.iterdir()
            if DIGEST.fullmatch(one.name)
        }
        going = set(digests).difference(named)
        needed = {base for one, base in bases.items() if one not in going}
        going |= {base for one in going if (base := bases.get(one))}.difference(named)
        for digest in going - needed:
            if None not in needed or bases.get(digest):
                discard_folder(self._folder / digest)
        sweep(self._folder)

    def _base_digest(self, digest: str) -> str | None:
        """Return the base of an object, empty if it has none and None if that cannot be told."""
        try:
            found = json.loads(
                self._read(ModelReference("", digest), _MANIFEST, _MAX_MANIFEST_BYTES)
            )
            base = found.get("rows_of", "")
        except (ModelError, ValueError, RecursionError, AttributeError):
            return None
        return base if isinstance(base, str) and (not base or DIGEST.fullmatch(base)) else None

    def _rows(self, head: LinearHead, base: str) -> tuple[str, HeadRows | None]:
        """Return which object's head this one shares rows with, and the other rows."""
        if not DIGEST.fullmatch(base):
            return "", None
        try:
            reference = ModelReference("a base", base)
            manifest = self.manifest(reference)
            if DIGEST.fullmatch(manifest.rows_of):  # what has a base is none
                reference = ModelReference("a base", manifest.rows_of)
                manifest = self.manifest(reference)
            shared = self._whole_head(reference, manifest)
        except ModelError:  # not here, or damaged: the model is stored so that it needs no other
            return "", None
        rows = HeadRows.between(head, shared, _head_digest(manifest))
        return ("", None) if rows is None else (reference.digest, rows)

    def _whole_head(self, reference: ModelReference, manifest: Manifest) -> LinearHead:
        content = self.read(reference, _HEAD, manifest)
        head = self._held.get(_head_digest(manifest)) or LinearHead.from_bytes(content)
        if labels_digest(head.labels) != manifest.labels_digest:
            raise _damaged(reference, _HEAD)
        return self._held.setdefault(_head_digest(manifest), head)

    def _read(self, reference: ModelReference, file: str, most: int) -> bytes:
        try:
            return read_plain(self._folder / reference.digest / file, most)
        except OSError as error:
            raise ModelError(
                f"the file {file} of {reference} cannot be read: {error.strerror}.",
                hint="Publish the model again, or roll back to an earlier version.",
            ) from None


def _head_digest(manifest: Manifest) -> str:
    """Return the SHA-256 of a whole head; empty for a model without one."""
    return str(manifest.files.get(_HEAD, ""))


def _damaged(reference: ModelReference, file: str) -> ModelError:
    return ModelError(
        f"the file {file} of {reference} is not what was published.",
        hint="Publish the model again, or roll back to an earlier version.",
    )


def _without_base(reference: ModelReference, base: str) -> ModelError:
    return ModelError(
        f"{reference} is stored as the rows in which it differs from the model {base[:64]!r}, "
        "which is not in this registry.",
        hint="Copy that folder of objects/ too from the registry that it was made in, or the "
        "registry as a whole; else customise the model again here.",
    )
