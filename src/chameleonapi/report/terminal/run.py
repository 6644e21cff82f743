"""What the unmodified application did, picture by picture."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.pipeline.run_record import RunRow
from chameleonapi.report.terminal.style import Adaptive, Style, block

__all__ = ["run_table"]


def run_table(rows: Sequence[RunRow]) -> ConsoleRenderable:
    """Return what the application did with each model, picture by picture."""
    return Adaptive(lambda style: _run(style, rows))


def _run(style: Style, rows: Sequence[RunRow]) -> ConsoleRenderable:
    table = style.table("picture", "right would be", "generic model", "", "customised model", "")
    blocks: list[ConsoleRenderable] = []
    for row in rows:
        was, now = row.is_generic_right, row.is_customised_right
        change = "" if was is now else "fixed" if now else "broken"
        picture = style.text(style.short(row.picture, 32), "dim")
        right = style.text(" or ".join(row.acceptable))
        before = _output(style, row.generic_output, is_right=was)
        after = _output(style, row.customised_output, is_right=now)
        result = Text(change, {"fixed": "bold green", "broken": "bold red"}.get(change, ""))
        table.add_row(picture, right, before, style.sign("→", "->"), after, result)
        cells = {"right": right, "generic": before, "customised": after, "result": result}
        blocks.append(block({"picture": picture, **cells}))
    total = (
        f"Right of {len(rows)}: {sum(row.is_generic_right for row in rows)} with the generic "
        f"model, {sum(row.is_customised_right for row in rows)} with the customised one."
    )
    return Group(*(blocks if style.is_narrow else [table]), Text(""), Text(total, "bold"))


def _output(style: Style, output: str, *, is_right: bool) -> Text:
    sign = style.sign("✓ " if is_right else "✗ ", "ok    " if is_right else "WRONG ")
    text = style.short(" ".join(output.split()) or "(nothing)", 40)
    return Text(sign, "green" if is_right else "red") + style.text(text)
