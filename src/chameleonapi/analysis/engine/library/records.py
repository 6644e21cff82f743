"""``json``, ``csv`` and ``copy``."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.items import FactoryDict
from chameleonapi.analysis.engine.library.files import TextFile
from chameleonapi.analysis.engine.lifting import deep_lift, has_unknown, is_touched, protect, weigh
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Instance
from chameleonapi.analysis.engine.operations import Stream, drain, iterate
from chameleonapi.analysis.engine.origins import become_touched
from chameleonapi.analysis.engine.values import (
    Columns,
    Native,
    NativeModule,
    Opaque,
    SizedList,
    Tainted,
    Unknown,
)

__all__ = ["copy_module", "csv_module", "json_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


class JsonText(Unknown):
    """Text that ``json.dumps`` made of data of the answer; ``json.loads`` gives the data back."""

    __slots__ = ("is_whole", "payload")
    unchanged_by = frozenset({"encode", "decode", "strip"})

    def __init__(self, payload: Any) -> None:
        super().__init__("json.dumps()", is_tainted=is_touched(payload))
        self.payload = payload
        self.is_whole = False  # whether that is what an API answered, and nothing else

    def as_text(self, machine: Machine) -> Any:
        """Return the text, if it holds nothing but data."""
        if _has_objects(self.payload, is_data=True) or has_unknown(self.payload):
            return None
        return deep_lift(machine, "json.dumps", json.dumps, (self.payload,))


def _dumps(machine: Machine, arguments: Arguments, named: Named) -> Any:
    value = arguments[0] if arguments else named.get("obj")
    machine.charge(weigh(value))
    if _holds_set(value) and "default" not in named:
        raise Raised(TypeError("Object of type set is not JSON serializable"))
    if is_touched(value) or _has_objects(value):
        copied = _copied(value, deep=True, depth=0)
        made = JsonText(_sorted(copied) if named.get("sort_keys") is True else copied)
        made.is_whole = isinstance(value, dict) and getattr(value, "is_whole", False)
        return made
    keywords = {
        key: one
        for key, one in named.items()
        if key in ("indent", "sort_keys", "ensure_ascii", "separators")
        and not isinstance(one, (Unknown, Opaque))
    }
    if isinstance(keywords.get("indent"), int) and keywords["indent"] > 16:
        keywords.pop("indent")
    return protect(json.dumps, value, **keywords)


def _sorted(value: Any, depth: int = 0) -> Any:
    """Put the keys of dictionaries of one's own in order, within as without."""
    if depth > 50:
        return value
    if isinstance(value, dict):
        known = [key for key in value if isinstance(key, str)]
        for key in sorted(known) if len(known) == len(value) else ():
            dict.__setitem__(value, key, _sorted(dict.pop(value, key), depth + 1))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            list.__setitem__(value, place, _sorted(one, depth + 1))
    return value


def _holds_set(value: Any, depth: int = 0) -> bool:
    if depth > 50:
        return False
    if isinstance(value, dict):
        return any(_holds_set(one, depth + 1) for one in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_set(one, depth + 1) for one in value)
    return isinstance(value, (set, frozenset))


def _has_objects(value: Any, depth: int = 0, *, is_data: bool = False) -> bool:
    if depth > 50:
        return True
    if (
        is_data
        and isinstance(value, (dict, list))
        and type(value) not in (dict, list, Columns, SizedList)
    ):
        return True  # a part of the answer itself
    if isinstance(value, dict):
        pairs = (one for pair in value.items() for one in pair)
        return any(_has_objects(one, depth + 1, is_data=is_data) for one in pairs)
    if isinstance(value, (list, tuple)):
        return any(_has_objects(one, depth + 1, is_data=is_data) for one in value)
    if is_data and type(value) is Tainted:
        return False
    return not (value is None or isinstance(value, (str, int, float, bool)))


def _loads(machine: Machine, arguments: Arguments, named: Named) -> Any:
    text = arguments[0]
    if isinstance(text, JsonText) and not named:
        return _copied(text.payload, deep=True, depth=0)
    if isinstance(text, (Unknown, Tainted)):
        return Unknown("json.loads()", is_tainted=is_touched(text))
    if named:
        return Unknown("json.loads()", is_tainted=is_touched(named))
    if not isinstance(text, (str, bytes)):
        raise Raised(TypeError("the JSON object must be str, bytes or bytearray"))
    machine.charge(len(text))
    return protect(json.loads, text)


def _load(machine: Machine, arguments: Arguments, named: Named) -> Any:
    file = arguments[0]
    if isinstance(file, TextFile):
        return _loads(machine, (file.content,), named)
    return Unknown("json.load()", is_tainted=is_touched(file))


def _dump(machine: Machine, arguments: Arguments, named: Named) -> None:
    if isinstance(arguments[1] if len(arguments) > 1 else None, TextFile):
        text = _dumps(machine, arguments[:1], named)
        arguments[1].content = text if not arguments[1].content else Unknown("json.dump()")
        return
    if len(arguments) > 1 and isinstance(arguments[1], Unknown) and is_touched(arguments[0]):
        become_touched(machine, arguments[1])
    machine.linker.external(machine, "write", "json.dump", arguments[:1], {})


