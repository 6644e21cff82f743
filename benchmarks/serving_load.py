# ruff: noqa: INP001
"""Clients that cost little and write down every answer, for the benchmarks of the server.

They speak to sockets and send bytes that were made beforehand, so that what is measured is
the server. ``Load.run`` sends in a process of its own: no client shares an interpreter with
what is measured, or with what measures.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

__all__ = [
    "Call",
    "Load",
    "Result",
    "aws_call",
    "cpu_seconds",
    "grpc_call",
    "http_call",
    "memory_mib",
    "percentile",
    "rest_call",
]

_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Call:
    """One request.

    Attributes:
        content: a whole HTTP request, or the message of a gRPC call.
        grpc_path: the method of a gRPC call; empty over HTTP.
        metadata: of a gRPC call.
    """

    content: bytes
    grpc_path: str = ""
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass
class Result:
    """What came back.

    Attributes:
        codes: answers by HTTP status or gRPC code; 0 is a connection that broke.
        answered, refused: seconds from sending a request to its whole answer, by whether it
            was answered (200 or 0 OK) or throttled.
        seconds: from the first request to the last answer.
        lateness: seconds by which requests of a planned rate went out late.
    """

    codes: Counter[str] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    seconds: float = 0.0
    lateness: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests that were answered in a second."""
        return len(self.answered) / self.seconds if self.seconds else 0.0

    def note(self, code: str, seconds: float) -> None:
        """Write down one answer."""
        self.codes[code] += 1
        if code in {"200", "OK"}:
            self.answered.append(seconds)
        elif code in {"400", "429", "503", "RESOURCE_EXHAUSTED"}:
            self.refused.append(seconds)


@dataclass(frozen=True)
class Load:
    """Requests for one server.

    Attributes:
        port: on this machine.
        calls: sent in turn.
        connections: that are open at once; each has one request under way.
        seconds: for which to send; 0 sends ``count`` requests.
        count: how many to send, if ``seconds`` is 0.
        rate: requests in a second, whatever becomes of them; 0 sends the next as soon as
            there is an answer.
    """

    port: int
    calls: tuple[Call, ...]
    connections: int = 16
    seconds: float = 0.0
    count: int = 0
    rate: float = 0.0

    def run(self) -> Result:
        """Send everything from another process."""
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(_send, self).result()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share lies; not a number if there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


# Requests


def grpc_call(picture: bytes, application: str = "", features: int = 10) -> Call:
    """Return a call of Vision's BatchAnnotateImages over gRPC."""
    from google.cloud.vision_v1.types import BatchAnnotateImagesRequest

    wanted = {"type_": 4, "max_results": features}
    message = BatchAnnotateImagesRequest(
        requests=[{"image": {"content": picture}, "features": [wanted]}]
    )
    metadata = (("x-chameleon-application", application),) if application else ()
    path = "/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
    return Call(BatchAnnotateImagesRequest.serialize(message), path, metadata)


def rest_call(picture: bytes, application: str = "") -> Call:
    """Return a call of Vision's images:annotate over REST."""
    image = {"content": base64.b64encode(picture).decode()}
    features = [{"type": "LABEL_DETECTION", "maxResults": 10}]
    body = json.dumps({"requests": [{"image": image, "features": features}]}).encode()
    named = f"x-chameleon-application: {application}\r\n" if application else ""
    return http_call("/v1/images:annotate", f"content-type: application/json\r\n{named}", body)


def aws_call(picture: bytes, application: str = "") -> Call:
    """Return a call of Rekognition's DetectLabels in AWS JSON."""
    image = {"Bytes": base64.b64encode(picture).decode()}
    body = json.dumps({"Image": image, "MaxLabels": 10}).encode()
    # The signature says which service is meant to servers that answer for all of them.
    scope = "Credential=AKIDEXAMPLE/20260101/us-east-1/rekognition/aws4_request"
    headers = (
        "content-type: application/x-amz-json-1.1\r\n"
        "x-amz-target: RekognitionService.DetectLabels\r\n"
        f"authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0\r\n"
    )
    return http_call(f"/a/{application}/" if application else "/", headers, body)


