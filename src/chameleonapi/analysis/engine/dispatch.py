"""Tables of the application's own functions and classes, looked up by what is not known."""

from __future__ import annotations

from typing import Any, Final

from chameleonapi.analysis.engine.comparing import compare
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance
from chameleonapi.analysis.engine.operations import truth
from chameleonapi.analysis.engine.values import BoundMethod, Function, Unknown

__all__ = ["dispatched"]

_CALLED: Final = (BoundMethod, Class, Function, Instance)
_MOST: Final = 8


def dispatched(machine: Machine, table: dict[Any, Any], key: Unknown) -> Any:
    """Return what a table holds under an unknown key, as a chain of questions would find it.

    ``{"aws": Amazon, "google": Google}[os.environ["CLOUD"]]()`` is a choice between two, as
    ``if`` and ``elif`` are. ``MISSING`` comes back for a table of anything else.
    """
    if type(table) is not dict or key.is_tainted or not 1 < len(table) <= _MOST:
        return MISSING
    is_plain = all(type(one) in (str, int) for one in table)
    if not is_plain or not all(isinstance(one, _CALLED) for one in table.values()):
        return MISSING
    *asked, last = table
    for one in asked:
        if truth(machine, compare(machine, "==", key, one)):
            return table[one]
    return table[last]
