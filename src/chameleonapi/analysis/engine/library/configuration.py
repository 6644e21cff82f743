"""Configuration files of the application: INI, TOML and ``.env``, read as data."""

from __future__ import annotations

import configparser
import sys
from typing import Any

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.library.files import TextFile, find_file, path_text
from chameleonapi.analysis.engine.lifting import is_touched, protect
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Tainted, Unknown

__all__ = ["configparser_module", "toml_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]
_LONG = 1_000_000
_CONVERTED = {"get": str, "getint": int, "getfloat": float, "getboolean": bool}


class _Parser(Opaque):
    """A parser: what it has read, or that something was read that is not known."""

    __slots__ = ("is_known", "parser")
    name = "ConfigParser"

    def __init__(self, parser: configparser.RawConfigParser) -> None:
        self.parser = parser
        self.is_known = True

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        if name == "read":
            return Native(name, self._read)
        if name in ("read_string", "read_file", "readfp"):
            return Native(name, self._read_text)
        if name == "read_dict":
            return Native(name, lambda m, a, _n: self._take(m, lambda: self.parser.read_dict(a[0])))
        if not self.is_known:
            return Unknown(f"config.{name}")
        if name in _CONVERTED:
            return Native(name, lambda _m, a, n: self._get(name, a, n))
        if name in ("sections", "options", "has_section", "has_option", "defaults"):
            return Native(name, lambda _m, a, _n: protect(getattr(self.parser, name), *a))
        if name == "items":
            return Native(name, lambda _m, a, n: self._items(a, n))
        return super().attribute(machine, name)

    def _take(self, machine: Machine, read: Any) -> None:
        del machine
        try:
            read()
        except configparser.Error as error:
            raise Raised(error) from None

    def _read(self, machine: Machine, arguments: Arguments, _n: Named) -> Any:
        given = arguments[0] if arguments else ()
        done = []
        for one in given if isinstance(given, (list, tuple)) else (given,):
            path = path_text(machine, one)
            content = None if path is None else find_file(machine, path)
            if content is None:
                self.is_known = False  # another file, which is not in the folder
                continue
            self._parse(machine, content.decode("utf-8", "replace"))
            done.append(path)
        return done

    def _read_text(self, machine: Machine, arguments: Arguments, _n: Named) -> None:
        source = arguments[0]
        text = source.content if isinstance(source, TextFile) else source
        if isinstance(text, str):
            self._parse(machine, text)
        else:
            self.is_known = False

    def _parse(self, machine: Machine, text: str) -> None:
        machine.charge(len(text))
        self._take(machine, lambda: self.parser.read_string(text[:_LONG]))

    def _get(self, name: str, arguments: Arguments, named: Named) -> Any:
        if any(isinstance(one, (Tainted, Unknown)) for one in arguments):
            return Unknown(f"config.{name}()", is_tainted=is_touched(arguments))
        section, option = (*arguments[:2], None)[:2] if arguments else (None, None)
        section = named.get("section", section)
        option = named.get("option", option)
        fallback = named.get("fallback", MISSING)
        try:
            return getattr(self.parser, name)(section, option)
        except (configparser.NoSectionError, configparser.NoOptionError) as error:
            if fallback is not MISSING:
                return fallback
            raise Raised(error) from None
        except (configparser.Error, ValueError) as error:
            raise Raised(error) from None

    def _items(self, arguments: Arguments, _n: Named) -> Any:
        if not arguments:
            return [(one, _Section(self, one)) for one in self.parser]
        return protect(lambda: list(self.parser.items(arguments[0])))

    def item(self, _machine: Machine, key: Any) -> Any:
        """Return a section."""
        if not self.is_known or not isinstance(key, str):
            return Unknown(f"config[{key!r}]", is_tainted=is_touched(key))
        if key not in self.parser:
            raise Raised(KeyError(key))
        return _Section(self, key)

    def contains(self, _machine: Machine, key: Any) -> Any:
        """Tell whether there is a section."""
        return key in self.parser if self.is_known else Unknown(f"{key!r} in config")

    def iterate(self, _machine: Machine) -> Any:
        """Yield the names of the sections."""
        return iter(list(self.parser) if self.is_known else [Unknown("config[i]")])


class _Section(Opaque):
    """A section of it, as a mapping."""

    __slots__ = ("owner", "section")
    name = "SectionProxy"

    def __init__(self, owner: _Parser, section: str) -> None:
        self.owner = owner
        self.section = section

    def plain_items(self) -> dict[str, str]:
        """Return the options, those of the default section too."""
        return dict(protect(self.owner.parser.items, self.section))

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method of a mapping, or one that converts."""
        if name in _CONVERTED:
            return Native(name, self._converted(name))
        if name in ("items", "keys", "values"):
            return machine.linker.attribute(machine, self.plain_items(), name)
        if name == "name":
            return self.section
        return super().attribute(machine, name)

    def _converted(self, name: str) -> Any:
        def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
            if type(arguments[0]) is Tainted and name == "get":
                method = machine.linker.attribute(machine, self.plain_items(), "get")
                return machine.linker.call(machine, method, arguments, {})
            fallback = arguments[1] if len(arguments) > 1 else named.get("fallback")
            parts = (self.section, arguments[0])
            asked = machine.linker.attribute(machine, self.owner, name)
            return machine.linker.call(machine, asked, parts, {"fallback": fallback})

        return run

    def item(self, machine: Machine, key: Any) -> Any:
        """Return an option."""
        key = key.lower() if isinstance(key, str) else key
        return machine.linker.item(machine, self.plain_items(), key)

    def contains(self, machine: Machine, key: Any) -> Any:
        """Tell whether there is an option."""
        from chameleonapi.analysis.engine.comparing import contains

        return contains(machine, self.plain_items(), key)

    def iterate(self, _machine: Machine) -> Any:
        """Yield the names of the options."""
        return iter(self.plain_items())


def _made(kind: type[configparser.RawConfigParser]) -> Native:
    def run(_m: Machine, _a: Arguments, named: Named) -> _Parser:
        known = {
            key: value
            for key, value in named.items()
            if key in ("allow_no_value", "delimiters", "strict", "comment_prefixes")
            and isinstance(value, (bool, tuple, str))
        }
        return _Parser(protect(kind, **known))

    return Native(kind.__name__, run)


def configparser_module(_machine: Machine) -> NativeModule:
    """Return ``configparser``."""
    members: dict[str, Any] = {
        "ConfigParser": _made(configparser.ConfigParser),
        "RawConfigParser": _made(configparser.RawConfigParser),
        "SafeConfigParser": _made(configparser.ConfigParser),
    }
    for name in ("Error", "NoSectionError", "NoOptionError", "ParsingError"):
        members[name] = getattr(configparser, name)
    return NativeModule("configparser", members)


def _parse_toml(machine: Machine, text: Any) -> Any:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str) or sys.version_info < (3, 11):
        return Unknown("tomllib.loads()", is_tainted=is_touched(text))
    import tomllib

    machine.charge(len(text))
    try:
        return protect(tomllib.loads, text)
    except Abort as error:
        if isinstance(error.__cause__, RecursionError):  # of the file, and the application's own
            raise Raised(error.__cause__) from None
        raise


def _load_toml(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    source = arguments[0]
    if isinstance(source, TextFile):
        return _parse_toml(machine, source.content)
    path = path_text(machine, source)  # toml.load() takes a path as well
    content = None if path is None else find_file(machine, path)
    return _parse_toml(machine, content if content is not None else Unknown("tomllib.load()"))


def toml_module(_machine: Machine) -> NativeModule:
    """Return ``tomllib`` (and ``toml``, ``tomli``)."""
    return NativeModule(
        "tomllib",
        {
            "loads": Native("loads", lambda m, a, _n: _parse_toml(m, a[0])),
            "load": Native("load", _load_toml),
            "TOMLDecodeError": ValueError,
            "TomlDecodeError": ValueError,
        },
    )
