"""A program that asks a server of its own the most expensive requests of 10 KiB that are known.

It prints for each, as a line of JSON, how much memory and processor time the process took for it.
The test that runs it stands in ``test_small_requests.py``.
"""

import base64
import ctypes
import gc
import gzip
import http.client
import io
import json
import struct
import sys
import time
import zlib
from pathlib import Path

import grpc
from google.cloud import language_v1, vision_v1
from PIL import Image

from chameleonapi.apis import LabelScores, RoutedPredictor
from chameleonapi.data import read_square
from chameleonapi.errors import InputError
from chameleonapi.serving import ServerConfig, start_server

LIMIT = 10 * 1024
VISION = "/v1/images:annotate"
LANGUAGE = "/v1/documents:analyzeEntities"
AWS = "application/x-amz-json-1.1"


class Pictures:
    """Reads pictures as a model does."""

    applications = ()

    def serves(self, application, api):
        return "detect_labels" in api or "label_detection" in api

    def predict(self, requests):
        return [self.one(each.content) for each in requests]

    def one(self, content):
        try:
            read_square(content, 192)
        except InputError as error:
            return error
        return LabelScores(("any",), [0.9])


class Texts:
    applications = ()

    def serves(self, application, api):
        return True

    def predict(self, requests):
        return [InputError("no text") for _ in requests]


def saved(image, kind, **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(*chunks):
    """Return a small PNG with more chunks behind its header."""
    png = saved(Image.new("RGB", (8, 8)), "PNG")
    return png[:33] + b"".join(chunks) + png[33:]


def scans():
    content = saved(Image.new("L", (7000, 7000)), "JPEG", quality=1, progressive=True)
    return content[:2000] + content[content.rfind(b"\xff\xda") :][:40] * 190


def largest(make, low=200, high=4096):
    """Return the largest picture of a kind that fits; found by halving."""
    while high - low > 256:
        middle = (low + high) // 2
        low, high = (middle, high) if len(make(middle)) < LIMIT - 400 else (low, middle)
    return make(low)


PICTURES = {
    "png, grey": lambda: largest(lambda n: saved(Image.new("L", (n, n)), "PNG")),
    "png, one bit": lambda: saved(Image.new("1", (7000, 7000)), "PNG"),
    "png, see-through palette": lambda: largest(
        lambda n: saved(Image.new("P", (n, n)), "PNG", bits=1, transparency=b"\x80\x00")
    ),
    "png, colour and alpha": lambda: largest(lambda n: saved(Image.new("RGBA", (n, n)), "PNG")),
    "png, 16 bits": lambda: largest(lambda n: saved(Image.new("I;16", (n, n)), "PNG")),
    "png, texts": lambda: with_chunks(
        *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))] * 8
    ),
    "png, profile": lambda: with_chunks(
        chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(8_000_000), 9))
    ),
    "gif": lambda: largest(lambda n: saved(Image.new("P", (n, n)), "GIF")),
    "webp": lambda: largest(lambda n: saved(Image.new("RGB", (n, n)), "WEBP", lossless=True)),
    "webp, the most that is read": lambda: saved(
        Image.new("RGB", (1650, 1650)), "WEBP", lossless=True
    ),
    "tiff, fax": lambda: largest(
        lambda n: saved(Image.new("1", (n, n)), "TIFF", compression="group4")
    ),
    "tiff, fax, the most that is read": lambda: saved(
        Image.new("1", (6500, 6500)), "TIFF", compression="group4"
    ),
    "tiff, deflate": lambda: largest(
        lambda n: saved(Image.new("RGB", (n, n)), "TIFF", compression="tiff_deflate")
    ),
    "jpeg": lambda: largest(lambda n: saved(Image.new("L", (n, n)), "JPEG", quality=1)),
    "jpeg, progressive": lambda: largest(
        lambda n: saved(Image.new("L", (n, n)), "JPEG", quality=1, progressive=True)
    ),
    "jpeg, many scans": scans,
    "jpeg that only claims": lambda: saved(Image.new("RGB", (7000, 7000)), "JPEG")[:9000],
    "bmp": lambda: saved(Image.new("L", (80, 80)), "BMP")[:2000],
}


