"""One self-contained HTML page from saved records, and the JSON beside it.

Nothing is fetched and nothing runs: no script, no font, no address but ``data:``; a
content security policy says so to the browser. Whatever comes from an application or a
data set is written as text.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import MissingPackageError, UsageError
from chameleonapi.evaluation.record import Evaluation, ExampleResult, MethodResult
from chameleonapi.pipeline.run_record import RunRecord
from chameleonapi.report import numbers, phrases
from chameleonapi.report.changes import find_changes
from chameleonapi.report.characters import visible
from chameleonapi.report.conditions import rule_rows
from chameleonapi.report.confusion import confusion_table
from chameleonapi.report.drawing.bars import bars_svg
from chameleonapi.report.drawing.curve import curve_svg
from chameleonapi.report.drawing.flow import flow_svg
from chameleonapi.report.drawing.reliability import reliability_svg
from chameleonapi.report.drawing.steps import steps_svg
from chameleonapi.report.findings import (
    baseline_of,
    find_headline,
    judge,
    ours_of,
    sorted_comparisons,
    stand,
)
from chameleonapi.report.saved import SavedReport
from chameleonapi.report.source_text import SourceText, excerpt_of
from chameleonapi.report.thumbnails import Thumbnails

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_page", "write_report"]

HTML_NAME = "report.html"
JSON_NAME = "report.json"
_PICTURE_BYTES = 3_500_000
_CHANGES = 20
_RUN_ROWS = 60


def write_report(
    folder: Path,
    *,
    process: DecisionProcess,
    evaluation: Evaluation,
    run: RunRecord | None = None,
    pictures: Mapping[str, Path] | None = None,
    source: str | Mapping[str, str] | None = None,
    title: str = "",
) -> tuple[Path, Path]:
    """Write ``report.html`` and ``report.json``; both are complete or not there.

    Args:
        folder: where to; it is made if it is missing.
        process: the decision of the application.
        evaluation: the methods that were compared on it.
        run: what the unmodified application did with two models.
        pictures: files of test examples, by id or file of an example or by picture of a run.
        source: text of the file with the call, or texts by file as in spans.
        title: of the page.

    Returns:
        The paths of the page and of the JSON.

    Raises:
        MissingPackageError: if jinja2 is not installed.
        UsageError: if there is nothing to show, or the folder cannot be written.
    """
    if not evaluation.methods:
        raise UsageError(
            "the evaluation holds no method, so there is nothing to report.",
            hint="Evaluate at least one method first.",
        )
    saved = SavedReport(title or f"Decisions of {evaluation.application}", process, evaluation, run)
    page = render_page(saved, pictures=pictures, source=source).encode("utf-8")
    record = saved.to_bytes()
    paths = folder / HTML_NAME, folder / JSON_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, (page, record), strict=True):
            _write(path, content)
    except OSError as error:
        raise UsageError(
            f"cannot write the report into {str(folder)!r}: {error.strerror}.",
            hint="Choose another folder, or free space in it.",
        ) from None
    return paths


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def render_page(
    saved: SavedReport,
    *,
    pictures: Mapping[str, Path] | None = None,
    source: str | Mapping[str, str] | None = None,
) -> str:
    """Return the page as text; for arguments and errors see :func:`write_report`."""
    environment = _environment()
    style = (Path(__file__).parent / "templates" / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    context = _context(saved, Thumbnails(pictures or {}, _PICTURE_BYTES), source)
    return environment.get_template("page.html.j2").render(
        style=_ours(style), style_digest=digest, **context
    )


def _environment() -> Environment:
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError:
        raise MissingPackageError(
            "jinja2", needed_for="the HTML report", install="pip install 'chameleonapi[report]'"
        ) from None

    def show(value: Any) -> Any:
        return visible(value, keep="\n\t") if type(value) is not Markup else value

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("percent", "percent_span", "points", "points_span", "relative", "count"):
        environment.filters[name] = getattr(numbers, name)
    environment.filters["duration"] = numbers.duration
    environment.filters["memory"] = numbers.memory
    return environment


def _ours(markup: str) -> Any:
    """Mark text that this package itself wrote as markup."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704  drawings escape their texts, the style sheet is a file of ours


@dataclass(frozen=True, slots=True)
class _Change:
    example: ExampleResult
    address: str | None


def _context(
    saved: SavedReport, thumbnails: Thumbnails, source: str | Mapping[str, str] | None
) -> dict[str, Any]:
    process, evaluation = saved.process, saved.evaluation
    base, ours = baseline_of(evaluation), ours_of(evaluation)
    changes = find_changes(evaluation, base.name, ours.name)
    texts = {process.call.file: source} if isinstance(source, str) else source
    run_rows = saved.run.rows[:_RUN_ROWS] if saved.run else ()

    def shown(examples: tuple[ExampleResult, ...]) -> list[_Change]:
        return [_Change(one, thumbnails.address(one.id, one.file)) for one in examples[:_CHANGES]]

    compared = (base,) if base is ours else (base, ours)
    return {
        "title": saved.title,
        "process": process,
        "evaluation": evaluation,
        "base": base,
        "ours": ours,
        "headline": find_headline(evaluation),
        "standing": stand(evaluation, ours.name, base.name),
        "kind": phrases.kind_words(process.kind),
        "order": phrases.order_words(process),
        "status": phrases.status_words(process.status),
        "rows": rule_rows(process),
        "flow_wide": _ours(flow_svg(process)),
        "flow_narrow": _ours(flow_svg(process, is_narrow=True)),
        "bars_wide": _ours(bars_svg(evaluation)),
        "bars_narrow": _ours(bars_svg(evaluation, is_narrow=True)),
        **_gain(evaluation, compared),
        "excerpts": excerpt_of(process, SourceText(texts=texts)),
        "comparisons": [
            (
                one,
                evaluation.method(one.method),
                evaluation.method(one.against),
                judge(one.difference),
            )
            for one in sorted_comparisons(evaluation)
        ],
        "error_sorts": list(dict.fromkeys(key for one in evaluation.methods for key in one.errors)),
        "matrices": [confusion_table(evaluation, one) for one in compared],
        # Broken ones first: what got worse must not be the part that the budget cuts.
        "broken": shown(changes.broken),
        "fixed": shown(changes.fixed),
        "changes": changes,
        "run": saved.run,
        "run_rows": [(row, thumbnails.address(row.picture)) for row in run_rows],
    }


def _gain(evaluation: Evaluation, compared: tuple[MethodResult, ...]) -> dict[str, Any]:
    """Return the drawings of the section on the gain; None where the record says nothing."""
    calibrated = [one for one in compared if one.calibration is not None]
    known = {one.name for one in evaluation.methods}
    has_steps = len(evaluation.shares) > 1 and all(
        {one.method, one.against} <= known for one in evaluation.shares
    )
    has_curve = bool(evaluation.curve)
    return {
        "steps_wide": _ours(steps_svg(evaluation)) if has_steps else None,
        "steps_narrow": _ours(steps_svg(evaluation, is_narrow=True)) if has_steps else None,
        "curve_wide": _ours(curve_svg(evaluation)) if has_curve else None,
        "curve_narrow": _ours(curve_svg(evaluation, is_narrow=True)) if has_curve else None,
        "reliability": _ours(reliability_svg(calibrated)) if calibrated else None,
        "calibrated": calibrated,
    }
