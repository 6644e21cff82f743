import asyncio
import sys
import urllib.request

import pytest

from chameleonapi.serving import ServerConfig, event_loop, start_server


async def name_of_loop():
    return type(asyncio.get_running_loop()).__module__


def test_uvloop_runs_where_it_is_installed():
    pytest.importorskip("uvloop")
    assert event_loop.run(name_of_loop()) == "uvloop"


def test_the_standard_library_runs_where_it_is_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert event_loop.run(name_of_loop()).startswith("asyncio")


def test_a_server_answers_in_either(monkeypatch, make_predictor):
    for module in (sys.modules.get("uvloop"), None):
        monkeypatch.setitem(sys.modules, "uvloop", module)
        with start_server(make_predictor(), ServerConfig()) as server:
            address = f"http://127.0.0.1:{server.http_port}/readyz"
            with urllib.request.urlopen(address, timeout=20) as reply:
                assert reply.read() == b"ready\n"
