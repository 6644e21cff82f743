"""Build and take apart answers in the provider's own JSON form.

``label_answer`` is the one place where scores become an answer: evaluation,
thresholds and the server all use it, so that what is measured is what is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chameleonapi.apis.predictor import LabelScores
from chameleonapi.apis.spec import ApiSpec, CollectionSpec
from chameleonapi.errors import AnswerError

__all__ = [
    "build_answer",
    "build_element",
    "elements",
    "join_answer",
    "label_answer",
    "read_field",
    "shown_labels",
    "write_elements",
    "write_field",
]


def read_field(element: Any, path: str) -> Any:
    """Return the value at a field path, or None where the path leads nowhere.

    ``*`` anywhere in the path makes the result a list of the values found, ``&`` one text of
    the texts found.
    """
    plain = _plain_keys(path)
    if plain:
        here = element
        for key in plain:
            if type(here) is not dict:
                break  # nothing, or an object of another kind: the long way tells
            here = here.get(key)
        else:
            return here
    found = list(_walk(element, _keys(path))) if path else [element]
    if "*" in path:
        return found
    return found[0] if found else None


@lru_cache(4096)
def _plain_keys(path: str) -> tuple[str, ...]:
    """Return the keys of a path through objects only; nothing if there are others in it."""
    keys = _keys(path)
    return () if any(one in ("", "*", "#", "&") or one.isdigit() for one in keys) else keys


@lru_cache(4096)
def _keys(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _walk(value: Any, keys: Sequence[str]) -> Iterator[Any]:
    for position, key in enumerate(keys):
        if key == "#":
            yield len(value) if isinstance(value, Sequence) and not isinstance(value, str) else 0
            return
        if key == "*":
            if isinstance(value, Sequence) and not isinstance(value, str):
                for item in value:
                    yield from _walk(item, keys[position + 1 :])
            return
        if key == "&":
            if isinstance(value, Sequence) and not isinstance(value, str):
                inner = (one for item in value for one in _walk(item, keys[position + 1 :]))
                yield "".join(one for one in inner if isinstance(one, str))
            return
        if isinstance(value, Mapping):
            if key not in value:
                # protobuf leaves an empty list out altogether
                if position + 1 < len(keys) and keys[position + 1] == "#":
                    yield 0
                return
            value = value[key]
        elif key.isdigit() and isinstance(value, Sequence) and not isinstance(value, str):
            if int(key) >= len(value):
                return
            value = value[int(key)]
        else:
            return
    yield value


def write_field(target: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a field path, making the containers on the way.

    A path that ends in ``#`` sets a list of ``value`` empty objects; one with ``*``
    takes a sequence of values, one for each item; what an item holds already stays.
    One with ``&`` takes a text, and makes an item of each letter.
    """
    keys = _keys(path)
    here: Any = target
    for position, key in enumerate(keys):
        last = position == len(keys) - 1
        following = "" if last else keys[position + 1]
        if following == "#":
            here[key] = [{} for _ in range(int(value))]
            return
        if following in ("*", "&"):
            rest = keys[position + 2 :]
            items = here.setdefault(key, [])
            for place, item in enumerate(value):
                if rest and place < len(items):
                    if read_field(items[place], ".".join(rest)) is None:
                        write_field(items[place], ".".join(rest), item)
                    continue
                made: dict[str, Any] = {}
                if rest:
                    write_field(made, ".".join(rest), item)
                items.append(made if rest else item)
            return
        if last:
            here[key] = value
            return
        if following.isdigit():
            items = here.setdefault(key, [])
            while len(items) <= int(following):
                items.append({})
            if position + 1 == len(keys) - 1:
                items[int(following)] = value
                return
            here = items[int(following)]
            rest = keys[position + 2 :]
            write_field(here, ".".join(rest), value)
            return
        here = here.setdefault(key, {})


