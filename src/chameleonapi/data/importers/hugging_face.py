"""Hugging Face datasets on disk: as ``save_to_disk`` leaves them, and Parquet as on the hub."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.data.examples import Example
from chameleonapi.data.importers.hf_features import (
    Features,
    features_in_json,
    features_in_metadata,
    features_in_readme,
)
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.errors import DataError, MissingPackageError

__all__ = ["HuggingFace"]

_ROWS: Final = 64


@final
class HuggingFace:
    """Classes that a row does not name are absent; -1 says that nothing is known."""

    name = "hugging-face"
    title = "Hugging Face datasets"

    def detect(self, look: Look) -> str | None:
        """Tell by ``state.json`` beside Arrow files, or by Parquet files."""
        for path in look.named("state.json"):
            if any(one.parent == path.parent for one in look.with_suffix(".arrow")):
                return f"{path.relative_to(look.path).as_posix()} beside Arrow files"
        found = look.with_suffix(".parquet")
        return f"{found[0].name} is a Parquet file" if found else None

    def read(self, source: Source) -> Reading:
        """Read every Arrow or Parquet file below the folder.

        Raises:
            DataError: if there is none.
            MissingPackageError: if pyarrow is not installed.
        """
        _arrow()
        look = look_at(source.path)
        # Beside data there may be caches, which state.json does not name.
        named = {one for path in look.named("state.json") for one in _data_files(path)}
        files = [one for one in look.with_suffix(".arrow") if one in named]
        files += look.with_suffix(".parquet")
        if not files:
            raise DataError(
                f"{source.path} holds no saved dataset.",
                hint="Save it with dataset.save_to_disk(FOLDER), or fetch its Parquet files.",
            )
        features = [_features(path, source) for path in files]
        names = dict.fromkeys(name for one in features for name in one.names())
        pairs = zip(files, features, strict=True)
        return Reading(
            (one for path, some in pairs for one in _examples(path, some, source)),
            labels=tuple(names),
        )


def _arrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingPackageError(
            "pyarrow",
            needed_for="datasets of Hugging Face",
            install="pip install 'chameleonapi[data]'",
        ) from None
    return pa


def _data_files(state: Path) -> Iterator[Path]:
    try:
        listed = json.loads(state.read_text("utf-8"))["_data_files"]
        yield from (state.parent / Path(str(one["filename"])).name for one in listed)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        yield from sorted(state.parent.glob("*.arrow"))


def _guarded(path: Path, do: Callable[[], Any]) -> Any:
    pa = _arrow()
    try:
        return do()
    except (pa.ArrowException, OSError) as error:
        shown = " ".join(str(error).split())[:200]
        raise DataError(f"{path} cannot be read: {shown}.", hint="Fetch it again.") from None


def _features(path: Path, source: Source) -> Features:
    schema = _guarded(path, lambda: _open(path)[0])
    found = features_in_metadata((schema.metadata or {}).get(b"huggingface"))
    found = found or features_in_json(path.parent / "dataset_info.json")
    return found or features_in_readme(source.root / "README.md") or Features()


def _open(path: Path) -> tuple[Any, Callable[[], Iterator[Any]]]:
    """Return the schema, and a function that yields batches of rows."""
    pa = _arrow()
    if path.suffix.lower() == ".parquet":
        from pyarrow import parquet

        file = parquet.ParquetFile(path)
        return file.schema_arrow, lambda: iter(file.iter_batches(batch_size=_ROWS))
    stored = pa.memory_map(str(path))
    stream = pa.ipc.open_stream(stored)
    return stream.schema, lambda: iter(stream)


def _examples(path: Path, features: Features, source: Source) -> Iterator[Example]:
    schema, batches = _guarded(path, lambda: _open(path))
    columns = list(schema.names)
    picture, labels = features.picture_column(columns), features.label_columns(columns)
    if picture is None or not labels:
        what = "pictures" if picture is None else "labels"
        source.findings.add("ignored-part", f"{path.name}: no column holds {what}")
        return
    others = [one for one in columns if one not in {picture, *labels}]
    others += [field for one in labels for field in features.fields_left_out(one)]
    for one in others:
        source.findings.add("ignored-part", f"{path.name}: the column {one!r}")
    place = path.relative_to(source.root).as_posix()
    split = split_in(path.stem) or split_in(path.parent.name)
    number = 0
    for batch in _each(path, batches):
        for start in range(0, batch.num_rows, _ROWS):
            part = batch.slice(start, _ROWS)
            cells = {one: part.column(one).to_pylist() for one in (picture, *labels)}
            for index in range(part.num_rows):
                row = {one: cells[one][index] for one in cells}
                made = _example(row, picture, features, f"{place}:{number}", source)
                number += 1
                if made is not None:
                    yield Example(
                        f"{place}:{number - 1}", made[0], made[1], closed=made[2], split=split
                    )


def _each(path: Path, batches: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    rows = batches()
    while (batch := _guarded(path, lambda: next(rows, None))) is not None:
        yield batch


def _example(
    row: dict[str, Any], picture: str, features: Features, where: str, source: Source
) -> tuple[Path | Callable[[], bytes], tuple[str, ...], bool] | None:
    present: dict[str, None] = {}
    is_known = False
    for column, value in row.items():
        if column == picture:
            continue
        for label in features.labels(column, value):
            if label is None:
                source.findings.add("unknown-id", f"{where}: {column} {value!r:.60}")
            else:
                present[label] = None
        is_known |= value is not None and value != -1
    if not is_known:
        source.findings.add("unlabelled-picture", where)
        return None
    content = _picture(row[picture], where, source)
    return None if content is None else (content, tuple(present), True)


def _picture(cell: object, where: str, source: Source) -> Path | Callable[[], bytes] | None:
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    if isinstance(content, bytes):
        kept = content
        return lambda: kept
    name = cell.get("path") if isinstance(cell, dict) else cell
    if isinstance(name, str):
        return source.picture(name, where)
    source.findings.add("bad-row", f"{where}: no picture in the row")
    return None
