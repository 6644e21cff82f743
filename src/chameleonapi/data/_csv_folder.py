"""A table of inputs: columns ``file`` or ``text``, and ``labels``, several joined by ``|``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chameleonapi.data._places import checked_file
from chameleonapi.data.entities import read_entity_cell
from chameleonapi.data.examples import TEXT, Dataset, Example
from chameleonapi.data.likelihoods import CATEGORIES, read_levels, sides_of
from chameleonapi.data.sentiments import CLASSES, class_of, read_class, read_score
from chameleonapi.data.texts import InlineText, same_medium, text_dataset
from chameleonapi.errors import DataError

__all__ = ["load_csv_folder"]

_INPUTS: Final = ("file", "text")
_LABELS: Final = "labels"
_SCORE: Final = "score"
_ENTITIES: Final = "entities"


def load_csv_folder(table: Path, *, closed: bool | None = None) -> Dataset:
    """Read a CSV file with texts in it, or whose pictures lie beside or below it.

    Besides ``file`` or ``text``, and ``labels``, there may be columns ``absent``, ``split``,
    ``group``, ``id``. For sentiment, texts have a ``score``, and perhaps a ``sentiment``, in the
    place of labels; for what they name, a JSON list of ``entities``. For safe search, a column for
    each category holds the name of a likelihood, in the place of labels.

    Args:
        table: the CSV file, in UTF-8.
        closed: whether the labels that a line does not name are absent from its input; by
            default so, unless the table has a column ``absent``.

    Raises:
        DataError: with file and line of what is wrong.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            examples = tuple(_read_rows(csv.DictReader(lines, strict=True), table, closed))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{table} cannot be read: {error}.", hint="Save it as CSV with commas, in UTF-8."
        ) from None
    if same_medium(examples, table) == TEXT:
        is_sentiment = any(one.score is not None for one in examples)
        return text_dataset(examples, table.parent.name, labels=CLASSES if is_sentiment else ())
    labels = {label for one in examples for label in (*one.present, *one.absent)}
    return Dataset(examples, tuple(sorted(labels)), name=table.parent.name)


def _read_rows(rows: csv.DictReader[str], table: Path, closed: bool | None) -> Iterator[Example]:
    columns = rows.fieldnames or ()
    given = next((name for name in _INPUTS if name in columns), None)
    has_scores = given == "text" and _SCORE in columns
    has_entities = given == "text" and _ENTITIES in columns
    categories = [one for one in CATEGORIES if one in columns and _LABELS not in columns]
    if given is None or not (_LABELS in columns or has_scores or has_entities or categories):
        shown = ", ".join(columns) or "nothing"
        missing = _LABELS if given else _INPUTS[0]
        raise DataError(
            f"{table}:1: the column {missing!r} is missing; found {shown}.",
            hint=f"The first line names the columns: file,{_LABELS}, or text,{_LABELS}, or "
            f"text,{_SCORE} for sentiment, or text,{_ENTITIES} for what texts name, or "
            f"file,{','.join(CATEGORIES[:2])},... for likelihoods.",
        )
    root = table.parent.resolve()
    closed = "absent" not in columns if closed is None else closed
    for row in rows:
        where = f"{table}:{rows.line_num}"
        if None in row or None in row.values():
            raise DataError(
                f"{where}: the line has another number of columns than the first.",
                hint="Put a value with a comma in double quotes.",
            )
        content: Path | InlineText
        if given == "text":
            name = f"line {rows.line_num}"
            content = InlineText(row["text"])
        else:
            name = row["file"].strip()
            content = checked_file(root, name, where=where)
        present, score = _names(row.get("labels") or ""), None
        if has_scores:
            score = read_score(row["score"], where)
            said = row.get("sentiment") or ""
            present = (*present, read_class(said, where) if said else class_of(score))
        entities = None
        if has_entities:
            entities = read_entity_cell(row[_ENTITIES], row["text"], where)
            present = tuple(dict.fromkeys([*present, *(one.label for one in entities)]))
        levels = read_levels({one: row[one] for one in categories}, where)
        absent = _names(row.get("absent") or "")
        if categories:
            present, absent = sides_of(levels)
        yield Example(
            id=(row.get("id") or "").strip() or name,
            content=content,
            present=present,
            score=score,
            entities=entities,
            levels=levels,
            absent=absent,
            closed=closed and not categories,
            split=(row.get("split") or "").strip(),
            group=(row.get("group") or "").strip(),
        )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in cell.split("|") if name.strip()))
