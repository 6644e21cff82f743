# ruff: noqa: INP001, T201
"""Ask the server for a long time: ``python benchmarks/serving_soak.py [--count 100000]``.

Requests of all protocols and two applications go on beside each other, on connections that
come and go. Every seventh is one that must be refused, in a way that is known. Prints how many
were answered in which way and the server's memory after each tenth; the exit code is 1 if any
answer was another than expected, or if memory grew.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from serving_load import (
    Call,
    Load,
    Result,
    aws_call,
    grpc_call,
    http_call,
    memory_mib,
    percentile,
    rest_call,
)
from serving_speed import hardware, started

_ROUNDS = 10
_MOST_GROWTH = 0.1  # of memory from the third round to the last
_TEXT = "What a day! Nothing went wrong."


def small_picture(seed: int) -> bytes:
    """Return a JPEG of some KB."""
    import numpy as np
    from PIL import Image

    drawn = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(drawn).resize((320, 240), Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()


def grpc_mix() -> list[tuple[Call, str]]:
    """Return calls over gRPC with the codes that they must get."""
    from google.cloud.language_v1.types import AnalyzeSentimentRequest
    from google.cloud.vision_v1.types import BatchAnnotateImagesRequest

    vision = "/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
    sentiment = AnalyzeSentimentRequest(document={"content": _TEXT, "type_": 1})
    many = BatchAnnotateImagesRequest(
        requests=[{"image": {"content": b"x"}, "features": [{"type_": 4}]}] * 17
    )
    unserved = BatchAnnotateImagesRequest(
        requests=[{"image": {"content": small_picture(0)}, "features": [{"type_": 9}]}]
    )
    return [
        (grpc_call(small_picture(1)), "OK"),
        (grpc_call(small_picture(2), "warm"), "OK"),
        (grpc_call(b"no picture"), "OK"),  # with an error for the image
        (
            Call(
                AnalyzeSentimentRequest.serialize(sentiment),
                "/google.cloud.language.v1.LanguageService/AnalyzeSentiment",
            ),
            "OK",
        ),
        (grpc_call(small_picture(3), "nobody"), "PERMISSION_DENIED"),
        (Call(BatchAnnotateImagesRequest.serialize(many), vision), "INVALID_ARGUMENT"),
        (Call(BatchAnnotateImagesRequest.serialize(unserved), vision), "UNIMPLEMENTED"),
        (Call(b"\xff\xff\xff", vision), "INVALID_ARGUMENT"),
        *[(grpc_call(small_picture(seed)), "OK") for seed in range(4, 24)],
    ]


def http_mix() -> list[tuple[Call, str]]:
    """Return requests over HTTP with the statuses that they must get."""
    words = json.dumps({"document": {"content": _TEXT, "type": "PLAIN_TEXT"}}).encode()
    plain = "content-type: application/json\r\n"

    def aws(service: str, operation: str, body: bytes) -> Call:
        target = f"content-type: application/x-amz-json-1.1\r\nx-amz-target: {service}.{operation}"
        return http_call("/", f"{target}\r\n", body)

    mood = json.dumps({"Text": _TEXT, "LanguageCode": "en"}).encode()
    bad = json.dumps({"Image": {"Bytes": base64.b64encode(b"no picture").decode()}}).encode()
    rekognition, comprehend = "RekognitionService", "Comprehend_20171127"
    return [
        (rest_call(small_picture(1)), "200"),
        (aws_call(small_picture(2)), "200"),
        (rest_call(small_picture(3), "warm"), "200"),
        (aws_call(small_picture(4), "warm"), "200"),
        (http_call("/v1/documents:analyzeSentiment", plain, words), "200"),
        (aws(comprehend, "DetectSentiment", mood), "200"),
        (aws(rekognition, "DetectLabels", bad), "400"),
        (aws(rekognition, "DetectLabels", b"{"), "400"),
        (aws(rekognition, "NoSuchThing", b"{}"), "400"),
        (http_call("/v1/images:annotate", plain, b"[" * 5000), "400"),
        (http_call("/v1/nothing", plain, b"{}"), "404"),
        (aws_call(small_picture(5), "nobody"), "400"),
        *[(rest_call(small_picture(seed)), "200") for seed in range(6, 22)],
        *[(aws_call(small_picture(seed)), "200") for seed in range(22, 38)],
    ]


def main() -> None:
    """Ask, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    options = parser.parse_args()
    print(hardware())
    each = max(1, options.count // _ROUNDS // 2)
    mixes = {"grpc": grpc_mix(), "http": http_mix()}
    found: Counter[tuple[str, str]] = Counter()
    expected: Counter[tuple[str, str]] = Counter()
    taken: list[float] = []
    levels = []
    began = time.monotonic()
    with started(["soak"]) as (child, ports), ThreadPoolExecutor(2) as pool:
        for number in range(_ROUNDS):
            loads = {
                name: Load(ports[name], tuple(call for call, _ in mix), 8, count=each)
                for name, mix in mixes.items()
            }
            results: dict[str, Result] = dict(
                zip(loads, pool.map(Load.run, loads.values()), strict=True)
            )
            for name, result in results.items():
                found.update({(name, code): n for code, n in result.codes.items()})
                taken += result.answered
                expected.update((name, mixes[name][i % len(mixes[name])][1]) for i in range(each))
            levels.append(memory_mib(child.pid))
            done = 2 * each * (number + 1)
            print(f"  {done} requests, {levels[-1]:.0f} MiB", flush=True)
    seconds = time.monotonic() - began
    print(f"{found.total()} requests in {seconds:.0f} s: {dict(sorted(found.items()))}")
    print(
        f"time to an answer: p50 {1e3 * percentile(taken, 0.5):.1f}, "
        f"p99 {1e3 * percentile(taken, 0.99):.1f}, longest {1e3 * max(taken):.0f} ms"
    )
    is_flat = levels[-1] <= (1 + _MOST_GROWTH) * levels[2]
    print("Every answer was as expected." if found == expected else f"EXPECTED {dict(expected)}")
    print("Memory is flat." if is_flat else "MEMORY GREW.")
    sys.exit(0 if found == expected and is_flat else 1)


if __name__ == "__main__":
    main()
