"""Analyse hostile applications, each in a process of its own that is watched and limited.

Run as a script: reads ``{"folder", "cases": [[name, path], ...], "seconds", "bytes"}`` from
standard input and prints one JSON object a line: how the analysis ended, what it did that an
analysis has no business to do, and what it used. The audit hook sees every file that is opened,
every process that is started, every socket, every compiled or executed piece of code.
"""

import json
import os
import resource
import sys
import traceback
from pathlib import Path

WATCHED = (
    "open", "exec", "compile", "import", "socket.", "subprocess.Popen", "os.", "shutil.", "ctypes.",
    "pickle.", "marshal.", "code.", "builtins.input", "glob.", "tempfile.", "signal.", "urllib.",
    "sys._getframe", "sys.setprofile", "sys.settrace", "sys.addaudithook", "gc.",
)  # fmt: skip
# what reading an application's folder needs
HARMLESS = frozenset(["os.listdir", "os.scandir", "os.walk", "os.fwalk"])
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def watch(folder, library, seen):
    """Return an audit hook that notes what is done beyond reading the folder."""
    inside = str(folder)

    def hook(event, arguments):
        if not hook.is_on or not event.startswith(WATCHED):
            return
        hook.is_on = False
        try:
            shown = judge(event, arguments)
            if shown:
                seen.append(shown[:300])
        finally:
            hook.is_on = True

    def judge(event, arguments):
        if event == "open":
            path, _mode, flags = arguments
            if isinstance(path, int):
                return ""  # a descriptor that was opened before
            name = os.path.realpath(os.fsdecode(path))
            if name.startswith("/dev/null/"):
                return ""  # where Python is told to look up syntax errors: nothing can be there
            is_own = name.startswith((inside + "/", *library))
            if (flags or 0) & WRITES or not is_own:
                return f"open {name} {flags}"
            return ""
        if event == "compile":
            # ast.parse compiles to a tree; its flag cannot be seen here: code that is run shows as exec
            return ""
        if event == "exec":
            name = arguments[0].co_filename
            return (
                ""
                if name.startswith((*library, "<frozen"))
                or (name == "<string>" and is_ours(arguments[0]))
                else f"exec {name}"
            )
        if event == "marshal.loads":
            return (
                ""  # how modules of the library are read, a codec that a source names for instance
            )
        if event == "import":
            return ""  # importing executes, which is judged above, or loads what is loaded already
        if event in HARMLESS:
            name = os.path.realpath(os.fsdecode(arguments[0] or "."))
            return "" if name.startswith((inside, *library)) else f"{event} {name}"
        if event == "sys._getframe" or event.startswith("gc."):
            return ""
        return f"{event} {arguments!r}"

    hook.is_on = False
    return hook


def is_ours(code):
    """Tell the methods that dataclasses and named tuples of the library make from anything else."""
    return code.co_name in {"<module>", "__create_fn__"} and "os" not in code.co_names


def analysed(path):
    from chameleonapi.analysis import Budget, analyze
    from chameleonapi.errors import ChameleonError

    budget = Budget(
        verification_answers=300, seconds=5.0, total_seconds=10.0, verification_seconds=2
    )
    try:
        report = analyze(path, budget=budget)
        json.dumps(report.to_json())
    except ChameleonError as error:
        return {"status": type(error).__name__, "text": str(error)}
    answer = {"labelAnnotations": [{"description": "Dog", "score": 0.9}]}
    other = {"labelAnnotations": [{"description": "Cat", "score": 0.9}]}
    return {
        "status": report.status.name,
        "decides": any(p.decide(answer).id != p.decide(other).id for p in report.processes),
        "gaps": sorted(
            {one.code for p in report.processes for one in p.gaps} | {g.code for g in report.gaps}
        ),
        "text": json.dumps(report.to_json())[:200_000],
    }


def child(path, limits, writing):
    """Analyse one folder under limits and a watch, write the result, and end."""
    seconds, size = limits
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seen = []
    library = (sys.prefix, sys.base_prefix, *{str(Path(one).resolve()) for one in sys.path if one})
    hook = watch(Path(path).resolve(), tuple(one + "/" for one in library), seen)
    sys.addaudithook(hook)
    hook.is_on = True
    try:
        result = analysed(Path(path))
    except BaseException:  # noqa: BLE001 - a traceback is what must not happen
        result = {"status": "traceback", "text": traceback.format_exc()[-3000:]}
    hook.is_on = False
    result["seen"] = seen
    os.write(writing, json.dumps(result).encode())
    os._exit(0)


def main():
    asked = json.load(sys.stdin)
    # everything is imported before the watch begins, through an honest application
    analysed(Path(asked["honest"]))
    for name, path in asked["cases"]:
        reading, writing = os.pipe()
        number = os.fork()
        if number == 0:
            os.close(reading)
            child(path, (asked["seconds"], asked["bytes"]), writing)
        os.close(writing)
        parts = []
        while part := os.read(reading, 1 << 20):
            parts.append(part)
        os.close(reading)
        _, code, used = os.wait4(number, 0)
        try:
            result = json.loads(b"".join(parts))
        except ValueError:
            result = {
                "status": f"killed by signal {os.WTERMSIG(code)}"
                if os.WIFSIGNALED(code)
                else f"exit {code}",
                "seen": [],
            }
        result |= {"name": name, "cpu": used.ru_utime + used.ru_stime, "kilobytes": used.ru_maxrss}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
