"""Requests that go on to the provider: a local one, which keeps what reaches it."""

import base64
import gzip
import json
import socket
import stat
import sys

import grpc
import pytest
import requests
from google.api_core import exceptions
from google.cloud import language_v1, vision

from chameleonapi.apis import RoutedPredictor
from chameleonapi.errors import UsageError
from chameleonapi.serving import (
    PassThrough,
    ReplayPredictor,
    ServerConfig,
    run_application,
    start_server,
)
from local_provider import ENTITIES, KEY
from serving.passing_on import settings_for, url_of


def vision_body(content, *kinds):
    features = [{"type": one} for one in kinds]
    image = {"content": base64.b64encode(content).decode()}
    return json.dumps({"requests": [{"image": image, "features": features}]}).encode()


DOCUMENT = {"type": "PLAIN_TEXT", "content": "\N{DOG FACE} Ann is here."}
TEXT_BODY = json.dumps({"document": DOCUMENT, "encodingType": "UTF8"}).encode()


def test_a_request_goes_on_as_it_came(served, provider):
    packed = gzip.compress(TEXT_BODY)
    reply = requests.post(
        url_of(served, f"/v1/documents:analyzeEntities?key={KEY}&$alt=json"),
        data=packed,
        headers={
            "authorization": "Bearer token",
            "x-goog-user-project": "p",
            "content-encoding": "gzip",
            "content-type": "application/json",
            "x-chameleon-application": "warm",
            "connection": "close",
        },
        timeout=20,
    )
    assert reply.json() == ENTITIES
    assert reply.headers["x-goog-trace"] == "7"
    ((path, headers, body),) = provider.requests
    assert path == f"/v1/documents:analyzeEntities?key={KEY}&$alt=json"
    assert body == packed
    lower = {name.lower(): value for name, value in headers.items()}
    assert lower["host"] == "language.googleapis.com"
    assert lower["authorization"] == "Bearer token"
    assert lower["x-goog-user-project"] == "p"
    assert lower["content-encoding"] == "gzip"
    assert "python-requests" in lower["user-agent"]
    assert not {"x-chameleon-application"} & set(lower)


def test_what_is_answered_here_does_not_go_on(served, provider, picture):
    reply = requests.post(
        url_of(served, "/v1/images:annotate"),
        data=vision_body(picture(250, 0, 0), "LABEL_DETECTION"),
        timeout=20,
    )
    assert reply.json()["responses"][0]["labelAnnotations"][0]["description"] == "Red"
    assert provider.requests == []


def test_ours_and_theirs_in_one_answer_over_rest(served, provider, picture):
    body = vision_body(picture(250, 0, 0), "LABEL_DETECTION", "FACE_DETECTION", "CROP_HINTS")
    reply = requests.post(url_of(served, "/v1/images:annotate"), data=body, timeout=20).json()
    (found,) = reply["responses"]
    assert [one["description"] for one in found["labelAnnotations"]] == ["Red"]
    assert found["faceAnnotations"] == [{"joyLikelihood": "LIKELY"}]
    assert found["cropHintsAnnotation"]
    assert [body for _, _, body in provider.requests] == [body]


def test_ours_and_theirs_in_one_answer_over_grpc(served, provider, picture):
    kind = vision.ImageAnnotatorClient.get_transport_class("grpc")
    channel = grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}")
    with vision.ImageAnnotatorClient(transport=kind(channel=channel)) as client:
        found = client.annotate_image(
            {"image": {"content": picture(250, 0, 0)}, "features": [{"type_": 4}, {"type_": 1}]},
            metadata=[("authorization", "Bearer token"), ("x-goog-api-key", KEY)],
        )
    assert [one.description for one in found.label_annotations] == ["Red"]
    assert [one.joy_likelihood.name for one in found.face_annotations] == ["LIKELY"]
    ((method, metadata, _),) = provider.calls
    assert method.endswith("BatchAnnotateImages")
    assert (metadata["authorization"], metadata["x-goog-api-key"]) == ("Bearer token", KEY)


