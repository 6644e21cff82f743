"""JSON of requests: long texts are read apart, and nothing else changes by it."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.serving.wire.json_text import Base64Text, JsonTextError, read_json

PICTURE = base64.b64encode(bytes(range(256)) * 24).decode()  # 8 KiB

# Texts around the length from which on they are read apart: base64, nearly base64, and others.
LONG = st.one_of(
    st.just(PICTURE),
    st.just(PICTURE[:-1]),
    st.just(PICTURE + "\n"),
    st.just("a b " * 2000),
    st.just("ä" * 5000),
    st.just("\0" + PICTURE),
    st.just('"' + PICTURE + "\\"),
    st.integers(4090, 4100).map(lambda size: "A" * size),
)
TEXTS = st.one_of(st.text(max_size=5), st.sampled_from(["0", "1", "\\u00000"]), LONG)
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(-9, 9), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_whatever_is_written_is_read_again(value, is_ascii):
    body = json.dumps(value, ensure_ascii=is_ascii).encode()
    assert read_json(body) == json.loads(body)


@given(VALUES, st.binary(max_size=3), st.randoms(use_true_random=False))
def test_damaged_bodies_are_read_as_the_parser_alone_reads_them(value, junk, drawn):
    body = json.dumps(value).encode()
    place = drawn.randrange(len(body) + 1)
    damaged = body[:place] + junk + body[place + drawn.randrange(3) :]
    try:
        text = damaged.decode("utf-8")
        wanted = json.loads(text, parse_constant=lambda _name: pytest.skip("no JSON"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        if damaged:
            with pytest.raises(JsonTextError):
                read_json(damaged)
        return
    try:
        assert read_json(damaged) == wanted
    except JsonTextError:  # halves of surrogate pairs, which the standard library lets pass
        assert "\\u" in text


def test_base64_comes_decoded_and_is_the_text_it_was():
    found = read_json(json.dumps({"Image": {"Bytes": PICTURE}, "few": "QUJD"}).encode())
    picture = found["Image"]["Bytes"]
    assert isinstance(picture, Base64Text)
    assert picture == PICTURE
    assert picture.decoded == base64.b64decode(PICTURE)
    assert type(found["few"]) is str


def test_base64_may_be_anywhere():
    assert read_json(json.dumps(PICTURE).encode()) == PICTURE
    assert read_json(json.dumps({PICTURE: [[PICTURE]]}).encode()) == {PICTURE: [[PICTURE]]}


def test_the_line_of_an_error_is_that_of_the_body():
    body = b'{"a":\n"' + PICTURE.encode() + b'",\n,}'
    with pytest.raises(JsonTextError) as caught:
        read_json(body)
    assert caught.value.line == 3


def test_a_text_without_end_is_no_json():
    with pytest.raises(JsonTextError):
        read_json(b'{"a": "' + PICTURE.encode())
