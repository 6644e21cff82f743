"""What the unmodified application did, picture by picture."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.pipeline.run_record import RunRow
from chameleonapi.report.terminal.style import Adaptive, Style, block

__all__ = ["run_table"]


def run_table(rows: Sequence[RunRow], *, only_changed: bool = False) -> ConsoleRenderable:
    """Return what the application did with each model, picture by picture.

    Args:
        rows: of the run.
        only_changed: list just the pictures that one model gets right and the other wrong; the
            totals below are about all of them either way.
    """
    return Adaptive(lambda style: _run(style, rows, only_changed=only_changed))


def _run(style: Style, rows: Sequence[RunRow], *, only_changed: bool) -> ConsoleRenderable:
    table = style.table("picture", "right would be", "generic model", "", "customised model", "")
    blocks: list[ConsoleRenderable] = []
    for row in rows:
        was, now = row.is_generic_right, row.is_customised_right
        if only_changed and was is now:
            continue
        change = "" if was is now else "fixed" if now else "broken"
        picture = style.text(style.short(row.picture, 32), "dim")
        right = style.text(" or ".join(row.acceptable))
        before = _output(style, row.generic_output, is_right=was)
        after = _output(style, row.customised_output, is_right=now)
        result = Text(change, {"fixed": "bold green", "broken": "bold red"}.get(change, ""))
        table.add_row(picture, right, before, style.sign("→", "->"), after, result)
        cells = {"right": right, "generic": before, "customised": after, "result": result}
        blocks.append(block({"picture": picture, **cells}))
    fixed = sum(now and not was for was, now in _rights(rows))
    broken = sum(was and not now for was, now in _rights(rows))
    rights = [sum(one) for one in zip(*_rights(rows), strict=True)] or [0, 0]
    total = (
        f"{fixed} fixed, {broken} broken. Right of {len(rows)}: {rights[0]} with the generic "
        f"model, {rights[1]} with the customised one."
    )
    return Group(*(blocks if style.is_narrow else [table]), Text(""), Text(total, "bold"))


def _rights(rows: Sequence[RunRow]) -> list[tuple[bool, bool]]:
    return [(row.is_generic_right, row.is_customised_right) for row in rows]


def _output(style: Style, output: str, *, is_right: bool) -> Text:
    sign = style.sign("✓ " if is_right else "✗ ", "ok    " if is_right else "WRONG ")
    text = style.short(" ".join(output.split()) or "(nothing)", 40)
    return Text(sign, "green" if is_right else "red") + style.text(text)