def rest(body, path=VISION, **headers):
    return ("rest", path, body, headers)


def aws(body, operation="RekognitionService.DetectLabels", **headers):
    return ("rest", "/", body, {"X-Amz-Target": operation, "Content-Type": AWS, **headers})


def cbor(body):
    path = "/service/Comprehend_20171127/operation/DetectSentiment"
    return ("rest", path, body, {"smithy-protocol": "rpc-v2-cbor"})


def call(method, payload, packed=False):
    return ("grpc", method, payload, packed)


ANNOTATE = "/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
ENTITIES = "/google.cloud.language.v1.LanguageService/AnalyzeEntities"


def document(text, kind="PLAIN_TEXT"):
    return json.dumps({"document": {"content": text, "type": kind}}).encode()


def filled(piece, before=b"", after=b"", size=LIMIT - 64):
    return before + piece * ((size - len(before) - len(after)) // len(piece)) + after


def packed(body):
    return gzip.compress(body, 9)


MEGA = 1_000_000
OTHERS = {
    "json, deep": lambda: rest(b"[" * 10_000),
    "json, deep objects": lambda: rest(filled(b'{"a":')),
    "json, empty requests": lambda: rest(filled(b"{},", b'{"requests":[', b"{}]}")),
    "json, empty features": lambda: rest(filled(b"{},", b'{"requests":[{"features":[', b"{}]}]}")),
    "json, hints": lambda: rest(
        filled(b'"",', b'{"requests":[{"imageContext":{"languageHints":[', b'""]}}]}')
    ),
    "json, a long number": lambda: rest(filled(b"9", b'{"requests":', b"}")),
    "json, a large exponent": lambda: rest(b'{"requests":1e' + b"9" * 4000 + b"}"),
    "json, packed objects": lambda: rest(
        packed(filled(b"{},", b'{"requests":[', b"{}]}", 9 * MEGA)), **{"Content-Encoding": "gzip"}
    ),
    "json, packed objects, the most that is unpacked": lambda: rest(
        packed(filled(b"{},", b'{"requests":[', b"{}]}", MEGA)), **{"Content-Encoding": "gzip"}
    ),
    "json, packed wide text": lambda: rest(
        packed(document("\N{PILE OF POO}" + "a" * MEGA)), LANGUAGE, **{"Content-Encoding": "gzip"}
    ),
    "json, packed twice": lambda: rest(
        packed(packed(bytes(50 * MEGA))), **{"Content-Encoding": "gzip"}
    ),
    "html, open tags": lambda: rest(document("<a" * 4_000, "HTML"), LANGUAGE),
    "html, open scripts": lambda: rest(document("<script>" * 1_100, "HTML"), LANGUAGE),
    "html, comments": lambda: rest(document("<!--" * 2_400, "HTML"), LANGUAGE),
    "html, entities": lambda: rest(document("&a" * 4_800, "HTML"), LANGUAGE),
    "a field mask": lambda: rest(b"{}", VISION + "?fields=" + "a(" * 3_900),
    "a wide field mask": lambda: rest(b"{}", VISION + "?fields=" + "a," * 3_900 + "a"),
    "headers": lambda: ("rest", VISION, b"{}", {f"x-{n}": "a" * 80 for n in range(95)}),
    "aws, deep": lambda: aws(b'{"Image":' * 1_000),
    "aws, values": lambda: aws(filled(b'"",', b'{"Image":{"Bytes":""},"Features":[', b'""]}')),
    "aws, filters": lambda: aws(
        filled(
            b'"aaaaaaaa",',
            b'{"Image":{"Bytes":"aaaa"},"Settings":{"GeneralLabels":{"LabelInclusionFilters":[',
            b'"a"]}}}',
        )
    ),
    "aws, texts": lambda: aws(
        filled(b'"a",', b'{"LanguageCode":"en","TextList":[', b'"a"]}'),
        "Comprehend_20171127.BatchDetectEntities",
    ),
    "aws, an address": lambda: aws(
        b'{"Text":"a","EndpointArn":"arn:aws:comprehend:' + b"a-" * 4_900 + b'"}',
        "Comprehend_20171127.ClassifyDocument",
    ),
    "aws, packed": lambda: aws(
        packed(filled(b"[],", b'{"Image":[', b"[]]}", 9 * MEGA)), **{"Content-Encoding": "gzip"}
    ),
    "cbor, deep": lambda: cbor(b"\x81" * 10_000),
    "cbor, open": lambda: cbor(b"\x9f" * 10_000),
    "cbor, many": lambda: cbor(b"\x99\x27\x00" + b"\x80" * 9_984),
    "cbor, a promise": lambda: cbor(b"\x9b" + b"\xff" * 8),
    "proto, empty requests": lambda: call(ANNOTATE, b"\x0a\x00" * 5_000),
    "proto, empty features": lambda: call(
        ANNOTATE, vision_v1.BatchAnnotateImagesRequest.serialize(one_image(4_900))
    ),
    "proto, packed requests": lambda: call(ANNOTATE, b"\x0a\x00" * (4 * MEGA), True),
    "proto, packed features": lambda: call(
        ANNOTATE, b"\x0a\x80\x92\xf4\x01" + b"\x12\x00" * (2 * MEGA), True
    ),
    "proto, groups": lambda: call(ANNOTATE, b"\x0b" * 10_000),
    "proto, packed text": lambda: call(
        ENTITIES,
        language_v1.AnalyzeEntitiesRequest.serialize(
            language_v1.AnalyzeEntitiesRequest(document={"content": "a," * (4 * MEGA), "type_": 1})
        ),
        True,
    ),
}


def one_image(features):
    one = vision_v1.AnnotateImageRequest(image={"content": b"a"}, features=[{}] * features)
    return vision_v1.BatchAnnotateImagesRequest(requests=[one])


def of_picture(content, over):
    text = base64.b64encode(content).decode()
    if over == "aws":
        return aws(json.dumps({"Image": {"Bytes": text}}).encode())
    one = {"image": {"content": text}, "features": [{"type": "LABEL_DETECTION"}]}
    return rest(json.dumps({"requests": [one]}).encode())


def ask(server, request):
    kind, where, body, more = request
    if kind == "grpc":
        address = f"127.0.0.1:{server.grpc_port}"
        compression = grpc.Compression.Gzip if more else grpc.Compression.NoCompression
        options = [("grpc.max_send_message_length", -1)]
        with grpc.insecure_channel(address, options, compression) as channel:
            try:
                channel.unary_unary(where)(body, timeout=60)
            except grpc.RpcError as error:
                return error.code().name
            return "OK"
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=60)
    try:
        connection.request("POST", where, body, more)
        return str(connection.getresponse().status)
    except (ConnectionError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def resident(line):
    with Path("/proc/self/status").open() as status:
        return next(int(one.split()[1]) for one in status if one.startswith(line)) / 1024


def measured(server, request, before):
    """Return the answer's status, the rise of memory from now and ``before``, and the time."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the height of memory begins anew
    now, started = resident("VmRSS"), time.process_time()
    status = ask(server, request)
    height, spent = resident("VmHWM"), time.process_time() - started
    return status, height - now, height - before, spent


def cases():
    for name, make in PICTURES.items():
        content = make()
        for over in ("rest", "aws"):
            # base64 takes a third more: the picture itself is held to the limit
            yield f"{name}, {over}", of_picture(content, over), len(content)
    for name, make in OTHERS.items():
        request = make()
        size = len(request[2])
        if request[0] == "grpc" and request[3]:
            size = len(gzip.compress(request[2], 9))
        yield name, request, size


def main():
    found = list(cases())
    with start_server(RoutedPredictor([Pictures(), Texts()]), ServerConfig()) as server:
        for over in ("rest", "aws"):  # what the first request loads is nobody's
            ask(server, of_picture(saved(Image.new("RGB", (300, 300)), "PNG"), over))
        ask(server, OTHERS["proto, empty requests"]())
        ask(server, rest(document("a"), LANGUAGE))
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        before = resident("VmRSS")
        for name, request, size in found:
            status, rise, above, seconds = measured(server, request, before)
            row = {"name": name, "bytes": size, "status": status}
            row |= {"MiB": round(rise, 1), "MiB above start": round(above, 1)}
            print(json.dumps({**row, "seconds": round(seconds, 3)}))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
