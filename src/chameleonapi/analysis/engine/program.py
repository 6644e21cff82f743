"""An application that can be run on answers."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from chameleonapi.analysis.engine.budget import Budget
from chameleonapi.analysis.engine.compiler.base import Compiler
from chameleonapi.analysis.engine.control import Abort, Raised, Stop
from chameleonapi.analysis.engine.data_strings import strings_in
from chameleonapi.analysis.engine.effects import emit_value, lasting_effects
from chameleonapi.analysis.engine.entry_arguments import unknown_arguments, with_own_settings
from chameleonapi.analysis.engine.exceptions import describe
from chameleonapi.analysis.engine.given import GivenValues
from chameleonapi.analysis.engine.library import strings  # noqa: F401 - registers methods
from chameleonapi.analysis.engine.library.constructors import CONSTRUCTORS
from chameleonapi.analysis.engine.library.introspection import is_instance
from chameleonapi.analysis.engine.library.modules import LIBRARY
from chameleonapi.analysis.engine.library.python_2_builtins import ALL_BUILTINS
from chameleonapi.analysis.engine.linking import Linker
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, lookup
from chameleonapi.analysis.engine.operations import Stream, iterate
from chameleonapi.analysis.engine.options import set_options
from chameleonapi.analysis.engine.reading import read_sources
from chameleonapi.analysis.engine.rendering import render
from chameleonapi.analysis.engine.set_up import functions_before, methods_before
from chameleonapi.analysis.engine.unreached import apis_of
from chameleonapi.analysis.engine.values import (
    LISTENER,
    ClassMethod,
    Function,
    Module,
    Opaque,
    StaticMethod,
    Unknown,
)
from chameleonapi.analysis.frontend.discovery import (
    find_entries,
    find_places,
    outline,
    units_around,
)
from chameleonapi.analysis.frontend.project import Project
from chameleonapi.analysis.stubs import (
    amazon,
    google_clients,
    google_first_clients,
    google_rest,
    unknown_clients,
)
from chameleonapi.analysis.trace import (
    REFUSED,
    CallSite,
    EffectLevel,
    End,
    Entry,
    Stopped,
    Trace,
    other_ways,
)
from chameleonapi.apis import api_ids
from chameleonapi.decision import Gap, Span

__all__ = ["EngineProgram", "load_program"]

_METHODS = frozenset(
    {
        *google_clients.VISION_METHODS,
        *google_clients.LANGUAGE_METHODS,
        *google_first_clients.METHODS,
        *(name for methods in amazon.METHODS.values() for name in methods),
        "annotate_image",
        "batch_annotate_images",
        "annotate_text",
        *google_rest.DISCOVERY_METHODS,
    }
)
_PROBES = 40
_RECURSION = 20_000
_MAX_LITERALS = 50_000


def load_program(
    path: str | Path, *, budget: Budget | None = None, given: Mapping[str, Any] | None = None
) -> EngineProgram:
    """Read an application: a folder, or one file.

    ``given`` are values for what the source does not say, by the names that gaps show.

    Raises:
        UsageError: if there is nothing at the path.
        NothingFoundError: if the folder holds no Python file.
        SourceError: if the one file cannot be parsed.
    """
    return EngineProgram(Project(path), budget or Budget(), GivenValues(given or {}))


class EngineProgram:
    """The ``Program`` that the exploration sees."""

    def __init__(self, project: Project, budget: Budget, given: GivenValues) -> None:
        self.project = project
        self.budget = budget
        read_sources(project, _METHODS)
        self.linker = Linker(
            project,
            ALL_BUILTINS,
            LIBRARY,
            (google_first_clients.call, google_clients.call, amazon.call, google_rest.call),
            (google_clients.attribute, google_rest.attribute, unknown_clients.attribute),
            CONSTRUCTORS,
            is_instance,
            given,
        )
        self._outline = outline(project.parsed(), _METHODS)
        self.linker.reaching = _METHODS | self._outline.reaching
        chosen = frozenset(project.files)
        self._entries = tuple(Entry(*one) for one in find_entries(self._outline, chosen))
        self._before: dict[Entry, list[tuple[str, frozenset[str]]]] = {}  # what makes its globals
        self._free: set[Entry] = set()  # to be given something else than defaults
        self._seen_sites: dict[tuple[str, Span], CallSite] = {}
        self._stopped: dict[Entry, Stopped] = {}
        self._probe()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Roots, the most likely ones first."""
        return self._entries

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read or parsed."""
        return tuple(self.project.gaps)

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Every string of the source and of the data files that it reads, each once."""
        found: dict[str, None] = {}
        for source in self.project.parsed().values():
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found[node.value] = None
        for text in self.project.data_texts:
            for one in strings_in(text):
                found[one] = None
                if len(found) > _MAX_LITERALS:
                    break
        return tuple(found)

    @cached_property
    def sites(self) -> tuple[CallSite, ...]:
        """Every API call that is visible in the source, reached by a run or not."""
        return self._all_sites()

    def _all_sites(self) -> tuple[CallSite, ...]:
        found = dict(self._seen_sites)
        lines = self.linker.own_calls | {(span.file, span.line) for _, span in found}
        for place in find_places(self._outline):
            source = self.project.parsed()[place.file]
            span = Compiler(place.file, source.lines).span(place.node)
            if (span.file, span.line) not in lines:
                for api in apis_of(place.method, self.project.text(place.file) or ""):
                    found[api, span] = CallSite(api, span)
        return tuple(sorted(found.values(), key=lambda one: (one.span, one.api)))

    def stopped_before(self, site: CallSite) -> Stopped | None:
        """Return what ended the run that was to reach a call, None if that is not known."""
        around = units_around(self._outline, site.span)

        def nearness(one: Stopped) -> tuple[bool, bool, bool]:
            owner = one.entry.name.rpartition(".")[0]
            return (
                one.entry.file != site.span.file,
                one.entry.name not in around,
                bool(owner) and owner not in around,
            )

        return min(self._stopped.values(), key=nearness, default=None)

    def _probe(self) -> None:
        """Run every entry once without answers: find the sites, and the way that reaches them."""
        default: dict[str, Mapping[str, Any]] = {api: {} for api in api_ids()}
        missed = []
        for entry in self._entries:
            trace = self.run(entry, {}, {}, default=default)
            if not trace.sites and not self._find_way(entry, trace, default):
                missed.append(entry)
        for entry in list(missed):
            # a parameter may be given something else than its default
            if len(self._all_sites()) <= len(self._seen_sites):
                break
            self._free.add(entry)
            if self._find_way(entry, self.run(entry, {}, {}, default=default), default):
                missed.remove(entry)
            else:
                self._free.discard(entry)
        # a module that only hands its functions to a framework reaches nothing by itself
        self._entries = (*(one for one in self._entries if one not in missed), *missed)

    def _find_way(
        self, entry: Entry, trace: Trace, default: Mapping[str, Mapping[str, Any]]
    ) -> bool:
        """Look for assumptions under which an entry reaches a call, and remember them."""
        queue: list[dict[str, bool]] = [{}]
        tried: set[frozenset[tuple[str, bool]]] = set()
        runs = 0
        traces: dict[frozenset[tuple[str, bool]], Trace] = {frozenset(): trace}
        while queue and runs < _PROBES:
            chosen = queue.pop(0)
            mark = frozenset(chosen.items())
            known = traces.get(mark)
            if known is None:
                runs += 1
                known = self.run(entry, {}, chosen, default=default)
            if known.sites:
                self.linker.hints.update(chosen)
                return True
            for asked, one in reversed(other_ways(known.assumptions)):
                if asked not in chosen:
                    flipped = {**chosen, asked: not one.taken}
                    key = frozenset(flipped.items())
                    if key not in tried:
                        tried.add(key)
                        queue.append(flipped)
        return False

    def run(
        self,
        entry: Entry,
        answers: Mapping[Span, Mapping[str, Any]],
        assumptions: Mapping[str, bool],
        *,
        default: Mapping[str, Mapping[str, Any]],
        varied: Collection[str] = (),
        inputs: int = 1,
        earlier: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Trace:
        """Run an entry; see ``Program.run``."""
        free = frozenset(varied)
        machine = Machine(
            self.linker, answers, assumptions, default, self.budget, free, inputs, earlier
        )
        machine.span = Span(entry.file, 1)
        limit, before = sys.getrecursionlimit(), LISTENER.hears
        sys.setrecursionlimit(max(limit, _RECURSION))
        LISTENER.hears = machine.hears
        try:
            end = self._run(machine, entry)
        except Stop:
            end = End.RETURNED
        except Abort as abort:
            machine.gap(abort.code, abort.message)
            end = End.ABORTED
        except RecursionError:
            machine.gap("budget-depth", "The run nested too deeply and was cut off.")
            end = End.ABORTED
        except MemoryError:
            machine.gap("budget-memory", "The run needed too much memory and was cut off.")
            end = End.ABORTED
        except Exception as error:  # noqa: BLE001 - a defect of ours must not look like the application's
            what = f"{type(error).__name__}: {error}"
            machine.gap("engine-failure", f"The analysis failed at this place ({what[:120]}).")
            end = End.ABORTED
        finally:
            sys.setrecursionlimit(limit)
            LISTENER.hears = before
        if not machine.has_called and end is not End.ABORTED:
            end = End.NOT_REACHED
            if machine.stopped is not None:
                self._stopped.setdefault(entry, Stopped(entry, *machine.stopped))
        self._seen_sites.update(machine.sites)
        return Trace(
            end,
            tuple(machine.sites.values()),
            tuple(machine.tests),
            lasting_effects(machine),
            tuple(machine.assumptions.values()),
            tuple(machine.gaps.values()),
            tuple(sorted(machine.bounds)),
            tuple(machine.remarks.values()),
            tuple(machine.steps_taken),
            tuple(machine.failures.values()),
            machine.asks_again,
        )

    def _run(self, machine: Machine, entry: Entry) -> End:
        try:
            if entry.name == "<module>":
                self.linker.load(machine, entry.file, "__main__")
                return End.RETURNED
            function, arguments = self._prepare(machine, entry)
            machine.returned = None
            value = self.linker.call(machine, function, arguments, {})
            returned_at = _statement(machine, value)
            answers = f"{entry.name} answers "
            if isinstance(value, Stream):
                items: list[Any] = []
                try:
                    items.extend(machine.ticking(iterate(machine, value)))
                except Stop:
                    # a stream without end has been seen as far as one input goes
                    machine.span = getattr(function, "span", machine.span)
                    emit_value(machine, EffectLevel.EXTERNAL, "return", answers, items)
                    raise
                value = items
            machine.span = getattr(function, "span", machine.span)
            emit_value(
                machine, EffectLevel.EXTERNAL, "return", answers, value, shown_at=returned_at
            )
        except Raised as raised:
            error = raised.value
            is_exit = isinstance(error, SystemExit)
            name = describe(error)
            machine.span = raised.span or machine.span
            if isinstance(error, Exception) and not raised.is_meant:
                machine.fail(error, machine.span)
            shown = render(error)
            machine.effect(
                EffectLevel.EXTERNAL,
                "exit" if is_exit else REFUSED if raised.is_refusal else "raise",
                shown if is_exit else f"raise {shown if raised.is_meant else name}",
                self.linker.line_of(machine.span),
                concrete=shown,
                span=machine.span if raised.is_meant else _line(machine.span),
            )
            return End.EXITED if is_exit else End.RAISED
        return End.RETURNED

    def _prepare(self, machine: Machine, entry: Entry) -> tuple[Any, tuple[Any, ...]]:
        """Load the module of an entry, and return its function with unknown arguments."""
        name = entry.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        try:
            module = self.linker.load(machine, entry.file, name, keeps_partial=True)
        except (Abort, Stop):
            # a script that waits in a loop without end: what it defined before is there
            if entry.file not in machine.modules:
                raise
            module = machine.modules[entry.file]
            machine.endless.clear()
            machine.renew()
        self._set_globals(machine, module, entry)
        machine.forget()
        value: Any = MISSING
        receiver: Any = MISSING
        for part in entry.name.split("."):
            if value is MISSING:
                value = module.vars.get(part, MISSING)
            elif isinstance(value, Class):
                receiver = value
                value = lookup(value, part)
            if value is MISSING:
                raise Abort("entry-missing", f"{entry.name} is not defined when {entry.file} ends.")
        arguments: tuple[Any, ...] = ()
        if isinstance(value, (StaticMethod, ClassMethod)):
            if isinstance(value, ClassMethod):
                arguments = (receiver,)
            value = value.function
        elif receiver is not MISSING and isinstance(value, Function):
            is_free = entry in self._free
            made = self._instance(machine, receiver, is_free=is_free)
            arguments = (made,)
            if isinstance(made, Instance):
                self._set_up(machine, made, entry, is_free=is_free)
        if isinstance(value, Opaque):
            inner = getattr(value, "wrapped", None)  # a cached function, say
            value = inner if isinstance(inner, Function) else value
        if isinstance(value, Function):
            unknown = unknown_arguments(value, len(arguments), is_free=entry in self._free)
            arguments += tuple(self.linker.given.settle(one) for one in unknown)
            value.defaults = tuple(self._depended_on(machine, one) for one in value.defaults)
            if not entry.is_called and not entry.has_callers:
                set_options(machine, value)
        machine.forget()
        return value, arguments

    def _depended_on(self, machine: Machine, default: Any) -> Any:
        """Return what FastAPI hands over for ``Depends(function)``."""
        made = default.made_of if isinstance(default, Unknown) else None
        if made is None or made[0].rsplit(".", 1)[-1] not in ("Depends", "Security"):
            return default
        function = made[1][0] if made[1] else made[2].get("dependency")
        if not isinstance(function, (Function, Class)):
            return default
        try:
            found = self.linker.call(machine, function, (), {})
            return next(iterate(machine, found), default) if isinstance(found, Stream) else found
        except Raised:
            return default  # it needs what only a request has

    def _set_globals(self, machine: Machine, module: Module, entry: Entry) -> None:
        """Let those functions run first that make the globals which the entry reads."""
        known = self._before.get(entry)
        if known is None:
            units = [one for one in self._outline.units if one.file == entry.file]
            known = functions_before(units, entry.name, self._outline.reaching)
            self._before[entry] = known
        for name, made in known:
            function = module.vars.get(name)
            if type(function) is Function and any(module.vars.get(one) is None for one in made):
                with suppress(Raised):
                    self.linker.call(machine, function, unknown_arguments(function, 0), {})

    def _set_up(self, machine: Machine, instance: Instance, entry: Entry, *, is_free: bool) -> None:
        """Let those methods run first that make what the entry reads of its object."""
        owner, _, method = entry.name.rpartition(".")
        units = [
            one
            for one in self._outline.units
            if one.file == entry.file and one.name.rpartition(".")[0] == owner
        ]
        for name in methods_before(instance, units, method):
            function = lookup(instance.cls, name)
            if isinstance(function, Function):
                arguments = unknown_arguments(function, 1, is_free=is_free)
                with suppress(Raised):
                    self.linker.call(machine, function, (instance, *arguments), {})

    def _instance(self, machine: Machine, cls: Class, *, is_free: bool) -> Any:
        initialise = lookup(cls, "__init__")
        arguments: tuple[Any, ...] = ()
        if isinstance(initialise, Function):
            arguments = unknown_arguments(initialise, 1, is_free=is_free)
            arguments = with_own_settings(machine, initialise, arguments)
        try:
            return self.linker.call(machine, cls, arguments, {})
        except Raised as raised:
            # what this leaves unmade is missed later: this is what to mend
            machine.fail(raised.value, raised.span or machine.span)
            machine.is_stop_known = True
            return Instance(cls, machine.next_serial())


def _statement(machine: Machine, value: Any) -> Span | None:
    """Return the statement that returned the value of an entry, if one of the application did."""
    if machine.returned is None or machine.returned[0] is not value:
        return None
    span = machine.returned[1]
    return None if span.file[:1] == "<" else span


def _line(span: Span) -> Span:
    """Return a place to the line: where on it something fails is seen in no outcome."""
    return Span(span.file, span.line)
