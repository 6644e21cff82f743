"""boto3 against a running server."""

import base64
import http.client
import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

NO_RETRY = Config(retries={"max_attempts": 0})


def client_for(server, application="", *, service="rekognition", key="A", config=NO_RETRY):
    prefix = f"/a/{application}" if application else ""
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="s",
        endpoint_url=f"http://127.0.0.1:{server.http_port}{prefix}",
        config=config,
    )


def names(answer):
    return [one["Name"] for one in answer["Labels"]]


@pytest.fixture(scope="module")
def client(server):
    made = client_for(server)
    yield made
    made.close()


def test_labels_as_the_provider_gives_them(client, picture):
    answer = client.detect_labels(Image={"Bytes": picture(250, 10, 150)})
    assert names(answer) == ["Red", "Blue"]
    assert [one["Confidence"] for one in answer["Labels"]] == pytest.approx(
        [98.039, 58.824], abs=1e-2
    )
    assert answer["Labels"][0]["Parents"] == [{"Name": "Colour"}, {"Name": "Light"}]
    assert answer["LabelModelVersion"]
    assert answer["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"MinConfidence": 60}, ["Red"]),
        ({"MinConfidence": 0}, ["Red", "Blue", "Green"]),
        ({"MaxLabels": 1}, ["Red"]),
        ({"Features": ["GENERAL_LABELS"]}, ["Red", "Blue"]),
        ({"Settings": {"GeneralLabels": {"LabelExclusionFilters": ["Red"]}}}, ["Blue"]),
    ],
)
def test_parameters_are_honoured(client, picture, more, expected):
    assert names(client.detect_labels(Image={"Bytes": picture(250, 10, 150)}, **more)) == expected


def test_refusals_are_the_clients_own_exceptions(client, picture):
    raised = client.exceptions
    good = {"Bytes": picture(1, 2, 3)}
    with pytest.raises(raised.InvalidImageFormatException):
        client.detect_labels(Image={"Bytes": b"no picture"})
    with pytest.raises(raised.ImageTooLargeException):
        client.detect_labels(Image={"Bytes": b"x" * (5 * 1024 * 1024 + 1)})
    with pytest.raises(raised.InvalidS3ObjectException):
        client.detect_labels(Image={"S3Object": {"Bucket": "bucket", "Name": "x.png"}})
    with pytest.raises(raised.InvalidParameterException) as caught:
        client.detect_labels(Image=good, MinConfidence=101)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(raised.InvalidParameterException):
        client.detect_labels(Image=good, Features=["IMAGE_PROPERTIES"])


def test_operations_that_are_not_served(client, server, picture):
    with pytest.raises(ClientError) as caught:
        client.detect_faces(Image={"Bytes": picture(1, 2, 3)})
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    comprehend = client_for(server, service="comprehend")
    with pytest.raises(ClientError, match="UnknownOperationException"):
        comprehend.detect_sentiment(Text="x", LanguageCode="en")
    comprehend.close()


def test_applications_have_answers_of_their_own(server, picture):
    image = {"Bytes": picture(250, 10, 150)}
    for application, key, expected in (
        ("warm", "A", ["Fire", "Ice"]),
        ("cold", "A", ["Ember", "Water"]),
        ("", "AKIACOLD", ["Ember", "Water"]),
        ("warm", "AKIACOLD", ["Fire", "Ice"]),
    ):
        client = client_for(server, application, key=key)
        assert names(client.detect_labels(Image=image)) == expected
        client.close()


def test_an_unknown_application(server, picture):
    client = client_for(server, "nobody")
    with pytest.raises(client.exceptions.AccessDeniedException, match="Known: cold, warm"):
        client.detect_labels(Image={"Bytes": picture(1, 2, 3)})
    client.close()


@pytest.mark.parametrize(
    ("target", "body", "status", "code"),
    [
        ("RekognitionService.DetectLabels", b"{", 400, "SerializationException"),
        ("RekognitionService.Nothing", b"{}", 400, "UnknownOperationException"),
        ("Other.DetectLabels", b"{}", 400, "UnknownOperationException"),
        ("", b"{}", 400, "UnknownOperationException"),
        ("RekognitionService.DetectLabels", b"{}", 400, "InvalidParameterException"),
    ],
)
def test_every_error_has_one_shape(server, target, body, status, code):
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    connection.request("POST", "/", body, {"x-amz-target": target})
    reply = connection.getresponse()
    error = json.loads(reply.read())
    connection.close()
    assert (reply.status, error["__type"], error["Code"]) == (status, code, code)
    assert reply.headers["x-amzn-errortype"] == code
    assert reply.headers["x-amzn-requestid"]
    assert set(error) == {"__type", "Code", "Message"}


def test_a_raw_request_has_the_providers_headers(server, picture):
    body = json.dumps({"Image": {"Bytes": base64.b64encode(picture(250, 0, 0)).decode()}})
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    connection.request("POST", "/", body, {"x-amz-target": "RekognitionService.DetectLabels"})
    reply = connection.getresponse()
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert json.loads(reply.read())["Labels"][0]["Name"] == "Red"
    connection.close()
