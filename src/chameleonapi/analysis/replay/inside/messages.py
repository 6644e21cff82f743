"""Answers as client packages hand them over: messages with attributes, and dictionaries."""

from __future__ import annotations

import enum
from typing import Any, Final

from chameleonapi.apis import LIKELIHOODS, FieldKind, iter_apis

__all__ = [
    "AwaitableDict",
    "BreakType",
    "EntityType",
    "FeatureType",
    "Likelihood",
    "Message",
    "done",
]

_ENTITIES: Final = (
    *("UNKNOWN", "PERSON", "LOCATION", "ORGANIZATION", "EVENT", "WORK_OF_ART", "CONSUMER_GOOD"),
    *("OTHER", "_8", "PHONE_NUMBER", "ADDRESS", "DATE", "NUMBER", "PRICE"),
)
_BREAKS: Final = ("UNKNOWN", "SPACE", "SURE_SPACE", "EOL_SURE_SPACE", "HYPHEN", "LINE_BREAK")
_FEATURES: Final = {
    "FACE_DETECTION": 1,
    "LANDMARK_DETECTION": 2,
    "LOGO_DETECTION": 3,
    "LABEL_DETECTION": 4,
    "TEXT_DETECTION": 5,
    "SAFE_SEARCH_DETECTION": 6,
    "IMAGE_PROPERTIES": 7,
    "WEB_DETECTION": 10,
    "DOCUMENT_TEXT_DETECTION": 11,
    "OBJECT_LOCALIZATION": 19,
}
Likelihood = enum.IntEnum("Likelihood", {name: i for i, name in enumerate(LIKELIHOODS)})  # type: ignore[misc] # the members are data
EntityType = enum.IntEnum("EntityType", {name: i for i, name in enumerate(_ENTITIES)})  # type: ignore[misc] # the members are data
BreakType = enum.IntEnum("BreakType", {name: i for i, name in enumerate(_BREAKS)})  # type: ignore[misc] # the members are data
FeatureType = enum.IntEnum("FeatureType", _FEATURES)  # type: ignore[misc] # the members are data


def _keys() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Return the keys of lists, numbers, texts and likelihoods in any answer."""
    lists: set[str] = set()
    numbers: set[str] = set()
    texts: set[str] = set()
    likelihoods: set[str] = set()
    for api in iter_apis():
        rows = [(one.path, one.fields) for one in api.collections]
        for path, fields in [*rows, ("", api.answer_fields)]:
            if path and path != "safeSearchAnnotation":
                lists |= {path.rsplit(".", 1)[-1], *_before_marks(path)}
            for one in fields:
                parts = one.path.split(".")
                lists |= _before_marks(one.path)
                if one.kind is FieldKind.NUMBER:
                    numbers.add(parts[-1])
                elif one.kind is FieldKind.ENUM:
                    (likelihoods if "VERY_LIKELY" in one.values else texts).add(parts[-1])
                else:
                    texts.add(parts[-1])
    return tuple(frozenset(one) for one in (lists, numbers, texts, likelihoods))  # type: ignore[return-value] # four of them


def _before_marks(path: str) -> set[str]:
    """Return the keys of lists that a path goes through."""
    parts = path.split(".")
    return {parts[i - 1] for i in range(1, len(parts)) if parts[i] in ("*", "#", "&")}


_LISTS, _NUMBERS, _TEXTS, _LIKELIHOODS = _keys()
_MAPS: Final = frozenset({"metadata"})  # from text to text
_SPACE: Final = {"detectedBreak": {"type": "SPACE"}}  # after a word, as a record takes it


class Message:
    """A protobuf message made from JSON: absent fields have their default."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._record = record
        self._pb = self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "error":
            return Message({"message": "", "code": 0})
        key = _camel(name)
        return _wrapped(key, self._record[key]) if key in self._record else _default(key)

    def HasField(self, name: str) -> bool:  # noqa: N802 - protobuf's name
        return _camel(name) in self._record

    def __contains__(self, name: str) -> bool:
        return _camel(name) in self._record

    def __bool__(self) -> bool:
        return any(map(_is_set, self._record.values()))


def _is_set(value: Any) -> bool:
    return any(map(_is_set, value.values())) if isinstance(value, dict) else bool(value)


def _camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(one[:1].upper() + one[1:] for one in rest)


def _default(key: str) -> Any:
    if key in _MAPS:
        return {}
    if key in _LISTS or key.endswith(("Annotations", "ertices", "colors")):
        return []
    if key in _LIKELIHOODS:
        return Likelihood(0)
    if key in _NUMBERS or key in ("x", "y", "red", "green", "blue"):
        return 0.0
    return "" if key in _TEXTS or key in ("mid", "message", "locale") else Message({})


def _wrapped(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return dict(value) if key in _MAPS else Message(value)
    if isinstance(value, list):
        if key == "symbols" and value and isinstance(value[-1], dict):
            value = [*value[:-1], {"property": _SPACE, **value[-1]}]
        return [Message(one) if isinstance(one, dict) else one for one in value]
    if key == "type" and value in EntityType.__members__:
        return EntityType[value]
    if key == "type" and value in BreakType.__members__:
        return BreakType[value]
    if key in _LIKELIHOODS and value in Likelihood.__members__:
        return Likelihood[value]
    return value


async def done(value: Any) -> Any:
    """Return a value to whoever waits for it."""
    return value


class AwaitableMessage(Message):
    """What an asynchronous client returns; a synchronous one's answer is never waited for."""

    def __await__(self) -> Any:
        return done(Message(self._record)).__await__()


class AwaitableDict(dict[str, Any]):
    """An answer of boto3, or what aioboto3 waits for."""

    def __await__(self) -> Any:
        return done(dict(self)).__await__()
