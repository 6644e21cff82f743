import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.serving.launcher.http1 import Http1Tagger, StreamError

TAG = b"x-app: bins\r\n"


def get(path=b"/", *fields):
    return b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n" + b"".join(f + b"\r\n" for f in fields)


def chunked(*chunks):
    return (
        b"".join(b"%x;ext=1\r\n%s\r\n" % (len(one), one) for one in chunks) + b"0\r\nT: 1\r\n\r\n"
    )


BODIES = st.binary(max_size=60)
REQUESTS = st.one_of(
    st.just((get(), b"")),
    BODIES.map(lambda body: (get(b"/x", b"Content-Length: %d" % len(body)), body)),
    st.lists(BODIES.filter(bool), max_size=4).map(
        lambda parts: (get(b"/y", b"Transfer-Encoding: chunked"), chunked(*parts))
    ),
)


@settings(deadline=None)
@given(st.lists(REQUESTS, max_size=5), st.lists(st.integers(1, 50), max_size=60))
def test_each_request_is_tagged_once_however_it_arrives(requests, cuts):
    stream = b"".join(head + b"\r\n" + body for head, body in requests)
    tagger, out = Http1Tagger("x-app", "bins"), b""
    for cut in [*cuts, len(stream) + 1]:
        out += tagger.feed(stream[:cut])
        stream = stream[cut:]
    assert out == b"".join(head + TAG + b"\r\n" + body for head, body in requests)


def test_a_forged_tag_is_dropped():
    out = Http1Tagger("x-app", "bins").feed(get(b"/", b"X-App: other") + b"\r\n")
    assert out == get() + TAG + b"\r\n"


def test_a_length_beside_chunks_is_ignored_as_the_standard_says():
    head = get(b"/", b"Content-Length: 3", b"Transfer-Encoding: chunked")
    body = chunked(b"hello")
    follow = get() + b"\r\n"
    out = Http1Tagger("x-app", "bins").feed(head + b"\r\n" + body + follow)
    assert out == head + TAG + b"\r\n" + body + get() + TAG + b"\r\n"


@pytest.mark.parametrize(
    "stream",
    [
        b"x" * 70_000,
        get(b"/", b"Content-Length: -1") + b"\r\n",
        get(b"/", b"Transfer-Encoding: chunked") + b"\r\nzz\r\n",
        get(b"/", b"Transfer-Encoding: chunked") + b"\r\n" + b"1" * 9000,
    ],
)
def test_what_is_no_http_ends_the_connection(stream):
    with pytest.raises(StreamError):
        Http1Tagger("x-app", "bins").feed(stream)
