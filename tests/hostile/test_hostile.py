"""No application hangs the analysis, makes it grow, gets it to run code or to look outside.

``hostile_cases.CASES`` is the table: what each application is, and how its analysis must end.
Each is analysed in a process of its own under an audit hook and limits of the operating system
that are far above what is asserted here, so that a failure is seen and not suffered.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_cases import CASES, CLIENT, DECIDE

RUNNER = Path(__file__).parent / "hostile_runner.py"
SECONDS = 20  # of the processor; the budget of the analysis is 10, reading the source comes on top
KILOBYTES = 1_000_000
SECRET = "this is a secret"
# a cross-section for every run; the others are slow
QUICK = {
    "endless_loop", "giant_power", "string_doubling", "regex_nested", "eval_call", "os_system",
    "getattr_mro", "format_attribute", "read_parent", "link_to_file_outside", "pipe_as_source",
    "billion_laughs", "null_bytes", "nested_parentheses", "folder_named_like_a_source",
}  # fmt: skip
ALL = [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in CASES]


@pytest.fixture(scope="module")
def results(request, tmp_path_factory):
    """Analyse every application that a selected test asks for."""
    wanted = [
        item.callspec.params["name"]
        for item in request.session.items
        if item.path == Path(__file__) and hasattr(item, "callspec")
    ]
    root = tmp_path_factory.mktemp("hostile")
    return analysed(root, list(dict.fromkeys(wanted)))


def analysed(root, names, build=lambda name, folder, outside: CASES[name].build(folder, outside)):
    outside = root / "outside"
    outside.mkdir()
    for canary in (outside / "canary", root / "canary"):
        canary.write_text(SECRET)
    honest = root / "honest"
    honest.mkdir()
    (honest / "main.py").write_text(CLIENT + DECIDE)
    asked = []
    for name in names:
        folder = root / name
        folder.mkdir()
        build(name, folder, outside)
        asked.append([name, str(folder)])
    before = state(root)
    done = subprocess.run(
        [sys.executable, str(RUNNER)],
        input=json.dumps({"honest": str(honest), "cases": asked, "seconds": 40, "bytes": 3 << 30}),
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    rows["changed"] = sorted(set(state(root).items()) ^ set(before.items()))
    return rows


def state(root):
    """Return size and time of change of everything below a folder, links not followed."""
    return {
        str(one): (found.st_size, found.st_mtime_ns)
        for one in root.rglob("*")
        for found in [one.lstat()]
    }


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_application_ends_in_a_status_and_touches_nothing(name, results):
    case, found = CASES[name], results[name]
    assert found["status"] in case.statuses, found
    assert found["seen"] == []
    assert SECRET not in found["text"]
    assert found["cpu"] < SECONDS
    assert found["kilobytes"] < KILOBYTES
    assert "engine-failure" not in found.get("gaps", [])
    if case.decides:
        assert found["decides"], found


def test_nothing_was_written_removed_or_changed(results):
    assert results["changed"] == []


def test_the_watch_sees_what_it_must_not_miss(tmp_path):
    """The audit hook itself is tried: an analysis that did these things would be caught."""
    watched = (
        "import hostile_runner, os, subprocess, socket, sys\n"
        "seen = []\n"
        f"hook = hostile_runner.watch({str(tmp_path)!r}, ('/nowhere/',), seen)\n"
        "sys.addaudithook(hook)\n"
        "hook.is_on = True\n"
        "open('/etc/hostname').close()\n"
        f"open({str(tmp_path / 'new')!r}, 'w').close()\n"
        "exec(compile('1', 'theirs.py', 'exec'))\n"
        "os.system('true')\n"
        "subprocess.run(['true'])\n"
        "socket.socket().close()\n"
        "os.listdir('/')\n"
        "hook.is_on = False\n"
        "print('\\n'.join(seen))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched],
        capture_output=True,
        text=True,
        check=True,
        cwd=RUNNER.parent,
    )
    for event in (
        "open /etc/hostname",
        f"open {tmp_path}/new",
        "exec theirs.py",
        "os.system",
        "subprocess.Popen",
        "socket.__new__",
        "os.listdir /",
    ):
        assert event in done.stdout, event


def test_the_table_names_what_a_hostile_corpus_must_hold():
    assert len(CASES) > 200
    assert set(CASES) >= QUICK
