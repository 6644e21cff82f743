"""Bytes that nobody would send: every parser behind a real server, and by itself.

``TEST_EXAMPLES=new`` (``scripts/test --slow``) looks for new ones, and many more of them.
"""

import base64
import gzip
import http.client
import json
import os

import grpc
import pytest
from google.cloud import language_v1, vision_v1
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chameleonapi.serving.wire import aws_rekognition, google_language, google_vision
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_forms import CBOR, JSON
from chameleonapi.serving.wire.aws_protocol import AwsProtocol
from chameleonapi.serving.wire.cbor import dumps
from chameleonapi.serving.wire.field_mask import parse_mask
from chameleonapi.serving.wire.google_json import load_object, rest_options
from chameleonapi.serving.wire.google_status import GoogleError
from chameleonapi.serving.wire.html_text import visible_text

MANY = 3_000 if os.environ.get("TEST_EXAMPLES") == "new" else 60
FEW = 300 if os.environ.get("TEST_EXAMPLES") == "new" else 40
often = settings(max_examples=MANY, suppress_health_check=list(HealthCheck))
seldom = settings(max_examples=FEW, suppress_health_check=list(HealthCheck))

TARGETS = [
    "RekognitionService.DetectLabels",
    "RekognitionService.DetectText",
    "Comprehend_20171127.BatchDetectSentiment",
    "Comprehend_20171127.ClassifyDocument",
]
PATHS = [
    "/v1/images:annotate",
    "/v1/documents:annotateText",
    "/v2/documents:moderateText",
    "/",
    "/service/Comprehend_20171127/operation/DetectEntities",
    "/v1/projects/p/locations/eu/images:annotate",
]
# Whole requests, of which pieces are changed: most invented ones end at the first byte.
SEEDS = [
    json.dumps({"requests": [{"image": {"content": "aGk="}, "features": [{"type": 4}]}]}).encode(),
    json.dumps({"document": {"content": "Ann.", "type": "HTML"}, "encodingType": "UTF8"}).encode(),
    json.dumps({"Image": {"Bytes": "aGk="}, "MinConfidence": 50.0, "MaxLabels": 3}).encode(),
    json.dumps({"TextList": ["a", "b"], "LanguageCode": "en"}).encode(),
    dumps({"Text": "Ann.", "LanguageCode": "en"}),
    vision_v1.BatchAnnotateImagesRequest.serialize(
        vision_v1.BatchAnnotateImagesRequest(
            requests=[{"image": {"content": b"hi"}, "features": [{"type_": 4}]}] * 2
        )
    ),
    language_v1.AnnotateTextRequest.serialize(
        language_v1.AnnotateTextRequest(document={"content": "Ann.", "type_": 1})
    ),
    b"",
]
PIECES = [b"null", b"{}", b"[]", b"-1", b"1e999", b'"\\ud800"', b"\xff", b"\x00", b"\x80" * 9, b"'"]
NAMES = [
    "requests",
    "image",
    "content",
    "features",
    "type",
    "document",
    "Image",
    "Bytes",
    "Settings",
    "TextList",
    "Text",
    "maxResults",
    "MinConfidence",
    "Filters",
    "parent",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def changed(draw):
    """Return a request with a few places cut, doubled or replaced."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 12)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


def as_json(value):
    return json.dumps(value).encode("utf-8", "replace")


BODIES = changed() | st.binary(max_size=200) | VALUES.map(as_json) | changed().map(gzip.compress)


@seldom
@given(st.sampled_from(PATHS), st.sampled_from(TARGETS), BODIES, st.booleans())
@example("/", TARGETS[0], b'{"Image": {"Bytes": "\xed\xa0\x80"}}', False)
@example("/v1/images:annotate", TARGETS[0], b'{"requests": {"": null}}', False)
def test_any_bytes_get_an_answer_of_the_provider(whole_server, path, target, body, is_packed):
    connection = http.client.HTTPConnection("127.0.0.1", whole_server.http_port, timeout=30)
    headers = {"X-Amz-Target": target} if path == "/" else {}
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    if path.startswith("/service"):
        headers["smithy-protocol"] = "rpc-v2-cbor"
    try:
        connection.request("POST", path, body, headers)
        reply = connection.getresponse()
        answer = reply.read()
    finally:
        connection.close()
    assert reply.status in {200, 400, 403, 404, 413, 501}, answer
    if not path.startswith("/service"):
        json.loads(answer)


@seldom
@given(changed() | st.binary(max_size=200), st.sampled_from(["Vision", "Language"]))
def test_any_message_gets_a_status_of_the_provider(whole_server, payload, service):
    method = {
        "Vision": "/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages",
        "Language": "/google.cloud.language.v1.LanguageService/AnnotateText",
    }[service]
    with grpc.insecure_channel(f"127.0.0.1:{whole_server.grpc_port}") as channel:
        future = channel.unary_unary(method).future(payload, timeout=30)
        known = {"OK", "INVALID_ARGUMENT", "PERMISSION_DENIED", "UNIMPLEMENTED", "NOT_FOUND"}
        assert future.code().name in known, future.details()


@pytest.mark.parametrize("version", google_vision.VERSIONS)
@often
@given(data=changed() | st.binary(max_size=200))
def test_calls_of_vision(version, data):
    api = google_vision.vision_api(version)
    for parse in (api.parse_proto, api.parse_json):
        try:
            call = parse(data)
        except GoogleError:
            continue
        assert len(call.images) <= google_vision.MAX_IMAGES


@pytest.mark.parametrize("version", google_language.VERSIONS)
@often
@given(data=changed() | st.binary(max_size=200))
def test_calls_of_language(version, data):
    api = google_language.language_api(version)
    for method in api.methods:
        for parse in (api.parse_proto, api.parse_json):
            try:
                call = parse(method, data)
            except GoogleError:
                continue
            assert len(call.content) == len(call.text)


REKOGNITION = AwsProtocol("rekognition")


@often
@given(VALUES | changed().map(lambda one: one.decode("latin-1")), st.booleans())
def test_calls_of_rekognition(value, is_cbor):
    form = CBOR if is_cbor else JSON
    try:
        body = dumps(value) if is_cbor else as_json(value)
    except ValueError:
        return  # a number that is not written
    for operation in aws_rekognition.OPERATIONS:
        try:
            parameters = REKOGNITION.read(operation, body, form)
            call = aws_rekognition.parse(REKOGNITION, operation, parameters)
        except AwsError as error:
            assert REKOGNITION.error_status(error) < 500, error  # noqa: PT017 -- both ways are right
            continue
        assert isinstance(call.content, bytes)


def refusal_of(parse):
    try:
        parse()
    except GoogleError as error:
        return error
    return None


@often
@given(BODIES)
def test_json_masks_and_options(data):
    text = data.decode("latin-1")
    for parse in (
        lambda: load_object(data),
        lambda: parse_mask(text),
        lambda: rest_options([(text, text), ("fields", text)]),
    ):
        refusal = refusal_of(parse)
        assert refusal is None or len(refusal.message) < 1000


@often
@given(st.text(alphabet='<>&;!-/ abscript="#x41\n\N{PILE OF POO}', max_size=200))
def test_html_keeps_its_length(text):
    assert len(visible_text(text)) == len(text)


def test_base64_of_every_length():
    for size in range(20):
        body = {"requests": [{"image": {"content": base64.b64encode(bytes(size)).decode()}}]}
        with pytest.raises(GoogleError, match="image and features"):
            google_vision.vision_api().parse_json(json.dumps(body).encode())
