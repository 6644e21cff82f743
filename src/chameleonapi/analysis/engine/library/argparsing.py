"""``argparse``: options have their defaults, what must be given is unknown."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class, Instance
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Unknown

__all__ = ["argparse_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


class Parser(Opaque):
    """An argument parser, a group, or a sub-parser (all of which share their options)."""

    __slots__ = ("options",)
    name = "ArgumentParser"

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        del machine
        if name == "add_argument":
            return Native(name, self._add)
        if name in ("parse_args", "parse_known_args"):
            return Native(name, lambda m, a, n: self._parse(m, name, (*a, n.get("args"))))
        if name == "set_defaults":
            return Native(name, lambda _m, _a, n: self.options.update(n))
        if name in ("error", "exit"):
            return Native(name, _exit)
        if name in ("print_help", "print_usage"):
            return Native(name, lambda _m, _a, _n: None)
        if name.startswith("add_"):
            return Native(name, lambda _m, _a, _n: Parser(self.options))
        return Unknown(f"parser.{name}")

    def _add(self, machine: Machine, arguments: Arguments, named: Named) -> Unknown:
        names = [one for one in arguments if isinstance(one, str)]
        if not names:
            return Unknown("argument")
        longest = next((one for one in names if one.startswith("--")), names[0])
        target = named.get("dest") or longest.lstrip("-").replace("-", "_")
        action = named.get("action")
        if not isinstance(target, str):
            return Unknown("argument")
        if action == "store_true":
            self.options[target] = False
        elif action == "store_false":
            self.options[target] = True
        elif "default" in named and not isinstance(named["default"], Unknown):
            self.options[target] = named["default"]
        elif longest.startswith("-") and not named.get("required"):
            # commonly tested against None, and given when it matters
            self.options[target] = Unknown(f"args.{target}")
        else:
            self.options[target] = Unknown(f"args.{target}")
        self._give(machine, target, named.get("type"))
        return Unknown("argument")

    def _give(self, machine: Machine, target: str, kind: Any) -> None:
        """Take what the user gives for an option, in the type that the option has."""
        asked = Unknown(f"args.{target}")
        given = machine.linker.given.settle(asked)
        if given is not asked:
            if kind in (int, float) and isinstance(given, str):
                given = machine.linker.construct(machine, kind, (given,), {})
            self.options[target] = given

    def _parse(self, machine: Machine, name: str, given: Arguments) -> Any:
        made = Instance(Class("Namespace", (), {}, None), machine.next_serial())
        if isinstance(given[0], list) and given[0]:
            # the source itself gives arguments: which option each is for is not followed
            made.attributes.update({one: Unknown(f"args.{one}") for one in self.options})
        else:
            made.attributes.update(self.options)
        made.cls.unknown_base = Unknown("args")
        return made if name == "parse_args" else (made, Unknown("argv"))


def _exit(_m: Machine, _a: Arguments, _n: Named) -> Any:
    from chameleonapi.analysis.engine.control import Raised

    raise Raised(SystemExit(2))


def argparse_module(_machine: Machine) -> NativeModule:
    """Return ``argparse``."""
    return NativeModule(
        "argparse", {"ArgumentParser": Native("ArgumentParser", lambda _m, _a, _n: Parser({}))}
    )
