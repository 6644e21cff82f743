"""Text made of pieces: concatenation, f-strings, ``format`` and ``%``.

The pieces are kept, so that an effect shows what is constant and what came from the answer.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any, Final

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.lifting import (
    deep_lift,
    has_taint,
    has_unknown,
    is_touched,
    lift,
    protect,
    shown,
    weigh,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row
from chameleonapi.analysis.engine.operations import special
from chameleonapi.analysis.engine.rendering import render
from chameleonapi.analysis.engine.values import Opaque, SizedList, Tainted, Unknown

__all__ = ["concatenate", "format_value", "note_pieces", "percent_format", "str_format", "to_text"]

_SHOWN: Final = 160  # characters of a path, beyond which it is cut off
_LONG_NUMBER = re.compile(r"\d{5,}")
_CONVERSION = re.compile(
    r"%(?:\((?P<key>[^)]*)\))?(?P<spec>[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?)[hlL]?(?P<kind>.)",
    re.DOTALL,
)


def concatenate(machine: Machine, pieces: tuple[Any, ...]) -> Any:
    """Join texts, tainted texts and unknowns into one text."""
    flat: list[Any] = []
    size, is_tainted = 0, False  # characters that are known; whether any are the answer's
    for piece in pieces:
        if isinstance(piece, Unknown) and piece.parts is not None:
            inner: tuple[Any, ...] = piece.parts
            size += piece.size
            is_tainted = is_tainted or piece.is_tainted
        else:
            inner = (piece,) if type(piece) is not str or piece else ()
            size += len(piece) if type(piece) is str else 0
            is_tainted = is_tainted or is_touched(piece)
        if inner and type(inner[0]) is str and flat and type(flat[-1]) is str:
            flat[-1] += inner[0]
            inner = inner[1:]
        flat += inner
    machine.charge(size + len(flat))
    if any(isinstance(one, Unknown) for one in flat):
        path = f"text of {', '.join(_paths(flat))}"
        made = Unknown(path, is_tainted=is_tainted, parts=tuple(flat))
        made.size = size
        return made
    if any(type(one) is Tainted for one in flat):
        if len(flat) == 1:
            return flat[0]
        total = sum(len(one if type(one) is str else str(one.value)) for one in flat)
        machine.charge(total)
        made = lift(machine, "concat", _join, tuple(flat), " + ".join(shown(one) for one in flat))
        note_pieces(machine, made, flat)
        return made
    return "".join(flat)


def _paths(pieces: list[Any]) -> Iterator[str]:
    """Yield the paths of the unknowns in a text, as far as a path shows them."""
    length = 0
    for one in pieces:
        if isinstance(one, Unknown):
            yield one.path
            length += len(one.path)
            if length > _SHOWN:
                return


def note_pieces(machine: Machine, made: Any, pieces: list[Any]) -> None:
    """Remember of what a text was made, if no two data of the answer touch in it."""
    between: list[str] = []
    parts: list[Any] = []
    open_seam = False
    for one in pieces:
        if type(one) is str:
            if one:
                between.append(one)
                open_seam = False
            continue
        inner = machine.joins.get(one.expression)
        if open_seam or not isinstance(one.value, str):
            return
        if inner is None:
            parts.append(one)
            open_seam = True
        else:
            between.extend(inner[0])
            parts.extend(inner[1])
            # a text that ends in a constant has a closed seam
            open_seam = not (inner[0] and str(one.value).endswith(inner[0][-1]))
    if len(parts) <= 200:
        machine.joins[made.expression] = (tuple(between), tuple(parts))
        if not any(between):
            machine.fills[made.expression] = tuple(parts)


def _join(*parts: Any) -> str:
    return "".join(map(str, parts))


def to_text(machine: Machine, value: Any, *, is_repr: bool = False) -> Any:
    """Return ``str(value)`` or ``repr(value)``."""
    kind = type(value)
    if kind is str:
        return repr(value) if is_repr else value
    if kind is Tainted:
        if isinstance(value.value, str) and not is_repr:
            return value
        name, function = ("repr", repr) if is_repr else ("str", str)
        return lift(machine, name, function, (value,), f"{name}({shown(value)})")
    if isinstance(value, Unknown):
        return value
    if kind in (int, float, bool, bytes, complex) or value is None:
        return protect(repr if is_repr else str, value)
    if kind is Instance:
        return _instance_text(machine, value, is_repr=is_repr)
    if isinstance(value, BaseException) and not is_repr:
        if len(value.args) == 1:
            # str(KeyError('x')) quotes its argument
            return to_text(machine, value.args[0], is_repr=isinstance(value, KeyError))
        return "" if not value.args else to_text(machine, tuple(value.args))
    if isinstance(value, Row):
        return _row_text(machine, value)
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        machine.charge(weigh(value))
        if has_unknown(value):
            made = Unknown(f"str({kind.__name__})", is_tainted=is_touched(value))
            made.origin = render(value)  # what is known in it is seen outside
            return made
        if has_taint(value) or kind is SizedList:
            if any(isinstance(one, (Opaque, Instance)) for one in value):
                return Unknown(f"str({kind.__name__})", is_tainted=True)
            made = deep_lift(machine, "str", str, (value,))
            if type(made) is Tainted:
                made.expression.shape = render(value)
            elif isinstance(value, dict) and getattr(value, "is_whole", False):
                return _of_empty_answer(machine, value, made)
            return made
        if _holds_objects(value):
            return _container_text(machine, value)
        return protect(repr, value)
    if isinstance(value, Opaque):
        asked = getattr(value, "text", None)
        if asked is not None:
            return asked(machine)
        if getattr(value, "is_answer", False):
            return Unknown(f"str({value.name})", is_tainted=True)
        return Unknown(f"str({value.name})")
    if isinstance(value, (Class, type)):
        return f"<class {getattr(value, 'name', getattr(value, '__name__', '?'))!r}>"
    return render(value)


def _of_empty_answer(machine: Machine, value: dict[Any, Any], text: str) -> Any:
    """Return the text of an answer that has no elements: data of the answer like any other one."""
    sizes = [one.size for one in value.values() if type(one) is SizedList and one.size is not None]
    if not sizes:
        return text
    return Tainted(
        text, machine.make(f"str {text}", lambda _size: text, (sizes[0],), "str(answer)")
    )


def _row_text(machine: Machine, value: Row) -> Any:
    pieces: list[Any] = [f"{value.cls.name}("]
    for position, name in enumerate(value.cls.fields or ()):
        pieces.append(f"{', ' if position else ''}{name}=")
        pieces.append(to_text(machine, value[position], is_repr=True))
    return concatenate(machine, (*pieces, ")"))


def _holds_objects(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_object(one) for pair in value.items() for one in pair)
    return any(_is_object(one) for one in value)


def _is_object(value: Any) -> bool:
    return isinstance(value, (Opaque, Instance, Class, Row))


def _container_text(machine: Machine, value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return render(value, concrete=True)
    marks = "()" if isinstance(value, tuple) else "{}" if isinstance(value, dict) else "[]"
    pieces: list[Any] = [marks[0]]
    for position, one in enumerate(value):
        pieces.append(", " if position else "")
        pieces.append(to_text(machine, one, is_repr=True))
        if isinstance(value, dict):
            pieces += [": ", to_text(machine, value[one], is_repr=True)]
    if type(value) is tuple and len(value) == 1:
        pieces.append(",")
    return concatenate(machine, (*pieces, marks[1]))


def _instance_text(machine: Machine, value: Instance, *, is_repr: bool) -> Any:
    names = ("__repr__",) if is_repr else ("__str__", "__repr__")
    for name in names:
        found = special(machine, value, name)
        if found is not MISSING:
            return found
    if value.cls.is_enum:
        if value.payload is not None and not is_repr:
            return to_text(machine, value.payload)
        name = f"{value.cls.name}.{value.attributes.get('_name_')}"
        if not is_repr:
            return name
        inner = to_text(machine, value.attributes.get("_value_"), is_repr=True)
        return concatenate(machine, (f"<{name}: ", inner, ">"))
    if isinstance(value.payload, BaseException):
        return to_text(machine, value.payload, is_repr=is_repr)
    if value.payload is not None:
        return to_text(machine, value.payload, is_repr=is_repr)
    if value.cls.fields:
        pieces: list[Any] = [f"{value.cls.name}("]
        hidden = value.cls.layout.unshown if value.cls.layout is not None else frozenset()
        shown_fields = [one for one in value.cls.fields if one not in hidden]
        for position, name in enumerate(shown_fields):
            pieces.append(f"{', ' if position else ''}{name}=")
            pieces.append(to_text(machine, value.attributes.get(name), is_repr=True))
        return concatenate(machine, (*pieces, ")"))
    if value.cls.unknown_base is not None:
        return Unknown(f"str({value.cls.name})")
    return f"<{value.cls.name} object>"


def format_value(machine: Machine, value: Any, conversion: str, spec: Any) -> Any:
    """Return one replacement field of an f-string."""
    if conversion in ("r", "a"):
        value = to_text(machine, value, is_repr=True)
    elif conversion == "s":
        value = to_text(machine, value)
    if isinstance(spec, (Unknown, Tainted)):
        return Unknown("format", is_tainted=is_touched(value) or is_touched(spec))
    if not spec:
        return to_text(machine, value)
    _guard_spec(spec)
    if isinstance(value, Unknown):
        return value
    if type(value) is Tainted:
        return lift(machine, "format", format, (value, spec), f"format({shown(value)}, {spec!r})")
    if type(value) is Instance:
        found = special(machine, value, "__format__", spec)
        if found is not MISSING:
            return found
        value = value.payload if value.payload is not None else to_text(machine, value)
        return format_value(machine, value, "", spec)
    if isinstance(value, Opaque):
        return Unknown(f"format({value.name})", is_tainted=is_touched(value))
    return protect(format, value, spec)


def _guard_spec(spec: str) -> None:
    if _LONG_NUMBER.search(spec):
        raise Abort("budget-memory", "A format asks for a very long text, and the run was cut off.")


def str_format(
    machine: Machine, template: str, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    """Return ``template.format(...)``."""
    pieces: list[Any] = []
    automatic = 0
    for literal, field, spec, conversion in protect(
        lambda: list(string.Formatter().parse(template))
    ):
        if literal:
            pieces.append(literal)
        if field is None:
            continue
        first, rest = protect(lambda name=field: _split_field(name))
        if first == "":
            first, automatic = automatic, automatic + 1
        if isinstance(first, int):
            if first >= len(arguments):
                raise Raised(IndexError("Replacement index out of range for positional args tuple"))
            value = arguments[first]
        elif first in named:
            value = named[first]
        else:
            raise Raised(KeyError(first))
        for is_attribute, key in rest:
            if is_attribute:
                value = machine.linker.attribute(machine, value, key)
            else:
                value = machine.linker.item(machine, value, key)
        inner: Any = spec
        if spec and "{" in spec:
            inner = str_format(machine, spec, arguments[automatic:], named)
        pieces.append(format_value(machine, value, conversion or "", inner or ""))
    return concatenate(machine, tuple(pieces))


def _split_field(name: str) -> tuple[Any, list[tuple[bool, Any]]]:
    # the same split as str.format makes; the private module is what string.Formatter uses too
    import _string  # type: ignore[import-not-found]  # has no stubs

    first, rest = _string.formatter_field_name_split(name)
    return first, list(rest)


def percent_format(machine: Machine, template: Any, right: Any) -> Any:
    """Return ``template % right``."""
    if type(template) is Tainted or isinstance(template, bytes):
        if (
            type(template) is Tainted
            and isinstance(template.value, str)
            and "%" not in template.value
        ):
            return template
        return Unknown("%", is_tainted=is_touched(template) or is_touched(right))
    pieces: list[Any] = []
    queue = list(right) if isinstance(right, tuple) else [right]
    uses_mapping = False
    position = 0
    for match in _CONVERSION.finditer(template):
        pieces.append(template[position : match.start()])
        position = match.end()
        kind, spec = match["kind"], match["spec"]
        if kind == "%":
            pieces.append("%")
            continue
        if match["key"] is not None:
            uses_mapping = True
            value = machine.linker.item(machine, right, match["key"])
        else:
            if "*" in spec:
                return Unknown("%", is_tainted=is_touched(right))
            if isinstance(right, Unknown) and not queue:
                value = right
            elif not queue:
                raise Raised(TypeError("not enough arguments for format string"))
            else:
                value = queue.pop(0)
        pieces.append(_percent_one(machine, f"%{spec}{kind}", kind, value))
    if queue and not uses_mapping and not isinstance(right, (Unknown, dict)):
        raise Raised(TypeError("not all arguments converted during string formatting"))
    pieces.append(template[position:])
    return concatenate(machine, tuple(pieces))


def _percent_one(machine: Machine, form: str, kind: str, value: Any) -> Any:
    _guard_spec(form)
    if isinstance(value, Unknown):
        return value
    if kind in "sra":
        value = to_text(machine, value, is_repr=kind != "s")
        if len(form) == 2 or isinstance(value, Unknown):
            return value
        form = form[:-1] + "s"
    if type(value) is Tainted:
        return lift(machine, "%", _percent, (form, value), f"{form!r} % {shown(value)}")
    if type(value) is Instance and value.payload is not None:
        value = value.payload
    return protect(_percent, form, value)


def _percent(form: str, value: Any) -> str:
    return form % (value,)
