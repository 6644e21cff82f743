"""Heads, trailers and pipelines that never end, over real sockets."""

import socket
import time

import pytest

from chameleonapi.serving import http_bounds


@pytest.fixture
def connection(server):
    with socket.create_connection(("127.0.0.1", server.http_port), 10) as one:
        one.settimeout(10)
        yield one


def reply(connection):
    """Return what comes until the server closes or falls silent."""
    got = b""
    try:
        while part := connection.recv(65536):
            got += part
    except ConnectionResetError:
        pass
    return got


def pour(connection, part, times):
    """Send until the server has closed; return how many bytes went out."""
    sent = 0
    try:
        for _ in range(times):
            connection.sendall(part)
            sent += len(part)
            time.sleep(0.001)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return sent


@pytest.mark.parametrize(
    "part",
    [b"x-%d: y\r\n" % 7, b"x" * 1024],
    ids=["many headers", "a header without end"],
)
def test_a_head_without_end_is_cut_off(connection, part):
    connection.sendall(b"POST / HTTP/1.1\r\nhost: here\r\n")
    sent = pour(connection, part * (1 + 8192 // len(part)), 400)
    assert sent < 2_000_000  # what sockets hold is sent, no more


def test_a_head_that_is_too_large_gets_a_reply(connection):
    connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: here\r\nx: " + b"y" * 70_000)
    assert reply(connection).startswith(b"HTTP/1.1 431 ")


def test_trailers_without_end_are_cut_off(connection):
    connection.sendall(
        b"POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    )
    assert pour(connection, b"trailer: value\r\n" * 600, 400) < 2_000_000


def test_small_chunks_do_not_buy_room_for_trailers(connection):
    connection.sendall(
        b"POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n"
        + b"1\r\nx\r\n" * 200_000
        + b"0\r\n"
    )
    assert pour(connection, b"trailer: value\r\n" * 600, 400) < 2_000_000


def test_chunk_extensions_without_end_are_cut_off(connection):
    connection.sendall(b"POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n1;x=")
    assert pour(connection, b"y" * 8192, 400) < 2_000_000


def test_a_body_in_many_small_chunks_is_read(connection):
    chunks = b"".join(b"%x\r\n%s\r\n" % (10, b"x" * 10) for _ in range(20_000))
    connection.sendall(
        b"POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n"
        b"connection: close\r\n\r\n" + chunks + b"0\r\n\r\n"
    )
    assert b"UnknownOperationException" in reply(connection)


def test_a_few_requests_at_once_are_answered_in_order(connection):
    one = b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n"
    last = b"GET /readyz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n"
    connection.sendall(one * 9 + last)
    got = reply(connection)
    assert got.count(b"200 OK") == 10
    assert got.endswith(b"ready\n")


def test_a_flood_of_requests_at_once_is_refused(connection):
    connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n" * 1000)
    assert reply(connection).count(b"200 OK") < 100


@pytest.mark.parametrize("target", ["http://elsewhere/healthz", "elsewhere:443", "*"])
def test_a_target_that_is_no_path_is_refused(connection, target):
    connection.sendall(f"GET {target} HTTP/1.1\r\nhost: here\r\n\r\n".encode())
    assert reply(connection).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("begin", [b"", b"POST / HTTP/1.1\r\nhost: "])
def test_a_client_that_never_finishes_a_head_is_let_go(connection, begin, monkeypatch):
    monkeypatch.setattr(http_bounds, "_HEAD_SECONDS", 0.2)
    with socket.create_connection(connection.getpeername(), 10) as slow:
        slow.sendall(begin)
        assert reply(slow) == b""


def test_a_client_that_pauses_between_requests_is_not(connection, monkeypatch):
    monkeypatch.setattr(http_bounds, "_HEAD_SECONDS", 0.2)
    with socket.create_connection(connection.getpeername(), 10) as patient:
        for _ in range(2):
            patient.sendall(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n")
            answer = b""
            while not answer.endswith(b"ok\n"):
                answer += patient.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200 OK")
            time.sleep(0.5)
