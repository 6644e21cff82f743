"""The decision process drawn: from the answer, through the labels, to the outcomes."""

from __future__ import annotations

from dataclasses import dataclass

from chameleonapi.apis import get_api
from chameleonapi.decision import DecisionProcess, Flags, Order
from chameleonapi.report.characters import (
    approximate_width,
    shorten,
    shorten_middle,
    visible,
    wrap_width,
)
from chameleonapi.report.conditions import Clause, Row, rule_rows
from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.source_text import SourceText

__all__ = ["flow_svg"]

_LABELS = 8  # labels shown of a question; the rest is counted
_CLAUSES = 5
_EFFECTS = 2
_ANSWER = 140  # width of the box of the answer
_CALLS = 4
_PHRASE_LINES = 5
_LANES = 40
_CHIP = 24  # height of a label with the gap below it
_LINE = 18
_PAD = 14
_GAP = 16


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the columns of a drawing stand."""

    width: float
    rule_x: float
    rule_width: float
    outcome_x: float
    outcome_width: float
    is_stacked: bool


_WIDE = _Plan(1060, 196, 480, 736, 323, is_stacked=False)
_NARROW = _Plan(350, 26, 324, 54, 296, is_stacked=True)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A piece of text in a box, relative to the box."""

    kind: str  # text or chip
    x: float
    y: float
    content: str
    css_class: str
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class _Block:
    marks: tuple[_Mark, ...]
    height: float


def flow_svg(process: DecisionProcess, *, is_narrow: bool = False) -> str:
    """Return the drawing, side by side or, for a telephone, from top to bottom."""
    plan = _NARROW if is_narrow else _WIDE
    rows = rule_rows(process)
    shown = (*rows[:-1][:_LANES], rows[-1])
    folded = len(rows) - len(shown)
    is_chain = not isinstance(process.rules, Flags) and process.order is not Order.API
    lanes = [
        (row, _rule_block(row, plan.rule_width), _outcome_block(row, plan.outcome_width))
        for row in shown
    ]
    calls = _calls(process)
    tops, bottom = _place(lanes, plan, 0 if plan.is_stacked else _answer_height(calls))
    drawing = Drawing(
        plan.width,
        bottom + (24 if folded else 0),
        f"Decision process: {len(rows) - 1} rules lead from an answer of {process.api} "
        f"to {len(process.outcomes)} outcomes; the same is written out below.",
        "flow narrow" if is_narrow else "flow wide",
    )
    _edges(drawing, lanes, tops, plan, is_chain=is_chain, process=process)
    for i, ((row, rule, outcome), top) in enumerate(zip(lanes, tops, strict=True)):
        _lane(drawing, row, rule, outcome, top, plan, number=i + 1 if is_chain else 0)
    if folded:
        drawing.text(plan.rule_x, bottom + 16, f"and {folded} more rules", "t-small muted")
    return drawing.markup()


_Lane = tuple[Row, _Block, _Block]


def _calls(process: DecisionProcess) -> tuple[str, ...]:
    """Return the names of what is asked, in lines that fit the box of the answer."""
    specs = [process.spec.operation, *(get_api(one.api).operation for one in process.beside)]
    names = [_in_lines(one.replace("_", " ").split()) for one in specs[:_CALLS]]
    lines = [line for name in names for line in name]
    return (*lines, f"and {len(specs) - _CALLS} more") if len(specs) > _CALLS else tuple(lines)


def _in_lines(words: list[str]) -> list[str]:
    lines = words[:1]
    for one in words[1:]:
        longer = f"{lines[-1]} {one}"
        if approximate_width(longer, 15) <= _ANSWER - 12:  # bold is wider than it says
            lines[-1] = longer
        else:
            lines.append(one)
    return lines


def _answer_height(calls: tuple[str, ...]) -> float:
    return 38.0 + 15 * max(2, len(calls))


def _place(lanes: list[_Lane], plan: _Plan, answer_height: float) -> tuple[list[float], float]:
    top = 62.0 if plan.is_stacked else 4.0
    _, rule, outcome = lanes[0]
    top += max(0.0, (answer_height - max(rule.height, outcome.height)) / 2)
    tops = []
    for _, rule, outcome in lanes:
        tops.append(top)
        if plan.is_stacked:
            top += rule.height + 26 + outcome.height + 2 * _GAP
        else:
            top += max(rule.height, outcome.height) + _GAP
    return tops, top - (2 * _GAP if plan.is_stacked else _GAP) + 4


