import base64
import json

import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.apis import LabelScores
from chameleonapi.errors import InputError
from chameleonapi.serving.wire import aws_protocol, aws_rekognition
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_protocol import AwsProtocol

PROTOCOL = AwsProtocol("rekognition")
MODEL = Loader().load_service_model("rekognition", "service-2")
BYTES = base64.b64encode(b"picture").decode()


def read(body, parents=None):
    parameters = PROTOCOL.read("DetectLabels", body)
    return aws_rekognition.parse(PROTOCOL, "DetectLabels", parameters, parents)


def parse(**parameters):
    return read(json.dumps(parameters).encode())


def answered(call, prediction):
    return call.reply(
        [prediction if isinstance(prediction, InputError) else call.part(0, prediction)]
    )


def refusal(**parameters):
    with pytest.raises(AwsError) as caught:
        parse(**parameters)
    return caught.value


def test_defaults_are_the_providers():
    call = parse(Image={"Bytes": BYTES})
    assert [one.content for one in call.asks] == [b"picture"]
    scores = LabelScores(tuple(f"L{i}" for i in range(1100)), [0.55] * 1050 + [0.54] * 50)
    assert len(answered(call, scores)["Labels"]) == 1000
    few = LabelScores(("In", "Out"), [0.55, 0.549])
    assert [one["Name"] for one in answered(call, few)["Labels"]] == ["In"]


def test_nulls_count_as_absent():
    assert parse(Image={"Bytes": BYTES, "S3Object": None}, MinConfidence=None) == parse(
        Image={"Bytes": BYTES}
    )


@settings(deadline=None)
@given(st.floats(0, 100), st.integers(0, 1000), st.lists(st.floats(0, 1), max_size=12))
def test_min_confidence_and_max_labels_are_honoured(percent, count, scores):
    call = parse(Image={"Bytes": BYTES}, MinConfidence=percent, MaxLabels=count)
    names = tuple(f"L{i}" for i in range(len(scores)))
    answer = answered(call, LabelScores(names, scores))
    shown = [one["Confidence"] for one in answer["Labels"]]
    right = sorted((s * 100 for s in scores if s >= percent / 100), reverse=True)[:count]
    assert shown == pytest.approx(right)
    PROTOCOL.write("DetectLabels", answer)


def test_parents_and_model_version():
    body = json.dumps({"Image": {"Bytes": BYTES}}).encode()
    call = read(body, {"Dog": ("Mammal", "Animal")})
    answer = answered(call, LabelScores(("Dog", "Sky"), [0.9, 0.8]))
    assert [one["Parents"] for one in answer["Labels"]] == [
        [{"Name": "Mammal"}, {"Name": "Animal"}],
        [],
    ]
    assert json.loads(PROTOCOL.write("DetectLabels", answer))["LabelModelVersion"] == "3.0"


def test_label_filters_come_before_the_count():
    settings = {
        "GeneralLabels": {
            "LabelInclusionFilters": ["Dog", "Cat", "Sky"],
            "LabelExclusionFilters": ["Dog"],
        }
    }
    call = parse(Image={"Bytes": BYTES}, MaxLabels=1, Settings=settings)
    answer = answered(call, LabelScores(("Dog", "Car", "Cat", "Sky"), [0.99, 0.98, 0.9, 0.95]))
    assert [one["Name"] for one in answer["Labels"]] == ["Sky"]


@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        ({}, "InvalidParameterException", "Image"),
        ({"Image": {}}, "InvalidParameterException", "either Bytes or S3Object"),
        ({"Image": {"Bytes": ""}}, "InvalidParameterException", "greater than or equal to 1"),
        (
            {"Image": {"S3Object": {"Bucket": "bucket", "Name": "n"}}},
            "InvalidS3ObjectException",
            "S3",
        ),
        (
            {"Image": {"Bytes": BYTES, "S3Object": {"Bucket": "bucket", "Name": "n"}}},
            "InvalidParameterException",
            "either",
        ),
        ({"Image": {"Bytes": "%%%"}}, "SerializationException", "base64"),
        ({"Image": "x"}, "SerializationException", "structure"),
        ({"Image": {"Bytes": BYTES}, "MaxLabels": "3"}, "SerializationException", "integer"),
        ({"Image": {"Bytes": BYTES}, "MaxLabels": True}, "SerializationException", "integer"),
        ({"Image": {"Bytes": BYTES}, "MaxLabels": -1}, "InvalidParameterException", "MaxLabels"),
        ({"Image": {"Bytes": BYTES}, "MaxLabels": 1001}, "InvalidParameterException", "1000"),
        ({"Image": {"Bytes": BYTES}, "MinConfidence": 101}, "InvalidParameterException", "100"),
        ({"Image": {"Bytes": BYTES}, "Features": ["FACES"]}, "InvalidParameterException", "enum"),
        (
            {"Image": {"Bytes": BYTES}, "Settings": {"ImageProperties": {"MaxDominantColors": 2}}},
            "InvalidParameterException",
            "IMAGE_PROPERTIES",
        ),
        (
            {
                "Image": {"Bytes": BYTES},
                "Settings": {"GeneralLabels": {"LabelInclusionFilters": ["日本"]}},
            },
            "InvalidParameterException",
            "pattern",
        ),
        ({"Image": {"Bytes": BYTES}, "Surprise": 1}, "InvalidParameterException", "Surprise"),
    ],
)
def test_requests_that_are_refused(parameters, code, words):
    error = refusal(**parameters)
    assert error.code == code
    assert words in error.message


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"Features": ["IMAGE_PROPERTIES"]}, "not served"),
        (
            {"Settings": {"GeneralLabels": {"LabelCategoryInclusionFilters": ["Animals"]}}},
            "categories",
        ),
    ],
)
def test_what_scores_of_labels_cannot_say_is_refused(parameters, words):
    call = parse(Image={"Bytes": BYTES}, **parameters)
    with pytest.raises(AwsError, match=words) as caught:
        answered(call, LabelScores(("Dog",), [0.9]))
    assert caught.value.code == "InvalidParameterException"


