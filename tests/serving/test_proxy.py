"""The local proxy beside its purpose: what it does with everything that is not served."""

import asyncio
import base64
import contextlib
import socket
import ssl
import threading

import pytest

from chameleonapi.errors import UsageError
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher.authority import make_identity
from chameleonapi.serving.launcher.proxy import LocalProxy, _split_target
from chameleonapi.serving.launcher.upstream import Upstream, upstream_of

HOST = "vision.googleapis.com"
PASSWORD = "pass-word"


class Listener:
    """A server that records what it is sent first, and answers with a function of it."""

    def __init__(self, answer):
        self._answer = answer
        self.heard = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(20)
                while data := connection.recv(65536):
                    self.heard.append(data)
                    connection.sendall(self._answer(data))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextlib.contextmanager
def proxy_for(*, upstream=None, http_port=1, grpc_port=1, application="bins"):
    identity = make_identity([HOST])
    proxy = LocalProxy(
        endpoint=Endpoint(grpc_port=grpc_port, http_port=http_port),
        application=application,
        hosts=[HOST],
        context=identity.context,
        upstream=upstream or Upstream(),
        password=PASSWORD,
    )
    with proxy:
        yield proxy, identity


def dial(proxy, target, password=PASSWORD, method="CONNECT"):
    connection = socket.create_connection(("127.0.0.1", proxy.proxy_port), timeout=20)
    head = f"{method} {target} HTTP/1.1\r\nHost: {target}\r\n"
    if password is not None:
        token = base64.b64encode(f"chameleon:{password}".encode()).decode()
        head += f"Proxy-Authorization: Basic {token}\r\n"
    connection.sendall(head.encode() + b"\r\n")
    reply = b""
    while b"\r\n\r\n" not in reply and (data := connection.recv(1)):
        reply += data
    return connection, reply.split(b"\r\n")[0]


@pytest.mark.parametrize("password", [None, "", "wrong", PASSWORD.upper()])
def test_strangers_on_this_machine_are_not_served(password):
    with proxy_for() as (proxy, _):
        connection, status = dial(proxy, "127.0.0.1:9", password)
        assert b"407" in status
        connection.close()


def test_nothing_but_connect():
    with proxy_for() as (proxy, _):
        connection, status = dial(proxy, "http://a.example/", method="GET")
        assert b"405" in status
        connection.close()


def test_other_hosts_are_tunnelled_untouched():
    with Listener(bytes.upper) as far, proxy_for() as (proxy, _):
        connection, status = dial(proxy, f"127.0.0.1:{far.port}")
        assert b"200" in status
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert connection.recv(100) == b"GET / HTTP/1.1\r\n\r\n"
        connection.sendall(b"any bytes")
        assert connection.recv(100) == b"ANY BYTES"
        connection.close()


def test_a_host_that_cannot_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with proxy_for() as (proxy, _):
        connection, status = dial(proxy, f"127.0.0.1:{port}")
        assert b"502" in status
        connection.close()


def test_an_existing_proxy_is_chained_to_with_its_password():
    with Listener(lambda _: b"HTTP/1.1 200 OK\r\n\r\n") as far:
        upstream = Upstream(f"http://user:p%40ss@127.0.0.1:{far.port}", "direct.example")
        with proxy_for(upstream=upstream) as (proxy, _):
            connection, status = dial(proxy, "storage.googleapis.com:443")
            assert b"200" in status
            connection.close()
    head = b"".join(far.heard)
    assert head.startswith(b"CONNECT storage.googleapis.com:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"user:p@ss") in head
    assert PASSWORD.encode() not in head
    assert base64.b64encode(f"chameleon:{PASSWORD}".encode()) not in head


def test_hosts_that_bypass_the_existing_proxy_still_do():
    with Listener(lambda _: b"no") as refusing, Listener(bytes.upper) as far:
        upstream = Upstream(f"http://127.0.0.1:{refusing.port}", "127.0.0.1")
        with proxy_for(upstream=upstream) as (proxy, _):
            connection, status = dial(proxy, f"127.0.0.1:{far.port}")
            assert b"200" in status
            connection.close()
    assert not refusing.heard


@pytest.mark.parametrize("answer", [b"HTTP/1.1 403 No\r\n\r\n", b"\r\n\r\n", b"x" * 70_000])
def test_an_existing_proxy_that_refuses(answer):
    with Listener(lambda _: answer) as far:
        upstream = Upstream(f"http://127.0.0.1:{far.port}")
        with proxy_for(upstream=upstream) as (proxy, _):
            connection, status = dial(proxy, "a.example:443")
            assert b"502" in status
            connection.close()


def test_served_hosts_reach_the_server_with_the_applications_name():
    with (
        Listener(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as server,
        proxy_for(http_port=server.port) as (proxy, identity),
    ):
        connection, status = dial(proxy, f"{HOST}:443")
        assert b"200" in status
        context = ssl.create_default_context(cadata=identity.ca_pem.decode())
        with context.wrap_socket(connection, server_hostname=HOST) as secure:
            secure.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Chameleon-Application: forged\r\n\r\n")
            assert secure.recv(100).startswith(b"HTTP/1.1 200")
    assert server.heard == [b"GET / HTTP/1.1\r\nHost: x\r\nx-chameleon-application: bins\r\n\r\n"]


def test_a_served_host_on_another_port_is_not_ours():
    with proxy_for(upstream=Upstream("http://127.0.0.1:9")) as (proxy, _):
        connection, status = dial(proxy, f"{HOST}:8443")
        assert b"502" in status
        connection.close()


def test_stopping_ends_open_connections():
    with Listener(bytes.upper) as far:
        with proxy_for() as (proxy, _):
            connection, _ = dial(proxy, f"127.0.0.1:{far.port}")
        assert connection.recv(10) == b""
        connection.close()


@pytest.mark.parametrize(
    ("target", "split"),
    [
        ("a.example:443", ("a.example", 443)),
        ("A.Example.:8443", ("a.example", 8443)),
        ("a.example", ("a.example", 443)),
        ("[::1]:9", ("::1", 9)),
        ("[::1]", ("::1", 443)),
    ],
)
def test_targets(target, split):
    assert _split_target(target) == split


def test_proxies_in_the_environment():
    assert upstream_of({}) == Upstream()
    assert upstream_of({"HTTPS_PROXY": "p:3128", "NO_PROXY": "x"}) == Upstream("http://p:3128", "x")
    assert upstream_of({"https_proxy": "http://a", "HTTPS_PROXY": "http://b"}).proxy == "http://a"
    assert upstream_of({"ALL_PROXY": "http://a"}).proxy == "http://a"
    assert "secret" not in repr(upstream_of({"https_proxy": "http://u:secret@a"}))
    with pytest.raises(UsageError, match="socks5"):
        upstream_of({"all_proxy": "socks5://a:1"})


def test_a_proxy_over_tls_is_verified():
    identity = make_identity([HOST])

    async def refuse():
        async def handler(_reader, writer):
            writer.close()

        server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=identity.context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(Exception, match="cannot reach"):
                await Upstream(f"https://127.0.0.1:{port}").connect("a.example", 443)

    asyncio.run(refuse())
