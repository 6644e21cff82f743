"""A benchmark record as rows of a table: one for each application, kind and method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["BENCHMARK_COLUMNS", "benchmark_rows", "counted", "methods_of", "setting_words"]

Row = dict[str, str | int | float | None]
_SORTS: Final = ("missed", "wrong", "order", "false alarm")

BENCHMARK_COLUMNS: Final = (
    "benchmark", "setting", "backbone", "seeds", "shots", "scope", "name", "kind", "method",
    "balanced", "balanced_low", "balanced_high", "natural", "natural_low", "natural_high",
    "ours_minus_this", "ours_minus_this_low", "ours_minus_this_high",
    "relative", "relative_low", "relative_high",
    *(one.replace(" ", "_") for one in _SORTS),
    "calibration_error", "seconds", "peak_bytes", "applications", "level", "rehearse",
)  # fmt: skip


def setting_words(record: Mapping[str, Any]) -> str:
    """Return the setting, and whether the provider's own examples were shown again in it."""
    words: str = record["setting"]
    if words != "deployed" or "rehearse" not in record:  # records of before there was a choice
        return words
    return f"{words}, {'with' if record['rehearse'] else 'without'} rehearsal"


def methods_of(row: Mapping[str, Any]) -> list[str]:
    """Return the methods that a row of the record in its JSON form has rates of."""
    return [
        name
        for name, one in row.items()
        if isinstance(one, Mapping) and "rate" in one and "natural" in one
    ]


def counted(row: Mapping[str, Any], method: str) -> tuple[int, int]:
    """Return over how many applications a mean of a method goes, and how many there are.

    A method that cannot express an application has no part in the mean of that one, so its mean
    is no rival of the others'.
    """
    of = max((one["of"] for one in row["against"].values()), default=1)
    mine = row["against"].get(method)
    return (of if mine is None else mine["of"]), of


def benchmark_rows(record: Mapping[str, Any]) -> Iterator[Row]:
    """Yield rows of a benchmark record in its JSON form; the mean over all comes first."""
    for table in (record, *record["curve"]):
        common: Row = {
            "benchmark": record["benchmark"],
            "setting": record["setting"],
            "backbone": record["backbone"],
            "seeds": len(record["seeds"]),
            "shots": table["shots"],
            "level": record.get("level", "head"),
            "rehearse": int(record.get("rehearse", False)),
        }
        yield from _rows(common, "overall", "", "", table["overall"])
        for kind, row in table["kinds"].items():
            yield from _rows(common, "kind", kind, kind, row)
        for row in table["applications"]:
            yield from _rows(common, "application", row["name"], row["kind"], row)


def _rows(common: Row, scope: str, name: str, kind: str, row: Mapping[str, Any]) -> Iterator[Row]:
    for method in methods_of(row):
        made: Row = {**common, "scope": scope, "name": name, "kind": kind, "method": method}
        made |= _rate("balanced", row[method]) | _rate("natural", row[method]["natural"])
        against = row["against"].get(method)
        if against is not None:
            made |= _rate("ours_minus_this", against["difference"])
            if against["relative"] is not None:
                made |= _rate("relative", against["relative"])
        errors = row["errors"].get(method, {})
        for sort in _SORTS:
            made[sort.replace(" ", "_")] = errors.get(sort)
        made["calibration_error"] = row["calibration"].get(method)
        made["seconds"] = row["seconds"].get(method)
        made["peak_bytes"] = row["peak_bytes"].get(method)
        made["applications"] = counted(row, method)[0]
        yield made


def _rate(name: str, rate: Mapping[str, float]) -> Row:
    return {name: rate["rate"], f"{name}_low": rate["low"], f"{name}_high": rate["high"]}
