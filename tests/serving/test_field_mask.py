from contextlib import suppress

import pytest
from google.cloud import vision
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.serving.wire.field_mask import parse_mask, prune
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

RESPONSE = {
    "responses": [
        {
            "labelAnnotations": [{"description": "Dog", "score": 0.5, "mid": "/m/1"}],
            "safeSearchAnnotation": {"adult": "LIKELY", "racy": "POSSIBLE"},
        }
    ]
}


def pruned(text):
    message = json_format.ParseDict(RESPONSE, vision.BatchAnnotateImagesResponse.pb()())
    prune(message, parse_mask(text))
    return json_format.MessageToDict(message)


DOG = {"responses": [{"labelAnnotations": [{"description": "Dog"}]}]}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", RESPONSE),
        ("*", RESPONSE),
        ("responses", RESPONSE),
        ("responses/*", RESPONSE),
        ("responses,responses/labelAnnotations/mid", RESPONSE),
        ("responses/labelAnnotations/mid,responses", RESPONSE),
        ("responses(labelAnnotations(mid)),responses", RESPONSE),
        ("responses,responses(labelAnnotations(mid))", RESPONSE),
        ("responses/labelAnnotations/description", DOG),
        ("responses.label_annotations.description", DOG),
        ("responses(labelAnnotations(description))", DOG),
        ("responses( labelAnnotations/description )", DOG),
        ("*/labelAnnotations/description", DOG),
        ("responses/error", {"responses": [{}]}),
        (
            "responses(labelAnnotations/mid,safeSearchAnnotation/racy)",
            {
                "responses": [
                    {
                        "labelAnnotations": [{"mid": "/m/1"}],
                        "safeSearchAnnotation": {"racy": "POSSIBLE"},
                    }
                ]
            },
        ),
    ],
)
def test_only_what_is_wanted_stays(text, left):
    assert pruned(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "responses/nothing",
        "responses/labelAnnotations/mid/x",
        "a,",
        ",a",
        "a(",
        "a(b",
        "a)b",
        "a//b",
        "a b",
        "é",
        "a(" * 40,
        "a/" * 40 + "a",
        "a," * 9000,
    ],
)
def test_masks_that_are_refused(text):
    with pytest.raises(GoogleError, match="Invalid field selection") as caught:
        pruned(text)
    assert caught.value.code is GoogleCode.INVALID_ARGUMENT


@given(st.text(st.sampled_from("ab*(),./ "), max_size=30))
def test_any_text_is_a_mask_or_refused(text):
    with suppress(GoogleError):
        assert isinstance(parse_mask(text), dict)
