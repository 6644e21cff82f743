"""One run of an application on one answer: what it is told, and what is seen of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from chameleonapi.analysis.replay.inside.showing import Shower

__all__ = ["STAGE", "Endless", "Stage", "Stop"]

_MOST_EVENTS: Final = 400
_MOST_TEXT: Final = 400


class Stop(BaseException):
    """The second call from the same line: one round of a loop is enough.

    No ``Exception``, so that an application's handlers let it pass.
    """


class Endless(Stop):
    """The run took more steps than any decision needs."""


class Stage:
    """What all runs share, and what belongs to the present one."""

    def __init__(self) -> None:
        self.root = "/"
        self.api = ""
        self.site = ("", 0, 0)
        self.is_only_call = True
        self.answers: Mapping[str, Any] = {}
        self.shower = Shower(frozenset())
        self.truth = True
        self.clear()

    def clear(self) -> None:
        """Begin a run."""
        self.events: list[tuple[str, str, int, int, int, Any]] = []
        self.lines: set[tuple[str, int]] = set()
        self.called: set[Any] = set()
        self.above: list[Any] = []
        self.asked: set[str] = set()
        self.missing: set[str] = set()
        self.is_repeated = False
        self.is_after = False

    # -- places

    def place(self) -> tuple[str, int]:
        """Return the file and line of the application that is being run."""
        frame = self._own_frame()
        if frame is None:
            return ("", 0)
        return (self.relative(frame.f_code.co_filename), frame.f_lineno or 0)

    def _own_frame(self) -> Any:
        frame: Any = sys._getframe(1)
        while frame is not None and not self.owns(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def owns(self, file: str) -> bool:
        """Return whether code is the application's."""
        return file.startswith(self.root)

    def relative(self, file: str) -> str:
        """Return a file as records name it."""
        return file[len(self.root) :].replace("\\", "/")

    # -- calls of an ML API

    def call(self, api: str) -> Any:
        """Answer a call of an API."""
        place = self.place()
        self._reach(api, place, is_target=api == self.api and self._is_here(place))
        return json.loads(json.dumps(self.answers.get(api, {})))

    def joint(self) -> Any:
        """Answer one request for several features of a picture."""
        place = self.place()
        is_target = self.api.startswith("google.vision.") and self._is_here(place)
        self._reach("joint", place, is_target=is_target)
        made: dict[str, Any] = {}
        for api, answer in self.answers.items():
            if api.startswith("google.vision.") and api != self.api:
                for key, value in answer.items():
                    made.setdefault(key, value)
        if is_target:
            made.update(self.answers[self.api])
        return json.loads(json.dumps(made))

    def _is_here(self, place: tuple[str, int]) -> bool:
        file, line, end = self.site
        return self.is_only_call or (place[0] == file and line <= place[1] <= max(line, end))

    def _reach(self, api: str, place: tuple[str, int], *, is_target: bool) -> None:
        if (api, place) in self.called:
            self.is_repeated = self.is_after
            raise Stop
        self.called.add((api, place))
        if is_target and not self.is_after:
            self.is_after = True
            frame = self._own_frame()
            while frame is not None:
                if self.owns(frame.f_code.co_filename):
                    self.above.append(frame)
                frame = frame.f_back

    # -- what is seen

    def note(self, kind: str, value: Any, place: tuple[str, int, int, int] | None = None) -> None:
        """Remember something that happened after the call.

        Args:
            kind: what it was.
            value: what was done with it.
            place: file, first lines of the function and of its body, and line; here if None.
        """
        if not self.is_after or len(self.events) >= _MOST_EVENTS:
            return
        if place is None:
            file, line = self.place()
            place = (file, line, line, line)
        shown = [one[:_MOST_TEXT] for one in self.shower.show(value)]
        event = (kind, *place, shown)
        if event not in self.events:
            self.events.append(event)

    def ask(self, path: str) -> bool:
        """Return the truth of something foreign that was made from data of the answer."""
        if self.is_after:
            self.asked.add(path)
        return self.truth


STAGE: Final = Stage()