def language_client(server):
    kind = language_v1.LanguageServiceClient.get_transport_class("grpc")
    channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
    return language_v1.LanguageServiceClient(transport=kind(channel=channel))


def test_methods_that_are_not_known_here_go_on(served, provider):
    with language_client(served) as client:
        found = client.analyze_syntax(document={"content": "x", "type_": 1})
        assert [one.lemma for one in found.tokens] == ["be"]
    reply = requests.post(url_of(served, "/v1/documents:analyzeSyntax"), data=b"{}", timeout=20)
    assert reply.json() == {"tokens": [{"lemma": "be"}]}
    host = {"host": "vision.googleapis.com"}
    reply = requests.get(url_of(served, "/v1/operations/1"), headers=host, timeout=20)
    assert reply.json() == {"name": "operations/1"}
    reply = requests.get(url_of(served, "/v1/operations/1"), timeout=20)
    assert reply.status_code == 404  # nobody knows whose it is
    assert len(provider.requests) == 2


REGIONAL = """
from google.cloud import vision
client = vision.ImageAnnotatorClient(client_options={"api_endpoint": "eu-vision.googleapis.com"})
client.face_detection(image=vision.Image(content=b"x"))
"""


@pytest.mark.parametrize("application", ["", "warm"])
def test_a_call_for_a_region_stays_in_it(provider, make_predictor, tmp_path, no_cloud, application):
    regional = PassThrough(
        grpc_addresses={
            "eu-vision.googleapis.com": provider.grpc_address,
            "vision.googleapis.com": "127.0.0.1:9",
        }
    )
    with start_server(make_predictor(), ServerConfig(pass_through=regional)) as server:
        status = run_application(
            [sys.executable, "-c", REGIONAL],
            endpoint=server.endpoint,
            application=application,
            env=no_cloud,
            cwd=tmp_path,
        )
    assert status == 0
    assert len(provider.calls) == 1


@pytest.mark.parametrize("host", ["evil.example", "language.googleapis.com", "googleapis.com"])
def test_no_other_host_can_be_named(served, provider, host):
    kind = vision.ImageAnnotatorClient.get_transport_class("grpc")
    options = [("grpc.primary_user_agent", f"chameleon-host/{host}")]
    channel = grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}", options=options)
    with vision.ImageAnnotatorClient(transport=kind(channel=channel)) as client:
        client.face_detection(image=vision.Image(content=b"x"))
    assert len(provider.calls) == 1  # at the host of Vision


def test_services_beside_go_on_too(served, provider):
    provider.refusal = (grpc.StatusCode.NOT_FOUND, "no such product set")
    with grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}") as channel:
        for method, code in (
            ("/google.cloud.vision.v1.ProductSearch/GetProductSet", grpc.StatusCode.NOT_FOUND),
            ("/google.cloud.other.v1.Other/Get", grpc.StatusCode.UNIMPLEMENTED),
        ):
            with pytest.raises(grpc.RpcError) as caught:
                channel.unary_unary(method)(b"payload", timeout=20)
            assert caught.value.code() is code
    assert [payload for _, _, payload in provider.calls] == [b"payload"]


