"""Where labelling pays: labels to check, because they look wrong and matter; pictures to label.

Both rank by what the application decides. A wrong label that changes no decision costs
nothing, and a picture that is decided surely teaches little.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chameleonapi.pipeline.labelling.commands import check_labels, next_labels
    from chameleonapi.pipeline.labelling.record import LabelCheck, LabelWish, Suspect, Wish

__all__ = ["LabelCheck", "LabelWish", "Suspect", "Wish", "check_labels", "next_labels"]

_HOMES = {"check_labels": "commands", "next_labels": "commands"}


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = importlib.import_module(f"{__name__}.{_HOMES.get(name, 'record')}")
        return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
