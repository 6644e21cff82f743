"""One self-contained HTML page from saved records, and the JSON beside it.

Nothing is fetched and nothing runs: no script, no font, no address but ``data:``; a
content security policy says so to the browser. Whatever comes from an application or a
data set is written as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chameleonapi.decision import OTHER_OUTCOME, AskedProcess, DecisionProcess, Kind, Outcome
from chameleonapi.errors import UsageError
from chameleonapi.evaluation import certify
from chameleonapi.evaluation.record import Evaluation, ExampleResult, MethodResult
from chameleonapi.pipeline.outlines import Outline
from chameleonapi.pipeline.run_record import RunRecord
from chameleonapi.report import phrases
from chameleonapi.report.changes import find_changes
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
from chameleonapi.report.machines import machine_states
from chameleonapi.report.rendering import markup, render, write_whole
from chameleonapi.report.saved import SavedReport
from chameleonapi.report.source_text import SourceText, excerpt_of
from chameleonapi.report.thumbnails import Thumbnails

__all__ = ["render_page", "write_report"]

HTML_NAME = "report.html"
JSON_NAME = "report.json"
_PICTURE_BYTES = 3_500_000
_CHANGES = 20
_RUN_ROWS = 60
_BOUNDS = 12
_STATES = 60


def write_report(
    folder: Path,
    *,
    process: DecisionProcess,
    evaluation: Evaluation,
    run: RunRecord | None = None,
    pictures: Mapping[str, Path] | None = None,
    texts: Mapping[str, str] | None = None,
    outlines: Mapping[str, Sequence[Outline]] | None = None,
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
        texts: beginnings of test examples that are texts, by id.
        outlines: boxes to be drawn into pictures, by id.
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
    page = render_page(
        saved, pictures=pictures, texts=texts, outlines=outlines, source=source
    ).encode("utf-8")
    record = saved.to_bytes()
    paths = folder / HTML_NAME, folder / JSON_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, (page, record), strict=True):
            write_whole(path, content)
    except OSError as error:
        raise UsageError(
            f"cannot write the report into {str(folder)!r}: {error.strerror}.",
            hint="Choose another folder, or free space in it.",
        ) from None
    return paths


def render_page(
    saved: SavedReport,
    *,
    pictures: Mapping[str, Path] | None = None,
    texts: Mapping[str, str] | None = None,
    outlines: Mapping[str, Sequence[Outline]] | None = None,
    source: str | Mapping[str, str] | None = None,
) -> str:
    """Return the page as text; for arguments and errors see :func:`write_report`."""
    thumbnails = Thumbnails(pictures or {}, _PICTURE_BYTES, outlines)
    context = {**_context(saved, thumbnails, texts or {}, source), "has_boxes": bool(outlines)}
    return render("page.html.j2", context)


@dataclass(frozen=True, slots=True)
class _Change:
    example: ExampleResult
    address: str | None
    excerpt: str


def _context(
    saved: SavedReport,
    thumbnails: Thumbnails,
    excerpts: Mapping[str, str],
    source: str | Mapping[str, str] | None,
) -> dict[str, Any]:
    process, evaluation = saved.process, saved.evaluation
    base, ours = baseline_of(evaluation), ours_of(evaluation)
    changes = find_changes(evaluation, base.name, ours.name)
    texts = {process.call.file: source} if isinstance(source, str) else source
    run_rows = saved.run.rows[:_RUN_ROWS] if saved.run else ()

    def shown(examples: tuple[ExampleResult, ...]) -> list[_Change]:
        return [
            _Change(one, thumbnails.address(one.id, one.file), excerpts.get(one.id, ""))
            for one in examples[:_CHANGES]
        ]

    compared = (base,) if base is ours else (base, ours)
    return {
        "title": saved.title,
        "process": process,
        "evaluation": evaluation,
        "base": base,
        "ours": ours,
        "headline": find_headline(evaluation),
        "standing": stand(evaluation, ours.name, base.name),
        "kind": phrases.kind_words(Kind[evaluation.kind]),
        "order": phrases.order_words(process),
        "status": phrases.status_words(process.status),
        "is_asked": evaluation.through_program,
        "through_program": phrases.THROUGH_PROGRAM,
        "asked": _what_it_was_seen_to_do(process),
        "rows": rule_rows(process),
        "machines": [machine_states(process, one)[:_STATES] for one in process.automata],
        "flow_wide": markup(flow_svg(process)),
        "flow_narrow": markup(flow_svg(process, is_narrow=True)),
        "bars_wide": markup(bars_svg(evaluation)),
        "bars_narrow": markup(bars_svg(evaluation, is_narrow=True)),
        **_gain(evaluation, compared),
        **_proved(evaluation, ours),
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


def _what_it_was_seen_to_do(process: DecisionProcess) -> list[Outcome]:
    """Return the outcomes of a program that is asked; none where rules say what leads where."""
    if not isinstance(process, AskedProcess):
        return []
    return [one for one in process.outcomes if one.id != OTHER_OUTCOME]


def _proved(evaluation: Evaluation, ours: MethodResult) -> dict[str, Any]:
    """Return what the examples in the record prove; nothing where it holds none."""
    if not evaluation.examples:
        return {"certificate": None, "bounds": []}
    made = certify(evaluation, ours.name, confidence=evaluation.confidence)
    ranked = sorted(made.outcomes.items(), key=lambda one: -one[1].examples)
    single = [(f"where {name} is right", bound) for name, bound in ranked[:_BOUNDS]]
    whole = [("Every outcome alike", made.balanced), ("As they came", made.natural)]
    return {"certificate": made, "bounds": [*whole, *single]}


def _gain(evaluation: Evaluation, compared: tuple[MethodResult, ...]) -> dict[str, Any]:
    """Return the drawings of the section on the gain; None where the record says nothing."""
    calibrated = [one for one in compared if one.calibration is not None]
    known = {one.name for one in evaluation.methods}
    has_steps = len(evaluation.shares) > 1 and all(
        {one.method, one.against} <= known for one in evaluation.shares
    )
    has_curve = bool(evaluation.curve)
    titles = {one.name: one.title for one in evaluation.methods}
    rates = {one.name: one.balanced.rate for one in evaluation.methods}

    def steps(*, is_narrow: bool) -> Any:
        if not has_steps:
            return None
        return markup(steps_svg(evaluation.shares, rates, titles, is_narrow=is_narrow))

    def curve(*, is_narrow: bool) -> Any:
        if not has_curve:
            return None
        return markup(curve_svg(evaluation.curve, titles, is_narrow=is_narrow))

    return {
        "steps_wide": steps(is_narrow=False),
        "steps_narrow": steps(is_narrow=True),
        "curve_wide": curve(is_narrow=False),
        "curve_narrow": curve(is_narrow=True),
        "reliability": markup(reliability_svg(calibrated)) if calibrated else None,
        "calibrated": calibrated,
    }
