"""A request of 10 KiB takes neither 64 MiB nor a second of the processor, whatever it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the height of memory anew"
)
PROGRAM = Path(__file__).with_name("small_requests.py")
MEBIBYTES = 64
SECONDS = 1.0
# What stays below both limits because it is refused, and not because nothing looks at it.
REFUSED = {
    "png, one bit, aws": "400",
    "webp, aws": "400",
    "jpeg, many scans, aws": "400",
    "json, packed objects": "400",
    "json, empty requests": "400",
    "proto, packed requests": "INVALID_ARGUMENT",
    "proto, packed features": "INVALID_ARGUMENT",
}
ANSWERED = ["png, grey, aws", "gif, aws", "tiff, fax, the most that is read, aws", "jpeg, aws"]


@pytest.fixture(scope="module")
def measured():
    # The memory that glibc gives back must not be kept: it is what is measured.
    env = {name: one for name, one in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(
        [sys.executable, PROGRAM], env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_requests_are_small(measured):
    assert len(measured) > 60
    assert [one["name"] for one in measured if one["bytes"] > 10_240] == []


def test_none_takes_much_memory(measured):
    assert [one for one in measured if one["MiB"] >= MEBIBYTES] == []
    # What is used again after an earlier request is no rise: all of them together stay small too.
    assert max(one["MiB above start"] for one in measured) < 3 * MEBIBYTES


def test_none_takes_long(measured):
    assert [one for one in measured if one["seconds"] >= SECONDS] == []


def test_what_would_take_more_is_refused_and_the_rest_is_read(measured):
    statuses = {one["name"]: one["status"] for one in measured}
    assert {name: statuses[name] for name in REFUSED} == REFUSED
    assert {statuses[name] for name in ANSWERED} == {"200"}
    assert "500" not in statuses.values()
    assert not {"INTERNAL", "UNKNOWN", "DEADLINE_EXCEEDED"} & set(statuses.values())
