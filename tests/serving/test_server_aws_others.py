"""Rekognition beside labels, and Comprehend, with boto3 against a running server."""

import json

import boto3
import botocore.session
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from chameleonapi.serving.wire.cbor import dumps, loads

NO_RETRY = Config(retries={"max_attempts": 0})
KEYS = {
    "region_name": "us-east-1",
    "aws_access_key_id": "A",
    "aws_secret_access_key": "s",
    "config": NO_RETRY,
}


def client_for(service, server, session=None):
    made = session or boto3.Session()
    url = f"http://127.0.0.1:{server.http_port}"
    return made.client(service, endpoint_url=url, **KEYS)


@pytest.fixture(scope="module")
def rekognition(whole_server):
    client = client_for("rekognition", whole_server)
    yield client
    client.close()


@pytest.fixture(scope="module")
def data_of_cbor(tmp_path_factory):
    """The description of Comprehend as one that speaks nothing but CBOR."""
    from botocore.loaders import Loader

    described = Loader().load_service_model("comprehend", "service-2")
    described["metadata"]["protocols"] = ["smithy-rpc-v2-cbor"]
    described["metadata"]["protocol"] = "smithy-rpc-v2-cbor"
    folder = tmp_path_factory.mktemp("data")
    target = folder / "comprehend" / "2017-11-27"
    target.mkdir(parents=True)
    (target / "service-2.json").write_text(json.dumps(described))
    return folder


@pytest.fixture(scope="module", params=["json", "cbor"])
def comprehend(request, whole_server, data_of_cbor):
    core = botocore.session.get_session()
    if request.param == "cbor":
        core.get_component("data_loader").search_paths.insert(0, str(data_of_cbor))
    client = client_for("comprehend", whole_server, boto3.Session(botocore_session=core))
    spoken = client.meta.service_model.resolved_protocol
    assert ("cbor" in spoken) == (request.param == "cbor")
    yield client
    client.close()


@pytest.fixture
def image(picture):
    return {"Bytes": picture(250, 10, 150)}


def test_moderation_labels(rekognition, image):
    answer = rekognition.detect_moderation_labels(Image=image)
    assert [(one["Name"], one["ParentName"]) for one in answer["ModerationLabels"]] == [
        ("Violence", ""),
        ("Smoking", "Tobacco"),
    ]
    assert answer["ModerationModelVersion"]
    answer = rekognition.detect_moderation_labels(Image=image, MinConfidence=80)
    assert [one["Name"] for one in answer["ModerationLabels"]] == ["Violence"]
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException):
        rekognition.detect_moderation_labels(
            Image=image,
            ProjectVersion="arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1234567890123",
        )
    loop = {
        "HumanLoopName": "a",
        "FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f",
    }
    with pytest.raises(rekognition.exceptions.InvalidParameterException, match="HumanLoop"):
        rekognition.detect_moderation_labels(Image=image, HumanLoopConfig=loop)


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        (None, set()),
        (["DEFAULT"], set()),
        (["SMILE"], {"Smile"}),
        (["DEFAULT", "AGE_RANGE"], {"AgeRange"}),
        (["ALL"], {"Smile", "AgeRange"}),
        (["ALL", "DEFAULT"], {"Smile", "AgeRange"}),
    ],
)
def test_faces_with_the_attributes_that_are_asked_for(rekognition, image, attributes, kept):
    more = {} if attributes is None else {"Attributes": attributes}
    (face,) = rekognition.detect_faces(Image=image, **more)["FaceDetails"]
    assert set(face) == {"BoundingBox", "Confidence"} | kept


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, ["STOP NOW", "faint", "STOP", "NOW", "faint"]),
        ({"WordFilter": {"MinConfidence": 35}}, ["STOP NOW", "STOP", "NOW"]),
        ({"WordFilter": {"MinConfidence": 80}}, ["STOP NOW", "STOP"]),
        ({"WordFilter": {"MinBoundingBoxHeight": 0.5}}, []),
        (
            {
                "RegionsOfInterest": [
                    {"BoundingBox": {"Left": 0, "Top": 0, "Width": 0.5, "Height": 1}}
                ]
            },
            ["STOP NOW", "STOP"],
        ),
        (
            {
                "RegionsOfInterest": [
                    {
                        "Polygon": [
                            {"X": 0.6, "Y": 0},
                            {"X": 1, "Y": 0},
                            {"X": 1, "Y": 1},
                            {"X": 0.6, "Y": 1},
                        ]
                    }
                ]
            },
            ["faint", "faint"],
        ),
    ],
)
def test_text_with_filters(rekognition, image, filters, kept):
    answer = rekognition.detect_text(Image=image, **({"Filters": filters} if filters else {}))
    assert [one["DetectedText"] for one in answer["TextDetections"]] == kept


def test_bad_images_are_refused_by_every_operation(rekognition):
    for name in ("detect_moderation_labels", "detect_faces", "detect_text", "detect_labels"):
        with pytest.raises(rekognition.exceptions.InvalidImageFormatException):
            getattr(rekognition, name)(Image={"Bytes": b"bad"})
        with pytest.raises(rekognition.exceptions.ImageTooLargeException):
            getattr(rekognition, name)(Image={"Bytes": b"x" * (5 * 1024 * 1024 + 1)})


TEXT = "\N{DOG FACE} Ann met Bob."