def _middle(lane: _Lane, top: float, plan: _Plan) -> float:
    _, rule, outcome = lane
    return top + (rule.height if plan.is_stacked else max(rule.height, outcome.height)) / 2


def _edges(
    drawing: Drawing,
    lanes: list[_Lane],
    tops: list[float],
    plan: _Plan,
    *,
    is_chain: bool,
    process: DecisionProcess,
) -> None:
    middles = [_middle(lane, top, plan) for lane, top in zip(lanes, tops, strict=True)]
    if plan.is_stacked:
        drawing.rect(0, 4, plan.width, 40, "box answer", 8)
        apis = " + ".join([process.api, *(one.api.rsplit(".", 1)[-1] for one in process.beside)])
        drawing.text(_PAD, 29, shorten(apis, 44), "t-mono ink")
        drawing.path(f"M10 44V{middles[-1]:.1f}", "edge")
        for y, lane in zip(middles, lanes, strict=True):
            drawing.path(
                f"M10 {y:.1f}H{plan.rule_x:.1f}", "edge dashed" if _is_else(lane) else "edge"
            )
        return
    first, last = middles[0], middles[-1]
    centre = first if is_chain else (first + last) / 2
    calls = _calls(process)
    height = _answer_height(calls)
    drawing.rect(1, centre - height / 2, _ANSWER, height, "box answer", 8)
    head = centre - 15 * len(calls) / 2 + 4
    words = "answers of" if process.beside else "answer of"
    drawing.text(1 + _ANSWER / 2, head, words, "t-small muted", anchor="middle")
    for i, part in enumerate(calls, start=1):
        drawing.text(1 + _ANSWER / 2, head + 16 * i, part, "t-strong ink", anchor="middle")
    x, turn = 1 + _ANSWER, (1 + _ANSWER + plan.rule_x) / 2
    if is_chain:
        drawing.path(f"M{x} {centre:.1f}H{plan.rule_x:.1f}", "edge")
        drawing.arrow(plan.rule_x, centre, "head")
        # From one question down to the next, past its left edge.
        for i in range(len(lanes) - 1):
            start = tops[i] + _box_bottom(lanes[i], plan)
            end = tops[i + 1] + _box_top(lanes[i + 1], plan)
            css = "edge dashed" if _is_else(lanes[i + 1]) else "edge"
            drawing.path(f"M{plan.rule_x + 22:.1f} {start:.1f}V{end - 1:.1f}", css)
            drawing.arrow(plan.rule_x + 22, end, "head", is_down=True)
        return
    drawing.path(f"M{x} {centre:.1f}H{turn:.1f}", "edge")
    drawing.path(f"M{turn:.1f} {first:.1f}V{last:.1f}", "edge")
    for y, lane in zip(middles, lanes, strict=True):
        css = "edge dashed" if _is_else(lane) else "edge"
        drawing.path(f"M{turn:.1f} {y:.1f}H{plan.rule_x:.1f}", css)
        drawing.arrow(plan.rule_x, y, "head")


def _is_else(lane: _Lane) -> bool:
    return lane[0].is_default


def _box_top(lane: _Lane, plan: _Plan) -> float:
    _, rule, outcome = lane
    return 0.0 if plan.is_stacked else (max(rule.height, outcome.height) - rule.height) / 2


def _box_bottom(lane: _Lane, plan: _Plan) -> float:
    return _box_top(lane, plan) + lane[1].height


def _lane(
    drawing: Drawing,
    row: Row,
    rule: _Block,
    outcome: _Block,
    top: float,
    plan: _Plan,
    *,
    number: int,
) -> None:
    room = max(rule.height, outcome.height)
    if plan.is_stacked:
        rule_y, outcome_y = top, top + rule.height + 26
        x = plan.outcome_x + 20
        drawing.path(f"M{x:.1f} {rule_y + rule.height:.1f}V{outcome_y - 2:.1f}", "edge strong")
        drawing.arrow(x, outcome_y, "head strong", is_down=True)
    else:
        rule_y, outcome_y = top + (room - rule.height) / 2, top + (room - outcome.height) / 2
        start, y = plan.rule_x + plan.rule_width, top + room / 2
        drawing.path(f"M{start:.1f} {y:.1f}H{plan.outcome_x - 2:.1f}", "edge strong")
        drawing.arrow(plan.outcome_x, y, "head strong")
    css = "box otherwise" if row.is_default else "box"
    drawing.rect(plan.rule_x, rule_y, plan.rule_width, rule.height, css, 8)
    _write(drawing, rule, plan.rule_x, rule_y)
    if number and not row.is_default and not plan.is_stacked:
        drawing.text(
            plan.rule_x + plan.rule_width - 10,
            rule_y + 20,
            f"{number}",
            "t-small muted",
            anchor="end",
        )
    kind = "box outcome default" if row.is_default else "box outcome"
    drawing.rect(plan.outcome_x, outcome_y, plan.outcome_width, outcome.height, kind, 8)
    stripe = "stripe default" if row.is_default else "stripe"
    drawing.rect(plan.outcome_x, outcome_y + 8, 3.5, outcome.height - 16, stripe, 1.5)
    _write(drawing, outcome, plan.outcome_x, outcome_y)


