"""Values that the user gives for what the source does not say, such as an argument."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, final

from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import Unknown

__all__ = ["GivenValues"]

_PARAMETER: Final = "parameter "


@final
class GivenValues:
    """Values by the name under which a gap shows what is not known.

    A name may leave out what stands before a dot: ``args.target`` is given as ``target`` too.

    Args:
        values: JSON values by name, such as ``sys.argv[1]`` or ``request.args.get('label')``.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        # kept as text: every run gets containers of its own
        self._values = {_plain(name): json.dumps(value) for name, value in values.items()}
        self._names = {_plain(name): name for name in values}
        self._used: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._values)

    @property
    def unused(self) -> tuple[str, ...]:
        """The names that no run has asked for."""
        return tuple(name for plain, name in self._names.items() if plain not in self._used)

    def settle(self, value: Any) -> Any:
        """Return what is given for an unknown, else the value itself."""
        if not self._values or not isinstance(value, Unknown) or value.is_tainted:
            return value
        found = self._find(_plain(value.path))
        return value if found is MISSING else found

    def _find(self, path: str) -> Any:
        for name, text in self._values.items():
            if path == name or path.endswith(f".{name}"):
                self._used.add(name)
                return json.loads(text)
        return MISSING


def _plain(name: str) -> str:
    return name.strip().removeprefix(_PARAMETER).replace('"', "'")
