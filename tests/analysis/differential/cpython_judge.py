"""Run programs under CPython and say what they show; started as a process of its own.

Reads a JSON list of ``[source, answer]`` and writes, for each, the list of what was shown, or the
text of what went wrong. Independent of the engine: nothing of it is imported.
"""

import builtins
import contextlib
import dataclasses
import enum
import hashlib
import io
import json
import sys
import types
import warnings

_SHOWN = 300
_DEPTH = 6


class Annotation:
    """A label annotation."""

    def __init__(self, record):
        self.description = record["description"]
        self.score = record["score"]


class _Ghost:
    def __init__(self, **_named):
        pass


def _client(answer):
    rows = [Annotation(one) for one in answer.get("labelAnnotations", [])]
    reply = types.SimpleNamespace(label_annotations=rows)
    return lambda *_a, **_k: types.SimpleNamespace(label_detection=lambda **_named: reply)


def _short(text):
    if len(text) <= _SHOWN:
        return text
    return text[:_SHOWN] + "…" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def canonical(value, depth=0):
    """Return the text by which a shown value is compared."""
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        return _short(repr(value))
    if depth > _DEPTH:
        return "…"
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return f"{type(value).__name__}({', '.join(canonical(v, depth + 1) for v in value)})"
    if isinstance(value, dict):
        pairs = [f"{canonical(k, depth + 1)}: {canonical(v, depth + 1)}" for k, v in value.items()]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        marks = "[]" if isinstance(value, list) else "()"
        return marks[0] + ", ".join(canonical(v, depth + 1) for v in value) + marks[1]
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(canonical(v, depth + 1) for v in value)) + "}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = [
            f"{one.name}={canonical(getattr(value, one.name), depth + 1)}"
            for one in dataclasses.fields(value)
        ]
        return f"{type(value).__name__}({', '.join(shown)})"
    return f"<{type(value).__name__}>"


def run(source, answer):
    """Return what a program shows."""
    seen = []

    def printing(*arguments, **named):
        if named.get("file") in (None, sys.stdout):
            seen.append("print " + " ".join(canonical(one) for one in arguments))
        else:
            real_print(*arguments, **named)

    vision = types.ModuleType("google.cloud.vision")
    vision.ImageAnnotatorClient = _client(answer)
    vision.Image = _Ghost
    cloud = types.ModuleType("google.cloud")
    cloud.vision = vision
    google = types.ModuleType("google")
    google.cloud = cloud
    sys.modules.update({"google": google, "google.cloud": cloud, "google.cloud.vision": vision})
    real_print = print
    main = types.ModuleType("__main__")
    main.__file__ = "app.py"
    sys.modules["__main__"] = main
    builtins.print = printing
    sys.argv = ["app.py"]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            exec(compile(source, "app.py", "exec", dont_inherit=True), main.__dict__)
    except SystemExit as error:
        seen.append(f"exit {error.code}")
    except BaseException as error:  # noqa: BLE001 - whatever leaves the program
        seen.append(f"raise {type(error).__name__}: {error}")
    finally:
        builtins.print = real_print
    return seen


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    jobs = json.load(sys.stdin)
    json.dump([run(source, answer) for source, answer in jobs], sys.stdout)
