"""Settings of torch: a command starts again to have them, and what it starts does not inherit them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from chameleonapi import environment
from chameleonapi.environment import SETTINGS, restart_tuned, tuned_environment, untuned_environment

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="settings of Linux")


@pytest.fixture
def bare(monkeypatch):
    """An environment without the settings."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "_added", [])


@LINUX
def test_a_command_starts_again_with_what_is_missing(bare, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    restart_tuned(["models", "list"])
    ((program, command, given),) = started
    assert (program, command[1:]) == (sys.executable, ["-m", "chameleonapi", "models", "list"])
    assert given["OMP_WAIT_POLICY"] == "ACTIVE"  # what the user has set stays
    # The process that is started so does not start again, and knows what it was given.
    monkeypatch.setattr(os, "environ", dict(given))
    restart_tuned(["models", "list"])
    assert len(started) == 1
    assert not any("MALLOC" in name for name in untuned_environment())
    assert untuned_environment()["OMP_WAIT_POLICY"] == "ACTIVE"
    assert "CHAMELEON_RESTARTED" not in os.environ


def test_a_command_that_has_them_goes_on(bare, monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("it started again"))
    restart_tuned([])
    assert tuned_environment() == dict(os.environ) == untuned_environment()


@LINUX
def test_an_application_under_run_has_its_own_environment(bare, tmp_path):
    shown = f"import os; print(sorted(one for one in os.environ if one in {tuple(SETTINGS)}))"
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "chameleonapi", "run", "--server", f"{port}:{port}", "--"),
            *(sys.executable, "-c", shown),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},
    )
    server.close()
    assert done.stdout == "['OMP_WAIT_POLICY']\n"
