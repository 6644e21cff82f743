"""What a run does to the outside, as records for the trace."""

from __future__ import annotations

import re
from typing import Any

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class, Instance
from chameleonapi.analysis.engine.rendering import ANSWER, flag_members, render
from chameleonapi.analysis.engine.values import Unknown
from chameleonapi.analysis.trace import EffectLevel, ObservedEffect
from chameleonapi.decision import Span

__all__ = [
    "emit_call",
    "emit_global",
    "emit_state",
    "emit_value",
    "has_flags",
    "lasting_effects",
]

# Modules whose functions only compute: calling them is nothing that the outside sees.
_PURE = frozenset(
    [
        "numpy",
        "np",
        "pandas",
        "pd",
        "math",
        "cmath",
        "colorsys",
        "webcolors",
        "statistics",
        "scipy",
        "sklearn",
        "fuzzywuzzy",
        "rapidfuzz",
        "thefuzz",
        "nltk",
        "spacy",
        "textblob",
        "difflib",
        "Levenshtein",
        "jellyfish",
        "inflect",
        "dateutil",
        "datetime",
        "time",
        "random",
        "uuid",
        "hashlib",
        "secrets",
        "base64",
        "binascii",
        "copy",
        "decimal",
        "fractions",
        "unicodedata",
        "textwrap",
        "string",
        "PIL",
        "platform",
        "pathlib",
        "io",
        "types",
        "typing",
        "inspect",
        "collections",
        "itertools",
        "functools",
        "operator",
        "warnings",
        "locale",
        "google",
        "werkzeug",
        "babel",
        "pytz",
        "zoneinfo",
    ]
)
_ACTS = frozenset(["sleep", "seed", "save", "show"])
# Methods that texts have, and nobody else: whatever it is that has them, nothing happens.
_OF_TEXTS = frozenset(
    {
        *("casefold", "lower", "upper", "capitalize", "swapcase", "title", "strip"),
        *("lstrip", "rstrip", "split", "rsplit", "splitlines"),
        *(
            "startswith",
            "endswith",
            "isalnum",
            "isalpha",
            "isdecimal",
            "isdigit",
            "islower",
            "isnumeric",
        ),
        *(
            "isspace",
            "isupper",
            "ljust",
            "rjust",
            "zfill",
            "expandtabs",
            "removeprefix",
            "removesuffix",
        ),
    }
)
_LEFT_OUT = re.compile(r"[<{]answer[>}]\u2063")  # of a list that was filtered down to nothing
_ORIGIN = re.compile(r"⟨[^⟩]*⟩")
_UNKNOWN = re.compile(r"<unknown ([^<>]*)>")
# What these are asked for is seen by a server.
_NETWORK = frozenset(["requests", "httpx"])
_LOGS = frozenset(
    ["debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"]
)
# Calls that may write a file of which they are given the name.
_WRITING = re.compile(
    r"(?:capture|snap|shoot|take|grab|record|write|imwrite|save|dump|download|urlretrieve|export|copy"
    r"|move|rename|replace|system|run|call|Popen)(?:_\w+|[A-Z]\w*|file)?$"
)
# Calls that ask for something, when what they return is used.
_ASKING = re.compile(
    r"(?:get|fetch|find|read|load|query|execute|connect|cursor|open|search|lookup|select|filter|count"
    r"|all|first|last|exists|predict|ratio|encode|decode|imencode|imdecode|imread|tobytes|list|describe"
    r"|parse|from|to|as|is|has|resize|crop|convert|copy)(?:_\w+|[A-Z]\w*|one|all|many)?$"
)


def emit_value(
    machine: Machine,
    level: EffectLevel,
    kind: str,
    head: str,
    value: Any,
    tail: str = "",
    *,
    shown_at: Span | None = None,
) -> None:
    """Record a value that goes out; a list or dictionary of flags is one effect per member."""
    if machine.call_serial is None:
        return
    text = machine.linker.line_of(machine.span)
    if kind == "return" and text.startswith(("def ", "async def ")):
        text = f"return {_readable(render(value))}"  # the entry's own head does not say what
    if isinstance(value, tuple) and type(value) is tuple and 0 < len(value) <= 8:
        for position, one in enumerate(value):
            emit_value(machine, level, kind, f"{head}[{position}] ", one, tail, shown_at=shown_at)
        return
    if isinstance(value, Unknown) and value.made_of is not None:
        path, arguments, named = value.made_of
        whole = _flagged(arguments, named)
        if whole is not None:
            place, flags, rest = whole
            head, tail = f"{head}{path}({place}", f"{rest}){tail}"
            emit_value(machine, level, kind, head, flags, tail, shown_at=shown_at)
            return
    members = flag_members(value)
    inner = None if members is not None else _within(value)
    if inner is not None:
        place, flags, rest = inner
        head, tail = f"{head}{place}", f"{rest}{tail}"
        emit_value(machine, level, kind, head, flags, tail, shown_at=shown_at)
        return
    shows_values = machine.budget.shows_values
    if members is None:
        machine.effect(
            level,
            kind,
            f"{head}{render(value)}{tail}",
            text,
            concrete=f"{head}{render(value, concrete=True)}{tail}" if shows_values else "",
            shown_at=shown_at,
        )
        return
    for member, shown, _ in members:
        key = f"{head}{member} = {shown}{tail}"
        machine.effect(level, kind, key, text, concrete=key, member=member, shown_at=shown_at)