def http_call(path: str, headers: str, body: bytes) -> Call:
    """Return a POST request; each header ends with a line end."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\n{headers}"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return Call(head.encode() + body)


# Sending

_Send = Callable[[Call], Awaitable[str]]


def _send(load: Load) -> Result:
    return asyncio.run(_sent(load))


async def _sent(load: Load) -> Result:
    senders: list[_Send] = []
    closers: list[Callable[[], Awaitable[None]]] = []
    for _ in range(load.connections):
        if load.calls[0].grpc_path:
            send, close = _grpc_sender(load.port)
        else:
            connection = _HttpConnection(load.port)
            send, close = connection.send, connection.close
        senders.append(send)
        closers.append(close)
    result = Result()
    await (_at_a_rate if load.rate else _at_once)(load, senders, result)
    for close in closers:
        await close()
    return result


async def _at_once(load: Load, senders: Sequence[_Send], result: Result) -> None:
    """Let each connection send its next request as soon as it has an answer."""
    sent = 0
    began = time.perf_counter()

    async def work(send: _Send) -> None:
        nonlocal sent
        while time.perf_counter() - began < load.seconds if load.seconds else sent < load.count:
            call = load.calls[sent % len(load.calls)]
            sent += 1
            await _timed(send, call, result)

    await asyncio.gather(*map(work, senders))
    result.seconds = time.perf_counter() - began


async def _at_a_rate(load: Load, senders: Sequence[_Send], result: Result) -> None:
    """Send at planned times; a request for which no connection is free goes out late."""
    free: asyncio.Queue[_Send] = asyncio.Queue()
    for one in senders:
        free.put_nowait(one)
    tasks: set[asyncio.Task[None]] = set()
    began = time.perf_counter()

    async def work(send: _Send, call: Call) -> None:
        await _timed(send, call, result)
        free.put_nowait(send)

    for number in range(int(load.rate * load.seconds)):
        planned = began + number / load.rate
        if (left := planned - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        send = await free.get()
        result.lateness.append(time.perf_counter() - planned)
        task = asyncio.create_task(work(send, load.calls[number % len(load.calls)]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    result.seconds = time.perf_counter() - began


async def _timed(send: _Send, call: Call, result: Result) -> None:
    began = time.perf_counter()
    try:
        code = await asyncio.wait_for(send(call), _TIMEOUT_SECONDS)
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        code = "0"
    result.note(code, time.perf_counter() - began)


def _grpc_sender(port: int) -> tuple[_Send, Callable[[], Awaitable[None]]]:
    import grpc

    # Channels with equal settings share one connection, unless told otherwise.
    channel = grpc.aio.insecure_channel(
        f"127.0.0.1:{port}",
        options=[("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)],
    )
    methods: dict[str, Callable[..., Awaitable[bytes]]] = {}

    async def send(call: Call) -> str:
        method = methods.get(call.grpc_path)
        if method is None:
            method = methods[call.grpc_path] = channel.unary_unary(call.grpc_path)
        try:
            answer = await method(call.content, metadata=call.metadata)
        except grpc.aio.AioRpcError as error:
            return str(error.code().name)
        return "OK" if answer else "EMPTY"

    return send, channel.close


class _HttpConnection:
    """One connection that is opened again whenever the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, call: Call) -> str:
        """Return the status of the answer."""
        if self._reader is None or self._writer is None or self._reader.at_eof():
            await self.close()
            opened = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
            self._reader, self._writer = opened
        self._writer.write(call.content)
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0])
            await self._reader.readexactly(length)
        except BaseException:
            await self.close()
            raise
        if head.startswith("http/1.0") or "connection: close" in head:
            await self.close()
        return head.split(" ", 2)[1]

    async def close(self) -> None:
        """Close the connection, if there is one."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def cpu_seconds(leader: int) -> float:
    """Return the processor time of all processes in the session that a process leads."""
    ticks = 0
    for name in os.listdir("/proc"):  # noqa: PTH208 -- names are all that is wanted
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """Return what a process holds that is not a file, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith("RssAnon"))
    return int(line.split()[1]) / 1024
