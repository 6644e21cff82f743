"""Which labels to check and which pictures to label, in a terminal."""

from __future__ import annotations

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.pipeline.labelling.record import LabelCheck, LabelWish
from chameleonapi.report.terminal.style import Adaptive, Style, block

__all__ = ["check_table", "wish_table"]


def check_table(check: LabelCheck) -> ConsoleRenderable:
    """Return the suspects, the most suspicious first."""
    return Adaptive(lambda style: _check(style, check))


def _check(style: Style, check: LabelCheck) -> ConsoleRenderable:
    if not check.suspects:
        return style.text(
            f"None of {check.examples:,} examples has doubtful labels that change the decision."
        )
    table = style.table("picture", "score", "labels to check", "right now", "otherwise")
    blocks: list[ConsoleRenderable] = []
    for one in check.suspects:
        labels = ", ".join(
            f"{label.label} {'is there?' if label.says == 'present' else 'is not there?'}"
            for label in one.labels
        )
        cells = {
            "picture": style.text(one.file or one.id),
            "score": Text(f"{one.score:.2f}"),
            "labels to check": style.text(labels),
            "right now": style.text(" or ".join(one.right)),
            "otherwise": style.text(" or ".join(one.otherwise), "bold"),
        }
        table.add_row(*cells.values())
        blocks.append(block(cells))
    sentence = (
        f"{len(check.suspects)} of {check.examples:,} examples, by doubt about the decision times "
        "what the doubted labels change in it."
    )
    return Group(*(blocks if style.is_narrow else [table]), Text(""), Text(sentence))


def wish_table(wish: LabelWish) -> ConsoleRenderable:
    """Return the pictures to label, in their order."""
    return Adaptive(lambda style: _wish(style, wish))


def _wish(style: Style, wish: LabelWish) -> ConsoleRenderable:
    table = style.table("picture", "decided now", "or rather", "ask about")
    blocks: list[ConsoleRenderable] = []
    for one in wish.wishes:
        cells = {
            "picture": style.text(one.file),
            "decided now": style.text(one.decided),
            "or rather": style.text(one.instead),
            "ask about": style.text(", ".join(one.labels)),
        }
        table.add_row(*cells.values())
        blocks.append(block(cells))
    sentence = (
        f"{len(wish.wishes)} of {wish.pool:,} pictures: open decisions first, and unlike one "
        f"another. Scores are those of {style.safe(wish.model)}."
    )
    return Group(*(blocks if style.is_narrow else [table]), Text(""), Text(sentence))
