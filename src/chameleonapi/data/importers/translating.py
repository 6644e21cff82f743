"""The labels of one example, from the names of the data to those of the API."""

from __future__ import annotations

from dataclasses import replace

from chameleonapi.data.examples import Example
from chameleonapi.data.hierarchy import expand_ancestors
from chameleonapi.data.importers.findings import Findings
from chameleonapi.data.mapping import LabelMapper, Match, Rule

__all__ = ["translate"]


def translate(one: Example, mapper: LabelMapper, findings: Findings) -> Example | None:
    """Return the example with mapped labels, or None if nothing is known of it any more."""
    named = dict.fromkeys((*one.present, *(box.label for box in one.boxes)))
    present: dict[str, None] = {}
    for name in named:
        present.update(dict.fromkeys(_labels(name, one.id, mapper, findings)))
    every = set(expand_ancestors(present, mapper.parents))
    absent: dict[str, None] = {}
    for name in one.absent:
        match = mapper.match(name)
        labels = _labels(name, one.id, mapper, findings)
        if labels and not match.is_same:
            findings.add("absent-not-carried", f"{one.id}: {name} is one of {', '.join(labels)}")
            continue
        for label in labels:
            if label in every:
                findings.add("contradiction", f"{one.id}: {label}")
            else:
                absent[label] = None
    if not present and not absent and not one.closed:
        findings.add("nothing-known", one.id)
        return None
    boxes = tuple(
        replace(box, label=label) for box in one.boxes for label in mapper.match(box.label).labels
    )
    return replace(one, present=tuple(present), absent=tuple(absent), boxes=boxes)


def _labels(name: str, id_: str, mapper: LabelMapper, findings: Findings) -> tuple[str, ...]:
    match: Match = mapper.match(name)
    if match.rule in {Rule.UNMAPPED, Rule.AMBIGUOUS}:
        near = f" (close: {', '.join(match.near)})" if match.near else ""
        findings.add("unmapped-label", f"{name!r}{near} in {id_}")
    elif match.rule is Rule.DROPPED:
        findings.add("dropped-label", f"{name!r} in {id_}")
    return match.labels
