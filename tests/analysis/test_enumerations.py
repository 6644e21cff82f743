"""Enumerations of the specs against those that the providers' own packages hold, where installed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from chameleonapi.apis import FieldKind, get_api


def values(api: str, path: str) -> tuple[str, ...]:
    spec = get_api(api)
    fields = (*(one for c in spec.collections for one in c.fields), *spec.answer_fields)
    return next(one.values for one in fields if one.path == path and one.kind is FieldKind.ENUM)


def amazon(service: str, shape: str) -> list[str]:
    botocore = pytest.importorskip("botocore")
    folder = Path(botocore.__file__).parent / "data" / service
    versions = sorted(one for one in folder.iterdir() if one.is_dir())
    for name, opener in (("service-2.json.gz", gzip.open), ("service-2.json", open)):
        file = versions[-1] / name
        if file.is_file():
            with opener(file, "rt", encoding="utf-8") as stream:
                return json.load(stream)["shapes"][shape]["enum"]
    pytest.skip("this botocore has no such description")


@pytest.mark.parametrize(
    ("service", "shape", "api", "path"),
    [
        ("comprehend", "SentimentType", "aws.comprehend.detect_sentiment", "Sentiment"),
        ("comprehend", "EntityType", "aws.comprehend.detect_entities", "Type"),
        ("rekognition", "EmotionName", "aws.rekognition.detect_faces", "Emotions.0.Type"),
        ("rekognition", "GenderType", "aws.rekognition.detect_faces", "Gender.Value"),
        ("rekognition", "TextTypes", "aws.rekognition.detect_text", "Type"),
    ],
)
def test_amazon(service, shape, api, path):
    assert set(values(api, path)) == set(amazon(service, shape))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_google_likelihoods_in_their_order():
    vision = pytest.importorskip("google.cloud.vision_v1")
    real = [one.name for one in sorted(vision.Likelihood, key=int)]
    for name in ("adult", "violence", "racy"):
        assert list(values("google.vision.safe_search_detection", name)) == real
    assert list(values("google.vision.face_detection", "joyLikelihood")) == real
