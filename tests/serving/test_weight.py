"""Values and bytes are counted before anything is made of them."""

import contextlib
import gzip
import json

import pytest
from google.cloud import language_v1, language_v2, vision_v1
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.serving.bodies import BodyBudget, BodyTooLargeError, unpack_body
from chameleonapi.serving.wire import google_language, google_vision
from chameleonapi.serving.wire.cbor import CborError, loads
from chameleonapi.serving.wire.weight import WeightError, check_json, check_proto, check_values

BESIDE = 256 * 1024


def image(content, **more):
    one = vision_v1.AnnotateImageRequest(image={"content": content}, **more)
    return vision_v1.BatchAnnotateImagesRequest.serialize(
        vision_v1.BatchAnnotateImagesRequest(requests=[one] * 3)
    )


def test_content_is_not_counted():
    check_proto(image(bytes(1_000_000)), google_vision._CONTENT)
    for package in (language_v1, language_v2):
        request = package.AnalyzeSentimentRequest(document={"content": "a" * 900_000})
        payload = package.AnalyzeSentimentRequest.serialize(request)
        check_proto(payload, google_language._CONTENT)


def test_everything_else_is():
    hints = {"language_hints": ["x"] * 40_000}
    with pytest.raises(WeightError, match="beside its content"):
        check_proto(image(b"a", image_context=hints), google_vision._CONTENT)
    with pytest.raises(WeightError):
        check_proto(image(bytes(1_000_000)), (1, 1, 2))


@pytest.mark.parametrize("piece", [b"\x0a\x00", b"\x08\x01", b"\x0d\0\0\0\0", b"\x09" + bytes(8)])
def test_small_fields_of_every_kind(piece):
    check_proto(piece * (BESIDE // len(piece)), (1, 1, 1))
    with pytest.raises(WeightError):
        check_proto(piece * (BESIDE // len(piece) + 1), (1, 1, 1))


@pytest.mark.parametrize("head", [b"\x0b", b"\xff" * 12, b"\x07"])
def test_what_is_no_message_is_counted_or_left_to_the_parser(head):
    with contextlib.suppress(WeightError):
        check_proto(head + bytes(BESIDE), (1, 1, 1))


@settings(max_examples=10)
@given(st.binary(max_size=300))
def test_bytes_of_every_kind_come_to_an_end(data):
    with contextlib.suppress(WeightError):
        check_proto(data + bytes(BESIDE), (1, 2))


def test_json_with_many_values():
    check_json(b"1" * 600_000)
    with pytest.raises(WeightError):
        check_json(b"," * 500_001)
    check_values({"a": [{"b": 1}] * 9_000})
    for value in ([0] * 20_001, {"a": [[]] * 20_001}, [[0] * 10_000] * 3):
        with pytest.raises(WeightError):
            check_values(value)


def test_cbor_with_many_items():
    assert len(loads(b"\x99\x75\x30" + b"\x00" * 30_000)) == 30_000
    with pytest.raises(CborError, match="too many"):
        loads(b"\x9a\x00\x01\x00\x00" + b"\x00" * 65_536)


def test_what_unpacks_to_far_more_than_it_is():
    budget = BodyBudget(1 << 30)
    text = json.dumps([{"label": f"name {n}", "score": n / 7} for n in range(60_000)]).encode()
    with budget.share() as share:
        assert unpack_body(gzip.compress(text), "gzip", share, max_bytes=1 << 25) == text
        small = gzip.compress(bytes(1_000_000))
        assert len(unpack_body(small, "gzip", share, max_bytes=1 << 25)) == 1_000_000
        with pytest.raises(BodyTooLargeError, match="32 times"):
            unpack_body(gzip.compress(bytes(9_000_000)), "gzip", share, max_bytes=1 << 25)
