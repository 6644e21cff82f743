"""How values appear in effects: constants in full, data of the answer as ``<answer>``."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from chameleonapi.analysis.engine.lifting import is_touched, weigh
from chameleonapi.analysis.engine.objects import Class, Instance, Row
from chameleonapi.analysis.engine.repeated_texts import said_once
from chameleonapi.analysis.engine.text_shapes import shape_of_changed
from chameleonapi.analysis.engine.values import (
    BoundMethod,
    Columns,
    Function,
    Module,
    Native,
    NativeModule,
    Opaque,
    SizedList,
    Tainted,
    Unknown,
)
from chameleonapi.analysis.expressions import Expression
from chameleonapi.analysis.trace import NOTHING

__all__ = ["ANSWER", "flag_members", "identity_of", "render"]

ANSWER = "<answer>"
_UNKNOWN = "<unknown "
_ITEM = "\u2064"  # before each item of a joined list, until repetitions were looked for
_MARKS = str.maketrans("<>⟨⟩", "{}{}")
_PLAIN = frozenset({bool, int, float, complex, str, bytes, Decimal})
_SHOWN = 300
_DEPTH = 12
_CLOSE = 3
_MEMBERS = 200
_LARGE = 200_000
_LONG = 10_000
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_NUMBERS = 12  # of a long text that stay with it


def render(value: Any, *, concrete: bool = False, depth: int = 0, inside: bool = False) -> str:
    """Return a text that is equal for values that do the same to the outside.

    Args:
        value: anything.
        concrete: whether data of the answer is written out.
        depth: how deep in another value it stands.
        inside: whether it is the first container inside an object.
    """
    kind = type(value)
    if kind is Tainted:
        if concrete:
            return _short(repr(value.value))
        return _expression(value.expression)
    if value is None or kind in _PLAIN:
        return _short(repr(value))
    if isinstance(value, Unknown):
        if value.parts is not None:
            return _pieces(value.parts, concrete=concrete)
        if value.payload is not None and not concrete:
            if getattr(value, "is_whole", False):
                return f"json {ANSWER}"
            # what is constant in it is seen outside as well as the data
            return f"json {render(value.payload, concrete=concrete, depth=depth + 1)}"
        if value.made_of is not None and depth < _DEPTH:
            return _made(value.made_of, concrete, depth + 1)
        if not value.is_tainted:
            return f"<unknown {identity_of(value)}>"
        return f"{ANSWER}⟨{value.origin.translate(_MARKS)}⟩" if value.origin else ANSWER
    if depth > _DEPTH:
        return "…"
    if not concrete and isinstance(value, dict) and getattr(value, "is_whole", False):
        return ANSWER
    if kind is SizedList and not concrete and _is_answer_list(value):
        return "[<answer>]"
    is_outer = depth == 0 or inside
    if is_outer and isinstance(value, (list, tuple, dict, set)) and weigh(value) > _LARGE:
        return f"<large {type(value).__name__}>"
    deeper = depth + 1
    if isinstance(value, Row):
        shown = [render(one, concrete=concrete, depth=deeper) for one in value]
        return f"{value.cls.name}({', '.join(shown)})"
    if isinstance(value, dict):
        pairs = (
            f"{render(k, concrete=concrete, depth=deeper)}: "
            f"{render(v, concrete=concrete, depth=deeper)}"
            for k, v in value.items()
        )
        return "{" + ", ".join(_collapse(pairs, concrete)) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        items: Iterable[str] = [render(one, concrete=concrete, depth=deeper) for one in value]
        if isinstance(value, (set, frozenset)):
            items = sorted(items)
        marks = {list: "[]", tuple: "()"}.get(
            list if isinstance(value, list) else tuple if isinstance(value, tuple) else set, "{}"
        )
        if not value and not concrete:
            # an empty list is what is left of answer data that was filtered
            items = [NOTHING]
        return marks[0] + ", ".join(_collapse(items, concrete)) + marks[1]
    if kind is Instance:
        return _instance(value, concrete, deeper)
    return _named(value, depth)


def _made(made_of: tuple[str, tuple[Any, ...], dict[str, Any]], concrete: bool, depth: int) -> str:
    path, arguments, named = made_of
    shown = [render(one, concrete=concrete, depth=depth) for one in arguments]
    shown += [
        f"{name}={render(one, concrete=concrete, depth=depth)}"
        for name, one in sorted(named.items())
    ]
    return f"{path}({', '.join(shown)})"


def identity_of(value: Unknown) -> str:
    """Return what tells an unknown from others: where it came from, with the constants in it."""
    if value.parts is not None:
        text = _pieces(value.parts, concrete=False)
    else:
        text = value.origin or value.path
    return text.translate(_MARKS)


def _is_answer_list(value: SizedList) -> bool:
    if any(isinstance(one, dict) for one in value):
        return value.size is not None and all(getattr(one, "is_whole", False) for one in value)
    return all(isinstance(one, Opaque) and getattr(one, "is_answer", False) for one in value)


def _named(value: Any, depth: int) -> str:
    if isinstance(value, BoundMethod):
        owner = value.receiver
        bound = render(owner, depth=depth) if type(owner) is Instance and depth < _DEPTH else ""
        return f"{bound}{_named(value.function, depth)}"
    if isinstance(value, Function):
        return _function(value, depth)
    if isinstance(value, (Class, Native, Module, NativeModule)):
        return f"<{value.name}>"
    if isinstance(value, Opaque):
        if getattr(value, "is_answer", False):
            return ANSWER
        held = value.held()
        if held is not None:
            return f"<{value.name} {render(held, depth=depth + 1)}>"
        return getattr(value, "rendering", f"<{value.name}>")
    if isinstance(value, (deque, bytearray)):
        return f"{type(value).__name__}({render(list(value), depth=depth)})"
    if isinstance(value, (range, slice)):
        return repr(value)
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, BaseException):
        shown = ", ".join(render(one) for one in value.args)
        return f"{type(value).__name__}({shown})"
    return f"<{type(value).__name__}>"


def _function(value: Function, depth: int) -> str:
    """Return a function with what it takes along from the function around it."""
    name = value.name
    if name == "<lambda>":
        name = f"lambda {value.span.file}:{value.span.line}:{value.span.column}"
    if not value.outside or depth > _CLOSE:
        return f"<{name}>"
    known = value.parent.vars
    taken = [
        f"{one}={render(known[one], depth=depth + 2, inside=True)}"
        for one in value.outside
        if one in known and not isinstance(known[one], (Function, Module, NativeModule, Class))
    ]
    return f"<{name} {', '.join(taken)}>" if taken else f"<{name}>"


def _instance(value: Instance, concrete: bool, depth: int) -> str:
    cls = value.cls
    if cls.is_enum:
        return f"{cls.name}.{value.attributes.get('_name_', '?')}"
    if value.payload is not None:
        return f"{cls.name}({render(value.payload, concrete=concrete, depth=depth)})"
    names = cls.fields
    if names is None:
        # what it holds goes out with it; objects refer to each other in circles
        names = tuple(value.attributes) if depth <= _CLOSE else ()
        depth += 1
    shown = ", ".join(
        f"{name}={render(value.attributes.get(name), concrete=concrete, depth=depth, inside=True)}"
        for name in names
    )
    if names:
        return f"{cls.name}({shown})"
    # what is too deep to be written out still holds data of the answer, or none
    return f"<{cls.name} {ANSWER}>" if not concrete and is_touched(value) else f"<{cls.name}>"


def _short(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    cut = _SHOWN
    while cut > _SHOWN // 2 and text[cut - 1].isdigit():
        cut -= 1
    # a count inside a long text would be lost in a digest
    rest = text[cut:]
    numbers = ", ".join(_NUMBER.findall(rest)[:_NUMBERS])
    digest = hashlib.sha256(_NUMBER.sub("#", rest, _NUMBERS).encode("utf-8", "replace"))
    return f"{text[:cut]}…{digest.hexdigest()[:12]}{f' ({numbers})' if numbers else ''}"


def _collapse(items: Iterable[str], concrete: bool) -> list[str]:
    # How many elements of the answer stand side by side is not a decision.
    kept: list[str] = []
    known: set[tuple[int, str]] = set()
    for place, one in enumerate(items):
        if concrete or (ANSWER not in one and _UNKNOWN not in one):
            kept.append(one)
            continue
        # nor is the number that each of them is given
        from_none, from_one = (0, _numbered(one, place)), (1, _numbered(one, place + 1))
        if one not in kept and from_none not in known and from_one not in known:
            kept.append(one)
        known.add(from_none)
        known.add(from_one)
    return kept


def _numbered(text: str, number: int) -> str:
    """Return a text with a mark in place of a number, wherever it is no part of a larger one."""
    if str(number) not in text:
        return text
    return re.sub(rf"(?<!\d)(?<!\d\.){number}(?!\.?\d)", "#", text)


def _expression(expression: Expression) -> str:
    if expression.operation == "concat":
        return _pieces(expression.arguments, concrete=False)
    if expression.operation == "join" and not expression.shape:
        text = said_once(_joined_items(*expression.arguments)).replace(_ITEM, "")
        return text if text == ANSWER else _short(repr(text))
    if not expression.shape:
        changed = shape_of_changed(expression, _text_of, ANSWER)
        if changed is not None and changed != ANSWER:
            return _short(repr(changed))
    return expression.shape or ANSWER


def _joined_items(separator: Any, *items: Any) -> str:
    """Return a list that was joined: which constants are in it, and how much else is no matter.

    A text that was put together for one element of the answer is there once, and marked: its end
    may read like all of another one (``Not smiling: 20, smiling: 20``).
    """
    if not isinstance(separator, str):
        return ANSWER
    shown: list[str] = []
    forms: set[str] = set()
    if not any(type(one) is str for one in items):
        # the order in which texts of elements come is that of the answer
        forms = {_piece(one, concrete=False) for one in items} - {ANSWER}
        shown = [_ITEM + one for one in sorted(forms)]
    for one in items:
        piece = one if type(one) is str else _piece(one, concrete=False)
        if type(one) is str or (piece == ANSWER and ANSWER not in shown[-1:]):
            shown.append(piece)
        elif piece != ANSWER and piece not in forms:
            forms.add(piece)
            shown.append(_ITEM + piece)
    return separator.join(shown) if any(one not in ("", ANSWER) for one in shown) else ANSWER


def _text_of(expression: Expression) -> str:
    return _joined(expression.arguments, concrete=False)


def _pieces(parts: tuple[Any, ...], *, concrete: bool) -> str:
    text = _joined(parts, concrete=concrete)
    # put together of nothing but data of the answer, it is no more than such data
    return text if text == ANSWER else _short(repr(text))


def _joined(parts: tuple[Any, ...], *, concrete: bool) -> str:
    """Return a text that was put together, as it stands: a part may be put together itself."""
    return said_once(_written(parts, concrete=concrete)).replace(_ITEM, "")


def _written(parts: tuple[Any, ...], *, concrete: bool) -> str:
    # What is repeated is looked for in the whole: the start of a text is no round of the loop.
    shown: list[str] = []
    for one in parts:
        piece = _piece(one, concrete=concrete)
        if not (piece == ANSWER and shown and shown[-1] == ANSWER):
            shown.append(piece)
    text = "".join(shown)
    return text if len(text) < _LONG else said_once(text)


def _piece(one: Any, *, concrete: bool) -> str:
    if isinstance(one, str):
        return one
    if type(one) is Tainted and concrete:
        return str(one.value)
    expression = one.expression if type(one) is Tainted else one
    if isinstance(expression, Expression):
        if expression.operation == "concat":
            return _written(expression.arguments, concrete=False)
        if expression.operation == "join" and not expression.shape:
            return _joined_items(*expression.arguments)
        piece = _expression(expression)
    elif isinstance(one, Unknown):
        if one.parts is not None:
            return _written(one.parts, concrete=concrete)
        piece = render(one, concrete=concrete)
    else:
        return str(one)
    is_quoted = len(piece) > 1 and piece[0] in "'\"" and piece[-1] == piece[0]
    return piece[1:-1] if is_quoted else piece


def flag_members(value: Any) -> list[tuple[str, str, Any]] | None:
    """Return (member, rendering, value) for a list or dictionary of flags, else None.

    A list of constant texts is a set of chosen names: each is a member of its own.
    """
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value.values())) is True:
            (name,) = value  # a name that was chosen, as in {"dog": True}; none is chosen in {}
            return [(f"[{name!r}]", "True", True)] if isinstance(name, str) else None
        if not 2 <= len(value) <= _MEMBERS:
            return None
        if not all(isinstance(k, (str, int)) for k in value):
            return None
        inner = _inner_flags(value)
        if inner:
            return inner
        flags = [k for k, v in value.items() if _is_flag(v)]
        return [(f"[{k!r}]", render(v), v) for k, v in value.items()] if len(flags) > 1 else None
    if isinstance(value, list):
        if 2 <= len(value) <= _MEMBERS and all(_is_flag(v) for v in value):
            return [(f"[{k}]", render(v), v) for k, v in enumerate(value)]
        if 1 <= len(value) <= _MEMBERS and all(type(v) is str for v in value):
            if type(value) is Columns and value.is_whole:
                return [(f"[{k}]", repr(v), v) for k, v in enumerate(value)]
            return [(f"[{v!r}]", repr(v), v) for v in value]
        if _names_beside_data(value):
            return [(f"[{shown}]", shown, v) for v in value for shown in [render(v)]]
    is_set = isinstance(value, (set, frozenset)) and 1 <= len(value) <= _MEMBERS
    if is_set and all(type(v) is str for v in value):
        return [(f"[{v!r}]", repr(v), v) for v in sorted(value)]
    return None


def _names_beside_data(value: list[Any]) -> bool:
    """Return whether a list was filled with constant texts and, beside them, data of the answer."""
    if not 2 <= len(value) <= _MEMBERS or (type(value) is Columns and value.is_whole):
        return False
    kinds = {type(one) for one in value}
    return kinds == {str, Tainted}


def _inner_flags(value: dict[Any, Any]) -> list[tuple[str, str, Any]]:
    """Return the flags of dictionaries in a dictionary that has flags of its own too.

    That is nothing for any other one: ``{"found": {"dog": True, "cat": False}, "safe": True}``.
    """
    inner = {k: flag_members(v) for k, v in value.items() if type(v) is dict and len(v) > 1}
    inner = {k: members for k, members in inner.items() if members is not None}
    own = sum(v is True or v is False for v in value.values())
    if not inner or own + len(inner) < 2:
        return []
    members: list[tuple[str, str, Any]] = []
    for key, one in value.items():
        found = inner.get(key)
        if found is None:
            members.append((f"[{key!r}]", render(one), one))
        else:
            members += [(f"[{key!r}]{member}", shown, flag) for member, shown, flag in found]
    return members


def _is_flag(value: Any) -> bool:
    return value is True or value is False or (type(value) is int and value in (0, 1))
