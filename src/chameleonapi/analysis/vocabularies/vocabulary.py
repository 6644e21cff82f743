"""Label lists: what an API can answer, for solving tests label by label."""

from __future__ import annotations

import csv
import functools
import hashlib
import importlib.resources
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chameleonapi.apis import ApiSpec, FieldKind, Task
from chameleonapi.decision import VocabularyReference
from chameleonapi.errors import DataError

__all__ = ["Vocabulary", "builtin_vocabulary", "load_vocabulary", "packaged_words"]

_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_LABELS: Final = 500_000
_MAX_LENGTH: Final = 500
_PACKAGED: Final = ("everyday", "topics", "moderation")


@dataclass(frozen=True)
class Vocabulary:
    """Labels of one API, in a fixed order, each once.

    Attributes:
        name, version: identity for records.
        labels: exactly as the API writes them.
        is_complete: whether the API answers with nothing else, as far as is known.
    """

    name: str
    version: str
    labels: tuple[str, ...]
    is_complete: bool = False

    @functools.cached_property
    def reference(self) -> VocabularyReference:
        """What a record keeps of it."""
        digest = hashlib.sha256("\n".join(self.labels).encode()).hexdigest()
        return VocabularyReference(f"{self.name}/{self.version}", len(self.labels), digest)


def builtin_vocabulary(spec: ApiSpec) -> Vocabulary:
    """Return the vocabulary that comes with the package for an API.

    Enumerations are complete; the lists of labels hold common names only.
    """
    field = spec.main.field(spec.label_field) if spec.label_field else None
    if field is not None and field.kind is FieldKind.ENUM:
        return Vocabulary(f"{spec.id}.{field.path}", "1", field.values, is_complete=True)
    if "moderat" in spec.id:
        return _packaged("moderation")
    if spec.task is Task.LANGUAGE:
        return _packaged("languages")
    if spec.task is Task.TOPICS:
        # the classes of a custom classifier are its owner's: the source's own words stand for them
        return _packaged("topics") if spec.provider == "google" else _packaged("everyday")
    return _packaged("everyday")


@functools.cache
def _packaged(name: str) -> Vocabulary:
    folder = importlib.resources.files("chameleonapi.analysis.vocabularies") / "data"
    lines = (folder / f"{name}.txt").read_text("utf-8").splitlines()
    return Vocabulary(name, "1", tuple(one for one in lines if one and not one.startswith("# ")))


@functools.cache
def packaged_words() -> frozenset[str]:
    """Return every word of the packaged lists, in lower case: what is a word, and what is not."""
    labels = (label for name in _PACKAGED for label in _packaged(name).labels)
    return frozenset(word for one in labels for word in re.findall(r"\w+", one.casefold()))


def load_vocabulary(path: str | Path) -> Vocabulary:
    """Read a vocabulary: text with one label a line, CSV with id and name, or JSON.

    A text may say ``# name: ...``, ``# version: ...`` and ``# complete: no`` about itself, JSON
    may be an object that does so beside its ``labels``.

    Raises:
        DataError: if the file cannot be read, is too large, or holds no labels.
    """
    file = Path(path)
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise DataError(
                f"the vocabulary {str(path)!r} is larger than {_MAX_BYTES // 2**20} MiB.",
                hint="Pass a list of label names.",
            )
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise DataError(
            f"cannot read the vocabulary {str(path)!r}: {error.strerror}.",
            hint="Check the path.",
        ) from None
    except UnicodeDecodeError:
        raise DataError(
            f"the vocabulary {str(path)!r} is no UTF-8 text.", hint="Save it as UTF-8."
        ) from None
    readers = {".csv": _from_csv, ".json": _from_json}
    read = readers.get(file.suffix.lower(), _from_lines)(text, str(path))
    unique = tuple(dict.fromkeys(one for one in (label.strip() for label in read.labels) if one))
    if not unique:
        raise DataError(
            f"the vocabulary {str(path)!r} holds no labels.",
            hint="Write one label a line, or a CSV file with the columns id and name.",
        )
    if len(unique) > _MAX_LABELS or max(map(len, unique)) > _MAX_LENGTH:
        raise DataError(
            f"the vocabulary {str(path)!r} holds more than {_MAX_LABELS} labels, or one longer "
            f"than {_MAX_LENGTH} characters.",
            hint="Pass a list of label names.",
        )
    digest = hashlib.sha256("\n".join(unique).encode()).hexdigest()
    return Vocabulary(
        read.name or file.stem, read.version or digest[:12], unique, is_complete=read.is_complete
    )


@dataclass(frozen=True)
class _Read:
    """What a file says: labels, and about itself; empty texts where it says nothing."""

    labels: list[str]
    name: str = ""
    version: str = ""
    is_complete: bool = True


def _from_lines(text: str, path: str) -> _Read:
    said: dict[str, str] = {}
    labels = []
    for line in text.splitlines():
        if not line.startswith("# "):
            labels.append(line)
            continue
        key, sign, value = line[2:].partition(":")
        if sign and key in {"name", "version", "complete"}:
            said.setdefault(key, value.strip())
    complete = said.get("complete", "yes").lower()
    if complete not in {"yes", "no"}:
        raise DataError(
            f"the vocabulary {path!r} says `complete: {complete}`.", hint="Write yes or no."
        )
    return _Read(labels, said.get("name", ""), said.get("version", ""), complete == "yes")


def _from_csv(text: str, path: str) -> _Read:
    try:
        rows = [row for row in csv.reader(text.splitlines()) if row]
    except csv.Error as error:
        raise DataError(
            f"the vocabulary {path!r} is no CSV: {error}.", hint="Use the columns id and name."
        ) from None
    if rows and rows[0][-1].strip().lower() in {"displayname", "name", "label", "description"}:
        rows = rows[1:]
    return _Read([row[1] if len(row) > 1 else row[0] for row in rows])


def _from_json(text: str, path: str) -> _Read:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"the vocabulary {path!r} is no JSON: {error}.", hint="Write a list of strings."
        ) from None
    record = data if isinstance(data, dict) else {"labels": data}
    labels = record.get("labels")
    if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
        raise DataError(
            f"the vocabulary {path!r} must be a JSON list of strings, or an object with such a "
            "list as its `labels`.",
            hint='For instance ["Cat", "Dog"].',
        )
    kinds = {"labels": list, "name": str, "version": str, "complete": bool}
    for key, value in record.items():
        if key not in kinds or not isinstance(value, kinds[key]):
            raise DataError(
                f"the vocabulary {path!r} has {key!r}: {value!r}, which is not expected.",
                hint="Known are labels, name and version (texts), and complete (true or false).",
            )
    return _Read(
        labels, record.get("name", ""), record.get("version", ""), record.get("complete", True)
    )
