"""Several APIs asked about one input: their answers, side by side, as one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from chameleonapi.apis.spec import ApiSpec

# What several calls say of one text, and say alike.
_SHARED: Final = frozenset({"language"})

__all__ = ["answer_keys", "are_separate", "joint_spec", "own_part"]


def answer_keys(spec: ApiSpec) -> frozenset[str]:
    """Return the top-level keys of an answer of this API."""
    paths = [one.path for one in spec.answer_fields]
    for one in spec.collections:
        paths += [one.path] if one.path else [field.path for field in one.fields]
    return frozenset(path.split(".")[0] for path in paths)


def are_separate(specs: Iterable[ApiSpec]) -> bool:
    """Return whether answers of these APIs can stand side by side in one object."""
    seen: set[str] = set()
    for one in specs:
        keys = answer_keys(one) - _SHARED
        if keys & seen:
            return False
        seen |= keys
    return True


def joint_spec(spec: ApiSpec, others: Iterable[ApiSpec]) -> ApiSpec:
    """Return the spec of an answer that also holds the answers of other APIs.

    Id, labels and scores, limits and the main collection stay those of ``spec``.
    """
    more = tuple(others)
    if not more:
        return spec
    fields = {field.path: field for field in spec.answer_fields}
    for one in more:
        for field in one.answer_fields:
            fields.setdefault(field.path, field)
    return replace(
        spec,
        collections=(*spec.collections, *(c for one in more for c in one.collections)),
        answer_fields=tuple(fields.values()),
    )


def own_part(spec: ApiSpec, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one API says in a joint answer."""
    keys = answer_keys(spec)
    return {key: value for key, value in answer.items() if key in keys}
