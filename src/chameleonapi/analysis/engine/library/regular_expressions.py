"""``re``, with care: a pattern that may take exponential time is not run on long text."""

from __future__ import annotations

import re
import warnings
from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import has_taint, is_touched, lift, protect, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import Stream, iterate
from chameleonapi.analysis.engine.texts import concatenate
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Tainted, Unknown
from chameleonapi.decision.patterns import is_quick, repeats

__all__ = ["re_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]
_MAX_PATTERN = 20_000
_FLAGS = [
    "A",
    "ASCII",
    "DEBUG",
    "I",
    "IGNORECASE",
    "L",
    "LOCALE",
    "M",
    "MULTILINE",
    "S",
    "DOTALL",
    "U",
    "UNICODE",
    "X",
    "VERBOSE",
]


class Pattern(Opaque):
    """A compiled pattern."""

    __slots__ = ("count", "pattern")
    name = "Pattern"

    def __init__(self, pattern: re.Pattern[str], count: int) -> None:
        self.pattern = pattern
        self.count = count

    @property
    def rendering(self) -> str:
        """How it appears in effects."""
        return f"re.compile({self.pattern.pattern!r})"

    def is_safe(self, text: str) -> bool:
        """Tell whether matching this text ends in reasonable time."""
        return is_quick(self.pattern, text)

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method, or a fact about the pattern."""
        if name in _METHODS:
            return Native(name, lambda m, a, n: _METHODS[name](m, self, a, n))
        if name in ("pattern", "groups", "flags", "groupindex"):
            found = getattr(self.pattern, name)
            return dict(found) if name == "groupindex" else found
        return super().attribute(machine, name)


class Match(Opaque):
    """A match: of plain text, or of text of the answer."""

    __slots__ = ("match", "name", "pattern", "subject", "way")

    def __init__(self, pattern: Pattern, match: re.Match[str], subject: Any, way: str) -> None:
        self.pattern = pattern
        self.match = match
        self.subject = subject
        self.way = way
        self.name = "Match"

    @property
    def is_answer(self) -> bool:
        """Whether the text came from the answer."""
        return type(self.subject) is Tainted

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        if name in ("group", "groups", "groupdict", "start", "end", "span"):
            return Native(name, lambda m, a, n: self._ask(m, name, a, n))
        if name in ("string", "lastindex", "lastgroup", "pos", "endpos"):
            return self.subject if name == "string" else getattr(self.match, name)
        if name == "re":
            return self.pattern
        return super().attribute(machine, name)

    def item(self, machine: Machine, key: Any) -> Any:
        """Return a group."""
        return self._ask(machine, "group", (key,), {})

    def _ask(self, machine: Machine, name: str, arguments: Arguments, named: Named) -> Any:
        if not self.is_answer:
            return protect(getattr(self.match, name), *arguments, **named)
        if any(isinstance(one, (Tainted, Unknown)) for one in arguments) or named:
            return Unknown(f"match.{name}()", is_tainted=True)
        search = getattr(self.pattern.pattern, self.way)

        def run(text: str) -> Any:
            return getattr(search(text), name)(*arguments)

        compiled = self.pattern.pattern
        label = f"re.{self.way} {compiled.pattern!r} {int(compiled.flags)} {name}{arguments!r}"
        found = lift(machine, label, run, (self.subject,), f"{shown(self.subject)} {label}")
        if type(found) is Tainted and isinstance(found.value, tuple):
            return tuple(
                lift(
                    machine,
                    f"{label}[{i}]",
                    lambda text, i=i: run(text)[i],
                    (self.subject,),
                    f"{label}[{i}]",
                )
                for i in range(len(found.value))
            )
        return found


def _compile(machine: Machine, arguments: Arguments, named: Named) -> Any:
    pattern = arguments[0] if arguments else named.get("pattern")
    flags = arguments[1] if len(arguments) > 1 else named.get("flags", 0)
    if isinstance(pattern, Pattern):
        return pattern
    if not isinstance(pattern, str) or not isinstance(flags, int) or len(pattern) > _MAX_PATTERN:
        return Unknown("re.compile()", is_tainted=is_touched(pattern))
    key = ("re", pattern, int(flags))
    known = machine.linker.interned.get(key)
    if known is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plain = int(flags) & ~int(re.DEBUG)
            compiled = protect(re.compile, pattern, plain)
            count, _ = protect(repeats, pattern, plain)
        known = Pattern(compiled, count)
        machine.linker.interned[key] = known
    return known


def _searching(way: str) -> Any:
    def run(machine: Machine, pattern: Pattern, arguments: Arguments, named: Named) -> Any:
        subject = arguments[0] if arguments else named.get("string")
        if isinstance(subject, Unknown):
            return Unknown(f"re.{way}({subject.path})", is_tainted=subject.is_tainted)
        text = subject.value if type(subject) is Tainted else subject
        if not isinstance(text, str):
            raise Raised(TypeError("expected string or bytes-like object"))
        if not pattern.is_safe(text):
            machine.gap(
                "slow-pattern", f"The pattern {pattern.pattern.pattern!r} may take too long."
            )
            return Unknown(f"re.{way}()", is_tainted=type(subject) is Tainted)
        search = getattr(pattern.pattern, way)
        found = protect(search, text)
        is_whole = type(subject) is Tainted and not _decompose(
            machine, pattern, way, subject, found is not None
        )
        if is_whole:
            label = f"re.{way} {pattern.pattern.pattern!r} {int(pattern.pattern.flags)}"
            shown_text = f"re.{way}({pattern.pattern.pattern!r}, {shown(subject)})"
            lift(machine, label, lambda one: search(one) is not None, (subject,), shown_text)
        return None if found is None else Match(pattern, found, subject, way)

    return run


def _decompose(machine: Machine, pattern: Pattern, way: str, subject: Any, found: bool) -> bool:
    """Ask the parts of a joined text one by one, where no match can reach over a seam."""
    pieces = machine.joins.get(subject.expression)
    if way != "search" or pieces is None or pattern.count or not _is_literal(pattern):
        return False
    between, parts = pieces
    letters = set(pattern.pattern.pattern.lower())
    if any(letter.isalnum() or letter in letters for one in between for letter in one):
        return False
    search = pattern.pattern.search
    label = f"re.search {pattern.pattern.pattern!r} {int(pattern.pattern.flags)}"
    if any(search(one.value) for one in parts) is not found:
        return False
    for one in parts:
        text = f"re.search({pattern.pattern.pattern!r}, {shown(one)})"
        if lift(machine, label, lambda text: search(text) is not None, (one,), text):
            break
    return True


def _is_literal(pattern: Pattern) -> bool:
    r"""Tell whether a pattern is made of words, ``|``, groups and ``\b`` only."""
    return re.fullmatch(r"(?:[\w|()]|\\b|\?:)+", pattern.pattern.pattern) is not None


def _findall(machine: Machine, pattern: Pattern, arguments: Arguments, _n: Named) -> Any:
    return _lifted(machine, pattern, "findall", arguments, lambda one, text: one.findall(text))


def _split(machine: Machine, pattern: Pattern, arguments: Arguments, named: Named) -> Any:
    limit = arguments[1] if len(arguments) > 1 else named.get("maxsplit", 0)
    number = limit if isinstance(limit, int) else 0
    return _lifted(
        machine,
        pattern,
        f"split {number}",
        arguments[:1],
        lambda one, text: one.split(text, maxsplit=number),
    )


def _sub(machine: Machine, pattern: Pattern, arguments: Arguments, named: Named) -> Any:
    names = ("repl", "string", "count")
    given = dict(zip(names, arguments, strict=False)) | {
        k: v for k, v in named.items() if k in names
    }
    replacement, subject, count = given.get("repl"), given.get("string"), given.get("count", 0)
    if not isinstance(count, int):
        return Unknown("re.sub()", is_tainted=is_touched(subject))
    if not isinstance(replacement, str):
        return _sub_by_function(machine, pattern, replacement, subject)
    if isinstance(subject, str):
        machine.charge((len(subject) + 1) * (len(replacement) + 1))
    return _lifted(
        machine,
        pattern,
        f"sub {replacement!r} {count}",
        (subject,),
        lambda one, text: one.sub(replacement, text, count=count),
    )


def _subn(machine: Machine, pattern: Pattern, arguments: Arguments, named: Named) -> Any:
    if named or len(arguments) != 2 or not isinstance(arguments[0], str):
        return Unknown("re.subn()", is_tainted=is_touched((*arguments, *named.values())))
    replacement, subject = arguments
    if isinstance(subject, str):
        machine.charge((len(subject) + 1) * (len(replacement) + 1))
    return _lifted(
        machine,
        pattern,
        f"subn {replacement!r}",
        (subject,),
        lambda one, text: one.subn(replacement, text),
    )


def _sub_by_function(machine: Machine, pattern: Pattern, function: Any, subject: Any) -> Any:
    if (
        not isinstance(subject, str)
        or isinstance(function, Unknown)
        or not pattern.is_safe(subject)
    ):
        return Unknown("re.sub()", is_tainted=is_touched(subject))
    pieces: list[Any] = []
    place = 0
    for found in pattern.pattern.finditer(subject):
        machine.tick()
        pieces.append(subject[place : found.start()])
        pieces.append(call(machine, function, (Match(pattern, found, subject, "search"),), {}))
        place = found.end()
    return concatenate(machine, (*pieces, subject[place:]))


def _finditer(machine: Machine, pattern: Pattern, arguments: Arguments, _n: Named) -> Any:
    subject = arguments[0]
    if not isinstance(subject, str) or not pattern.is_safe(subject):
        return Unknown("re.finditer()", is_tainted=is_touched(subject))
    return Stream(
        Match(pattern, one, subject, "search")
        for one in iterate(machine, list(pattern.pattern.finditer(subject)))
    )


def _lifted(machine: Machine, pattern: Pattern, name: str, arguments: Arguments, run: Any) -> Any:
    subject = arguments[0]
    if isinstance(subject, Unknown) or has_taint(arguments[1:]):
        return Unknown(f"re.{name}()", is_tainted=is_touched(subject))
    text = subject.value if type(subject) is Tainted else subject
    if not isinstance(text, str):
        raise Raised(TypeError("expected string or bytes-like object"))
    if not pattern.is_safe(text):
        machine.gap("slow-pattern", f"The pattern {pattern.pattern.pattern!r} may take too long.")
        return Unknown(f"re.{name}()", is_tainted=type(subject) is Tainted)
    compiled = pattern.pattern
    if type(subject) is Tainted:
        label = f"re.{name} {compiled.pattern!r} {int(compiled.flags)}"
        return lift(
            machine, label, lambda one: run(compiled, one), (subject,), f"{label}({shown(subject)})"
        )
    return protect(run, compiled, text)


_METHODS: dict[str, Any] = {
    "search": _searching("search"),
    "match": _searching("match"),
    "fullmatch": _searching("fullmatch"),
    "findall": _findall,
    "finditer": _finditer,
    "split": _split,
    "sub": _sub,
    "subn": _subn,
}
_POSITIONS = {"sub": 4, "subn": 4, "split": 3}


def _function(name: str) -> Native:
    method = _METHODS[name]
    place = _POSITIONS.get(name, 2)

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        flags = named.pop("flags", 0) if named else 0
        if len(arguments) > place:
            flags = arguments[place]
        pattern = _compile(machine, (arguments[0], flags), {})
        if isinstance(pattern, Unknown):
            return Unknown(f"re.{name}()", is_tainted=is_touched(arguments))
        return method(machine, pattern, arguments[1:place], named)

    return Native(name, run)


def re_module(_machine: Machine) -> NativeModule:
    """Return ``re``."""
    members: dict[str, Any] = {name: _function(name) for name in _METHODS}
    members |= {name: int(getattr(re, name)) for name in _FLAGS}
    members["compile"] = Native("compile", _compile)
    members["escape"] = Native("escape", _escape)
    members["error"] = re.error
    return NativeModule("re", members)


def _escape(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    value = arguments[0]
    if isinstance(value, Unknown):
        return Unknown("re.escape()", is_tainted=value.is_tainted)
    if type(value) is Tainted:
        return lift(machine, "re.escape", re.escape, (value,))
    return protect(re.escape, value)
