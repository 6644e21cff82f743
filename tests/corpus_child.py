"""Runs an application under stand-ins: a script, in a process of its own.

It takes ``{"folder", "main", "api", "answers", "default", "drive"}`` from standard input and
prints, for each answer, what the application did after the call. Runs trusted applications only
(ours): nothing here is a sandbox.
"""

import asyncio
import builtins
import importlib
import importlib.util
import io
import json
import os
import re
import runpy
import sys
import time
from pathlib import Path

import pandas as pd  # noqa: F401 - before stand-ins are made of what it looks for

import corpus_world
from corpus_clients import specials
from corpus_foreign import Finder, Ghost

_NAPS = 200


def _run(folder, main, drive, known, answers, target):
    corpus_world.WORLD = corpus_world.World(folder, answers, known)
    corpus_world.WORLD.target = target
    real_print, real_open, real_input, real_path = (
        builtins.print,
        builtins.open,
        builtins.input,
        sys.path[:],
    )

    def opening(name, mode="r", *rest, **named):
        target_path = Path(folder, name)
        if target_path.is_file() and not set(mode) & set("wax"):
            return real_open(target_path, mode, *rest, **named)
        return io.BytesIO(b"picture") if "b" in mode else io.StringIO("text")

    def printing(*arguments, **_named):
        corpus_world.WORLD.note("print", "", arguments)

    builtins.print, builtins.open, builtins.input = printing, opening, lambda *_a: "text"
    io_open, io.open = io.open, opening
    read_bytes, Path.read_bytes = Path.read_bytes, lambda self: b"picture"
    sys.argv = ["app", "PICTURE.jpg"]
    sys.path.insert(0, str(folder))
    sys.path.insert(0, str(folder.parent))
    before = set(sys.modules)
    returned = None
    try:
        if drive:
            expression = drive.replace("package.", f"{folder.name}.")
            space = {
                "ghost": Ghost(),
                "aghost": Ghost("upload"),
                "ghost_with": Ghost,
                "event": Ghost("event"),
                "asyncio": asyncio,
            }
            for name in re.findall(r"[A-Za-z_][\w.]*(?=\.\w+\()", expression):
                parts = name.split(".")
                for length in range(len(parts), 0, -1):
                    dotted = ".".join(parts[:length])
                    if (
                        importlib.util.find_spec(dotted)
                        if length == 1
                        else (folder / f"{'/'.join(parts[:length])}.py").exists()
                        or (folder.parent / f"{'/'.join(parts[:length])}.py").exists()
                    ):
                        if dotted != "asyncio":
                            importlib.import_module(dotted)
                            space[parts[0]] = sys.modules[parts[0]]
                        break
            returned = eval(expression, space)
            corpus_world.WORLD.note("return", "", (returned,))
        else:
            runpy.run_path(str(folder / main), run_name="__main__")
    except corpus_world.Stop:
        pass
    except SystemExit as error:
        corpus_world.WORLD.note("exit", "", (error.code,))
    except Exception as error:
        if not corpus_world.WORLD.is_after:
            raise
        corpus_world.WORLD.note("raise", type(error).__name__, ())
    finally:
        builtins.print, builtins.open, builtins.input = real_print, real_open, real_input
        io.open, Path.read_bytes, sys.path[:] = io_open, read_bytes, real_path
        for name in set(sys.modules) - before:
            del sys.modules[name]
    return corpus_world.WORLD.is_after


def _sleep(_seconds):
    """Take no time; whoever sleeps on and on after the call does nothing else any more."""
    corpus_world.WORLD.slept += 1
    if corpus_world.WORLD.is_after and corpus_world.WORLD.slept > _NAPS:
        raise corpus_world.Stop


def _child():
    asked = json.load(sys.stdin)
    folder = Path(asked["folder"])
    own = {one.stem for one in folder.iterdir()} | {folder.name}
    sys.meta_path.insert(0, Finder(own, specials))
    sys.dont_write_bytecode = True
    for name in [n for n in sys.modules if n.split(".")[0] in ("google", "requests", "boto3")]:
        del sys.modules[name]
    known = corpus_world.constants(folder)
    time.sleep = _sleep
    for path in folder.rglob("*.py"):
        for name in re.findall(r"environ\[['\"](\w+)", path.read_text(encoding="utf-8")):
            os.environ.setdefault(name, "value")
    made = []
    for answer in asked["answers"]:
        answers = {**asked["default"], asked["api"]: answer}
        is_after = _run(folder, asked["main"], asked["drive"], known, answers, asked["api"])
        hidden = corpus_world.texts(answer)
        made.append(
            {
                "reached": is_after,
                "kept": corpus_world.skeleton(corpus_world.WORLD.events, known, frozenset()),
                "plain": corpus_world.skeleton(corpus_world.WORLD.events, known, hidden),
            }
        )
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    _child()
