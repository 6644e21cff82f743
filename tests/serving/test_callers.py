"""A server that asks who calls, and the providers' own clients with and without the right keys."""

import base64
import contextlib
import datetime as dt
import http.client
import json

import boto3
import botocore.auth
import botocore.compat
import grpc
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import InvalidOperation
from google.cloud import vision
from google.cloud.vision_v1.services.image_annotator.transports import (
    ImageAnnotatorGrpcTransport,
    ImageAnnotatorRestTransport,
)

from chameleonapi.errors import UsageError
from chameleonapi.serving import (
    Caller,
    Callers,
    PassThrough,
    ServerConfig,
    read_callers,
    start_server,
)

ANY, WARM, TOKEN = "any-caller-of-google", "the-caller-of-warm", "a-token-of-cold-things"
SIGNER, SECRET = "AKIAOFTHECOLDONES", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE"
CALLERS = (
    Caller(ANY),
    Caller(WARM, applications=("warm",)),
    Caller(TOKEN, applications=("cold", "warm")),
    Caller(SIGNER, SECRET, ("cold",)),
)


@pytest.fixture(scope="module")
def guarded(make_predictor):
    config = ServerConfig(host="0.0.0.0", allow_remote=True, callers=Callers(CALLERS))
    with start_server(make_predictor(), config) as running:
        yield running


def over_grpc(server, metadata, picture):
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        client = vision.ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))
        image = vision.Image(content=picture)
        return client.label_detection(image=image, metadata=metadata, retry=None)


def over_rest(server, metadata, picture):
    transport = ImageAnnotatorRestTransport(
        host=f"127.0.0.1:{server.http_port}", url_scheme="http", credentials=AnonymousCredentials()
    )
    transport._session.headers.update(dict(metadata))
    with vision.ImageAnnotatorClient(transport=transport) as client:
        return client.label_detection(image=vision.Image(content=picture), retry=None)


BOTH = pytest.mark.parametrize("ask", [over_grpc, over_rest])


def first(answer):
    return answer.label_annotations[0].description


@BOTH
@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ([("x-goog-api-key", ANY)], "Red"),
        ([("x-goog-api-key", ANY), ("x-chameleon-application", "cold")], "Ember"),
        ([("x-goog-api-key", WARM)], "Fire"),
        ([("authorization", f"Bearer {TOKEN}")], "Ember"),
        ([("authorization", f"Bearer {TOKEN}"), ("x-chameleon-application", "warm")], "Fire"),
    ],
)
def test_a_key_leads_to_the_application(guarded, picture, ask, metadata, expected):
    assert first(ask(guarded, metadata, picture(250, 0, 0))) == expected


@BOTH
@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ([], exceptions.PermissionDenied),
        ([("x-goog-api-key", "some-other-key-of-whom")], exceptions.InvalidArgument),
        ([("authorization", "Bearer some-other-token-of-whom")], exceptions.Unauthenticated),
        ([("x-goog-api-key", SIGNER)], exceptions.InvalidArgument),
        (
            [("x-goog-api-key", WARM), ("x-chameleon-application", "cold")],
            exceptions.PermissionDenied,
        ),
    ],
    ids=["no key", "another key", "another token", "the id of a signer", "another's application"],
)
def test_others_are_refused_as_google_does(guarded, picture, ask, metadata, error):
    expected = error
    if ask is over_rest and error is exceptions.PermissionDenied:
        expected = exceptions.Forbidden
    if ask is over_rest and error is exceptions.InvalidArgument:
        expected = exceptions.BadRequest
    if ask is over_rest and error is exceptions.Unauthenticated:
        expected = InvalidOperation  # the client tries to get another token at once
    with pytest.raises(expected):
        ask(guarded, metadata, picture(250, 0, 0))


def test_a_key_in_the_address(guarded, picture):
    connection = http.client.HTTPConnection("127.0.0.1", guarded.http_port, timeout=20)
    content = base64.b64encode(picture(250, 0, 0)).decode()
    features = [{"type": "LABEL_DETECTION"}]
    body = json.dumps({"requests": [{"image": {"content": content}, "features": features}]})
    connection.request("POST", f"/v1/images:annotate?key={WARM}", body)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["responses"][0]["labelAnnotations"][0]["description"] == "Fire"


@contextlib.contextmanager
def signing_client(server, *, key=SIGNER, secret=SECRET, prefix=""):
    client = boto3.client(
        "rekognition",
        region_name="eu-central-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        endpoint_url=f"http://127.0.0.1:{server.http_port}{prefix}",
        config=Config(retries={"max_attempts": 0}),
    )
    yield client
    client.close()


@pytest.mark.parametrize("prefix", ["", "/a/cold"])
def test_a_signature_that_is_right(guarded, picture, prefix):
    with signing_client(guarded, prefix=prefix) as client:
        answer = client.detect_labels(Image={"Bytes": picture(250, 0, 0)})
    assert answer["Labels"][0]["Name"] == "Ember"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"secret": SECRET[:-1] + "f"}, "InvalidSignatureException"),
        ({"key": "AKIANOBODY"}, "UnrecognizedClientException"),
        ({"key": ANY, "secret": ANY}, "UnrecognizedClientException"),
        ({"prefix": "/a/warm"}, "AccessDeniedException"),
    ],
)
def test_others_are_refused_as_aws_does(guarded, picture, more, code):
    with signing_client(guarded, **more) as client, pytest.raises(ClientError) as raised:
        client.detect_labels(Image={"Bytes": picture(250, 0, 0)})
    assert raised.value.response["Error"]["Code"] == code


