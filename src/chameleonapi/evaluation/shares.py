"""What the gain is due to: one step after the other from the generic model to ours."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["LABELS_METHOD", "LEVEL_METHOD", "gain_steps"]

LABELS_METHOD = "no-opinion"
"""The method that is ours without its second opinion on the outcome, at the head."""

LEVEL_METHOD = "head"
"""The method that is ours with nothing but the head trained."""

_ORDER = (("thresholds", "tuned"), ("data", "basic"))


def gain_steps(methods: Sequence[str], ours: str) -> tuple[tuple[str, str, str], ...]:
    """Return (cause, method, against) for each step that these methods allow to be told apart.

    ``thresholds``: the generic model with thresholds tuned to the decision. ``data``: ordinary
    fine-tuning on the application's examples. ``loss``: the loss compiled from the source in
    place of the ordinary one. ``opinion``: a second opinion on the outcome. ``level``: more of the
    model trained than its head. The steps add up to the whole gain; a step with no method of its
    own falls to the next.
    """
    if "generic" not in methods or ours not in methods or ours == "generic":
        return ()
    steps = []
    last = "generic"
    between = {"opinion": LABELS_METHOD, "level": LEVEL_METHOD}
    causes = ["loss", *(cause for cause, before in between.items() if before in methods)]
    reached = [*(before for before in between.values() if before in methods), ours]
    for cause, method in (*_ORDER, *zip(causes, reached, strict=True)):
        if method in methods:
            steps.append((cause, method, last))
            last = method
    return tuple(steps)
