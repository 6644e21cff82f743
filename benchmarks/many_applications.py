# ruff: noqa: INP001, S603, T201
"""Serve a thousand applications: ``python benchmarks/many_applications.py``.

Publishes customised models over one generic model (717 labels, the embedded backbone), made for
three example applications in turn, as `chameleon customize` leaves them for the one of the
quickstart: with 15 rows of their own and, unless `--labels-alone`, a second opinion on the outcome
(one in twenty is sure of one outcome); serves them with `chameleon serve`; and prints

- what one model takes on the disk,
- the memory that they take above that of the generic model alone,
- the throughput of batches that mix them, against that of one application, in turns,
- how much longer the first request of an application takes than a later one,
- what 1,000 changes of a model (publish, roll back) do to requests under way and to memory.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch
from opinion_cost import APPLICATIONS, generic_head
from serving_load import (
    Call,
    Load,
    Result,
    cpu_seconds,
    grpc_call,
    memory_mib,
    percentile,
)
from serving_speed import hardware, picture_of_100_kb

import chameleonapi
from chameleonapi.decision import DecisionProcess
from chameleonapi.environment import tuned_environment
from chameleonapi.losses import Reconciliation, compile_decision
from chameleonapi.models import (
    DEFAULT_BACKBONE,
    LabelHead,
    LinearHead,
    Manifest,
    ModelRegistry,
    OutcomeHead,
    PooledHead,
    labels_digest,
    load_backbone,
)
from chameleonapi.pipeline.example_applications import example_folder

_LABELS = 717
_OWN_ROWS = 15
_SURE = 20  # one opinion of so many
_TOKEN = "benchmark-token-benchmark-token"  # noqa: S105 -- of a server that lives for minutes


def publish(folder: Path, count: int, backbone_name: str, *, has_opinions: bool) -> None:
    """Fill a registry; the first application has two versions."""
    backbone = load_backbone(backbone_name)
    processes = [
        chameleonapi.analyze(example_folder("photos") / f"{one}.py").processes[0]
        for one in APPLICATIONS
    ]
    read = list(dict.fromkeys(label for one in processes for label in one.labels_read()))
    labels = (*read, *(f"label {number}" for number in range(_LABELS - len(read))))
    drawn = torch.Generator().manual_seed(0)
    size = backbone.dimension
    generic = generic_head(labels, size)
    manifest = Manifest(
        name="generic",
        kind="generic",
        backbone=backbone.name,
        backbone_sha256=backbone.sha256,
        reader="middle-square-bicubic/1",
        labels_digest=labels_digest(labels),
    )
    registry = ModelRegistry(folder)
    base = registry.publish("generic", generic, manifest).digest
    for number in (*range(count), 0):
        process = processes[number % len(processes)]
        changed = generic.weight.clone()
        decisive = process.labels_read()
        others = max(0, _OWN_ROWS - len(decisive))
        rest = torch.randperm(_LABELS - len(read), generator=drawn)[:others]
        rows = torch.cat([torch.tensor([read.index(one) for one in decisive]), len(read) + rest])
        changed[rows] += torch.randn(len(rows), size, generator=drawn) / size**0.5
        head = LinearHead(labels, changed, generic.bias, generic.mean, generic.std)
        made: LabelHead = head
        if has_opinions:
            made = with_opinion(head, process, is_sure=number % _SURE == _SURE - 1)
        own = replace(manifest, name=name_of(number), kind="customized", seed=number, base=base)
        registry.publish(name_of(number), made, own, process=process)


def with_opinion(head: LinearHead, process: DecisionProcess, *, is_sure: bool) -> PooledHead:
    """Return a model with an opinion that is sure of one outcome, or of none."""
    outcomes = compile_decision(process, head.labels).outcomes
    bias = torch.zeros(len(outcomes))
    bias[0] = 1e3 if is_sure else 0.0
    rows = LinearHead(outcomes, torch.zeros(len(bias), head.dimension), bias, head.mean, head.std)
    return PooledHead(
        head, OutcomeHead(rows, 0.5), Reconciliation(process, head.labels, outcomes, 0.5)
    )


def room(folder: Path) -> None:
    """Print what models take on the disk."""
    registry = ModelRegistry(folder)
    sizes = []
    for name in ("generic", name_of(1)):
        stored = folder / "objects" / registry.resolve(name).digest
        sizes.append(sum(one.stat().st_size for one in stored.iterdir()) / 1e3)
    print(f"  on the disk {sizes[1]:.0f} KB each, the generic model {sizes[0]:.0f} KB")


def name_of(number: int) -> str:
    """Return the name of an application."""
    return f"app-{number:04d}"


@contextlib.contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[int, dict[str, int]]]:
    """Run the command; yield its process and ports."""
    token = folder / "token"
    token.write_text(_TOKEN + "\n")
    token.chmod(0o600)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "chameleonapi", "serve", "--models", str(folder), "--json"),
            *("--http-port", "0", "--grpc-port", "0", "--admin-port", "0"),
            *("--admin-token-file", str(token), *arguments),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=tuned_environment(),
    )
    assert process.stdout is not None
    try:
        yield process.pid, json.loads(read_object(process))
    finally:
        process.terminate()
        process.wait(60)


def read_object(process: subprocess.Popen[str]) -> str:
    """Return the first JSON object that a process prints."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("}") or line.rstrip().endswith("}"):
            return "".join(lines)
    raise RuntimeError("the server ended")


