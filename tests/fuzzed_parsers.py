"""Every parser of what strangers send, as a function of bytes.

A parser returns or refuses in its own words; anything else is a fault. ``test_fuzzed_parsers``
feeds each with bytes that are changed in a few places; ``scripts/fuzz`` with what atheris
finds to reach new lines.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from google.cloud import language_v1, vision_v1
from PIL import Image

from chameleonapi import decision as d
from chameleonapi.analysis.frontend.notebooks import read_notebook
from chameleonapi.analysis.frontend.parsing import decode, parse
from chameleonapi.data.importers.yaml_files import parse_yaml
from chameleonapi.data.pictures import probe_picture, read_picture
from chameleonapi.errors import ChameleonError
from chameleonapi.models import LinearHead, OutcomeHead
from chameleonapi.models.head_rows import HeadRows
from chameleonapi.models.manifest import Manifest
from chameleonapi.serving.callers import Caller, Callers
from chameleonapi.serving.launcher.http1 import Http1Tagger
from chameleonapi.serving.launcher.http2 import Http2Tagger
from chameleonapi.serving.wire import (
    aws_comprehend,
    aws_rekognition,
    google_language,
    google_vision,
)
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_forms import CBOR, JSON, AwsForm
from chameleonapi.serving.wire.aws_protocol import AwsProtocol
from chameleonapi.serving.wire.cbor import CborError, dumps, loads
from chameleonapi.serving.wire.field_mask import parse_mask
from chameleonapi.serving.wire.google_json import decode_base64, rest_options
from chameleonapi.serving.wire.google_status import GoogleError
from chameleonapi.serving.wire.html_text import visible_text
from chameleonapi.serving.wire.text_offsets import units

__all__ = ["PARSERS", "Parser"]

REFUSALS = (ChameleonError, GoogleError, AwsError, CborError)
_REFUSED = contextlib.suppress(*REFUSALS)


@dataclass(frozen=True)
class Parser:
    """One parser.

    Attributes:
        read: takes bytes; what it raises beside ``REFUSALS`` is a fault.
        seeds: bytes that it takes, or nearly so.
    """

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]

    def __call__(self, content: bytes) -> bool:
        """Tell whether it takes the bytes."""
        try:
            self.read(content)
        except REFUSALS:
            return False
        return True


_REKOGNITION, _COMPREHEND = AwsProtocol("rekognition"), AwsProtocol("comprehend")
_CALLERS = Callers([Caller(key="AKIDEXAMPLEKEY0000", secret="s" * 40), Caller(key="k" * 40)])


def _rekognition(body: bytes, form: AwsForm = JSON) -> None:
    for operation in aws_rekognition.OPERATIONS:
        with _REFUSED:
            parameters = _REKOGNITION.read(operation, body, form)
            aws_rekognition.parse(_REKOGNITION, operation, parameters)


def _comprehend(body: bytes, form: AwsForm = JSON) -> None:
    for operation in aws_comprehend.OPERATIONS:
        with _REFUSED:
            parameters = _COMPREHEND.read(operation, body, form)
            aws_comprehend.parse(_COMPREHEND, operation, parameters)


def _language(parsed: str) -> Callable[[bytes], None]:
    def read(body: bytes) -> None:
        for version in google_language.VERSIONS:
            api = google_language.language_api(version)
            for method in api.methods:
                with _REFUSED:
                    getattr(api, parsed)(method, body)

    return read


def _headers(content: bytes) -> Iterator[tuple[str, str]]:
    for line in content.decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()


def _caller(content: bytes) -> None:
    headers = list(_headers(content))
    for admit in (
        lambda: _CALLERS.admit_google(headers, (), ""),
        lambda: _CALLERS.admit_aws("/", "", headers, b"", ""),
    ):
        with _REFUSED:
            admit()


def _by_pieces(tagger: Http1Tagger | Http2Tagger, content: bytes) -> None:
    for start in range(0, len(content), 7):
        tagger.feed(content[start : start + 7])


def _record(content: bytes) -> None:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return
    for kind in (d.DecisionProcess, Manifest):
        with _REFUSED:
            kind.from_json(data)


def _options(content: bytes) -> None:
    text = content.decode("latin-1")
    for read in (lambda: parse_mask(text), lambda: rest_options([("fields", text), (text, "1")])):
        with _REFUSED:
            read()


def _html(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    assert len(visible_text(text)) == len(text)
    for encoding in ("UTF8", "UTF16", "UTF32"):
        units(text, (0, len(text)), encoding)


def _picture(content: bytes) -> None:
    probe_picture(content, max_pixels=1 << 20)
    read_picture(content, max_pixels=1 << 20)


# Seeds


def _pictures() -> Iterator[bytes]:
    image = Image.linear_gradient("L").resize((9, 7))
    for form in ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF"):
        written = io.BytesIO()
        image.save(written, form)
        yield written.getvalue()


def _rows() -> HeadRows:
    import torch

    return HeadRows("0" * 64, torch.tensor([0, 2]), torch.zeros(2, 3), torch.zeros(2))


def _head() -> LinearHead:
    import torch

    drawn = torch.Generator().manual_seed(0)
    return LinearHead(
        ("Dog", "Cat"),
        torch.randn(2, 3, generator=drawn),
        torch.zeros(2),
        torch.zeros(3),
        torch.ones(3),
    )


_VISION = vision_v1.BatchAnnotateImagesRequest.serialize(
    vision_v1.BatchAnnotateImagesRequest(
        requests=[{"image": {"content": b"hi"}, "features": [{"type_": 4}]}] * 2
    )
)
_TEXT = language_v1.AnnotateTextRequest.serialize(
    language_v1.AnnotateTextRequest(document={"content": "Ann.", "type_": 1})
)
_VISION_JSON = b'{"requests": [{"image": {"content": "aGk="}, "features": [{"type": 4}]}]}'
_TEXT_JSON = b'{"document": {"content": "Ann.", "type": "HTML"}, "encodingType": "UTF8"}'
_LABELS = b'{"Image": {"Bytes": "aGk="}, "MinConfidence": 50.0, "MaxLabels": 3}'
_MOOD = b'{"TextList": ["a", "b"], "LanguageCode": "en"}'
_SIGNED = (
    b"host: h\nx-amz-date: 20260101T000000Z\nauthorization: AWS4-HMAC-SHA256 "
    b"Credential=AKIDEXAMPLEKEY0000/20260101/us-east-1/rekognition/aws4_request, "
    b"SignedHeaders=host;x-amz-date, Signature=" + b"0" * 64
)
_RECORD = json.dumps(
    d.DecisionProcess(
        "app",
        "google.vision.label_detection",
        d.Span("app.py", 8),
        d.Kind.TRUE_FALSE,
        d.Cases((d.Case(d.Exists("dog"), "pet"),), "other"),
        (d.Outcome("pet"), d.Outcome("other")),
        (d.Atom("dog", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("Dog")),)),),
    ).to_json()
).encode()
_NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "metadata": {},
        "cells": [{"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", "a = 1"]}],
    }
).encode()
_PYTHON2 = b"print 'a', `b`\nexcept_ = 0777\ntry:\n  pass\nexcept A, e:\n  raise B, 'c'\n"

PARSERS: dict[str, Parser] = {
    "vision-proto": Parser(google_vision.vision_api().parse_proto, (_VISION,)),
    "vision-json": Parser(google_vision.vision_api().parse_json, (_VISION_JSON,)),
    "language-proto": Parser(_language("parse_proto"), (_TEXT,)),
    "language-json": Parser(_language("parse_json"), (_TEXT_JSON,)),
    "rekognition": Parser(_rekognition, (_LABELS,)),
    "comprehend": Parser(_comprehend, (_MOOD,)),
    "comprehend-cbor": Parser(
        lambda body: _comprehend(body, CBOR), (dumps({"Text": "Ann.", "LanguageCode": "en"}),)
    ),
    "cbor": Parser(loads, (dumps({"a": [1, -1.5, True, None, b"x", "\u00e9"]}), b"\xbf\xff")),
    "options": Parser(_options, (b"responses/labelAnnotations(score,mid)", b"a,b/c")),
    "base64": Parser(
        lambda one: decode_base64(one.decode("latin-1"), field="content"), (b"aGk=", b"-_8")
    ),
    "html": Parser(_html, (b"<p title='a>b'>Ann&amp;&#x41;<!-- c --><script>x</script>",)),
    "callers": Parser(_caller, (_SIGNED, b"x-goog-api-key: " + b"k" * 40)),
    "http1": Parser(
        lambda one: _by_pieces(Http1Tagger("x-a", "b"), one),
        (
            b"POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nab\r\n0\r\n\r\n",
            b"GET / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
        ),
    ),
    "http2": Parser(
        lambda one: _by_pieces(Http2Tagger("x-a", "b"), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + one),
        (
            b"\0\0\0\x04\0\0\0\0\0" + b"\0\0\x01\x01\x05\0\0\0\x01\x82",
            b"\0\0\x02\x01\x08\0\0\0\x01\0\x82",
        ),
    ),
    "records": Parser(_record, (_RECORD,)),
    "head": Parser(LinearHead.from_bytes, (_head().to_bytes(),)),
    "rows": Parser(HeadRows.from_bytes, (_rows().to_bytes(),)),
    "outcomes": Parser(OutcomeHead.from_bytes, (OutcomeHead(_head(), 0.5).to_bytes(),)),
    "yaml": Parser(
        lambda one: parse_yaml(one.decode("utf-8", "replace"), where="data.yaml"),
        (b"names: [a, b]\ntrain: images\n", b"a: &x [1]\nb: *x\n"),
    ),
    "notebook": Parser(lambda one: read_notebook(one, "a.ipynb"), (_NOTEBOOK,)),
    "python": Parser(lambda one: parse(decode(one, "a.py"), "a.py"), (_PYTHON2, b"a = 1\n")),
    "pictures": Parser(_picture, tuple(_pictures())),
}
