"""How a run ends early, and how an exception of the analysed program travels.

All of these derive from ``BaseException``: an analysed ``except Exception:`` is our own
code, so nothing here can be swallowed by accident, and a defect of the engine that raises
an ordinary exception is never mistaken for one of the application.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Abort", "Raised", "Stop"]


class Abort(BaseException):
    """The run cannot go on: out of budget, or something that is not modelled."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Stop(BaseException):
    """A second input: the call at one place is made again, with other arguments.

    A loop that holds both calls ends here, as if there were one input only; without such a
    loop, the run has shown what there is to see. ``order`` counts the places of API calls; a
    negative one ends the run: it is in a loop that nothing leaves.
    """

    def __init__(self, order: int) -> None:
        super().__init__(order)
        self.order = order


class Raised(BaseException):
    """An exception of the analysed program in flight; ``value`` is what was raised.

    The value is a real instance of a built-in exception, an instance of one of the
    application's own classes, or an unknown.
    """

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.value = value
        self.span: Any = None  # where, as soon as a frame is left
        self.is_meant = False  # whether a statement of the application raises it
        self.is_refusal = False  # and not because something else has failed
