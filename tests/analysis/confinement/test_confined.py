"""A project that misbehaves ends with a status and a message, and harms nobody."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import chameleonapi
from chameleonapi.analysis import Budget, Vocabulary, analyze
from chameleonapi.analysis.confinement import Limits, analyze_confined, analyze_several, confined
from chameleonapi.decision import Status
from chameleonapi.errors import NothingFoundError, SourceError, UnknownNameError

SOURCE = Path(chameleonapi.__file__).parent.parent
QUICK = Budget(verification_answers=200)
PETS = """
from google.cloud import vision
def handler(event, context):
    answer = vision.ImageAnnotatorClient().label_detection(image=event)
    return any(one.description in ("Cat", "Dog") for one in answer.label_annotations)
"""
SLOW = """
from google.cloud import vision
def tree(depth):
    return 0 if depth == 0 else tree(depth - 1) + tree(depth - 1)
def handler(event, context):
    answer = vision.ImageAnnotatorClient().label_detection(image=event)
    for one in answer.label_annotations:
        if one.description == "Cat":
            return "cat"
        tree(12)
"""


@pytest.fixture
def pets(tmp_path):
    (tmp_path / "pets.py").write_text(PETS, encoding="utf-8")
    return tmp_path


def test_it_finds_what_an_analysis_finds(pets):
    words = Vocabulary("own", "1", ("Cat", "Dog", "Sky"))
    for named in ({}, {"vocabulary": words}, {"ignore": ("order",)}):
        found = analyze_confined(pets, budget=QUICK, **named)
        assert found == analyze(pets, budget=QUICK, **named)
        assert found.processes


def test_errors_are_those_of_an_analysis(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        analyze_confined(tmp_path / "missing")
    with pytest.raises(NothingFoundError, match="no Python file"):
        analyze_confined(tmp_path)
    broken = tmp_path / "broken.py"
    broken.write_text("def f(:\n", encoding="utf-8")
    with pytest.raises(SourceError) as found:
        analyze_confined(broken)
    assert (found.value.file, found.value.line) == ("broken.py", 1)
    with pytest.raises(UnknownNameError, match="warning"):
        analyze_confined(broken.with_name("broken.py").parent, ignore=("no-such-code",))


def is_given_up(report, message):
    (gap,) = report.gaps
    return report.status is Status.UNSUPPORTED and gap.code == "limits" and message in gap.message


def test_time_of_the_processor_is_bounded(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    report = analyze_confined(tmp_path, limits=Limits(cpu_seconds=1))
    assert is_given_up(report, "more than 1 seconds of the processor")


def test_time_on_the_clock_is_bounded(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    report = analyze_confined(tmp_path, limits=Limits(wall_seconds=0.5))
    assert is_given_up(report, "after 0.5 seconds on the clock")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_memory_is_bounded(pets, monkeypatch):
    rows = ",".join(["[1]"] * 400_000)
    (pets / "large.py").write_text(f"ROWS = [{rows}]\n", encoding="utf-8")
    report = analyze_confined(pets, limits=Limits(memory_bytes=160 * 2**20), budget=QUICK)
    # what needs too much is left out and said to be, or nothing is known at all
    assert report.gaps
    monkeypatch.setattr(
        confined, "_START", confined._START.replace("sys.exit(", "x = bytearray(2**40)\nsys.exit(")
    )
    assert is_given_up(analyze_confined(pets), "more than 1024 MiB of memory")


def test_a_worker_that_dies_is_reported(pets, monkeypatch):
    monkeypatch.setattr(confined, "_START", "import os\nos.kill(os.getpid(), 11) # {source}")
    assert is_given_up(analyze_confined(pets), "signal 11")
    monkeypatch.setattr(confined, "_START", "print('no JSON') # {source}")
    assert is_given_up(analyze_confined(pets), "exit code 0")


def test_modules_of_the_application_are_not_imported(pets, monkeypatch):
    for name in ("json", "ast", "resource", "chameleonapi", "sitecustomize"):
        (pets / f"{name}.py").write_text(f"open({str(pets / 'ran')!r}, 'w')", encoding="utf-8")
    monkeypatch.chdir(pets)
    monkeypatch.setenv("PYTHONPATH", str(pets))
    assert analyze_confined(pets / "pets.py", budget=QUICK).processes
    assert not (pets / "ran").exists()


GUARDED = """
import os, socket, subprocess, sys
sys.path.insert(0, {source!r})
from chameleonapi.analysis.confinement.limits import forbid_everything_else
forbid_everything_else(({root!r},))
def refused(function):
    try:
        function()
    except PermissionError:
        return True
    return False
root = {root!r}
assert open(root + "/inside.txt").read() == "inside"
print([
    refused(lambda: open(root + "/new.txt", "w")),
    refused(lambda: open(root + "/inside.txt", "a")),
    refused(lambda: open("/etc/passwd")),
    refused(lambda: open(root + "/../outside.txt")),
    refused(lambda: open(root + "/link.txt")),
    refused(lambda: os.open(root + "/new.txt", os.O_CREAT | os.O_WRONLY)),
    refused(lambda: os.remove(root + "/inside.txt")),
    refused(lambda: os.system("true")),
    refused(lambda: os.fork()),
    refused(lambda: subprocess.run(["true"])),
    refused(lambda: socket.socket()),
    refused(lambda: socket.getaddrinfo("localhost", 80)),
])
"""


def test_a_worker_may_only_read_the_application(tmp_path):
    root = tmp_path / "app"
    root.mkdir()
    (root / "inside.txt").write_text("inside")
    (tmp_path / "outside.txt").write_text("outside")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    code = GUARDED.format(source=str(SOURCE), root=str(root))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == str([True] * 12), done.stderr
    assert (root / "inside.txt").read_text() == "inside"


def test_several_applications_keep_their_order(pets, tmp_path):
    (tmp_path / "none.py").write_text("print(1)\n", encoding="utf-8")
    paths = [str(pets / "pets.py"), str(tmp_path / "missing.py"), str(tmp_path / "none.py")]
    first, second, third = analyze_several(paths, processes=2, budget=QUICK)
    assert [first.path, second.path, third.path] == paths
    assert len(first.report.processes) == 1
    assert isinstance(second.error, SourceError)
    assert third.report.processes == ()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc")
def test_an_interrupt_ends_the_worker_too(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "CHAMELEON_CACHE": "off"}
    command = [sys.executable, "-m", "chameleonapi", "analyze", str(tmp_path)]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        until = time.monotonic() + 60
        while not children.read_text().split() and time.monotonic() < until:
            time.sleep(0.05)
        (worker,) = children.read_text().split()
        parent.send_signal(signal.SIGINT)
        _, complaint = parent.communicate(timeout=60)
    assert parent.returncode == 130
    assert "interrupted" in complaint
    assert "Traceback" not in complaint
    while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
        time.sleep(0.05)  # it was interrupted while it started
    assert not Path(f"/proc/{worker}").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_worker_ends_with_its_parent(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    code = f"""
import sys; sys.path.insert(0, {str(SOURCE)!r})
from chameleonapi.analysis.confinement import analyze_confined
analyze_confined({str(tmp_path)!r})
"""
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        until = time.monotonic() + 60
        while not children.read_text().split() and time.monotonic() < until:
            time.sleep(0.05)
        (worker,) = children.read_text().split()
        time.sleep(1.0)
        parent.kill()
    while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()
