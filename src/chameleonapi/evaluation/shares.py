"""What the gain is due to: one step after the other from the generic model to ours."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["LEVEL_METHOD", "gain_steps"]

LEVEL_METHOD = "head"
"""The method that is ours with nothing but the head trained."""

_ORDER = (("thresholds", "tuned"), ("data", "basic"))


def gain_steps(methods: Sequence[str], ours: str) -> tuple[tuple[str, str, str], ...]:
    """Return (cause, method, against) for each step that these methods allow to be told apart.

    ``thresholds``: the generic model with thresholds tuned to the decision. ``data``: ordinary
    fine-tuning on the application's examples. ``loss``: the loss compiled from the source in
    place of the ordinary one. ``level``: more of the model trained than its head. The steps add
    up to the whole gain; a step with no method of its own falls to the next.
    """
    if "generic" not in methods or ours not in methods or ours == "generic":
        return ()
    steps = []
    last = "generic"
    wanted = [*_ORDER, ("loss", LEVEL_METHOD if LEVEL_METHOD in methods else ours)]
    if LEVEL_METHOD in methods:
        wanted.append(("level", ours))
    for cause, method in wanted:
        if method in methods:
            steps.append((cause, method, last))
            last = method
    return tuple(steps)
