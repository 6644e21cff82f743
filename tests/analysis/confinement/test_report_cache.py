"""An unchanged application is not analysed again; anything that may matter counts as a change."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import chameleonapi
from chameleonapi.analysis import Budget, Vocabulary
from chameleonapi.analysis.confinement import ReportCache, analyze_confined, confined, user_cache

QUICK = Budget(verification_answers=100)
APPLICATION = """
from google.cloud import vision
TARGETS = [line.strip() for line in open("targets.txt")]
MORE = [line.strip() for line in open("more.txt")] if False else []
answer = vision.ImageAnnotatorClient().label_detection(image=1)
print(any(one.description in TARGETS for one in answer.label_annotations))
"""


@pytest.fixture
def application(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "main.py").write_text(APPLICATION, encoding="utf-8")
    (folder / "targets.txt").write_text("Cat\n", encoding="utf-8")
    return folder


@pytest.fixture
def asked(monkeypatch):
    """Every request that went to a worker."""
    requests = []
    ask = confined._ask

    def count(request, limits):
        requests.append(request)
        return ask(request, limits)

    monkeypatch.setattr(confined, "_ask", count)
    return requests


@pytest.fixture
def cache(tmp_path):
    return ReportCache(tmp_path / "cache")


def run(application, cache, **named):
    return analyze_confined(application, cache=cache, **{"budget": QUICK, **named})


def entries(cache):
    return sorted(cache.folder.glob("*/*.json"))


def test_an_unchanged_application_is_remembered(application, cache, asked):
    first = run(application, cache)
    assert first.processes
    assert run(application, cache) == first
    assert len(asked) == 1
    assert (application / "main.py").exists()
    assert len(entries(cache)) == 1


def test_an_equal_application_elsewhere_is_remembered(application, cache, asked):
    first = run(application, cache)
    moved = application.rename(application.with_name("moved"))
    assert run(moved, cache) == first
    assert len(asked) == 1


def test_a_single_file_follows_what_it_imports(application, cache, asked):
    (application / "main.py").write_text("from labels import NAMES\n" + APPLICATION)
    (application / "labels.py").write_text("NAMES = ['Dog']\n")
    (application / "other.py").write_text("NAMES = ['Dog']\n")
    run(application / "main.py", cache)
    (application / "other.py").write_text("NAMES = ['Bird']\n")
    run(application / "main.py", cache)
    assert len(asked) == 1  # nobody imports it
    (application / "labels.py").write_text("NAMES = ['Bird']\n")
    run(application / "main.py", cache)
    assert len(asked) == 2


def changed_source(folder):
    (folder / "main.py").write_text(APPLICATION.replace("any(", "all("), encoding="utf-8")


def changed_data(folder):
    (folder / "targets.txt").write_text("Dog\n", encoding="utf-8")


def removed_data(folder):
    (folder / "targets.txt").unlink()


def added_source(folder):
    (folder / "more.py").write_text("x = 1\n", encoding="utf-8")


@pytest.mark.parametrize("change", [changed_source, changed_data, removed_data, added_source])
def test_a_change_is_seen(application, cache, asked, change):
    run(application, cache)
    change(application)
    after = run(application, cache)
    assert len(asked) == 2
    assert after == run(application, None)


def test_a_file_that_appears_is_seen(application, cache, asked):
    removed_data(application)
    before = run(application, cache)
    changed_data(application)
    assert run(application, cache) != before
    assert len(asked) == 2


def test_other_questions_have_other_answers(application, cache, asked):
    run(application, cache)
    run(application, cache, vocabulary=Vocabulary("own", "1", ("Cat", "Dog")))
    run(application, cache, budget=Budget(verification_answers=101))
    run(application, cache, ignore=("dead-target",))
    assert len(asked) == 4


def forged(path):
    entry = json.loads(path.read_text())
    entry["report"]["processes"] = []
    path.write_text(json.dumps(entry))


def as_folder(path):
    path.unlink()
    path.mkdir()


DAMAGES = {
    "cut": lambda path: path.write_text(path.read_text()[:-20]),
    "empty": lambda path: path.write_text(""),
    "binary": lambda path: path.write_bytes(b"\xff\xfe\x00" * 100),
    "foreign": lambda path: path.write_text('{"schema": "something else"}'),
    "list": lambda path: path.write_text("[1, 2]"),
    "deep": lambda path: path.write_text("[" * 100_000),
    "forged": forged,
    "folder": as_folder,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_no_entry(application, cache, asked, damage):
    first = run(application, cache)
    (path,) = entries(cache)
    damage(path)
    assert run(application, cache) == first
    assert len(asked) == 2
    if damage is not as_folder:
        assert run(application, cache) == first
        assert len(asked) == 2  # it was written anew


def test_an_entry_with_the_right_digest_and_the_wrong_form_is_no_entry(cache):
    cache.put("a" * 64, {}, {"processes": "none"})
    assert confined._report(cache.get("a" * 64, lambda names: {})) is None


def test_the_cache_is_bounded(tmp_path):
    cache = ReportCache(tmp_path, most_bytes=10_000, most_entry_bytes=5_000)
    keys = [f"{number:064x}" for number in range(20)]
    for position, key in enumerate(keys):
        cache.put(key, {}, ["x" * 1_000])
        if cache._path(key).exists():
            os.utime(cache._path(key), (position, position))
    left = entries(cache)
    assert sum(path.stat().st_size for path in left) <= 10_000
    assert cache._path(keys[-1]) in left
    assert cache._path(keys[0]) not in left
    cache.put("f" * 64, {}, ["x" * 6_000])
    assert not cache._path("f" * 64).exists()


def test_a_folder_that_cannot_be_used_is_an_empty_cache(application, tmp_path, asked):
    blocked = tmp_path / "file"
    blocked.write_text("")
    cache = ReportCache(blocked / "cache")
    assert run(application, cache) == run(application, cache)
    assert len(asked) == 2


def test_the_variable_moves_or_switches_off(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAMELEON_CACHE", "off")
    assert user_cache() is None
    monkeypatch.setenv("CHAMELEON_CACHE", str(tmp_path))
    assert user_cache() == ReportCache(tmp_path)
    monkeypatch.delenv("CHAMELEON_CACHE")
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert user_cache() == ReportCache(tmp_path / "chameleonapi" / "analysis")


def test_the_second_time_prints_the_same_bytes_at_once(application, tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(chameleonapi.__file__).parent.parent),
        "CHAMELEON_CACHE": str(tmp_path / "cache"),
    }
    outputs, seconds = [], []
    for option in ("--json", "--json", "--no-cache"):
        command = [sys.executable, "-m", "chameleonapi", "analyze", str(application), option]
        command += ["--json"] if option == "--no-cache" else []
        started = os.times()
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=120, check=False
        )
        ended = os.times()
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
        seconds.append(ended.children_user - started.children_user)
    assert outputs[0] == outputs[1] == outputs[2]
    assert seconds[1] < seconds[0]
