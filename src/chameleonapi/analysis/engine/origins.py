"""What tells one unknown from another: without it, a choice between two of them is not seen.

An application may pick an image, a colour or a text that is not known, and hand it on. Which
one it was is all that is seen of the decision: so the constants that went into an unknown are
kept, and are part of how effects show it. What grows from round to round of a loop stays
the same, as drawing once more on an image is no other outcome.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from chameleonapi.analysis.engine.delivery import is_about_delivery
from chameleonapi.analysis.engine.effects import has_flags
from chameleonapi.analysis.engine.lifting import is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.rendering import identity_of, render
from chameleonapi.analysis.engine.values import Unknown

__all__ = ["become_touched", "combined", "derived", "keep_arguments", "keep_touched", "method_of"]

NUMBER = re.compile(r"(?<![\w.'\"])\d+(?:\.\d+)?(?![\w.])")  # that is no part of a text
_LONG = 240
_SEEN = 120
_MANY = 40
_FLAGS = "flags"
# What is given to these comes back when the object is asked for something later.
_KEEPS = frozenset(
    {
        *("add", "append", "appendleft", "extend", "insert", "put", "push", "update", "set"),
        *("store", "save", "load", "feed", "fit", "setdefault", "register", "enqueue", "fill"),
        *("execute", "executemany", "query", "filter", "search", "write", "writelines", "merge"),
        *(
            "writerow",
            "writerows",
            "insert_one",
            "insert_many",
            "lpush",
            "rpush",
            "sadd",
            "hset",
            "union",
            "compute",
        ),
    }
)


def derived(path: str, source: Unknown, *, is_tainted: bool | None = None) -> Unknown:
    """Return what is read off an unknown: its attribute, its item, a part of it.

    Args:
        path: what it is called; begins with the path of the source.
        source: off which it is read.
        is_tainted: as the source is, if None.
    """
    if is_tainted is None:
        is_tainted = source.is_tainted
    made = Unknown(path, is_tainted=is_tainted and not is_about_delivery(path))
    if made.is_tainted:
        made.origin = _behind((source,))
    elif source.origin is not None or source.parts is not None:
        rest = path[len(source.path) :] if path.startswith(source.path) else f" of {path}"
        made.origin = _short(f"{identity_of(source)}{rest}")
    return made


def method_of(path: str, source: Unknown) -> Unknown:
    """Return the attribute of an unknown, which remembers of what it is one."""
    made = derived(path, source)
    made.owner = source
    return made


def combined(text: str, values: tuple[Any, ...], *, is_tainted: bool) -> str | None:
    """Return the origin of an operation on these values; the same if it is done once more."""
    if is_tainted:
        return _behind(values)
    for one in values:
        if isinstance(one, Unknown):
            before, _, after = text.partition(one.path)
            known = identity_of(one)
            done = before.strip(" (") or after.strip(" )")
            if done and done in known:
                return known
            text = f"{before}{known}{after}"
    return _short(text)


def keep_arguments(
    made: Unknown,
    function: str,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    owner: Unknown | None = None,
    *,
    is_told: bool = False,
) -> None:
    """Let what a call returned be told from what it returns for other arguments.

    Args:
        made: what it returned.
        function: what was called.
        arguments, named: with what.
        owner: of what it is a method.
        is_told: whether flags among the arguments are effects of the call already.
    """
    if is_told:
        arguments = tuple(_FLAGS if has_flags(one) else one for one in arguments)
        named = {k: _FLAGS if has_flags(v) else v for k, v in named.items()}
    if made.is_tainted:
        made.origin = _behind((owner, *arguments, *named.values()))
        return
    if not (arguments or named):
        made.origin = None if f"{function}()" == made.path else _short(f"{function}()")
        return
    shown = [_argument(one) for one in arguments]
    shown += [f"{name}={_argument(one)}" for name, one in sorted(named.items())]
    # A method of something that the same method made, or the same function once more.
    name = function.rsplit(".", 1)[-1]
    grown = next((one for one in shown if f"{name}(" in one and not one.startswith("'")), None)
    if grown is None and f"{name}(" in function:
        grown = function.rsplit(".", 1)[0]
    if grown is None:
        made.origin = _short(f"{function}({', '.join(shown)})")
        return
    more = [NUMBER.sub("#", one) for one in shown if one != grown]
    more = [one for one in more if one not in grown]
    made.origin = _short(f"{grown} + {', '.join(more)}" if more else grown)


def keep_touched(
    machine: Machine, function: Unknown, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Let an object hold data of the answer, when a method has put it there."""
    owner = function.owner
    if owner is None or owner.is_tainted or function.path.rsplit(".", 1)[-1] not in _KEEPS:
        return
    if is_touched((*arguments, *named.values())):
        become_touched(machine, owner)


def become_touched(machine: Machine, owner: Unknown | None) -> None:
    """Let an object hold data of the answer, unless it is a module or a service of one."""
    while owner is not None and not owner.is_tainted:
        if "(" in owner.path or owner.path.startswith("parameter "):
            owner.is_tainted = True
            machine.touched.add(owner.path)  # a file may be opened again
        owner = owner.owner


def _behind(values: Iterable[Any]) -> str | None:
    """Return which unknowns data of the answer was put into: numbers are those of a loop."""
    found: set[str] = set()
    for one in values:
        for part in one if isinstance(one, (list, tuple)) else (one,):
            if not isinstance(part, Unknown):
                continue
            if not part.is_tainted:
                found.add(NUMBER.sub("#", identity_of(part)))
            elif part.origin:
                found |= set(part.origin.split(" & "))
    return _short(" & ".join(sorted(found))) or None


def _argument(value: Any) -> str:
    if isinstance(value, Unknown):
        return identity_of(value)
    if isinstance(value, (list, tuple, dict, set, frozenset)) and len(value) > _MANY:
        return f"{type(value).__name__} of {len(value)}"
    return render(value, depth=1)


def _short(text: str) -> str:
    if len(text) <= _LONG:
        return text
    # a count inside a long text would be lost in a digest
    rest = NUMBER.sub("#", text[_SEEN:])
    return f"{text[:_SEEN]}…{hashlib.sha256(rest.encode('utf-8', 'replace')).hexdigest()[:8]}"