def json_module(_machine: Machine) -> NativeModule:
    """Return ``json``."""
    return NativeModule(
        "json",
        {
            "dumps": Native("dumps", _dumps),
            "loads": Native("loads", _loads),
            "load": Native("load", _load),
            "dump": Native("dump", _dump),
            "JSONDecodeError": json.JSONDecodeError,
        },
    )


def _reader(machine: Machine, arguments: Arguments, named: Named) -> Any:
    source = arguments[0]
    if isinstance(source, Unknown):
        return Unknown("csv.reader()", is_tainted=source.is_tainted)
    lines = [one for one in iterate(machine, source) if isinstance(one, str)]
    keywords = {
        k: v for k, v in named.items() if k in ("delimiter", "quotechar", "skipinitialspace")
    }
    return Stream(iter(protect(lambda: list(csv.reader(lines, **keywords)))))


def _dict_reader(machine: Machine, arguments: Arguments, named: Named) -> Any:
    source = arguments[0]
    if isinstance(source, Unknown):
        return Unknown("csv.DictReader()", is_tainted=source.is_tainted)
    lines = [one for one in iterate(machine, source) if isinstance(one, str)]
    names = arguments[1] if len(arguments) > 1 else named.get("fieldnames")
    keywords = {k: v for k, v in named.items() if k in ("delimiter", "quotechar")}
    rows = protect(lambda: [dict(one) for one in csv.DictReader(lines, names, **keywords)])
    return Stream(iter(rows))


class _Writer(Opaque):
    """``csv.writer`` on a file in memory."""

    __slots__ = ("_file", "_options")
    name = "writer"

    def __init__(self, file: TextFile, options: Named) -> None:
        self._file = file
        self._options = options

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``writerow`` or ``writerows``."""
        if name == "writerow":
            return Native(name, lambda m, a, _n: self._write(m, [a[0]]))
        if name == "writerows":
            return Native(name, lambda m, a, _n: self._write(m, drain(m, a[0])))
        return super().attribute(machine, name)

    def _write(self, machine: Machine, rows: list[Any]) -> None:
        plain = [drain(machine, row) for row in rows]
        if any(has_unknown(one) or is_touched(one) for one in plain):
            self._file.escape(is_tainted=is_touched(plain))
            return
        text = io.StringIO()
        protect(lambda: csv.writer(text, **self._options).writerows(plain))
        self._file.write(machine, (text.getvalue(),), {})


def _writer(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if isinstance(arguments[0], TextFile):
        kept = {k: v for k, v in named.items() if k in ("delimiter", "quotechar", "lineterminator")}
        return _Writer(arguments[0], kept)
    del machine
    made = Unknown("csv.writer()")
    made.owner = arguments[0] if isinstance(arguments[0], Unknown) else None
    return made


def csv_module(_machine: Machine) -> NativeModule:
    """Return ``csv``."""
    return NativeModule(
        "csv",
        {
            "reader": Native("reader", _reader),
            "DictReader": Native("DictReader", _dict_reader),
            "writer": Native("writer", _writer),
        },
    )


def _copied(value: Any, *, deep: bool, depth: int, machine: Machine | None = None) -> Any:
    def inner(one: Any) -> Any:
        return _copied(one, deep=True, depth=depth + 1, machine=machine) if deep else one

    if depth > 50:
        return value
    if type(value) is SizedList:
        return SizedList([inner(one) for one in value], value.size)
    if type(value) is Columns:
        return Columns(inner(one) for one in value)
    if type(value) is list:
        return [inner(one) for one in value]
    if type(value) is tuple:
        return tuple(inner(one) for one in value)
    if type(value) is FactoryDict:
        return FactoryDict(value.factory, {k: inner(v) for k, v in value.items()})
    remake = getattr(value, "with_items", None) if isinstance(value, dict) else None
    if remake is not None:
        return remake({key: inner(one) for key, one in value.items()})
    if isinstance(value, dict):
        made = value.copy()
        for key, one in value.items():
            made[key] = inner(one)
        return made
    if type(value) is set:
        return set(value)
    if type(value) is Instance and machine is not None and not value.cls.is_enum:
        copy = Instance(value.cls, machine.next_serial())
        copy.attributes = {k: inner(v) for k, v in value.attributes.items()}
        copy.payload = inner(value.payload)
        return copy
    return value


def copy_module(_machine: Machine) -> NativeModule:
    """Return ``copy``."""

    def shallow(machine: Machine, arguments: Arguments, _n: Named) -> Any:
        return _copied(arguments[0], deep=False, depth=0, machine=machine)

    def deep(machine: Machine, arguments: Arguments, _n: Named) -> Any:
        machine.charge(weigh(arguments[0]))
        return _copied(arguments[0], deep=True, depth=0, machine=machine)

    return NativeModule(
        "copy", {"copy": Native("copy", shallow), "deepcopy": Native("deepcopy", deep)}
    )