def _write(drawing: Drawing, block: _Block, x: float, y: float) -> None:
    for mark in block.marks:
        if mark.kind == "chip":
            drawing.rect(x + mark.x, y + mark.y, mark.width, 20, mark.css_class, 10)
            drawing.text(x + mark.x + 9, y + mark.y + 14, mark.content, "t-chip")
        else:
            drawing.text(x + mark.x, y + mark.y, mark.content, mark.css_class)


def _rule_block(row: Row, width: float) -> _Block:
    if row.is_default:
        return _Block((_Mark("text", _PAD, 25, "otherwise", "t-body muted"),), 40)
    marks: list[_Mark] = []
    y = float(_PAD - 4)
    for clause in row.clauses[:_CLAUSES]:
        y = _clause_marks(marks, clause, y, width)
    more = len(row.clauses) - _CLAUSES
    if more > 0:
        marks.append(_Mark("text", _PAD, y + 13, f"and {more} more questions", "t-small muted"))
        y += _LINE
    return _Block(tuple(marks), y + _PAD - 6)


def _clause_marks(marks: list[_Mark], clause: Clause, y: float, width: float) -> float:
    left = _PAD + 16 * min(clause.depth, 4)
    words = [clause.lead, clause.phrase]
    if clause.is_complement:
        words.append("anything but" if clause.labels else "any label")
    head = " ".join(word for word in words if word)
    for line in wrap_width(visible(head), 12.5, width - left - 30, _PHRASE_LINES):
        marks.append(_Mark("text", left, y + 13, line, "t-small muted"))
        y += _LINE
    x = float(left)
    chips = [
        (shorten(visible(one), 34), "chip unknown" if one in clause.unknown else "chip")
        for one in clause.labels[:_LABELS]
    ]
    more = len(clause.labels) - len(chips)
    if more > 0:
        chips.append((f"+ {more} more", "chip more"))
    if chips:
        y += 3
    for text, css in chips:
        room = min(approximate_width(text, 12.5) + 18, width - left - _PAD)
        if x + room > width - _PAD and x > left:
            x, y = float(left), y + _CHIP
        marks.append(_Mark("chip", x, y, text, css, room))
        x += room + 5
    if chips:
        y += _CHIP
    for bound in clause.bounds:
        for line in wrap_width(visible(f"and {bound}"), 12.5, width - left - _PAD, 2):
            marks.append(_Mark("text", left, y + 13, line, "t-mono ink"))
            y += _LINE
    return y + 2


def _outcome_block(row: Row, width: float) -> _Block:
    inner = width - 2 * _PAD
    name = wrap_width(visible(row.outcome.id), 15, inner, 1)
    marks = [_Mark("text", _PAD + 2, 26, line, "t-name ink") for line in name]
    y = 34.0
    effects = row.effects
    if not effects:
        marks.append(_Mark("text", _PAD + 2, y + 13, "nothing happens", "t-small muted"))
        y += _LINE
    for effect in effects[:_EFFECTS]:
        place = shorten(visible(SourceText().places(effect.places)), 36)
        # Code is set in a typewriter face: 0.61 of its size a character.
        text = " ".join(visible(effect.text).split())
        marks.append(
            _Mark("text", _PAD + 2, y + 13, shorten_middle(text, int(inner / 7.4)), "t-mono ink")
        )
        marks.append(_Mark("text", _PAD + 2, y + 30, place, "t-small muted"))
        y += 2 * _LINE
    if len(effects) > _EFFECTS:
        more = f"and {len(effects) - _EFFECTS} more effects"
        marks.append(_Mark("text", _PAD + 2, y + 13, more, "t-small muted"))
        y += _LINE
    return _Block(tuple(marks), y + 8)
