"""Parameters of an entry that are true or false by default: whoever calls it may say otherwise.

Where nobody in the application does, the default is taken; that the other way would lead to
something else is for the exploration to find out, if nothing is decided the usual way.
"""

from __future__ import annotations

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Function
from chameleonapi.analysis.trace import OPTION, Assumption
from chameleonapi.decision import Span

__all__ = ["set_options"]


def set_options(machine: Machine, function: Function) -> None:
    """Note the options of a function, and give those the other value that are to have it."""
    names = function.parameters.positional
    first = len(names) - len(function.defaults)
    made = list(function.defaults)
    for i, default in enumerate(made):
        if type(default) is bool:
            made[i] = _chosen(machine, function, names[first + i], first + i, default=default)
    function.defaults = tuple(made)
    for i, name in enumerate(function.parameters.keyword_only):
        known = function.keyword_defaults.get(name)
        if type(known) is bool:
            function.keyword_defaults[name] = _chosen(
                machine, function, name, len(names) + i, default=known
            )


def _chosen(machine: Machine, function: Function, name: str, at: int, *, default: bool) -> bool:
    span = function.span
    key = f"{OPTION}{name}"
    taken = machine.chosen.get(key, default)
    place = Span(span.file, span.line, at)  # each has a place of its own
    machine.assumptions[key] = Assumption(
        key, taken, f"parameter {name}", is_tainted=False, is_after_call=True, span=place
    )
    return taken
