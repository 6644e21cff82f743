"""What the parts of the engine need of each other, and of the application, while a run goes on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from chameleonapi.analysis.engine import calling
from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.comparing import compare
from chameleonapi.analysis.engine.control import Abort, Raised, Stop
from chameleonapi.analysis.engine.effects import emit_call, emit_state
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.given import GivenValues
from chameleonapi.analysis.engine.items import get_item
from chameleonapi.analysis.engine.lifting import lift
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Instance
from chameleonapi.analysis.engine.operations import drain, truth
from chameleonapi.analysis.engine.origins import method_of
from chameleonapi.analysis.engine.values import Module, Tainted, Unknown
from chameleonapi.analysis.frontend.project import Project
from chameleonapi.analysis.frontend.shared_state import stored_by_functions
from chameleonapi.decision import Span

__all__ = ["Linker"]

Code = Callable[[Frame], Any]
StubCall = Callable[[Machine, Unknown, "tuple[Any, ...]", "dict[str, Any]"], Any]
StubAttribute = Callable[[Machine, Unknown, str], Any]
_ASKED = 120


class Linker:
    """Shared by all runs of one program; holds nothing of a run.

    Attributes:
        interned: expressions by operation and arguments, shared by all runs.
        reaching: names of functions from which an API may be called, and of its methods.
        own_calls: lines at which a method of the application's own was called that is named like
            one that reaches an API.
        hints: which way to go at unknown branches to reach a call, by key.
        builtins: built-in names.
        given: what the user gives for values that the source does not say.
        library: modelled modules of the standard library, by name.
        libraries: what the modules hold whose models are written in Python, once they are read.
    """

    def __init__(
        self,
        project: Project,
        builtins: Mapping[str, Any],
        library: Mapping[str, Callable[[Machine], Any]],
        stub_calls: tuple[StubCall, ...],
        stub_attributes: tuple[StubAttribute, ...],
        constructors: Mapping[type, Any],
        is_instance: Callable[[Machine, Any, Any], Any],
        given: GivenValues,
    ) -> None:
        self.project = project
        self.builtins = builtins
        self.library = library
        self.stub_calls = stub_calls
        self.stub_attributes = stub_attributes
        self.constructors = constructors
        self.is_instance = is_instance
        self.given = given
        self.interned: dict[Any, Any] = {}
        self.hints: dict[str, bool] = {}
        self.reaching: frozenset[str] = frozenset()
        self.own_calls: set[tuple[str, int]] = set()
        self.idle_loops: set[Span] = set()  # without an end, in which nothing was called
        self.libraries: dict[str, dict[str, Any]] = {}
        self._code: dict[str, Code | None] = {}
        self._mentions: dict[str, bool] = {}
        self._stored: dict[str, frozenset[str]] = {}

    # -- operations that the parts reach through the linker, to keep their imports acyclic

    @staticmethod
    def call(
        machine: Machine, function: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Call anything."""
        return calling.call(machine, function, arguments, named)

    @staticmethod
    def attribute(machine: Machine, value: Any, name: str) -> Any:
        """Read an attribute."""
        return get_attribute(machine, value, name)

    @staticmethod
    def attribute_or(machine: Machine, value: Any, name: str, default: Any) -> Any:
        """Read an attribute, or return the default where there is none."""
        try:
            return get_attribute(machine, value, name)
        except Raised:
            return default

    @staticmethod
    def compare(machine: Machine, name: str, left: Any, right: Any) -> Any:
        """Compare two values."""
        return compare(machine, name, left, right)

    @staticmethod
    def item(machine: Machine, value: Any, key: Any) -> Any:
        """Read an item."""
        return get_item(machine, value, key)

    @staticmethod
    def items(machine: Machine, value: Any) -> list[Any]:
        """Return all items of an iterable."""
        return drain(machine, value)

    @staticmethod
    def of_type(machine: Machine, receiver: Any, name: str) -> Any:
        """Read what ``type`` itself defines."""
        from chameleonapi.analysis.engine.metaclasses import of_type

        return of_type(machine, receiver, name)

    @staticmethod
    def make_class(
        machine: Machine,
        name: str,
        bases: tuple[Any, ...],
        names: dict[str, Any],
        module: Module | None,
        keywords: dict[str, Any],
    ) -> Any:
        """Make a class as a class statement does."""
        from chameleonapi.analysis.engine.metaclasses import make_class

        return make_class(machine, str(name), tuple(bases), dict(names), module, keywords)

    def construct(
        self, machine: Machine, kind: type, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Make a value of a built-in type."""
        maker = self.constructors.get(kind)
        if maker is not None:
            return maker(machine, arguments, named)
        if issubclass(kind, BaseException):
            try:
                return kind(*arguments)
            except TypeError:
                return Exception(*arguments)
        raise Raised(TypeError(f"cannot create {kind.__name__!r} instances"))

    def mapping(self, machine: Machine, value: Any) -> dict[Any, Any]:
        """Return what ``**value`` passes on."""
        if isinstance(value, dict):
            return value
        if isinstance(value, Instance) and isinstance(value.payload, dict):
            return value.payload
        if isinstance(value, Unknown):
            return {}
        try:
            names = drain(
                machine, self.call(machine, get_attribute(machine, value, "keys"), (), {})
            )
        except Raised:
            raise Raised(TypeError("argument after ** must be a mapping")) from None
        return {name: get_item(machine, value, name) for name in names}

    @staticmethod
    def compare_size(machine: Machine, size: Tainted, needed: int, *, is_minimum: bool) -> bool:
        """Ask whether something that the answer sizes has enough items."""
        name, function = (">=", operator.ge) if is_minimum else ("==", operator.eq)
        text = f"{size.expression.text} {name} {needed}"
        return truth(machine, lift(machine, name, function, (size, needed), text))

    # -- state that other entries leave behind

    def is_filled_elsewhere(self, machine: Machine, container: dict[Any, Any]) -> bool:
        """Tell whether a dictionary of a module gets items from functions that did not run."""
        for file, module in machine.modules.items():
            if not isinstance(module, Module):
                continue
            for name, value in module.vars.items():
                if value is container and name in self._stored_into(file):
                    return True
        return False

    def _stored_into(self, file: str) -> frozenset[str]:
        """Return the globals of a file into which its functions store items."""
        known = self._stored.get(file)
        if known is None:
            is_source = not file.endswith("/") and not file.startswith(("<", "library:"))
            source = self.project.source(file) if is_source else None
            known = frozenset() if source is None else frozenset(stored_by_functions(source.tree))
            self._stored[file] = known
        return known

    # -- effects

    @staticmethod
    def external(
        machine: Machine, kind: str, path: str, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """Record that something outside was changed."""
        machine.is_result_used = False
        emit_call(machine, f"{kind} {path}", arguments, named)

    @staticmethod
    def state(machine: Machine, value: Any, name: str, item: Any) -> None:
        """Record a changed attribute."""
        emit_state(machine, value, name, item)

    def line_of(self, span: Span) -> str:
        """Return the source line of a place."""
        source = self.project.parsed().get(span.file) if span.line else None
        if source is None or span.line > len(source.lines):
            return ""
        return source.lines[span.line - 1].strip()[:_ASKED]

    # -- stand-ins

    def project_mentions(self, word: str) -> bool:
        """Tell whether a source of the application holds a word."""
        known = self._mentions.get(word)
        if known is None:
            sources = self.project.parsed().values()
            known = self._mentions[word] = any(word in one.text for one in sources)
        return known

    def stub_call(
        self, machine: Machine, function: Unknown, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Return what a stand-in makes of a call, or ``MISSING``."""
        for stub in self.stub_calls:
            found = stub(machine, function, arguments, named)
            if found is not MISSING:
                return found
        return MISSING

    def unknown_attribute(self, machine: Machine, value: Unknown, name: str) -> Any:
        """Return an attribute of something external."""
        for stub in self.stub_attributes:
            found = stub(machine, value, name)
            if found is not MISSING:
                return found
        return self.given.settle(method_of(f"{value.path}.{name}", value))

    # -- modules

    def import_module(
        self,
        machine: Machine,
        importer: Module,
        name: str,
        level: int,
        *,
        is_guarded: bool = False,
    ) -> Any:
        """Return a module: the application's, a modelled one, or an unknown.

        A module of the application that is not there was not handed over, unless the source
        expects the import to fail (``is_guarded``).
        """
        file = self.project.resolve(importer.file, name, level)
        if file is not None and not (level == 0 and name.split(".", maxsplit=1)[0] in self.library):
            return self.load(machine, file, name.rsplit(".", 1)[-1] or "package")
        if level == 0 and name in self.library:
            return self._native(machine, name)
        if level and is_guarded:
            raise Raised(ImportError(f"cannot import {'.' * level}{name}"))
        # A module that is not there was not published: settings, keys, generated code.
        return Unknown(name or "package")

    def _native(self, machine: Machine, name: str) -> Any:
        key = f"library:{name}"
        if key not in machine.modules:
            machine.modules[key] = self.library[name](machine)
        return machine.modules[key]

    def submodule(self, machine: Machine, module: Module, name: str) -> Any:
        """Return a submodule of a package of the application, or None."""
        if not module.is_package:
            return None
        file = self.project.resolve(module.file, name, 1)
        return None if file is None or file == module.file else self.load(machine, file, name)

    def load(
        self, machine: Machine, file: str, name: str, *, keeps_partial: bool = False
    ) -> Module:
        """Return a module of the application, running it if it has not run.

        With ``keeps_partial``, a module that fails keeps what it defined before.
        """
        known = machine.modules.get(file)
        if known is not None:
            return known
        is_package = file.endswith(("/__init__.py", "/")) or file == "__init__.py"
        module = Module(
            name, file if not file.endswith("/") else f"{file}__init__.py", is_package=is_package
        )
        machine.modules[file] = module
        module.vars.update({"__name__": name, "__file__": f"/app/{module.file}", "__doc__": None})
        if is_package:
            module.vars["__path__"] = [f"/app/{module.file}"]
        code = self.code(file)
        if code is None:
            if not file.endswith("/"):
                module.has_unknown_star = True  # it could not be parsed: its names are unknown
            return module
        if machine.depth >= machine.budget.depth:
            raise Abort("budget-depth", "Imports nest too deeply, and the run was cut off.")
        machine.depth += 1
        span = machine.span
        try:
            code(Frame(machine, module.vars, None, module))
        except Raised as raised:
            raised.span = raised.span or machine.span
            if not keeps_partial:
                machine.modules.pop(file, None)
                raise
        except Stop:
            if not keeps_partial:  # a loop that waits for callbacks, which are entries themselves
                raise
        finally:
            machine.depth -= 1
            machine.span = span
        return module

    def code(self, file: str) -> Code | None:
        """Return the compiled body of a source file, or None if it could not be parsed."""
        if file not in self._code:
            from chameleonapi.analysis.engine.compiler import compile_module

            source = None if file.endswith("/") else self.project.source(file)
            if source is None:
                self._code[file] = None
            else:
                self._code[file] = compile_module(file, source.tree, source.lines)
        return self._code[file]
