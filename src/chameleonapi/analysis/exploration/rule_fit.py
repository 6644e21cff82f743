"""A rule over the questions put to a text, from what is decided where they come out some way."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from chameleonapi.decision import TextRow, TextRule
from chameleonapi.decision.text_rules import TextTerm

__all__ = ["UNASKED", "fit_rule"]

UNASKED = 2  # stands where a question is not asked, for others came out one way

_Rows = Mapping[tuple[int, ...], bool]


def fit_rule(
    terms: Sequence[TextTerm], rows: _Rows, after: Sequence[Container[int]] = ()
) -> TextRule:
    """Return the rule that accepts the rows that are true, and generalises to others.

    Args:
        terms: the questions.
        rows: whether a text is accepted, by how the questions come out.
        after: by question, those that are asked before it whenever it is asked.
    """
    found: list[TextRow] = []
    _split(rows, _needed(rows, len(terms), after), {}, found)
    used = sorted({one for row in found for one in (*row.holding, *row.failing)})
    place = {old: new for new, old in enumerate(used)}
    return TextRule(
        tuple(terms[one] for one in used),
        tuple(
            TextRow(tuple(place[i] for i in row.holding), tuple(place[i] for i in row.failing))
            for row in found
        ),
    )


def _needed(rows: _Rows, count: int, after: Sequence[Container[int]]) -> list[int]:
    """Return questions that settle all rows, and those after which they are asked."""
    needed = list(range(count))
    for at in range(count):
        rest = [one for one in needed if one != at]
        if any(at in after[one] for one in rest if one < len(after)):
            continue
        ways: dict[tuple[int, ...], bool] = {}
        if all(
            ways.setdefault(tuple(key[i] for i in rest), one) == one for key, one in rows.items()
        ):
            needed = rest
    return needed


def _split(rows: _Rows, needed: list[int], path: Mapping[int, bool], found: list[TextRow]) -> None:
    if len(set(rows.values())) < 2:
        if rows and all(rows.values()):
            found.append(
                TextRow(
                    tuple(i for i, way in path.items() if way),
                    tuple(i for i, way in path.items() if not way),
                )
            )
        return
    at = _best(rows, needed)
    for way in (True, False):
        part = {key: one for key, one in rows.items() if key[at] == way}
        _split(part, needed, {**path, at: way}, found)


def _best(rows: _Rows, needed: list[int]) -> int:
    """Return the question that leaves the least undecided, the first one of several."""
    left: dict[int, float] = {}
    for at in needed:
        ways = {key[at] for key in rows}
        if UNASKED in ways or len(ways) < 2:
            continue
        left[at] = 0.0
        for way in ways:
            part = [one for key, one in rows.items() if key[at] == way]
            left[at] += sum(part) * (len(part) - sum(part)) / len(part)
    return min(left, key=lambda at: left[at])
