"""Which address leads where over HTTP, and with which methods."""

import http.client

import pytest


def answer(server, method, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    connection.request(method, path, headers={"content-length": "0"})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply, body


@pytest.mark.parametrize("prefix", ["", "/a/shop"])
@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/", "GET", "POST"),
        ("/service/Comprehend_20171127/operation/DetectSentiment", "PUT", "POST"),
        ("/healthz", "POST", "GET, HEAD"),
        ("/readyz", "DELETE", "GET, HEAD"),
        ("/v1/images:annotate", "OPTIONS", "DELETE, GET, HEAD, PATCH, POST, PUT"),
    ],
)
def test_a_method_that_an_address_does_not_take(server, prefix, path, method, allowed):
    reply, _ = answer(server, method, prefix + path)
    assert (reply.status, reply.getheader("allow")) == (405, allowed)


def test_a_supervisor_may_ask_for_the_head_alone(server):
    reply, body = answer(server, "HEAD", "/readyz")
    assert (reply.status, body) == (200, b"")


def test_an_address_that_nothing_has_is_refused_as_google_does(server):
    reply, body = answer(server, "POST", "/nothing")
    assert reply.status == 404
    assert b"error" in body
