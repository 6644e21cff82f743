"""What the columns of a Hugging Face dataset mean: pictures, names of classes, lists of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chameleonapi.data.importers.yaml_files import parse_yaml
from chameleonapi.errors import DataError

__all__ = ["Features", "features_in_json", "features_in_metadata", "features_in_readme"]

_MOST_BYTES: Final = 16 * 1024 * 1024
_TEXT_LABELS: Final = ("label", "labels", "tags", "category", "class")
_PICTURES: Final = ("image", "img", "picture", "photo")


@dataclass(frozen=True, slots=True)
class Features:
    """Columns and their meaning, as ``datasets`` writes it down."""

    columns: Mapping[str, Any] = field(default_factory=dict)

    def picture_column(self, columns: list[str]) -> str | None:
        """Return the column that holds pictures."""
        for name in columns:
            if _type(self.columns.get(name)) == "Image":
                return name
        return next((one for one in _PICTURES if one in columns), None)

    def label_columns(self, columns: list[str]) -> list[str]:
        """Return the columns with names of classes, else those of text that are called labels."""
        found = [one for one in columns if any(True for _ in _class_names(self.columns.get(one)))]
        return found or [one for one in columns if one.lower() in _TEXT_LABELS]

    def fields_left_out(self, column: str) -> tuple[str, ...]:
        """Return what stands beside the class in a column of records, such as boxes."""
        feature = self.columns.get(column)
        inner = _inner(feature)
        record = feature if inner is None else inner
        if not isinstance(record, Mapping) or "_type" in record:
            return ()
        fields = (key for key, one in record.items() if not any(True for _ in _class_names(one)))
        return tuple(f"{column}.{key}" for key in fields)

    def names(self) -> tuple[str, ...]:
        """Return the names of all classes."""
        every = (name for one in self.columns.values() for name in _class_names(one))
        return tuple(dict.fromkeys(every))

    def labels(self, column: str, value: object) -> Iterator[str | None]:
        """Yield the labels of a cell; None for each number that has no name."""
        yield from _labels(self.columns.get(column), value)


def _type(feature: object) -> str:
    return str(feature.get("_type", "")) if isinstance(feature, Mapping) else ""


def _inner(feature: object) -> object:
    """Return what a list feature holds, or None; old versions write ``[feature]``."""
    if isinstance(feature, list) and len(feature) == 1:
        return feature[0]
    if isinstance(feature, Mapping) and _type(feature) in {"Sequence", "List", "LargeList"}:
        return feature.get("feature")
    return None


def _names_of(feature: Mapping[str, Any]) -> list[object]:
    names = feature.get("names")
    return names if isinstance(names, list) else []


def _class_names(feature: object) -> Iterator[str]:
    inner = _inner(feature)
    if inner is not None:
        yield from _class_names(inner)
    elif _type(feature) == "ClassLabel":
        assert isinstance(feature, Mapping)
        yield from map(str, _names_of(feature))
    elif isinstance(feature, Mapping) and "_type" not in feature:
        for one in feature.values():
            yield from _class_names(one)


def _labels(feature: object, value: object) -> Iterator[str | None]:
    if value is None:
        return
    if isinstance(value, list):
        inner = _inner(feature)
        for one in value:
            yield from _labels(feature if inner is None else inner, one)
    elif isinstance(value, Mapping):
        inner = _inner(feature)  # a sequence of records is stored as a record of sequences
        known = inner if isinstance(inner, Mapping) else feature
        for key, below in value.items():
            one = known.get(key) if isinstance(known, Mapping) else None
            if any(True for _ in _class_names(one)):
                yield from _labels(one, below)
    elif _type(feature) == "ClassLabel":
        assert isinstance(feature, Mapping)
        names = _names_of(feature)
        if isinstance(value, int) and 0 <= value < len(names):
            yield str(names[value])
        elif isinstance(value, str):
            yield value
        elif value != -1:  # which says that the label is not known
            yield None
    elif isinstance(value, str):
        yield from (one.strip() for one in value.split("|") if one.strip())
    else:
        yield None


def features_in_metadata(content: bytes | None) -> Features | None:
    """Read what Arrow and Parquet files carry under the key ``huggingface``."""
    try:
        record = json.loads(content or b"{}")
        columns = record["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Features(columns) if isinstance(columns, dict) else None


def features_in_json(path: Path) -> Features | None:
    """Read ``dataset_info.json``.

    Raises:
        DataError: if it is there and no JSON.
    """
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path} is larger than {_MOST_BYTES:,} bytes.", hint="Check it.")
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path} cannot be read: {error}.", hint="Save the dataset again."
        ) from None
    columns = record.get("features") if isinstance(record, dict) else None
    return Features(columns) if isinstance(columns, dict) else None


def features_in_readme(path: Path) -> Features | None:
    """Read the features from the head of a dataset's card.

    Raises:
        DataError: if the head is no YAML.
    """
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return None
    text = path.read_text("utf-8", errors="replace")
    if not text.startswith("---\n") or "\n---" not in text[4:]:
        return None
    head = parse_yaml(text[4 : text.index("\n---", 4)], where=str(path))
    info = head.get("dataset_info") if isinstance(head, dict) else None
    if isinstance(info, list):
        info = info[0] if info else None
    listed = info.get("features") if isinstance(info, dict) else None
    if not isinstance(listed, list):
        return None
    try:
        columns = {str(one["name"]): _card(one) for one in listed}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise DataError(
            f"{path}: the features have an unknown form: {error}.",
            hint="Write them as the library `datasets` does, or remove them.",
        ) from None
    return Features(columns)


def _card(one: Mapping[str, Any]) -> Any:
    """Bring a feature of a card to the form of ``dataset_info.json``."""
    for key in ("sequence", "list", "large_list"):
        if key in one:
            below = one[key]
            if isinstance(below, list):
                inner: Any = {str(some.get("name")): _card(some) for some in below}
            else:
                inner = _card(below if isinstance(below, dict) else {"dtype": below})
            return {"_type": "List", "feature": inner}
    if "struct" in one:
        return {str(some.get("name")): _card(some) for some in one["struct"]}
    kind = one.get("dtype", one)
    if kind == "image":
        return {"_type": "Image"}
    if isinstance(kind, Mapping) and "class_label" in kind:
        names = kind["class_label"].get("names", {})
        if isinstance(names, Mapping):
            names = [names[key] for key in sorted(names, key=int)]
        return {"_type": "ClassLabel", "names": [str(name) for name in names]}
    return {"_type": "Value", "dtype": str(kind)}
