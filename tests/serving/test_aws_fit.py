"""The fast check says yes only where the validation that gives reasons finds nothing."""

import copy

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.serving.wire.aws_fit import Fitting
from chameleonapi.serving.wire.aws_forms import JSON
from chameleonapi.serving.wire.aws_protocol import _compiled, _violations
from chameleonapi.serving.wire.aws_write import Writing

MODELS = {
    name: ServiceModel(Loader().load_service_model(name, "service-2"), name)
    for name in ("rekognition", "comprehend")
}
LABELS = {
    "Labels": [
        {
            "Name": "Dog",
            "Confidence": 98.5,
            "Instances": [{"BoundingBox": {"Width": 0.1, "Height": 0.2, "Left": 0, "Top": 0.3}}],
            "Parents": [{"Name": "Animal"}],
            "Aliases": [],
            "Categories": [],
        }
    ],
    "LabelModelVersion": "3.0",
}
MOOD = {
    "Sentiment": "POSITIVE",
    "SentimentScore": {"Positive": 0.9, "Negative": 0.1, "Neutral": 0.0, "Mixed": 0.0},
}
CASES = [
    ("rekognition", "DetectLabels", "output_shape", LABELS),
    ("comprehend", "DetectSentiment", "output_shape", MOOD),
    (
        "rekognition",
        "DetectLabels",
        "input_shape",
        {"Image": {"Bytes": b"x" * 10}, "MaxLabels": 5, "MinConfidence": 50.0},
    ),
    ("comprehend", "DetectSentiment", "input_shape", {"Text": "fine", "LanguageCode": "en"}),
    (
        "comprehend",
        "BatchDetectSentiment",
        "input_shape",
        {"TextList": ["a"], "LanguageCode": "en"},
    ),
]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2000), st.floats(allow_nan=True), st.text(max_size=5),
    st.binary(max_size=3), st.just([]), st.just({}), st.just(["x"]), st.just({"Name": 1}),
)  # fmt: skip


def shape_of(service, operation, side):
    return getattr(MODELS[service].operation_model(operation), side)


@pytest.mark.parametrize(("service", "operation", "side", "value"), CASES)
def test_what_is_usual_goes_the_fast_way(service, operation, side, value):
    shape = shape_of(service, operation, side)
    assert Fitting(_compiled).fits(shape, value)
    assert _violations(shape, value) == []


def places(value):
    """Every container with each of its keys."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield value, key
            yield from places(one)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield value, index
            yield from places(one)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_it_never_says_yes_to_what_the_slow_way_refuses(data):
    service, operation, side, value = data.draw(st.sampled_from(CASES))
    changed = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(places(changed))
        if not found:
            break
        container, key = data.draw(st.sampled_from(found))
        if data.draw(st.booleans()):
            container[key] = copy.deepcopy(data.draw(VALUES))
        elif isinstance(container, dict) and data.draw(st.booleans()):
            container[data.draw(st.sampled_from(["Unknown", "Name"]))] = copy.deepcopy(
                data.draw(VALUES)
            )
        else:
            del container[key]
    shape = shape_of(service, operation, side)
    if Fitting(_compiled).fits(shape, changed):
        assert _violations(shape, changed) == []
    if Fitting(_compiled, as_written=True).fits(shape, changed):
        assert _violations(shape, changed) == []
        assert repr(Writing(JSON).written(shape, changed)) == repr(changed)


def test_numbers_as_the_model_writes_them_need_no_second_look():
    shape = shape_of("comprehend", "DetectSentiment", "output_shape")
    fitting = Fitting(_compiled, as_written=True)
    assert fitting.fits(shape, MOOD)
    assert not fitting.fits(shape, MOOD | {"SentimentScore": MOOD["SentimentScore"] | {"Mixed": 0}})


@pytest.mark.parametrize("service", MODELS)
def test_every_operation_has_checks(service):
    """Shapes that hold themselves, unions and documents among them."""
    fitting = Fitting(_compiled)
    for operation in MODELS[service].operation_names:
        for side in ("input_shape", "output_shape"):
            shape = shape_of(service, operation, side)
            if shape is not None:
                assert fitting.fits(shape, {"NoSuchMember": 1}) is False
