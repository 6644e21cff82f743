"""Methods of text and bytes."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.attributes import METHODS, TYPE_METHODS, Method
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import (
    combine_unknown,
    has_taint,
    has_unknown,
    is_touched,
    lift,
    protect,
    shown,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import drain
from chameleonapi.analysis.engine.texts import concatenate, note_pieces, str_format
from chameleonapi.analysis.engine.values import Native, Tainted, Unknown

__all__: list[str] = []

_TEXT = [
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
    "__contains__",
    "__len__",
    "__eq__",
]
_BYTES = [name for name in (*_TEXT, "decode", "hex") if hasattr(bytes, name)]
_MOST_JOINED = 100_000
_LONG = 65_536
_LETTERS_PER_ITEM = 8  # of memory: what is charged for is mostly lists
_PARTIAL = frozenset({"index", "rindex", "encode", "decode"})
_GROWING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})
_LETTERWISE = frozenset({"lower", "upper", "casefold"})
_KEEPS_BLANKS = _LETTERWISE | {"strip", "title", "capitalize", "swapcase"}


def _pure(kind: type, name: str) -> Method:
    function = getattr(kind, name)

    def run(
        machine: Machine, receiver: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        if named:
            return _with_keywords(machine, function, name, receiver, arguments, named)
        plain = receiver.value if type(receiver) is Tainted else receiver
        touched = type(receiver) is Tainted
        for one in arguments:
            if isinstance(one, Unknown):
                return combine_unknown(
                    f"{shown(receiver)}.{name}({one.path})", receiver, *arguments
                )
            if type(one) is Tainted:
                touched = True
            elif isinstance(one, (tuple, list)) and (has_taint(one) or has_unknown(one)):
                return _any_of(machine, name, receiver, arguments)
        _guard(machine, name, plain, arguments)
        if not touched:
            return protect(function, plain, *arguments)
        text = f"{shown(receiver)}.{name}({', '.join(map(shown, arguments))})"
        made = lift(
            machine, name, function, (receiver, *arguments), text, is_partial=name in _PARTIAL
        )
        if name in _LETTERWISE and type(made) is Tainted and type(receiver) is Tainted:
            pieces = machine.joins.get(receiver.expression)
            if pieces is not None:
                between = tuple(function(one) for one in pieces[0])
                parts = tuple(run(machine, one, (), {}) for one in pieces[1])
                machine.joins[made.expression] = (between, parts)
        if name in _KEEPS_BLANKS and type(made) is Tainted and type(receiver) is Tainted:
            _note_fill(machine, made, receiver, run if name == "strip" and not arguments else None)
        return made

    return run


def _note_fill(machine: Machine, made: Tainted, receiver: Tainted, strip: Method | None) -> None:
    """Remember the parts without which a text that was put together is empty.

    Blanks between them are nothing, if they are stripped off.
    """
    pieces = machine.joins.get(receiver.expression)
    parts = machine.fills.get(receiver.expression)
    if strip is None:
        if parts is not None:
            machine.fills[made.expression] = parts
    elif pieces is not None:
        solid = tuple(one for one in pieces[0] if one.strip())
        stripped = [strip(machine, one, (), {}) for one in pieces[1]]
        machine.fills[made.expression] = solid or tuple(stripped)


def _any_of(machine: Machine, name: str, receiver: Any, arguments: tuple[Any, ...]) -> Any:
    options, *rest = arguments
    if name not in ("startswith", "endswith") or not isinstance(options, (tuple, list)):
        return Unknown(f"{name}(…)", is_tainted=True)
    if type(options) is not tuple:
        kind = type(receiver.value if type(receiver) is Tainted else receiver).__name__
        raise Raised(TypeError(f"{name} first arg must be {kind} or a tuple of {kind}, not list"))
    method = METHODS[str][name]
    return any(method(machine, receiver, (one, *rest), {}) is True for one in options)


def _with_keywords(
    machine: Machine,
    function: Any,
    name: str,
    receiver: Any,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> Any:
    if any(isinstance(one, Unknown) for one in (*arguments, *named.values())):
        return Unknown(f"{shown(receiver)}.{name}()", is_tainted=is_touched(receiver))
    keys = tuple(sorted(named))
    plain = receiver.value if type(receiver) is Tainted else receiver
    _guard(machine, name, plain, (*arguments, *named.values()))
    if type(receiver) is not Tainted and not has_taint(arguments) and not has_taint(named):
        return protect(function, receiver, *arguments, **named)
    count = 1 + len(arguments)

    def run(*values: Any) -> Any:
        return function(*values[:count], **dict(zip(keys, values[count:], strict=True)))

    text = f"{shown(receiver)}.{name}({', '.join(map(shown, (*arguments, *named.values())))})"
    values = (receiver, *arguments, *(named[key] for key in keys))
    return lift(machine, f"{name}{keys}{len(arguments)}", run, values, text)


def _guard(machine: Machine, name: str, plain: Any, arguments: tuple[Any, ...]) -> None:
    if name in _GROWING and arguments:
        width = arguments[0].value if type(arguments[0]) is Tainted else arguments[0]
        if isinstance(width, int):
            times = plain.count("\t") + 1 if name == "expandtabs" else 1
            machine.charge(len(plain) + max(0, width) * times)
    elif name == "replace" and len(arguments) >= 2:
        old, new = (one.value if type(one) is Tainted else one for one in arguments[:2])
        if isinstance(old, str) and isinstance(new, str):
            times = len(plain) // len(old) if old else len(plain) + 1
            machine.charge(len(plain) + times * len(new))
    elif name == "translate" and arguments and isinstance(arguments[0], dict):
        longest = max([1, *(len(v) for v in arguments[0].values() if isinstance(v, str))])
        machine.charge(len(plain) * longest)
    elif name in ("split", "rsplit", "splitlines"):
        machine.charge(len(plain))
    elif isinstance(plain, (str, bytes)) and len(plain) > _LONG:
        # made anew each time; a letter may become four bytes
        machine.charge(len(plain) // _LETTERS_PER_ITEM * (4 if name == "encode" else 1))


def _join(
    machine: Machine, receiver: Any, arguments: tuple[Any, ...], _named: dict[str, Any]
) -> Any:
    if len(arguments) != 1:
        raise Raised(TypeError("str.join() takes exactly one argument"))
    source = arguments[0]
    if isinstance(source, Unknown) or isinstance(receiver, Unknown):
        return combine_unknown(f"{shown(receiver)}.join({shown(source)})", receiver, source)
    items = drain(machine, source)
    if not items:
        return ""
    for position, one in enumerate(items):
        plain = one.value if type(one) is Tainted else one
        if not isinstance(plain, (str, Unknown)):
            raise Raised(
                TypeError(
                    f"sequence item {position}: expected str instance, {type(plain).__name__} found"
                )
            )
    if any(isinstance(one, Unknown) for one in items):
        between = [one for item in items for one in (receiver, item)][1:]
        return concatenate(machine, tuple(between))
    lengths = [len(one.value if type(one) is Tainted else one) for one in items]
    separator = receiver.value if type(receiver) is Tainted else receiver
    machine.charge(sum(lengths) + len(separator) * len(items))
    if type(receiver) is not Tainted and not any(type(one) is Tainted for one in items):
        return receiver.join(items)
    text = f"{shown(receiver)}.join({', '.join(map(shown, items))})"
    made = lift(machine, "join", _join_values, (receiver, *items), text)
    pieces: list[Any] = []
    for one in items:
        pieces += [receiver, one] if pieces else [one]
    if type(receiver) is str:
        note_pieces(machine, made, pieces)
    return made


def _join_values(separator: str, *items: str) -> str:
    return separator.join(items)


def _format(
    machine: Machine, receiver: Any, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    if type(receiver) is Tainted:
        return Unknown(f"{shown(receiver)}.format()", is_tainted=True)
    return str_format(machine, receiver, arguments, named)


def _format_map(
    machine: Machine, receiver: Any, arguments: tuple[Any, ...], _named: dict[str, Any]
) -> Any:
    if type(receiver) is Tainted or not isinstance(arguments[0], dict):
        return Unknown("format_map", is_tainted=is_touched(receiver) or is_touched(arguments))
    return str_format(machine, receiver, (), arguments[0])


def _bytes_join(
    machine: Machine, receiver: Any, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    plain = receiver.value if type(receiver) is Tainted else receiver
    parts = arguments[0] if arguments else ()
    if not isinstance(parts, (list, tuple)) or len(parts) * (len(plain) + 1) > _MOST_JOINED:
        return Unknown("bytes.join()", is_tainted=is_touched(receiver) or is_touched(parts))
    return _pure(bytes, "join")(machine, receiver, arguments, named)


def _maketrans(_machine: Machine, arguments: tuple[Any, ...], _named: dict[str, Any]) -> Any:
    if has_taint(arguments) or has_unknown(arguments):
        return Unknown("str.maketrans()", is_tainted=is_touched(arguments))
    return protect(str.maketrans, *arguments)


_table: dict[str, Method] = {name: _pure(str, name) for name in _TEXT}
_table.update({"join": _join, "format": _format, "format_map": _format_map})
METHODS[str] = _table
METHODS[bytes] = {name: _pure(bytes, name) for name in _BYTES}
METHODS[bytes]["join"] = _bytes_join
TYPE_METHODS[str, "maketrans"] = Native("maketrans", _maketrans)
METHODS[str]["maketrans"] = lambda machine, _r, a, n: _maketrans(machine, a, n)


def _from_bytes(_m: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if any(isinstance(one, (Tainted, Unknown)) for one in (*arguments, *named.values())):
        return Unknown("int.from_bytes()", is_tainted=is_touched(arguments))
    return protect(int.from_bytes, *arguments, **named)


def _number(kind: type, names: str) -> dict[str, Method]:
    return {name: _pure(kind, name) for name in names.split()}


METHODS[int] = _number(int, "bit_length conjugate bit_count to_bytes as_integer_ratio")
METHODS[float] = _number(float, "is_integer hex as_integer_ratio conjugate")
TYPE_METHODS[int, "from_bytes"] = Native("from_bytes", _from_bytes)
