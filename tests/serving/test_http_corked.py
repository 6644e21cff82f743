"""Answers go out in one piece, whole, and before a connection is closed."""

import asyncio
import socket

from chameleonapi.serving.http_corked import CorkedTransport


class Recorded:
    """A transport that writes down what is done with it."""

    def __init__(self):
        self.done = []
        self.is_gone = False

    def write(self, data):
        self.done.append(data)

    def close(self):
        self.done.append("closed")
        self.is_gone = True

    def is_closing(self):
        return self.is_gone

    def get_extra_info(self, name):
        return f"the {name}"


def run(work):
    async def inside():
        inner = Recorded()
        await work(CorkedTransport(inner, asyncio.get_running_loop()), inner)
        await asyncio.sleep(0)
        return inner.done

    return asyncio.run(inside())


def test_what_is_written_in_one_turn_goes_out_in_one_piece():
    async def work(corked, inner):
        corked.write(b"head ")
        corked.write(b"body")
        assert inner.done == []
        await asyncio.sleep(0)
        corked.write(b"next")

    assert run(work) == [b"head body", b"next"]


def test_closing_sends_what_is_held_first():
    async def work(corked, inner):
        corked.write(b"last words")
        corked.close()
        assert corked.is_closing()

    assert run(work) == [b"last words", "closed"]


def test_nothing_is_sent_to_a_connection_that_has_gone():
    async def work(corked, inner):
        corked.write(b"nobody hears this")
        inner.is_gone = True

    assert run(work) == []


def test_all_else_is_the_transport_itself():
    async def work(corked, _inner):
        assert corked.get_extra_info("peername") == "the peername"

    assert run(work) == []


def test_an_answer_comes_in_one_piece(server):
    with socket.create_connection(("127.0.0.1", server.http_port), 10) as one:
        one.settimeout(10)
        for _ in range(5):
            one.sendall(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n")
            assert one.recv(65536).endswith(b"\r\n\r\nok\n")


def test_a_client_that_waits_for_continue_gets_it(server):
    with socket.create_connection(("127.0.0.1", server.http_port), 10) as one:
        one.settimeout(10)
        one.sendall(
            b"POST / HTTP/1.1\r\nhost: here\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
        )
        assert one.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(b"{}")
        assert b"UnknownOperationException" in one.recv(65536)