def measure(port: int, calls: tuple[Call, ...], pid: int, count: int) -> tuple[Result, float]:
    """Return what came out, and the processor time of the server for each request."""
    began = cpu_seconds(pid)
    result = Load(port, calls, 32, count=count).run()
    if len(result.answered) != count:
        print(f"  NOT ALL WERE ANSWERED: {dict(result.codes)}")
    return result, (cpu_seconds(pid) - began) / count


def throughput(port: int, pid: int, one: Call, all_calls: tuple[Call, ...], count: int) -> None:
    """Compare one application with all of them, in turns."""
    rates: dict[str, list[float]] = {"one": [], "all": []}
    cpus: dict[str, list[float]] = {"one": [], "all": []}
    for turn in range(3):
        begin = turn * count % len(all_calls)
        mixed = all_calls[begin:] + all_calls[:begin]
        for name, calls in (("one", (one,)), ("all", mixed)):
            result, cpu = measure(port, calls, pid, count)
            rates[name].append(result.rate)
            cpus[name].append(cpu)
    print(
        f"  one application {max(rates['one']):.1f}/s, {1e3 * min(cpus['one']):.2f} ms CPU each; "
        f"all of them mixed {max(rates['all']):.1f}/s, {1e3 * min(cpus['all']):.2f} ms CPU each: "
        f"{max(rates['all']) / max(rates['one']):.1%} of the throughput, "
        f"{min(cpus['one']) / min(cpus['all']):.1%} for the same processor time",
        flush=True,
    )


def cold(port: int, calls: tuple[Call, ...]) -> None:
    """Compare the first request of applications with the second."""
    first = Load(port, calls, 1, count=len(calls)).run()
    again = Load(port, calls, 1, count=len(calls)).run()
    for name, result in (("first", first), ("second", again)):
        print(
            f"  {name} requests of {len(calls)} applications, one at a time: "
            f"p50 {1e3 * percentile(result.answered, 0.5):.1f}, "
            f"p99 {1e3 * percentile(result.answered, 0.99):.1f} ms"
        )
    longer = percentile(first.answered, 0.5) - percentile(again.answered, 0.5)
    print(f"  a model that is not in memory costs {1e3 * longer:.1f} ms at the median", flush=True)


def swaps(folder: Path, pid: int, ports: dict[str, int], calls: tuple[Call, ...], n: int) -> None:
    """Change the first application's model again and again while requests are under way."""
    registry = ModelRegistry(folder)
    versions = [one.digest for one in registry.history(name_of(0))]
    busy = (calls[0], calls[1], calls[0], calls[2])
    began = time.perf_counter()
    _swap(ports["admin_port"], versions, n // 10)  # until memory has found its level
    seconds = 25 * (time.perf_counter() - began)  # for the rest, beside requests
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(Load(ports["grpc_port"], busy, 8, seconds=seconds).run)
        levels = [memory_mib(pid)]
        for _ in range(4):
            _swap(ports["admin_port"], versions, n // 4)
            levels.append(memory_mib(pid))
        is_beside = not load.done()
        codes = dict(load.result().codes)
    print(
        f"  {n} changes beside {sum(codes.values())} requests: {codes}; memory after each "
        f"quarter {', '.join(f'{one:.0f}' for one in levels)} MiB"
        f"{'' if is_beside else ' (THE REQUESTS ENDED BEFORE THE CHANGES)'}",
        flush=True,
    )


def _swap(port: int, versions: list[str], count: int) -> None:
    headers = {"authorization": f"Bearer {_TOKEN}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(count):
        if number % 2:
            what, body = "rollback", None
        else:
            what, body = "publish", json.dumps({"version": versions[number // 2 % 2]})
        connection.request("POST", f"/applications/{name_of(0)}/{what}", body, headers)
        reply = connection.getresponse()
        text = reply.read()
        if reply.status != 200:
            print(f"  A CHANGE FAILED: {reply.status} {text[:200]!r}")
    connection.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=1000)
    parser.add_argument("--count", type=int, default=1000, help="requests of each turn")
    parser.add_argument("--swaps", type=int, default=1000)
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE)
    parser.add_argument("--labels-alone", action="store_true", help="no second opinions")
    parser.add_argument("--folder", type=Path, help="keep the registry there")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="chameleon-many-"))
    print(hardware())
    if not (folder / "aliases").is_dir():
        print(f"Publishing {options.applications} models ...", flush=True)
        publish(
            folder,
            options.applications,
            options.backbone,
            has_opinions=not options.labels_alone,
        )
    picture = picture_of_100_kb()
    calls = tuple(grpc_call(picture, name_of(one)) for one in range(options.applications))
    generic = grpc_call(picture)
    try:
        with serving(folder, "--app", name_of(0)) as (pid, ports):
            measure(ports["grpc_port"], (generic,), pid, 200)
            base = memory_mib(pid)
        print(f"{options.applications} applications:")
        room(folder)
        began = time.perf_counter()
        with serving(folder) as (pid, ports):
            print(f"  ready after {time.perf_counter() - began:.1f} s")
            measure(ports["grpc_port"], (generic,), pid, 200)
            cold(ports["grpc_port"], calls[-100:])
            measure(ports["grpc_port"], calls, pid, len(calls))
            held = memory_mib(pid)
            print(f"  memory {held:.0f} MiB, {held - base:.0f} above one application")
            throughput(ports["grpc_port"], pid, calls[0], calls, options.count)
            swaps(folder, pid, ports, calls, options.swaps)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
