import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.serving.launcher.http1 import StreamError
from chameleonapi.serving.launcher.http2 import Http2Tagger

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FIELD = b"\x00\x05x-app\x04bins"
DATA, HEADERS, SETTINGS, CONTINUATION = 0x0, 0x1, 0x4, 0x9
END_STREAM, END_HEADERS, PADDED = 0x1, 0x4, 0x8


def frame(kind, flags, stream, payload):
    return (
        len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload
    )


def tag(data):
    return Http2Tagger("X-App", "bins").feed(PREFACE + data)[len(PREFACE) :]


@st.composite
def exchanges(draw):
    """Frames of a client, and what they should become."""
    sent, right = [frame(SETTINGS, 0, 0, b"")], [frame(SETTINGS, 0, 0, b"")]
    for number in range(draw(st.integers(0, 4))):
        stream = 2 * number + 1
        block = draw(st.binary(max_size=40))
        cut = draw(st.integers(0, len(block)))
        form = draw(st.sampled_from(["whole", "padded", "split"]))
        if form == "whole":
            sent.append(frame(HEADERS, END_HEADERS, stream, block))
            right.append(frame(HEADERS, END_HEADERS, stream, block + FIELD))
        elif form == "padded":
            pad = bytes(draw(st.integers(0, 9)))
            size = bytes((len(pad),))
            sent.append(frame(HEADERS, END_HEADERS | PADDED, stream, size + block + pad))
            right.append(frame(HEADERS, END_HEADERS | PADDED, stream, size + block + FIELD + pad))
        else:
            first = frame(HEADERS, 0, stream, block[:cut])
            sent += [first, frame(CONTINUATION, END_HEADERS, stream, block[cut:])]
            right += [first, frame(CONTINUATION, END_HEADERS, stream, block[cut:] + FIELD)]
        body = frame(DATA, END_STREAM, stream, draw(st.binary(max_size=100)))
        sent.append(body)
        right.append(body)
    return PREFACE + b"".join(sent), PREFACE + b"".join(right)


@settings(deadline=None)
@given(exchanges(), st.lists(st.integers(1, 40), max_size=80))
def test_each_request_is_tagged_once_however_it_arrives(exchange, cuts):
    stream, right = exchange
    tagger, out = Http2Tagger("x-app", "bins"), b""
    for cut in [*cuts, len(stream) + 1]:
        out += tagger.feed(stream[:cut])
        stream = stream[cut:]
    assert out == right


def test_trailers_are_left_alone():
    trailers = frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x88")
    first = frame(HEADERS, END_HEADERS, 1, b"\x82")
    assert tag(first + trailers) == frame(HEADERS, END_HEADERS, 1, b"\x82" + FIELD) + trailers


def test_a_full_frame_is_continued():
    block = b"b" * 16_380
    out = tag(frame(HEADERS, END_HEADERS | END_STREAM, 1, block))
    assert out == frame(HEADERS, END_STREAM, 1, block) + frame(CONTINUATION, END_HEADERS, 1, FIELD)


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        PREFACE + frame(HEADERS, END_HEADERS, 1, b"b" * 16_385),
        PREFACE + frame(HEADERS, END_HEADERS | PADDED, 1, b"\x09abc"),
    ],
)
def test_what_is_no_http2_ends_the_connection(stream):
    with pytest.raises(StreamError):
        Http2Tagger("x-app", "bins").feed(stream)
