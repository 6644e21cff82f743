"""Instances of classes that derive from a library's class: ``pydantic.BaseModel`` and the like.

What the library's constructor does is not known, but such classes nearly always keep what
they are given under its name, so that a field reads as what was passed for it.
"""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.objects import Class, Instance
from chameleonapi.analysis.engine.values import Native

__all__ = ["kept_arguments", "record_method"]

_AS_DICTIONARY = frozenset({"dict", "model_dump", "to_dict", "as_dict"})
_AS_JSON = frozenset({"json", "model_dump_json", "to_json"})


def _names(cls: Class) -> list[str]:
    found: dict[str, None] = {}
    for one in reversed(cls.order):
        found.update(dict.fromkeys(one.vars.get("__annotations__", {})))
    return list(found)


def kept_arguments(cls: Class, arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a new instance: what the constructor was given, by name."""
    names = _names(cls)
    made = {names[i] if i < len(names) else f"argument {i}": one for i, one in enumerate(arguments)}
    return {**made, **named}


def record_method(value: Instance, name: str) -> Native | None:
    """Return a method that gives the fields as a dictionary or as JSON, if it is one."""
    names = _names(value.cls)
    if not names or name not in _AS_DICTIONARY | _AS_JSON:
        return None

    def fields() -> dict[str, Any]:
        known: dict[str, Any] = {}
        for one in reversed(value.cls.order):
            known.update(one.vars)
        known.update(value.attributes)
        return {key: known[key] for key in names if key in known}

    if name in _AS_DICTIONARY:
        return Native(name, lambda _m, _a, _n: fields())
    from chameleonapi.analysis.engine.library.records import JsonText

    return Native(name, lambda _m, _a, _n: JsonText(fields()))
