# ruff: noqa: INP001, S603, T201
"""Measure the server: ``python benchmarks/serving_speed.py [--peers PYTHON]``.

Everything is measured in one run on one machine, and what counts are ratios and processor
time, which other work on the machine spoils little:

- a model that does nothing, over each protocol, with a picture of 100 KB: requests a second,
  percentiles of the time to an answer, and the server's processor time for a request;
- beside it moto's server for DetectLabels and LitServe for REST, if PYTHON is that of an
  environment with ``benchmarks/serving_peers.txt`` (else they are named as left out);
- three times as many requests as a model can answer: what is still answered, and how soon
  the rest is refused;
- the embedded model: how much of its own batched throughput reaches clients.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from serving_load import Call, Load, Result, aws_call, cpu_seconds, grpc_call, percentile, rest_call

_HERE = Path(__file__).parent
_CHILD = _HERE / "serving_child.py"
_PICTURE_BYTES = 100_000
_CALLS = {"gRPC": grpc_call, "REST": rest_call, "AWS JSON": aws_call}
_MOTO = "from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"


def picture_of_100_kb(seed: int = 0) -> bytes:
    """Return a JPEG of about 100 KB, 800 x 600."""
    import numpy as np
    from PIL import Image

    drawn = np.random.default_rng(seed)
    rough = drawn.integers(0, 256, (75, 100, 3), dtype=np.uint8)
    image = Image.fromarray(rough).resize((800, 600), Image.Resampling.BICUBIC)
    pixels = np.asarray(image, dtype=np.int16) + drawn.integers(-9, 10, (600, 800, 1))
    noisy = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    best = b""
    for quality in range(30, 100):
        out = io.BytesIO()
        noisy.save(out, "JPEG", quality=quality)
        if len(out.getvalue()) > _PICTURE_BYTES:
            break
        best = out.getvalue()
    return best


@contextlib.contextmanager
def started(arguments: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """Start one of our servers; yield it with its ports."""
    from chameleonapi.environment import tuned_environment

    child = subprocess.Popen(
        [sys.executable, str(_CHILD), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=tuned_environment(),
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield child, json.loads(child.stdout.readline())
    finally:
        child.stdin.close()
        child.wait(60)


def closed_loop(
    name: str, port: int, call: Call, leader: int, count: int, connections: int = 16
) -> dict[str, float]:
    """Send ``count`` requests after some for warming up; print and return what came out."""
    Load(port, (call,), connections, count=max(100, count // 10)).run()
    began = cpu_seconds(leader)
    result = Load(port, (call,), connections, count=count).run()
    cpu = (cpu_seconds(leader) - began) / count
    if len(result.answered) != count:
        print(f"  {name}: NOT ALL WERE ANSWERED: {dict(result.codes)}")
    print(
        f"  {name:20s} {result.rate:7.0f} requests/s   "
        f"p50 {1e3 * percentile(result.answered, 0.5):6.1f}   "
        f"p99 {1e3 * percentile(result.answered, 0.99):6.1f} ms   "
        f"CPU of the server {1e3 * cpu:6.2f} ms/request",
        flush=True,
    )
    return {"rate": result.rate, "cpu": cpu}


# What is measured


def no_op(picture: bytes, count: int) -> dict[str, dict[str, float]]:
    """Measure the protocols with a model that does nothing."""
    found = {}
    print(f"A model that does nothing, {len(picture):,} bytes, 16 connections:")
    with started(["no-op"]) as (child, ports):
        for name, make in _CALLS.items():
            port = ports["grpc" if name == "gRPC" else "http"]
            found[name] = closed_loop(name, port, make(picture), child.pid, count)
    return found


def peers(picture: bytes, count: int, python: str, ours: dict[str, dict[str, float]]) -> None:
    """Measure others in the same way."""
    wanted = {
        "moto (DetectLabels)": ("moto", [python, "-c", _MOTO], aws_call(picture), "AWS JSON"),
        "LitServe (REST)": (
            "litserve",
            [python, str(_HERE / "serving_litserve.py"), "{port}"],
            rest_call(picture),
            "REST",
        ),
    }
    print("Others, asked the same:")
    for name, (package, command, call, against) in wanted.items():
        if not python or not _has(python, package):
            print(f"  {name}: left out, give --peers PYTHON with benchmarks/serving_peers.txt")
            continue
        with _other(command) as (pid, port):
            theirs = closed_loop(name, port, call, pid, count)
        mine = ours[against]
        print(
            f"    ours: {mine['rate'] / theirs['rate']:.1f} times the requests/s, "
            f"{theirs['cpu'] / mine['cpu']:.1f} times as many for the same processor time"
        )


def overload(picture: bytes, seconds: float) -> None:
    """Ask for three times as much as a model can do."""
    print("Overload, a model of 10 ms an input, room for 16:")
    with started(["slow", "--seconds", "0.01", "--max-waiting", "16"]) as (child, ports):
        for name, make in _CALLS.items():
            port = ports["grpc" if name == "gRPC" else "http"]
            call = make(picture)
            Load(port, (call,), 4, count=50).run()
            peak = Load(port, (call,), 12, seconds=seconds).run()
            began = cpu_seconds(child.pid)
            over = Load(port, (call,), 64, seconds=seconds, rate=3 * peak.rate).run()
            cpu = (cpu_seconds(child.pid) - began) / over.codes.total()
            _print_overload(name, peak, over, cpu)


def _print_overload(name: str, peak: Result, over: Result, cpu: float) -> None:
    print(
        f"  {name:10s} peak {peak.rate:5.1f}/s; offered {3 * peak.rate:5.1f}/s: "
        f"{over.rate / peak.rate:6.1%} of the peak answered, {len(over.refused)} refused in "
        f"p50 {1e3 * percentile(over.refused, 0.5):.1f} p99 "
        f"{1e3 * percentile(over.refused, 0.99):.1f} ms; {dict(over.codes)}, "
        f"{1e3 * cpu:.2f} ms CPU of the server each "
        f"(the client was late by p99 {1e3 * percentile(over.lateness, 0.99):.1f} ms)",
        flush=True,
    )


def embedded(picture: bytes, seconds: float, backends: Sequence[str]) -> None:
    """Compare what reaches clients with what the model gives alone, in turns."""
    print("The embedded model, batches of at most 16, 32 requests under way:")
    for backend in backends:
        with started(["embedded", "--backend", backend]) as (child, ports):
            call = grpc_call(picture)
            Load(ports["grpc"], (call,), 32, seconds=2).run()
            alone, served, cpu_alone, cpu_served = [], [], [], []
            for _ in range(3):
                rate, cpu = _alone(child, picture, seconds)
                alone.append(rate)
                cpu_alone.append(cpu)
                began = cpu_seconds(child.pid)
                result = Load(ports["grpc"], (call,), 32, seconds=seconds).run()
                served.append(result.rate)
                cpu_served.append((cpu_seconds(child.pid) - began) / len(result.answered))
        print(
            f"  {backend:6s} alone {max(alone):6.1f}/s, {1e3 * min(cpu_alone):.2f} ms CPU each; "
            f"served over gRPC {max(served):6.1f}/s, {1e3 * min(cpu_served):.2f} ms CPU each: "
            f"{max(served) / max(alone):.1%} reaches clients "
            f"(by processor time {min(cpu_alone) / min(cpu_served):.1%})",
            flush=True,
        )


def _alone(child: subprocess.Popen[str], picture: bytes, seconds: float) -> tuple[float, float]:
    """Let the process of the server ask its model itself."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps({"seconds": seconds, "picture": picture.hex()}) + "\n")
    child.stdin.flush()
    said = json.loads(child.stdout.readline())
    return said["rate"], said["cpu"]