def recorded(server, content):
    """Return a signed request as it goes out, without sending it."""
    sent = []

    def keep(request, **_):
        sent.append(request)
        raise InterruptedError

    with signing_client(server) as client:
        client.meta.events.register("before-send", keep)
        with pytest.raises(InterruptedError):
            client.detect_labels(Image={"Bytes": content})
    return sent[0]


def send(server, request, *, body=None, without=(), **changed):
    headers = {name: value for name, value in request.headers.items() if name not in without}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    connection.request("POST", "/", request.body if body is None else body, headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_a_signature_holds_for_what_was_signed(guarded, picture):
    request = recorded(guarded, picture(250, 0, 0))
    assert send(guarded, request)["Labels"][0]["Name"] == "Ember"
    other = recorded(guarded, picture(0, 250, 0)).body
    assert send(guarded, request, body=other)["Code"] == "InvalidSignatureException"
    moved = send(guarded, request, X_Amz_Target="RekognitionService.DetectModerationLabels")
    assert moved["Code"] == "InvalidSignatureException"
    none = send(guarded, request, without={"Authorization"})
    assert none["Code"] == "MissingAuthenticationTokenException"
    loose = request.headers["Authorization"].decode().replace("host;", "")
    assert send(guarded, request, Authorization=loose)["Code"] == "IncompleteSignatureException"


def test_a_signature_does_not_last(guarded, picture, monkeypatch):
    past = dt.datetime.now(dt.timezone.utc) - dt.timedelta(minutes=16)
    for module in (botocore.auth, botocore.compat):
        if hasattr(module, "get_current_datetime"):
            monkeypatch.setattr(
                module,
                "get_current_datetime",
                lambda remove_tzinfo=True: past.replace(tzinfo=None) if remove_tzinfo else past,
            )
    request = recorded(guarded, picture(250, 0, 0))
    assert past.strftime("%Y%m%dT%H") in request.headers["X-Amz-Date"].decode()
    answer = send(guarded, request)
    assert answer["Code"] == "InvalidSignatureException"
    assert "expired" in answer["Message"]


def test_supervisors_need_no_key(guarded):
    connection = http.client.HTTPConnection("127.0.0.1", guarded.http_port, timeout=20)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
    connection.close()


def test_other_machines_need_keys_or_a_plain_word():
    with pytest.raises(UsageError, match="nobody would be asked"):
        ServerConfig(host="0.0.0.0", allow_remote=True)
    assert ServerConfig(host="0.0.0.0", allow_remote=True, unauthenticated=True)
    with pytest.raises(UsageError, match="passes nothing through"):
        ServerConfig(callers=Callers(CALLERS), pass_through=PassThrough())


def test_keys_do_not_show():
    shown = repr(Callers(CALLERS)) + repr(CALLERS) + repr(ServerConfig(callers=Callers(CALLERS)))
    assert not [one for one in (ANY, WARM, TOKEN, SIGNER, SECRET) if one in shown]


def test_a_file_of_callers(tmp_path):
    file = tmp_path / "callers.json"
    rows = [
        {"api_key": ANY},
        {"bearer": TOKEN, "applications": ["cold"]},
        {"access_key_id": SIGNER, "secret_access_key": SECRET},
    ]
    file.write_text(json.dumps({"callers": rows}))
    file.chmod(0o600)
    callers = read_callers(file)
    assert callers.applications == {TOKEN: "cold"}
    callers.admit_google([("x-goog-api-key", ANY)], (), "whatever")
    file.chmod(0o622)
    with pytest.raises(UsageError, match="others may write"):
        read_callers(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "nothing but the list 'callers'"),
        ('{"callers": [], "more": 1}', "nothing but the list 'callers'"),
        ('{"callers": []}', "nobody could call"),
        ('{"callers": [{}]}', "caller 1 .* must have api_key"),
        ('{"callers": ["key"]}', "caller 1 .* must have api_key"),
        ('{"callers": [{"api_key": 7}]}', "caller 1 .* must have api_key"),
        ('{"callers": [{"access_key_id": "AKIAOFTHECOLDONES"}]}', "caller 1 .* must have api_key"),
        ('{"callers": [{"api_key": "short"}]}', "at least 16 characters"),
        ('{"callers": [{"api_key": "with a space in between"}]}', "printable"),
        ('{"callers": [{"api_key": "long-enough-it-is", "applications": ["/"]}]}', "is no name"),
        (
            '{"callers": [{"api_key": "long-enough-it-is"}, {"bearer": "long-enough-it-is"}]}',
            "the same key",
        ),
    ],
)
def test_a_file_that_says_something_else(tmp_path, content, message):
    file = tmp_path / "callers.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(UsageError, match=message) as raised:
        read_callers(file)
    assert "long-enough" not in str(raised.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_callers(tmp_path / "none")