def test_comprehend_on_one_text(comprehend):
    answer = comprehend.detect_sentiment(Text=TEXT, LanguageCode="en")
    assert answer["Sentiment"] == "POSITIVE"
    assert answer["SentimentScore"]["Positive"] == pytest.approx(0.9)
    entities = comprehend.detect_entities(Text=TEXT, LanguageCode="en")["Entities"]
    assert [(one["Text"], one["BeginOffset"], one["EndOffset"]) for one in entities] == [
        ("Ann", 2, 5),
        ("Bob", 10, 13),
    ]
    phrases = comprehend.detect_key_phrases(Text=TEXT, LanguageCode="en")["KeyPhrases"]
    assert phrases[0]["Text"] == TEXT[:5]
    languages = comprehend.detect_dominant_language(Text=TEXT)["Languages"]
    assert [one["LanguageCode"] for one in languages] == ["en"]
    arn = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/e"
    classes = comprehend.classify_document(Text=TEXT, EndpointArn=arn)["Classes"]
    assert classes == [{"Name": "SPAM", "Score": 0.75}]


def test_a_custom_classifier_is_named_to_the_model(comprehend, book):
    book.asked.clear()
    arn = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/e"
    comprehend.classify_document(Text=TEXT, EndpointArn=arn)
    assert [(one.content, one.variant) for one in book.asked] == [(TEXT.encode(), arn)]


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("batch_detect_sentiment", "Sentiment"),
        ("batch_detect_entities", "Entities"),
        ("batch_detect_key_phrases", "KeyPhrases"),
        ("batch_detect_dominant_language", "Languages"),
    ],
)
def test_comprehend_on_several_texts(comprehend, operation, key):
    more = {} if "language" in operation else {"LanguageCode": "en"}
    texts = ["Ann.", "bad text", "x" * 5001, "Bob."]
    answer = getattr(comprehend, operation)(TextList=texts, **more)
    assert [one["Index"] for one in answer["ResultList"]] == [0, 3]
    assert all(key in one for one in answer["ResultList"])
    assert [(one["Index"], one["ErrorCode"]) for one in answer["ErrorList"]] == [
        (1, "INVALID_REQUEST"),
        (2, "TEXT_SIZE_LIMIT_EXCEEDED"),
    ]
    assert "5001 bytes" in answer["ErrorList"][1]["ErrorMessage"]


def test_refusals_are_the_clients_own_exceptions(comprehend):
    raised = comprehend.exceptions
    with pytest.raises(raised.TextSizeLimitExceededException, match="5001 bytes"):
        comprehend.detect_sentiment(Text="x" * 5001, LanguageCode="en")
    with pytest.raises(raised.TextSizeLimitExceededException):
        comprehend.detect_key_phrases(Text="x" * 100_001, LanguageCode="en")
    with pytest.raises(raised.UnsupportedLanguageException, match="zh-TW"):
        comprehend.detect_sentiment(Text=TEXT, LanguageCode="zh-TW")
    with pytest.raises(raised.UnsupportedLanguageException):
        comprehend.batch_detect_sentiment(TextList=[TEXT], LanguageCode="zh-TW")
    with pytest.raises(raised.BatchSizeLimitExceededException, match="26"):
        comprehend.batch_detect_dominant_language(TextList=["x"] * 26)
    with pytest.raises(raised.InvalidRequestException, match="bad"):
        comprehend.detect_sentiment(Text="bad text", LanguageCode="en")
    with pytest.raises(raised.InvalidRequestException, match="Either"):
        comprehend.detect_entities(Text=TEXT)
    with pytest.raises(raised.InvalidRequestException, match="Bytes"):
        comprehend.detect_entities(Bytes=b"x", LanguageCode="en")
    arn = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/e"
    with pytest.raises(raised.InvalidRequestException, match="Text must"):
        comprehend.classify_document(EndpointArn=arn)
    for code, status, call in (
        (
            "ValidationException",
            400,
            lambda: comprehend.detect_sentiment(Text="x", LanguageCode="xx"),
        ),
        (
            "UnknownOperationException",
            400,
            lambda: comprehend.detect_syntax(Text="x", LanguageCode="en"),
        ),
    ):
        with pytest.raises(ClientError, match=code) as caught:
            call()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def post_cbor(server, path, body):
    headers = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    url = f"http://127.0.0.1:{server.http_port}{path}"
    return requests.post(url, data=body, headers=headers, timeout=20)


def test_cbor_by_hand(whole_server):
    path = "/service/Comprehend_20171127/operation/DetectSentiment"
    reply = post_cbor(whole_server, path, dumps({"Text": "x", "LanguageCode": "en"}))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/cbor"
    assert reply.headers["smithy-protocol"] == "rpc-v2-cbor"
    assert loads(reply.content)["Sentiment"] == "POSITIVE"
    for body, code in (
        (b"\xff", "SerializationException"),
        (dumps([1]), "SerializationException"),
        (dumps({"Text": 1, "LanguageCode": "en"}), "SerializationException"),
        (dumps({}), "ValidationException"),
        (b"", "ValidationException"),
    ):
        reply = post_cbor(whole_server, path, body)
        assert (reply.status_code, loads(reply.content)["__type"]) == (400, code)


@pytest.mark.parametrize(
    "path",
    [
        "/service/RekognitionService/operation/DetectLabels",  # speaks JSON only
        "/service/Comprehend_20171127/operation/Nothing",
        "/service/Nothing/operation/DetectSentiment",
        "/service/",
    ],
)
def test_cbor_where_nothing_is(whole_server, path):
    reply = post_cbor(whole_server, path, dumps({}))
    assert (reply.status_code, reply.json()["__type"]) == (400, "UnknownOperationException")


def test_a_model_that_has_no_such_task(server):
    client = client_for("comprehend", server)
    with pytest.raises(ClientError, match="UnknownOperationException"):
        client.detect_sentiment(Text="x", LanguageCode="en")
    client.close()