@pytest.mark.parametrize("target", ["%2F@{}/v1/x", "%2Fv1/images:nothing", "@{}/x", "http://{}/x"])
def test_no_address_leads_anywhere_else(served, provider, target):
    """Credentials must reach the provider's host or nobody."""
    elsewhere = socket.create_server(("127.0.0.1", 0))
    elsewhere.settimeout(0.3)
    address = f"127.0.0.1:{elsewhere.getsockname()[1]}"
    with elsewhere, socket.create_connection(("127.0.0.1", served.http_port), timeout=20) as client:
        head = f"POST {target.format(address)} HTTP/1.1\r\nHost: vision.googleapis.com\r\n"
        client.sendall(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        status = client.makefile("rb").readline().split()[1]
        assert status != b"200"
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    assert provider.requests == []


def test_what_goes_on_in_part_is_recorded_in_part(provider, make_predictor, picture, tmp_path):
    file = tmp_path / "answers.jsonl"
    config = ServerConfig(pass_through=settings_for(provider, record=file))
    body = vision_body(picture(250, 0, 0), "LABEL_DETECTION", "FACE_DETECTION")
    with start_server(make_predictor(), config) as server:
        requests.post(url_of(server, "/v1/images:annotate"), data=body, timeout=20)
        with language_client(server) as client:
            client.analyze_entities(document={"content": "Hello Ann.", "type_": 1})
            client.analyze_syntax(document={"content": "x", "type_": 1})
    found = [json.loads(one) for one in file.read_text().splitlines()]
    assert [(one["api"].rpartition(".")[2], sorted(one["answer"])) for one in found] == [
        ("label_detection", ["labelAnnotations"]),
        ("face_detection", ["faceAnnotations"]),
        ("analyze_entities", ["entities", "language"]),
    ]
    # the provider's, not ours; and without units, no offset is known
    assert found[0]["answer"]["labelAnnotations"][0]["description"] == "Theirs"
    assert found[2]["answer"]["entities"][0]["mentions"][0]["text"]["beginOffset"] == -1


def test_refusals_of_the_provider_come_as_they_are(served, provider):
    provider.status = 403
    body = {"error": {"code": 403, "message": "no billing", "status": "PERMISSION_DENIED"}}
    provider.replies["/v1/documents:analyzeEntities"] = body
    reply = requests.post(
        url_of(served, "/v1/documents:analyzeEntities"), data=TEXT_BODY, timeout=20
    )
    assert (reply.status_code, reply.json()) == (403, body)
    provider.refusal = (grpc.StatusCode.RESOURCE_EXHAUSTED, "quota of theirs")
    with language_client(served) as client:
        with pytest.raises(exceptions.ResourceExhausted, match="quota of theirs") as caught:
            client.analyze_entities(document={"content": "x", "type_": 1})
        assert ("retry-info", "3") in caught.value.errors[0].trailing_metadata()


def test_a_redirect_is_not_followed(served, provider):
    provider.status, provider.headers = 302, {"location": provider.address + "/elsewhere"}
    reply = requests.post(
        url_of(served, "/v1/documents:analyzeEntities"),
        data=TEXT_BODY,
        timeout=20,
        allow_redirects=False,
    )
    assert reply.status_code == 302
    assert len(provider.requests) == 1


@pytest.mark.parametrize("answer", [b"no JSON", b'{"responses": 3}'])
def test_an_answer_that_cannot_be_read_is_an_outage(served, provider, picture, answer):
    provider.replies["/v1/images:annotate"] = answer
    body = vision_body(picture(1, 2, 3), "LABEL_DETECTION", "FACE_DETECTION")
    reply = requests.post(url_of(served, "/v1/images:annotate"), data=body, timeout=20)
    assert (reply.status_code, reply.json()["error"]["status"]) == (503, "UNAVAILABLE")


def test_a_provider_that_is_not_there(make_predictor):
    nowhere = PassThrough(
        addresses={"language.googleapis.com": "http://127.0.0.1:9"},
        grpc_addresses={"language.googleapis.com": "127.0.0.1:9"},
    )
    with start_server(make_predictor(), ServerConfig(pass_through=nowhere)) as server:
        reply = requests.post(
            url_of(server, "/v1/documents:analyzeEntities"), data=TEXT_BODY, timeout=20
        )
        assert (reply.status_code, reply.json()["error"]["status"]) == (503, "UNAVAILABLE")
        with language_client(server) as client, pytest.raises(exceptions.ServiceUnavailable):
            client.analyze_entities(document={"content": "x", "type_": 1}, retry=None, timeout=20)


@pytest.mark.parametrize(
    ("scope", "application", "label"),
    [
        ("unserved", "", "Red"),
        ("generic", "", "Theirs"),
        ("generic", "warm", "Fire"),
        ("all", "warm", "Theirs"),
    ],
)
def test_the_scope_says_what_goes_on(provider, make_predictor, picture, scope, application, label):
    config = ServerConfig(pass_through=settings_for(provider, scope=scope))
    with start_server(make_predictor(), config) as server:
        reply = requests.post(
            url_of(server, "/v1/images:annotate"),
            data=vision_body(picture(250, 0, 0), "LABEL_DETECTION"),
            headers={"x-chameleon-application": application} if application else {},
            timeout=20,
        )
    assert reply.json()["responses"][0]["labelAnnotations"][0]["description"] == label


def test_what_is_recorded_is_replayed_offline_over_any_transport(
    provider, make_predictor, picture, tmp_path
):
    file = tmp_path / "answers.jsonl"
    config = ServerConfig(pass_through=settings_for(provider, scope="all", record=file))
    with start_server(make_predictor(), config) as server:
        for _ in range(2):  # the second time, nothing new is recorded
            requests.post(
                url_of(server, f"/v1/documents:analyzeEntities?key={KEY}"),
                data=TEXT_BODY,
                headers={"authorization": "Bearer the-token-of-a-user"},
                timeout=20,
            )
            kind = vision.ImageAnnotatorClient.get_transport_class("grpc")
            channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
            with vision.ImageAnnotatorClient(transport=kind(channel=channel)) as client:
                client.annotate_image(
                    {
                        "image": {"content": picture(9, 9, 9)},
                        "features": [{"type_": 4}, {"type_": 1}],
                    }
                )
    lines = file.read_text().splitlines()
    assert [json.loads(one)["api"].rpartition(".")[2] for one in lines] == [
        "analyze_entities",
        "label_detection",
        "face_detection",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for secret in (
        KEY,
        "the-token-of-a-user",
        "is here",
        base64.b64encode(b"\x89PNG").decode()[:5],
    ):
        assert secret not in file.read_text()
    before = len(provider.requests) + len(provider.calls)
    replay = ReplayPredictor(file)
    assert len(replay) == 3
    with start_server(RoutedPredictor([replay])) as server, language_client(server) as client:
        for encoding, offset in (("UTF8", 5), ("UTF16", 3), ("UTF32", 2), ("NONE", -1)):
            found = client.analyze_entities(
                document={"content": DOCUMENT["content"], "type_": 1},
                encoding_type=encoding,
            )
            assert found.entities[0].name == "Ann [removed]"
            assert found.entities[0].mentions[0].text.begin_offset == offset
        reply = requests.post(
            url_of(server, "/v1/images:annotate"),
            data=vision_body(picture(9, 9, 9), "FACE_DETECTION"),
            timeout=20,
        )
        assert reply.json() == {"responses": [{"faceAnnotations": [{"joyLikelihood": "LIKELY"}]}]}
        with pytest.raises(exceptions.NotFound, match="recorded"):
            client.analyze_entities(document={"content": "another text", "type_": 1})
        with pytest.raises(exceptions.MethodNotImplemented):
            client.analyze_sentiment(document={"content": DOCUMENT["content"], "type_": 1})
    assert len(provider.requests) + len(provider.calls) == before


@pytest.mark.parametrize(
    "settings",
    [
        {"scope": "some"},
        {"timeout_seconds": 0},
        {"addresses": {"vision.googleapis.com": "http://192.0.2.1"}},
        {"addresses": {"vision.googleapis.com": "ftp://127.0.0.1"}},
        {"addresses": {"vision.googleapis.com": "https://u:p@example.com"}},
        {"addresses": {"vision.googleapis.com": "nowhere"}},
        {"grpc_addresses": {"vision.googleapis.com": "192.0.2.1:443"}},
    ],
)
def test_settings_that_are_refused(settings):
    with pytest.raises(UsageError):
        PassThrough(**settings)