def test_an_image_above_the_models_maximum():
    limit = MODEL["shapes"]["ImageBlob"]["max"]
    assert parse(Image={"Bytes": base64.b64encode(b"x" * limit).decode()}).asks
    too_large = base64.b64encode(b"x" * (limit + 1)).decode()
    assert refusal(Image={"Bytes": too_large}).code == "ImageTooLargeException"


def test_an_image_that_cannot_be_read():
    with pytest.raises(AwsError) as caught:
        answered(parse(Image={"Bytes": BYTES}), InputError("bad"))
    assert caught.value.code == "InvalidImageFormatException"


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"x"', b"[" * 100_000, b'{"a": Infinity}'])
def test_a_body_that_is_no_json_object(body):
    with pytest.raises(AwsError) as caught:
        read(body)
    assert caught.value.code == "SerializationException"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Image",
                    "Bytes",
                    "S3Object",
                    "Bucket",
                    "MaxLabels",
                    "Features",
                    "Settings",
                    "GeneralLabels",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON_VALUES)
def test_any_json_ends_in_a_call_or_a_refusal_of_the_client(value):
    try:
        read(json.dumps(value).encode())
        status = 200
    except AwsError as error:
        status = PROTOCOL.error_status(error)
    assert status in {200, 400}


def test_an_answer_that_does_not_fit_the_model_never_leaves():
    with pytest.raises(AwsError, match="Confidence") as caught:
        PROTOCOL.write("DetectLabels", {"Labels": [{"Name": "Dog", "Confidence": 120.0}]})
    assert PROTOCOL.error_status(caught.value) == 500


def test_statuses_are_the_models():
    errors = [name for name, one in MODEL["shapes"].items() if one.get("exception")]
    assert len(errors) > 20
    for name in errors:
        status = PROTOCOL.error_status(AwsError(name, ""))
        assert status == (500 if MODEL["shapes"][name].get("fault") else 400), name


def test_every_pattern_of_the_model_can_be_checked():
    for shape in MODEL["shapes"].values():
        if "pattern" in shape:
            assert aws_protocol._compiled(shape["pattern"])


def test_blobs_maps_and_lists_are_written_as_json():
    answer = {"UserStatus": "ACTIVE"}
    with pytest.raises(AwsError):
        PROTOCOL.write("DetectLabels", answer)
    tags = {"Tags": {"a": "b"}}
    assert json.loads(PROTOCOL.write("ListTagsForResource", tags)) == tags


def test_maps_and_blobs_are_read_and_written():
    body = json.dumps({"ResourceArn": "arn:aws:rekognition:x", "Tags": {"a": "b"}}).encode()
    assert PROTOCOL.read("TagResource", body)["Tags"] == {"a": "b"}
    with pytest.raises(AwsError, match=r"Tags\.a"):
        PROTOCOL.read("TagResource", b'{"Tags": {"a": 1}}')
    found = PROTOCOL.request_violations(
        "TagResource", {"ResourceArn": "", "Tags": {"a": "x" * 300}}
    )
    assert {(one.path, one.constraint) for one in found} >= {
        ("Tags.a", "max"),
        ("ResourceArn", "min"),
    }
    session = {"SessionId": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "Status": "SUCCEEDED"}
    answer = session | {"ReferenceImage": {"Bytes": b"\xff\x00"}}
    written = json.loads(PROTOCOL.write("GetFaceLivenessSessionResults", answer))
    assert written["ReferenceImage"]["Bytes"] == "/wA="


def test_values_without_limits_pass():
    sharing = {"DataSharingPreference": {"OptIn": True}}  # codespell:ignore optin
    found = PROTOCOL.request_violations("CreateStreamProcessor", sharing)
    assert [one.constraint for one in found] == ["shape"]  # for what is missing beside it
    assert "Missing required parameter" in found[0].message