def _readable(text: str) -> str:
    """Return what is rendered for comparison as a reader would write it."""
    text = _UNKNOWN.sub(r"\1", _ORIGIN.sub("", _LEFT_OUT.sub("", text)))
    return text.replace("{answer}", ANSWER)


def _is_log(path: str) -> bool:
    """Tell whether a method belongs to a log: ``logging``, ``logger``, ``app.logger``, ``LOG``."""
    owner = path.rsplit(".", 1)[0].lower()
    return owner.startswith(("logging", "structlog", "loguru")) or owner.endswith(
        ("log", "logger", "_logging")
    )


def emit_call(
    machine: Machine, path: str, arguments: tuple[Any, ...], named: dict[str, Any]
) -> bool:
    """Record an external call, unless it only computes something that is used.

    Returns:
        Whether an argument is a set of flags and each of them was recorded by itself, so that
        what the call returns need not tell them again.
    """
    if _WRITING.match(path.rsplit(".", 1)[-1]):
        machine.written.update(
            one for one in (*arguments, *named.values()) if type(one) is str and "." in one
        )
    if machine.call_serial is None:
        return False
    root, last = path.split(".", 1)[0].split("(", 1)[0], path.rsplit(".", 1)[-1]
    if machine.is_result_used and last in _OF_TEXTS and "." in path:
        return False
    is_sent = root in _NETWORK and path.count(".") == 1
    only_asks = root in _PURE or last[:1].isupper() or (_ASKING.match(last) and not is_sent)
    level = EffectLevel.EXTERNAL
    if machine.is_result_used and last not in _ACTS and only_asks:
        if root in _PURE or last[:1].isupper():
            return False
        level = EffectLevel.ASIDE
    elif last in _LOGS and _is_log(path):
        level = EffectLevel.ASIDE
    whole = _flagged(arguments, named)
    if whole is not None:
        place, flags, rest = whole
        emit_value(machine, level, "call", f"{path}({place}", flags, f"{rest})")
        return level is EffectLevel.EXTERNAL
    machine.effect(
        level,
        "call",
        f"{path}({_arguments(arguments, named, concrete=False)})",
        machine.linker.line_of(machine.span),
        concrete=f"{path}({_arguments(arguments, named, concrete=True)})"
        if machine.budget.shows_values
        else "",
    )
    return False


def has_flags(value: Any) -> bool:
    """Tell whether a value goes out as one effect for each of its flags."""
    return flag_members(value) is not None or _within(value) is not None


def _within(value: Any) -> tuple[str, Any, str] | None:
    """Return the one entry of a dictionary that is a set of flags, and the text around it."""
    if type(value) is not dict or not all(isinstance(key, str) for key in value):
        return None
    flagged = [key for key, one in value.items() if flag_members(one) is not None]
    if len(flagged) != 1:
        return None
    rest = "".join(f", {k!r}: {render(v)}" for k, v in value.items() if k != flagged[0])
    return f"{{{flagged[0]!r}: ", value[flagged[0]], f"{rest}}}"


def _flagged(arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[str, Any, str] | None:
    """Return the one argument that is a set of flags, its place, and the text of the others."""
    everything = [(f"[{i}]", one) for i, one in enumerate(arguments)]
    everything += [(f"{name}=", one) for name, one in named.items()]
    flagged = [(name, one) for name, one in everything if has_flags(one)]
    if len(flagged) != 1:
        return None
    rest = ", ".join(f"{name}{render(one)}" for name, one in everything if one is not flagged[0][1])
    return *flagged[0], f"{', ' if rest else ''}{rest}"


def _arguments(arguments: tuple[Any, ...], named: dict[str, Any], *, concrete: bool) -> str:
    shown = [render(one, concrete=concrete) for one in arguments]
    shown += [f"{name}={render(one, concrete=concrete)}" for name, one in sorted(named.items())]
    return ", ".join(shown)


def emit_state(machine: Machine, value: Any, name: str, item: Any) -> None:
    """Record a change of an object that existed before the API was called."""
    if machine.call_serial is None:
        return
    if isinstance(value, Instance) and value.serial > machine.call_serial:
        return
    owner = value.cls.name if isinstance(value, Instance) else getattr(value, "name", "global")
    if isinstance(value, Class):
        owner = value.name
    _emit_store(machine, value, name, f"{owner}.{name} = ", item)


def emit_global(machine: Machine, module: Any, name: str, item: Any) -> None:
    """Record that a function stores into a variable of its module."""
    if machine.call_serial is not None:
        _emit_store(machine, module, name, f"global {name} = ", item)


def _emit_store(machine: Machine, holder: Any, name: str, head: str, item: Any) -> None:
    before = len(machine.effects)
    emit_value(machine, EffectLevel.STATE, "state", head, item)
    machine.stores.append((holder, name, machine.effects[before:]))


def lasting_effects(machine: Machine) -> tuple[ObservedEffect, ...]:
    """Return what a run has done, without what was stored and then overwritten."""
    done = {id(one) for one in machine.effects}
    last: dict[tuple[int, str], list[ObservedEffect]] = {}
    overwritten: set[int] = set()
    for holder, name, effects in machine.stores:
        # what a branch that was taken back has stored counts for nothing
        if effects and id(effects[0]) in done:
            overwritten.update(id(one) for one in last.get((id(holder), name), ()))
            last[id(holder), name] = effects
    return tuple(one for one in machine.effects if id(one) not in overwritten)