def elements(answer: Any, collection: CollectionSpec | str) -> Sequence[Any]:
    """Return the elements of a collection of an answer, in the order of the API.

    A collection with an empty path, or at which the answer holds one object
    instead of a list, has that object as its only element.

    Raises:
        AnswerError: if the answer is no object, or something else stands at the path.
    """
    path = collection if isinstance(collection, str) else collection.path
    if type(answer) is not dict and not isinstance(answer, Mapping):
        msg = f"an answer must be a JSON object, but a {type(answer).__name__} came."
        raise AnswerError(msg, hint="Pass the answer as the provider's REST interface returns it.")
    value = read_field(answer, path)
    if value is None:
        return ()
    if "*" in path:  # lists within lists: what is in all of them
        return [one for some in value if isinstance(some, list) for one in some]
    if type(value) is list:
        return value
    if isinstance(value, Mapping):
        return (value,)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    msg = f"{path!r} must be a list in an answer, but a {type(value).__name__} came."
    raise AnswerError(msg, hint="Pass the answer as the provider's REST interface returns it.")


def write_elements(answer: dict[str, Any], path: str, rows: Sequence[Any]) -> None:
    """Set the elements of a collection; those of lists within lists all go into the first one."""
    if "*" not in path:
        write_field(answer, path, rows)
    elif rows:
        write_field(answer, path.replace("*", "0"), rows)


def build_answer(
    spec: ApiSpec,  # noqa: ARG001 - the form is the same for all; callers say whose it is
    items: Mapping[str, Sequence[Mapping[str, Any]]],
    fields: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build an answer from elements given as flat mappings of field path to value.

    Args:
        spec: the API.
        items: elements by the path of their collection, in the order of the API.
        fields: values of the whole answer by field path.
    """
    made = {path: [build_element(row) for row in rows] for path, rows in items.items()}
    return join_answer(made, fields or {})


def build_element(row: Mapping[str, Any]) -> dict[str, Any]:
    """Build an element, or another object of an answer, from its values by field path."""
    element: dict[str, Any] = {}
    for name, value in row.items():
        if "." not in name:
            element[name] = value
            continue
        plain = _plain_keys(name)
        if not plain:
            write_field(element, name, value)
            continue
        here = element
        for key in plain[:-1]:
            here = here.setdefault(key, {})
        here[plain[-1]] = value
    return element


def join_answer(
    items: Mapping[str, list[dict[str, Any]]], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer with these elements, which become part of it.

    Args:
        items: elements by the path of their collection, in the order of the API.
        fields: values of the whole answer by field path.
    """
    answer: dict[str, Any] = {}
    for path, rows in items.items():
        if path == "":
            for element in rows[:1]:
                answer.update(element)
        elif path == "safeSearchAnnotation":  # one object, no list
            if rows:
                write_field(answer, path, rows[0])
        else:
            write_elements(answer, path, rows)
    for name, value in fields.items():
        write_field(answer, name, value)
    return answer


def shown_labels(
    scores: LabelScores, *, shown_score: float, max_results: int | None
) -> list[tuple[str, float]]:
    """Return the (label, score) pairs that an answer shows, highest first.

    Equal scores keep the order of the label space, so that answers are reproducible.
    """
    pairs = [
        (label, float(score))
        for label, score in zip(scores.labels, scores.scores, strict=True)
        if score >= shown_score
    ]
    pairs.sort(key=lambda pair: -pair[1])
    return pairs if max_results is None else pairs[:max_results]


def label_answer(
    spec: ApiSpec,
    scores: LabelScores,
    *,
    shown_score: float | None = None,
    max_results: int | None = None,
) -> dict[str, Any]:
    """Turn scores into an answer of a label API.

    Args:
        spec: an API with a label and a score field.
        scores: of one input.
        shown_score: in [0, 1], the API's default if None.
        max_results: the API's default if None.

    Raises:
        AnswerError: if the API has no labels with scores.
    """
    if spec.label_field is None or spec.score_field is None:
        msg = f"{spec.id} does not answer with labels and scores."
        raise AnswerError(msg, hint="Use build_answer for this API.")
    pairs = shown_labels(
        scores,
        shown_score=spec.limits.shown_score if shown_score is None else shown_score,
        max_results=spec.limits.max_results if max_results is None else max_results,
    )
    scale = spec.score_scale
    rows = [{spec.label_field: label, spec.score_field: score * scale} for label, score in pairs]
    return build_answer(spec, {spec.main.path: rows})
