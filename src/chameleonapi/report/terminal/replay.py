"""A replay in a terminal: for each decision, on how many answers CPython did what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.analysis.replay import Disagreement, ProcessReplay
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["replay_text"]

_LONGEST_ANSWER = 600


def replay_text(replays: Iterable[ProcessReplay]) -> ConsoleRenderable:
    """Return what a replay found, a paragraph for each decision."""
    rows = tuple(replays)
    return Adaptive(lambda style: _replays(style, rows))


def _replays(style: Style, rows: tuple[ProcessReplay, ...]) -> ConsoleRenderable:
    parts: list[ConsoleRenderable] = []
    for one in rows:
        line = style.text(f"Replay of {one.process}: ", "bold")
        if one.reason:
            parts.append(line.append_text(style.text(f"not compared; {one.reason}.", "yellow")))
            continue
        colour = "green" if one.agreed == one.answers else "red"
        share = f"the application did what the record says on {one.agreed} of {one.answers} answers"
        parts.append(line.append_text(style.text(f"{share} ({one.rate:.1%}).", colour)))
        for wrong in one.disagreements:
            parts += _disagreement(style, wrong)
    if not rows:
        parts.append(Text("Replay: there is no decision to compare."))
    return Group(*parts)


def _disagreement(style: Style, wrong: Disagreement) -> list[Text]:
    answer = json.dumps(wrong.answer, ensure_ascii=False)
    if len(answer) > _LONGEST_ANSWER:
        answer = answer[:_LONGEST_ANSWER] + " ..."
    return [
        style.text(f"  answer   {answer}", ""),
        style.text(
            f"  record   {wrong.outcome}: {'; '.join(wrong.expected) or 'nothing seen'}", ""
        ),
        style.text(f"  CPython  {'; '.join(wrong.did) or 'nothing seen'}", ""),
    ]
