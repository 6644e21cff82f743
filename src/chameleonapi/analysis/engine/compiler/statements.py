"""Simple statements, branches, loops, exceptions and context managers."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from typing import Any

from chameleonapi.analysis.engine.compiler.assignments import store
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, statement
from chameleonapi.analysis.engine.compiler.calls import compile_call
from chameleonapi.analysis.engine.compiler.counting_loops import counting
from chameleonapi.analysis.engine.compiler.failures import failures_of
from chameleonapi.analysis.engine.compiler.filling_loops import filled_lists
from chameleonapi.analysis.engine.compiler.imports import import_with_stand_in
from chameleonapi.analysis.engine.compiler.leaving import can_leave, leaves_early, waits_for_flag
from chameleonapi.analysis.engine.compiler.word_loops import joined_loop
from chameleonapi.analysis.engine.control import Raised, Stop
from chameleonapi.analysis.engine.exceptions import as_exception, link, matches
from chameleonapi.analysis.engine.frames import BREAK, CONTINUE, RETURN, Frame
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.managers import enter, leave
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.operations import iterate, truth
from chameleonapi.analysis.engine.values import Unknown
from chameleonapi.analysis.trace import CALL_FAILS
from chameleonapi.decision import Span

__all__ = ["handler_plan", "run_handlers"]

_ENDLESS_ROUNDS = 300  # of a loop that nothing in it leaves: it may call in every hundredth
_LATER_ROUNDS = 8  # of one in a thread that begins when the call has been made, and makes none
_IDLE_ROUNDS = 3  # of one that has called nothing in so many rounds of an earlier run
# What comes of a value that is used for what it is not: rarely what an application counts on.
_MISUSE = (AttributeError, NameError, NotImplementedError, TypeError)
_NOWHERE = -1  # no loop ends because of such a stop: nothing comes after it


@statement(ast.Expr)
def _expression(c: Compiler, node: ast.Expr) -> Code:
    value = node.value
    while isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call):
        code = compile_call(c, value, is_result_used=False)
    elif isinstance(value, ast.Constant):
        return lambda _frame: None
    else:
        code = c.expr(value)

    def run(frame: Frame) -> None:
        code(frame)

    return run


@statement(ast.Pass)
def _pass(_c: Compiler, _node: ast.Pass) -> Code:
    return lambda _frame: None


@statement(ast.Global, ast.Nonlocal)
def _declaration(_c: Compiler, _node: ast.AST) -> Code:
    return lambda _frame: None


@statement(ast.Break)
def _break(_c: Compiler, _node: ast.Break) -> Code:
    return lambda _frame: BREAK


@statement(ast.Continue)
def _continue(_c: Compiler, _node: ast.Continue) -> Code:
    return lambda _frame: CONTINUE


@statement(ast.Return)
def _return(c: Compiler, node: ast.Return) -> Code:
    value, span = c.optional(node.value), c.span(node)

    def run(frame: Frame) -> int:
        frame.value = value(frame)
        frame.machine.span = span
        return RETURN

    def hand_on(frame: Frame) -> int:
        machine = frame.machine
        machine.returned = None
        made = frame.value = value(frame)
        machine.span = span
        if machine.returned is not None and machine.returned[0] is made:
            frame.returned_at = machine.returned[1]
        return RETURN

    asked = node.value.value if isinstance(node.value, ast.Await) else node.value
    return hand_on if isinstance(asked, ast.Call) else run


@statement(ast.If)
def _if(c: Compiler, node: ast.If) -> Code:
    test, span = c.expr(node.test), c.span(node.test)
    body = c.block(node.body)
    orelse = c.block(node.orelse) if node.orelse else None
    prefer = not leaves_early(node.body) or (bool(node.orelse) and leaves_early(node.orelse))

    def run(frame: Frame) -> Any:
        value = test(frame)
        machine = frame.machine
        if value is True:
            return body(frame)
        machine.span = span
        if truth(machine, value, prefer=prefer):
            return body(frame)
        return orelse(frame) if orelse is not None else None

    return run


@statement(ast.While)
def _while(c: Compiler, node: ast.While) -> Code:
    test, span = c.expr(node.test), c.span(node.test)
    body = c.block(node.body)
    orelse = c.block(node.orelse) if node.orelse else None
    is_endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    has_no_end = is_endless and not can_leave(node.body)
    waits = waits_for_flag(node)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        calls = machine.calls
        rounds = 0
        if is_endless:
            machine.endless.append((calls, machine.steps))
        try:
            while True:
                machine.tick()
                if is_endless:
                    machine.endless[-1] = calls, machine.steps
                if has_no_end:
                    rounds = _next_round(machine, span, rounds, calls)
                value = test(frame)
                machine.span = span
                if not truth(machine, value, is_loop=True):
                    break
                signal = body(frame)
                if signal is not None:
                    if signal == BREAK:
                        return None
                    if signal == RETURN:
                        return signal
        except Stop as stop:
            if waits:
                raise  # nothing has set the flag: the loop asks on and on
            machine.end_round(stop, calls)
        finally:
            if is_endless:
                machine.endless.pop()
        return orelse(frame) if orelse is not None else None

    return run


def _next_round(machine: Machine, span: Span, rounds: int, calls: int) -> int:
    """Count a round of a loop without an end, and stop where nothing more is to be seen."""
    idle = machine.linker.idle_loops
    calls_nothing = machine.calls == calls
    if machine.call_serial is None:  # every run is like every other until the call
        most = _IDLE_ROUNDS if span in idle and calls_nothing else _ENDLESS_ROUNDS
    else:
        most = _LATER_ROUNDS if calls_nothing and machine.threads else _ENDLESS_ROUNDS
    if rounds >= most:
        if calls_nothing and machine.call_serial is None:
            idle.add(span)
        raise Stop(_NOWHERE)
    return rounds + 1


@statement(ast.For, ast.AsyncFor)
def _for(c: Compiler, node: ast.For) -> Code:
    source, bind = c.expr(node.iter), store(c, node.target)
    body = c.block(node.body)
    orelse = c.block(node.orelse) if node.orelse else None
    span = c.span(node.iter)
    joined = joined_loop(c, node) if isinstance(node, ast.For) else None
    counts = counting(c, node)
    filled = filled_lists(node)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        items = source(frame)
        machine.span = span
        settle = counts(frame, items) if counts is not None else None
        if joined is not None:
            is_run, signal = joined(frame, items)
            if is_run:
                return signal
        calls = machine.calls
        try:
            for item in iterate(machine, items):
                machine.tick()
                bind(frame, item)
                signal = body(frame)
                if signal is not None:
                    if signal == BREAK:
                        return None
                    if signal == RETURN:
                        return signal
        except Stop as stop:
            machine.end_round(stop, calls)
        if filled and (isinstance(items, Unknown) or items in machine.lists_of_inputs):
            for name in filled:
                machine.lists_of_inputs.add(frame.vars.get(name))
        if settle is not None:
            settle()
        return orelse(frame) if orelse is not None else None

    return run


@statement(ast.Raise)
def _raise(c: Compiler, node: ast.Raise) -> Code:
    value, span = c.optional(node.exc), c.span(node)
    cause, has_cause = c.optional(node.cause), node.cause is not None
    is_bare = node.exc is None

    def run(frame: Frame) -> None:
        machine = frame.machine
        if is_bare:
            machine.span = span
            where: Frame | None = frame
            while where is not None and where.error is None:
                where = where.parent
            if where is None:
                raise Raised(RuntimeError("No active exception to reraise"))
            raise where.raised or Raised(where.error)
        found = value(frame)
        machine.span = span
        error = as_exception(machine, found)
        link(error, frame.error, cause(frame) if has_cause else MISSING)
        raised = Raised(error)
        raised.is_meant = True
        is_again = error is frame.error and frame.raised is not None
        # what a handler raises again says where it was raised first
        raised.span = frame.raised.span if is_again else span
        # a refusal stays one when a handler raises it again, or another one for it
        handled = frame.raised
        raised.is_refusal = frame.error is None or (handled is not None and handled.is_refusal)
        raise raised

    return run


@statement(ast.Assert)
def _assert(c: Compiler, node: ast.Assert) -> Code:
    test, message, span = c.expr(node.test), c.optional(node.msg), c.span(node)

    def run(frame: Frame) -> None:
        value = test(frame)
        frame.machine.span = span
        if not truth(frame.machine, value):
            text = message(frame)
            raised = Raised(AssertionError(*([] if text is None else [text])))
            raised.is_meant = raised.is_refusal = True
            raised.span = span
            raise raised

    return run


Handlers = tuple[tuple[Code | None, str | None, Any], ...]


def handler_plan(c: Compiler, node: ast.Try, block: Any) -> Handlers:
    """Compile the handlers of a ``try``: type, name and body of each."""
    return tuple(
        (c.expr(one.type) if one.type is not None else None, one.name, block(one.body))
        for one in node.handlers
    )


def expects_import_error(node: ast.Try) -> bool:
    """Tell whether a ``try`` is there for imports that may fail."""
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names = {one.id for one in kinds if isinstance(one, ast.Name)}
        if names & {"ImportError", "ModuleNotFoundError"}:
            return True
    return all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in node.body)


def find_handler(frame: Frame, raised: Raised, handlers: Handlers) -> Any:
    """Return the (name, body) that handles an exception, or None."""
    for kind, name, body in handlers:
        if kind is None or matches(frame.machine, raised.value, kind(frame)):
            return name, body
    return None


def catches_all(frame: Frame, handlers: Handlers) -> bool:
    """Tell whether no handler asks for the sort of exception that misuse of a value raises."""
    kinds = [None if kind is None else kind(frame) for kind, _, _ in handlers]
    return not any(one is not None and one in _MISUSE for one in _flat(kinds))


def _flat(kinds: Iterable[Any]) -> Iterator[Any]:
    for one in kinds:
        if isinstance(one, tuple):
            yield from _flat(one)
        else:
            yield one


def run_handlers(frame: Frame, raised: Raised, handlers: Handlers) -> Any:
    """Run the handler of an exception, or raise it again."""
    found = find_handler(frame, raised, handlers)
    if found is None:
        raise raised
    name, body = found
    if isinstance(raised.value, _MISUSE) and not raised.is_meant and catches_all(frame, handlers):
        frame.machine.fail(raised.value, raised.span or frame.machine.span)
    outer = frame.error, frame.raised
    frame.error, frame.raised = raised.value, raised
    raised.span = raised.span or frame.machine.span
    if name is not None:
        bind_handler_name(frame, name, raised.value)
    try:
        return body(frame)
    finally:
        frame.error, frame.raised = outer
        if name is not None:
            frame.vars.pop(name, None)  # Python forgets the name at the end


def bind_handler_name(frame: Frame, name: str, value: Any) -> None:
    """Bind ``except ... as name``."""
    frame.vars[name] = value


def run_group_handlers(frame: Frame, raised: Raised, handlers: Handlers) -> Any:
    """Run each ``except*`` that takes something of a group, and raise what is left."""
    rest, machine = raised.value, frame.machine
    is_single = not hasattr(rest, "split") or not isinstance(rest, BaseException)
    if is_single:
        if not isinstance(rest, Exception):
            if find_handler(frame, raised, handlers) is not None:
                machine.gap("unmodelled-syntax", "except* of one's own exceptions is not followed.")
            raise raised
        rest = builtins.ExceptionGroup("", [rest])  # there is one where except* is parsed
    for kind, name, body in handlers:
        if rest is None or kind is None:
            break
        wanted = kind(frame)
        taken, rest = rest.split(lambda one, wanted=wanted: matches(machine, one, wanted))
        if taken is not None:
            if name is not None:
                bind_handler_name(frame, name, taken)
            outer, frame.error = frame.error, taken
            try:
                body(frame)
            finally:
                frame.error = outer
                if name is not None:
                    frame.vars.pop(name, None)
    if rest is not None:
        raise Raised(raised.value if is_single else rest)
    return None


@statement(ast.Try, *([ast.TryStar] if hasattr(ast, "TryStar") else []))
def _try(c: Compiler, node: ast.Try) -> Code:
    failing = failures_of(node, c.following)
    outer = c.is_import_guarded
    c.is_import_guarded = outer or expects_import_error(node)
    body = c.block(node.body)
    c.is_import_guarded = outer
    handlers = handler_plan(c, node, c.block)
    orelse = c.block(node.orelse) if node.orelse else None
    final = c.block(node.finalbody) if node.finalbody else None
    span = c.span(node)

    stand_in = import_with_stand_in(node) if isinstance(node, ast.Try) else None
    handle = run_handlers if isinstance(node, ast.Try) else run_group_handlers

    def attempt(frame: Frame) -> Any:
        machine = frame.machine
        try:
            if stand_in is not None:
                stand_in(frame)
            signal = body(frame)
        except Raised as raised:
            return handle(frame, raised, handlers)
        for one, (_, name, block) in zip(failing, handlers, strict=True):
            is_over = signal is None
            if one.matters(machine.linker.reaching, is_over=is_over):
                machine.span = span
                replaces = one.replaces(machine.linker.reaching, is_over=is_over)
                what = CALL_FAILS if replaces else "what is tried fails"
                if truth(machine, Unknown(what), prefer=False):
                    error = Raised(Exception("something that was tried has failed"))
                    return run_handlers(frame, error, ((None, name, block),))
        if signal is None and orelse is not None:
            return orelse(frame)
        return signal

    if final is None:
        return attempt

    def run(frame: Frame) -> Any:
        try:
            signal = attempt(frame)
        except Raised:
            ended = final(frame)
            if ended is not None:
                return ended
            raise
        value = frame.value
        ended = final(frame)
        if ended is not None:
            return ended
        frame.value = value
        return signal

    return run


@statement(ast.With, ast.AsyncWith)
def _with(c: Compiler, node: ast.With) -> Code:
    managers = tuple(
        (
            c.expr(one.context_expr),
            store(c, one.optional_vars) if one.optional_vars is not None else None,
        )
        for one in node.items
    )
    body = c.block(node.body)
    span = c.span(node)

    def run(frame: Frame) -> Any:
        return _run_with(frame, 0)

    def _run_with(frame: Frame, depth: int) -> Any:
        if depth == len(managers):
            return body(frame)
        machine = frame.machine
        make, bind = managers[depth]
        manager = make(frame)
        machine.span = span
        value = enter(machine, manager)
        if bind is not None:
            bind(frame, value)
        try:
            signal = _run_with(frame, depth + 1)
        except Raised as raised:
            if leave(machine, manager, raised.value):
                return None
            raise
        result = frame.value
        leave(machine, manager, None)
        frame.value = result
        return signal

    return run