# Others


def _has(python: str, package: str) -> bool:
    return not subprocess.run([python, "-c", f"import {package}"], check=False).returncode


@contextlib.contextmanager
def _other(command: Sequence[str]) -> Iterator[tuple[int, int]]:
    port = _free_port()
    process = subprocess.Popen(
        [one.replace("{port}", str(port)) for one in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        yield process.pid, port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 90.0) -> None:
    import socket

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            time.sleep(1)
            return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on port {port}")


def hardware() -> str:
    """Return what the numbers were measured on."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    name = found[1] if found else platform.processor()
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}, "
        f"load of the machine {load:.1f} before"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="", metavar="PYTHON")
    parser.add_argument("--count", type=int, default=2000, help="requests (default: 2000)")
    parser.add_argument("--seconds", type=float, default=6.0, help="of timed parts (default: 6)")
    parser.add_argument("--only", default="no-op,peers,overload,embedded")
    parser.add_argument("--backends", default="torch,onnx", help="default: torch,onnx")
    options = parser.parse_args()
    parts = options.only.split(",")
    picture = picture_of_100_kb()
    print(hardware())
    if "no-op" in parts or "peers" in parts:
        ours = no_op(picture, options.count)
    if "peers" in parts:
        peers(picture, max(options.count // 4, 100), options.peers, ours)
    if "overload" in parts:
        overload(picture, options.seconds)
    if "embedded" in parts:
        embedded(picture, options.seconds, options.backends.split(","))


if __name__ == "__main__":
    main()
