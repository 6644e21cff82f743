"""Datasets in folders: our own form, a CSV table, or one folder for each label."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chameleonapi.data._csv_folder import load_csv_folder
from chameleonapi.data._image_folder import load_image_folder
from chameleonapi.data._jsonl_folder import (
    DATASET_FILE,
    LINES_FILE,
    SCHEMA,
    example_record,
    load_jsonl_folder,
    read_header,
)
from chameleonapi.data.examples import TEXT, Dataset, Example
from chameleonapi.data.pictures import probe_picture
from chameleonapi.data.texts import InlineText, load_text_folder, probe_text
from chameleonapi.errors import DataError, InputError

__all__ = ["finish_dataset", "load_dataset", "save_dataset", "write_header"]


def load_dataset(
    folder: str | Path,
    *,
    closed: bool | None = None,
    check_pictures: bool = True,
    verify: bool = False,
) -> Dataset:
    """Read the dataset in a folder, whichever of the three forms it has.

    Args:
        folder: with ``labels.jsonl``; or one CSV file with the columns ``file`` (of pictures) or
            ``text``, and ``labels``; or one folder of pictures or texts (``.txt``) for each label.
        closed: for the latter two, whether what is not said to be present is absent.
        check_pictures: whether the header of every picture, and every text, is looked at.
        verify: whether the content must be what ``dataset.json`` recorded.

    Raises:
        DataError: saying which file and line, and what to do.
    """
    root = Path(folder)
    if not root.exists():
        raise DataError(f"the data folder {root} does not exist.", hint="Check the path.")
    if not root.is_dir():
        raise DataError(f"{root} is no folder.", hint="Name the folder that holds the data.")
    dataset = _load(root, closed)
    if not dataset:
        raise DataError(
            f"the dataset in {root} has no examples.", hint="Add pictures or texts to it."
        )
    if check_pictures:
        _check_pictures(dataset)
    if verify:
        _verify(dataset, root)
    return dataset


def _load(root: Path, closed: bool | None) -> Dataset:
    if (root / LINES_FILE).exists():
        return load_jsonl_folder(root)
    tables = sorted(root.glob("*.csv"))
    if len(tables) > 1:
        tables = [one for one in tables if one.name == "labels.csv"] or tables
    if len(tables) > 1:
        raise DataError(
            f"{root} holds {len(tables)} CSV files, and none is named labels.csv.",
            hint="Name the table labels.csv.",
        )
    if tables:
        return load_csv_folder(tables[0], closed=closed)
    is_closed = True if closed is None else closed
    found = load_image_folder(root, closed=is_closed) or load_text_folder(root, closed=is_closed)
    if found is None:
        state = "is empty" if not any(root.iterdir()) else "holds no data that is understood"
        raise DataError(
            f"the data folder {root} {state}.",
            hint="Put pictures or texts (.txt) into one folder for each label, or a labels.csv "
            "with the columns file,labels beside pictures or text,labels alone.",
        )
    return found


def _check_pictures(dataset: Dataset) -> None:
    probe = probe_text if dataset.medium == TEXT else probe_picture
    bad = [problem for one in dataset if (problem := _problem(one, probe))]
    if bad:
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        raise DataError(
            f"{len(bad)} of {len(dataset)} {dataset.medium}s of {dataset.name} cannot be read: "
            f"{' '.join(bad[:3])}{more}",
            hint="Replace or remove them.",
        )


def _problem(one: Example, probe: Callable[[bytes], object]) -> str:
    try:
        probe(one.read())
    except InputError as error:
        name = one.content if isinstance(one.content, Path) else one.id
        return f"{name}: {error.message}"
    return ""


def _verify(dataset: Dataset, root: Path) -> None:
    recorded = (read_header(root) or {}).get("digest")
    if recorded != dataset.digest:
        raise DataError(
            f"the dataset in {root} is not what was written: its digest is "
            f"{dataset.digest[:12]}, but {str(recorded)[:12]} was recorded.",
            hint="Make it again.",
        )


def save_dataset(
    dataset: Dataset, folder: str | Path, *, origin: Mapping[str, Any] | None = None
) -> None:
    """Write a dataset with its inputs as a new folder, all of it or nothing.

    Args:
        dataset: what to write.
        folder: must not exist.
        origin: how the dataset came to be, kept in ``dataset.json``.

    Raises:
        DataError: if the folder exists.
    """
    target = Path(folder)
    if target.exists():
        raise DataError(f"{target} exists already.", hint="Choose another folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / f".{target.name}.{uuid.uuid4().hex}.partial"
    (partial / "pictures").mkdir(parents=True)
    try:
        lines = []
        for index, one in enumerate(dataset):
            if dataset.medium == TEXT:
                inline = replace(one, content=InlineText(probe_text(one.read())))
                lines.append(example_record(inline, "", dataset.parents))
                continue
            suffix = one.content.suffix.lower() if isinstance(one.content, Path) else ".img"
            name = f"pictures/{index:07d}{suffix}"
            (partial / name).write_bytes(one.read())
            lines.append(example_record(one, name, dataset.parents))
        if dataset.medium == TEXT:
            (partial / "pictures").rmdir()
        finish_dataset(partial, dataset, lines, origin=origin)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def finish_dataset(
    folder: Path, dataset: Dataset, lines: list[str], *, origin: Mapping[str, Any] | None
) -> None:
    """Write the lines and the header beside pictures that are there, and flush them to disk."""
    _write(folder / LINES_FILE, "".join(f"{line}\n" for line in lines))
    write_header(folder, dataset, origin=origin)


def write_header(folder: Path, dataset: Dataset, *, origin: Mapping[str, Any] | None) -> None:
    """Write ``dataset.json`` beside lines and pictures that are there."""
    header = {
        "schema": SCHEMA,
        "name": dataset.name,
        "attribution": dataset.attribution,
        "digest": dataset.digest,
        "origin": dict(origin or {}),
        "labels": list(dataset.labels),
        "parents": {label: list(above) for label, above in dataset.parents.items()},
    }
    _write(folder / DATASET_FILE, json.dumps(header, ensure_ascii=False, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
