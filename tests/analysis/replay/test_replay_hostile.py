"""Applications that mean harm: none is done, and the reason is said."""

import dataclasses

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.replay import DEFAULT_LIMITS, replay_report

CALL = """
from google.cloud import vision

client = vision.ImageAnnotatorClient()
for label in client.label_detection(image=None).label_annotations:
    if label.description == "Dog":
        print("dog")
"""
LIMITS = dataclasses.replace(DEFAULT_LIMITS, cpu_seconds=3, wall_seconds=6.0)
REFUSED = {
    "import os\nwhile True:\n    os.fork()\n": "os.fork",
    "import posix\nposix.system('touch HARM')\n": "os.system",
    "import posix\nposix.execv('/usr/bin/touch', ['touch', 'HARM'])\n": "os.exec",
    "open('/etc/passwd').read()\n": "read /etc/passwd",
    "import pathlib\npathlib.Path('../../../../../../etc/passwd').read_text()\n": "passwd",
    "import io\nio.FileIO('HARM', 'w')\n": "write to a file",
    "import posix\nposix.remove('HARMLESS')\n": "os.remove",
    "import posix\nposix.listdir('/etc')\n": "list /etc",
    "import gc\ngc.get_objects()\n": "gc.get_objects",
    "import os\nos.kill(os.getppid(), 9)\n": "os.kill",
    "import _thread\nwhile True:\n    _thread.start_new_thread(print, ())\n": "thread",
}
BOUNDED = {
    "try:\n    while True: pass\nexcept BaseException: pass\nwhile True: pass\n": (
        "seconds of the processor",
        "seconds on the clock",
    ),
    "import select\nselect.select([], [], [], 1000)\n": ("seconds on the clock",),
    "rows = [1]\nwhile True: rows = rows + rows\n": (
        "MemoryError",
        "of memory",
        "seconds on the clock",
        "of the processor",
        "without end",
    ),
    "while True: pass\n": ("without end", "seconds on the clock", "of the processor"),
    "import os\nwhile True: os.write(1, b'x' * 100000); os.write(3, b'x' * 100000)\n": (
        "more than can be compared",
        "seconds",
        "without end",
    ),
}
# what such programs commonly do besides: an effect like others, which does nothing
INERT = {
    "import os\nos.system('touch HARM')\n",
    "import subprocess\nsubprocess.run(['touch', 'HARM'])\n",
    "import socket\nsocket.create_connection(('127.0.0.1', 80))\n",
    "import ctypes\nctypes.CDLL(None).system(b'touch HARM')\n",
    "open('HARM', 'w').write('x')\n",
}


@pytest.fixture
def replay(tmp_path):
    def run(prelude):
        app = tmp_path / "application"
        app.mkdir()
        (app / "app.py").write_text(CALL, "utf-8")
        report = analyze(app, budget=Budget(verification_answers=50))
        (app / "app.py").write_text(prelude.replace("HARM", str(tmp_path / "HARM")) + CALL, "utf-8")
        (tmp_path / "HARMLESS").touch()
        (found,) = replay_report(app, report, answers=10, limits=LIMITS)
        assert [one.name for one in app.iterdir()] == ["app.py"]
        assert not (tmp_path / "HARM").exists()
        assert (tmp_path / "HARMLESS").exists()
        return found

    return run


@pytest.mark.parametrize(("prelude", "reason"), REFUSED.items())
def test_what_is_no_computation_is_refused(replay, prelude, reason):
    assert reason in replay(prelude).reason


@pytest.mark.parametrize(("prelude", "reasons"), BOUNDED.items())
def test_what_has_no_end_is_ended(replay, prelude, reasons):
    found = replay(prelude)
    assert any(one in found.reason for one in reasons), found


@pytest.mark.parametrize("prelude", sorted(INERT))
def test_what_reaches_out_reaches_nothing(replay, prelude):
    replay(prelude)


def test_the_kernel_refuses_what_the_hook_does_not_see(tmp_path):
    import os
    import subprocess
    import sys

    from chameleonapi.analysis.replay.inside import kernel

    code = (
        "import os, sys, socket\n"
        "from chameleonapi.analysis.replay.inside.kernel import filter_system_calls\n"
        "if not filter_system_calls(): sys.exit(9)\n"
        "for what in (os.fork, lambda: socket.socket(), lambda: os.mkdir('made'),\n"
        "             lambda: open('made', 'w'), lambda: os.execv('/bin/true', ['true'])):\n"
        "    try: what()\n"
        "    except PermissionError: continue\n"
        "    sys.exit(1)\n"
        "assert open(os.__file__).read(10)\n"
    )
    source = kernel.__file__.split("/chameleonapi/")[0]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": source},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 9:
        pytest.skip("this system has no filter of system calls")
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())
