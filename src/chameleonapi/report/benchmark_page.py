"""One self-contained HTML page from the record of a benchmark."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chameleonapi.decision import Kind
from chameleonapi.errors import RecordError, UsageError
from chameleonapi.evaluation.record import CurvePoint, Rate, Share
from chameleonapi.evaluation.shares import gain_steps
from chameleonapi.pipeline.benchmark import TEXT_BENCHMARKS
from chameleonapi.report import phrases
from chameleonapi.report.benchmark_rows import counted, methods_of, setting_words
from chameleonapi.report.drawing.curve import curve_svg
from chameleonapi.report.drawing.dots import DotRow, dots_svg
from chameleonapi.report.drawing.steps import steps_svg
from chameleonapi.report.findings import BASELINE, OURS, judge
from chameleonapi.report.numbers import points, points_span
from chameleonapi.report.rendering import markup, render, write_whole
from chameleonapi.report.thumbnails import Thumbnails

__all__ = ["TITLES", "read_benchmark", "render_benchmark_page", "write_benchmark_page"]

TITLES: Final = {
    "generic": "Generic model, best single threshold",
    "tuned": "Generic model, thresholds tuned",
    "categorised": "Model of the labels' category",
    "basic": "Ordinary loss on the target labels",
    "basic-opinion": "Ordinary loss, with a second opinion",
    "softmax": "Softmax over the outcomes",
    "weighted": "Weighted cross-entropy",
    "asymmetric": "Asymmetric loss",
    "paper": "The paper's loss",
    "perturbation": "Perturbation loss",
    "no-opinion": "ChameleonAPI without its second opinion",
    "through-program": "ChameleonAPI, made through the program",
    "head": "ChameleonAPI, nothing but the head",
    "ours": "ChameleonAPI",
}
_SCHEMA: Final = "chameleonapi.benchmark/1"
_SHORT: Final = {"generic": "Generic model"}
_PICTURE_BYTES: Final = 3_500_000
_SHOWN: Final = 2
_MOST_SPANS: Final = 6
_KINDS: Final = {one.name: phrases.kind_words(one) for one in Kind}


@dataclass(frozen=True, slots=True)
class _Card:
    application: str
    acceptable: tuple[str, ...]
    generic: str
    ours: str
    address: str | None
    id: str


def read_benchmark(path: Path) -> Mapping[str, Any]:
    """Read the record of a benchmark in its JSON form.

    Raises:
        RecordError: if it is missing, no JSON, of another schema, or from before it held all
            that a page shows.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise RecordError(f"cannot read {str(path)!r}: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{path} is no JSON: {error}.") from None
    if not isinstance(data, dict) or data.get("schema") != _SCHEMA:
        raise RecordError(
            f"{path}: expected an object with the schema {_SCHEMA!r}.",
            hint="Write one with `chameleon benchmark --json FILE`.",
        )
    try:
        render_benchmark_page(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(
            f"{path}: not all that a page shows is in it ({type(error).__name__}: {error}).",
            hint="Run the benchmark again; what it has measured with this version is kept.",
        ) from None
    return data


def write_benchmark_page(path: Path, record: Mapping[str, Any], pictures: Path | None) -> None:
    """Write the page; it is complete or not there.

    Args:
        path: of the page.
        record: of the benchmark in its JSON form.
        pictures: folder to which files of pictures in the record are relative.

    Raises:
        MissingPackageError: if jinja2 is not installed.
        UsageError: if it cannot be written.
    """
    content = render_benchmark_page(record, pictures).encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise UsageError(
            f"cannot write {str(path)!r}: {error.strerror}.",
            hint="Choose another file, or free space.",
        ) from None


def render_benchmark_page(record: Mapping[str, Any], pictures: Path | None = None) -> str:
    """Return the page as text; for arguments and errors see :func:`write_benchmark_page`."""
    overall = record["overall"]
    methods = methods_of(overall)
    against = [
        (TITLES.get(name, name), name, one, judge(_rate(one["difference"])))
        for name, one in overall["against"].items()
    ]
    fixed, broken = _cards(record, pictures)
    means = [(_KINDS.get(kind, kind), row) for kind, row in record["kinds"].items()]
    return render(
        "benchmark.html.j2",
        {
            "title": f"{record['benchmark']}, {setting_words(record)}",
            "record": record,
            "setting": setting_words(record),
            "overall": overall,
            "methods": [(name, TITLES.get(name, name)) for name in methods],
            "kinds": _KINDS,
            "means": [*means, ("All applications", overall)],
            "against": against,
            "sorts": list(
                dict.fromkeys(sort for one in overall["errors"].values() for sort in one)
            ),
            "rate_of": _rate,
            "counted": counted,
            "rival": _rival(overall),
            "has_spans": len(methods) <= _MOST_SPANS,
            **_drawings(record, methods),
            "fixed": fixed,
            "broken": broken,
        },
    )


def _rate(one: Mapping[str, float]) -> Rate:
    return Rate(one["rate"], one["low"], one["high"])


def _rival(overall: Mapping[str, Any]) -> str:
    """Return one sentence on the method that does best against ours."""
    name, one = max(overall["against"].items(), key=lambda item: item[1]["difference"]["rate"])
    difference = _rate(one["difference"])
    mine, of = counted(overall, name)
    where = "" if mine == of else f" over the {mine} of {of} applications that it fits"
    words = {
        "BETTER": "fewer wrong decisions, beyond the interval",
        "WORSE": "more wrong decisions, beyond the interval",
    }.get(judge(difference).name, "no difference beyond the interval")
    return (
        f"The strongest rival is \N{LEFT DOUBLE QUOTATION MARK}{TITLES.get(name, name)}"
        f"\N{RIGHT DOUBLE QUOTATION MARK}: against it ours makes {points(difference.rate)} points "
        f"({points_span(difference)}){where}: {words}."
    )


def _drawings(record: Mapping[str, Any], methods: Sequence[str]) -> dict[str, Any]:
    rows = list(_rows(record, methods))
    overall = record["overall"]
    shares = _shares(overall, methods)
    rates = {name: overall[name]["rate"] for name in methods}
    curve = tuple(_points(record))
    made: dict[str, Any] = {}
    for suffix, is_narrow in (("wide", False), ("narrow", True)):
        made[f"dots_{suffix}"] = markup(dots_svg(rows, BASELINE, OURS, is_narrow=is_narrow))
        made[f"steps_{suffix}"] = (
            markup(steps_svg(shares, rates, {**TITLES, **_SHORT}, is_narrow=is_narrow))
            if len(shares) > 1
            else None
        )
        made[f"curve_{suffix}"] = (
            markup(curve_svg(curve, TITLES, is_narrow=is_narrow)) if curve else None
        )
    return made


def _rows(record: Mapping[str, Any], methods: Sequence[str]) -> Iterable[DotRow]:
    for kind in record["kinds"]:
        yield DotRow(_KINDS.get(kind, kind), {})
        for one in record["applications"]:
            if one["kind"] == kind:
                rates = {name: one[name]["rate"] for name in methods if name in one}
                yield DotRow(one["name"], rates, _rate(one[OURS]))
    yield DotRow("all applications", {})
    overall = record["overall"]
    whole = [name for name in methods if len(set(counted(overall, name))) == 1]
    rates = {name: overall[name]["rate"] for name in whole}
    yield DotRow("mean", rates, _rate(overall[OURS]))


def _shares(overall: Mapping[str, Any], methods: Sequence[str]) -> tuple[Share, ...]:
    """Return the steps of the record; they go over the methods that every application has."""
    whole = [name for name in methods if len(set(counted(overall, name))) == 1]
    return tuple(
        Share(cause, method, against, _rate(overall["shares"][cause]))
        for cause, method, against in gain_steps(whole, OURS)
        if cause in overall["shares"]
    )


def _points(record: Mapping[str, Any]) -> Iterable[CurvePoint]:
    tables = [one for one in (record, *record["curve"]) if one["shots"] is not None]
    if len(tables) < 2:
        return
    # A mean over fewer applications is another quantity: such a method has no line.
    methods = [
        name
        for name in methods_of(record["overall"])
        if all(name in row for table in tables for row in table["applications"])
    ]
    for table in sorted(tables, key=lambda one: one["shots"]):
        for name in methods:
            row = table["overall"][name]
            balanced, natural = _rate(row), _rate(row["natural"])
            yield CurvePoint(name, table["shots"], 0.0, len(record["seeds"]), balanced, natural)


def _cards(record: Mapping[str, Any], pictures: Path | None) -> tuple[list[_Card], list[_Card]]:
    """Return a few inputs of each application on which the two models differ."""
    chosen: dict[bool, list[tuple[str, Mapping[str, Any]]]] = {True: [], False: []}
    for row in record["applications"]:
        for is_fixed in chosen:
            some = [one for one in row["changes"] if (one["ours"] in one["acceptable"]) is is_fixed]
            chosen[is_fixed] += [(row["name"], one) for one in some[:_SHOWN]]
    root = (pictures or Path()).resolve()
    files = {
        one["file"]: path
        for some in chosen.values()
        for _, one in some
        # A record may come from elsewhere: no name and no link in it leads out of the folder,
        # and what is no file (a pipe, a device) is not opened.
        if one["file"]
        and (path := (root / one["file"]).resolve()).is_relative_to(root)
        and path.is_file()
    }
    thumbnails = Thumbnails(files, _PICTURE_BYTES)
    made = {
        is_fixed: [
            _Card(
                name,
                tuple(one["acceptable"]),
                one["generic"],
                one["ours"],
                thumbnails.address(one["file"]),
                one["id"] if record["benchmark"] in TEXT_BENCHMARKS else "",
            )
            for name, one in some
        ]
        for is_fixed, some in chosen.items()
    }
    return made[True], made[False]
