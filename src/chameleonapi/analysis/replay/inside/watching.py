"""Watch a run: which lines come after the call, what functions return, how it ends."""

from __future__ import annotations

import sys
import types
from typing import Any, Final

from chameleonapi.analysis.replay.inside.stage import STAGE, Endless

__all__ = ["Watch"]

_LINES_BEFORE: Final = 100_000
_LINES_AFTER: Final = 20_000
_NAMELESS: Final = frozenset(
    {"<module>", "<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>"}
)


class Watch:
    """A tracer for the frames of the application; all others run untraced."""

    def __init__(self) -> None:
        self._left = _LINES_BEFORE
        self._left_after = _LINES_AFTER
        self._leaving: set[types.FrameType] = set()

    def __enter__(self) -> Watch:  # noqa: PYI034 - Self is new in Python 3.11
        self.begin()
        return self

    def begin(self) -> None:
        """Watch, also after what this tracer itself has raised: that ends its service."""
        self._left, self._left_after = _LINES_BEFORE, _LINES_AFTER
        sys.settrace(self._begin)

    def __exit__(self, *_error: object) -> None:
        sys.settrace(None)

    def _begin(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        del event, argument
        return self._step if STAGE.owns(frame.f_code.co_filename) else None

    def _step(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self._line(frame)
        elif event == "exception":
            self._leaving.add(frame)
        elif event == "return":
            self._return(frame, argument)
        return self._step

    def _line(self, frame: types.FrameType) -> None:
        self._leaving.discard(frame)
        if not STAGE.is_after:
            self._left -= 1
            if self._left < 0:
                raise Endless
            return
        STAGE.lines.add((STAGE.relative(frame.f_code.co_filename), frame.f_lineno))
        self._left_after -= 1
        if self._left_after < 0:
            raise Endless

    def _return(self, frame: types.FrameType, value: Any) -> None:
        was_raised = frame in self._leaving and value is None
        self._leaving.discard(frame)
        if was_raised or not STAGE.is_after or frame.f_code.co_name in _NAMELESS:
            return
        if any(one is frame for one in STAGE.above):
            code = frame.f_code
            file = STAGE.relative(code.co_filename)
            STAGE.note("return", value, (file, code.co_firstlineno, _body(code), frame.f_lineno))


def _body(code: types.CodeType) -> int:
    """Return the first line of a function's body; its first line may be that of a decorator."""
    rows = [line for _, _, line in code.co_lines() if line is not None]
    return min((one for one in rows if one > code.co_firstlineno), default=code.co_firstlineno)
