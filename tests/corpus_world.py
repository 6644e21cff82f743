"""What a run of an application under stand-ins is answered, and what it is seen to do."""

import ast
import enum
import json
import re
import sys
from pathlib import Path

_DATA = re.compile(r"(?<![\w'])(?:text|bytes)(?![\w'])|#")


class Stop(BaseException):
    """The second call from the same line: one round of a loop is enough."""


class World:
    """What is answered, and what was seen."""

    def __init__(self, folder, answers, constants):
        self.folder = str(folder)
        self.answers = answers
        self.constants = constants
        self.events = []
        self.called = set()
        self.is_after = False
        self.slept = 0
        self.target = ""

    def call(self, api):
        place = self._place(2)
        if (place, api) in self.called:
            raise Stop
        self.called.add((place, api))
        if api == self.target:
            self.is_after = True
        return json.loads(json.dumps(self.answers[api]))

    def joint(self):
        place = self._place(2)
        if place in self.called:
            raise Stop
        self.called.add(place)
        if self.target.startswith("google.vision"):
            self.is_after = True
        made = {}
        for api, answer in self.answers.items():
            if api.startswith("google.vision."):
                if api == self.target or not self.target.startswith("google.vision."):
                    made.update(answer)
                else:
                    for key, value in answer.items():
                        made.setdefault(key, value)
        made.update(self.answers[self.target])
        return json.loads(json.dumps(made))

    def _place(self, depth):
        frame = sys._getframe(depth)
        while frame is not None:
            if frame.f_code.co_filename.startswith(self.folder):
                return (Path(frame.f_code.co_filename).name, frame.f_lineno)
            frame = frame.f_back
        return ("", 0)

    def note(self, kind, what, arguments):
        if self.is_after:
            self.events.append([kind, what, *self._place(2), arguments])


WORLD = World("/", {}, frozenset())


def _shown(value, known, hidden):
    """Return the part of a value that is the application's own: data of the answer is left out."""
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, enum.Enum):
        return "#" if isinstance(value, int) else f"{type(value).__name__}.{value.name}"
    if isinstance(value, (int, float)):
        return repr(value) if value in (0, 1) or value in known else "#"
    if isinstance(value, bytes):
        return repr(value) if value in known else "bytes"
    if isinstance(value, str):
        if value[:1] in "{[" and value[-1:] in "}]":
            try:
                return _shown(json.loads(value), known, hidden)
            except ValueError:
                pass
        return repr(value) if value in known and value.lower() not in hidden else "text"
    if isinstance(value, dict):
        rows = sorted(
            (_shown(k, known, hidden), _shown(v, known, hidden)) for k, v in value.items()
        )
        return "{" + ",".join(dict.fromkeys(f"{k}:{v}" for k, v in rows)) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [_shown(one, known, hidden) for one in value]
        if not all(one in ("True", "False", "0", "1") for one in parts):
            parts = sorted(set(parts))
        return "[" + ",".join(parts) + "]"
    return type(value).__name__


def skeleton(events, known, hidden):
    rows = []
    for kind, what, file, line, arguments in events:
        shown = _shown(arguments, known, hidden)
        # Nobody sees which line says the same; data that is left out is told apart by its place.
        place = (file, line) if _DATA.search(shown) else ("", 0)
        row = (kind, what, *place, shown)
        if row not in rows:
            rows.append(row)
    return sorted(map(list, rows))


def constants(folder):
    found = set()
    for path in folder.rglob("*"):
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Name):
                    found.add(node.id)
                if isinstance(node, ast.Constant) and isinstance(
                    node.value, (str, bytes, int, float)
                ):
                    found.add(node.value)
        elif path.is_file() and path.name != "expected.json":
            found |= set(re.split(r'[\n,":\[\]{}]+ ?', path.read_text(encoding="utf-8")))
    return frozenset(found)


def texts(value):
    if isinstance(value, dict):
        return {one for inner in value.values() for one in texts(inner)}
    if isinstance(value, list):
        return {one for inner in value for one in texts(inner)}
    return {value.lower()} if isinstance(value, str) else set()
