"""Google's Natural Language clients, and others, against a running server."""

import json
import shutil
import subprocess

import grpc
import pytest
import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import language_v1, language_v2

TEXT = "\N{DOG FACE} Ann met Bob. All is well."


def connect(package, transport, server):
    kind = package.LanguageServiceClient.get_transport_class(transport)
    if transport == "grpc":
        channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
        return package.LanguageServiceClient(transport=kind(channel=channel))
    host = f"127.0.0.1:{server.http_port}"
    made = kind(host=host, url_scheme="http", credentials=AnonymousCredentials())
    return package.LanguageServiceClient(transport=made)


@pytest.fixture(scope="module", params=["grpc", "rest"])
def transport(request):
    return request.param


@pytest.fixture(scope="module")
def v1(transport, whole_server):
    with connect(language_v1, transport, whole_server) as client:
        yield client


@pytest.fixture(scope="module")
def v2(transport, whole_server):
    with connect(language_v2, transport, whole_server) as client:
        yield client


def document(package, content=TEXT, **more):
    return package.Document(content=content, type_=package.Document.Type.PLAIN_TEXT, **more)


@pytest.mark.parametrize(("encoding", "offsets"), [("UTF8", [5, 18]), ("UTF16", [3, 16])])
def test_sentiment(v1, v2, encoding, offsets):
    for client, package in ((v1, language_v1), (v2, language_v2)):
        response = client.analyze_sentiment(
            document=document(package), encoding_type=package.EncodingType[encoding]
        )
        assert response.document_sentiment.score == 0.25
        assert response.document_sentiment.magnitude == 1.5
        assert [one.text.content for one in response.sentences] == [
            "\N{DOG FACE} Ann met Bob",
            "All is well",
        ]
        assert [one.text.begin_offset for one in response.sentences] == [0, offsets[1]]
        entities = client.analyze_entities(
            document=document(package), encoding_type=package.EncodingType[encoding]
        ).entities
        assert entities[0].name == "Ann"
        assert entities[0].mentions[0].text.begin_offset == offsets[0]


def test_no_encoding_means_no_offsets(v1):
    response = v1.analyze_entities(document=document(language_v1))
    assert [one.mentions[0].text.begin_offset for one in response.entities] == [-1, -1, -1]
    assert [one.type_.name for one in response.entities] == ["PERSON"] * 3
    assert response.entities[0].salience == pytest.approx(0.7)
    assert response.entities[0].metadata == {"mid": "/m/1"}


def test_entity_sentiment_topics_and_moderation(v1, v2):
    found = v1.analyze_entity_sentiment(document=document(language_v1))
    assert [one.sentiment.score for one in found.entities] == [-0.5, -0.5, -0.5]
    for client, package in ((v1, language_v1), (v2, language_v2)):
        topics = client.classify_text(document=document(package))
        assert [(one.name, one.confidence) for one in topics.categories] == [("/Arts", 0.75)]
        moderation = client.moderate_text(document=document(package))
        assert [one.name for one in moderation.moderation_categories] == ["Toxic"]


def test_annotate_text(v1, v2):
    response = v1.annotate_text(
        document=document(language_v1),
        features={"extract_document_sentiment": True, "extract_entities": True},
        encoding_type=language_v1.EncodingType.UTF32,
    )
    assert response.document_sentiment.score == 0.25
    assert [one.name for one in response.entities] == ["Ann", "Bob", "All"]
    assert response.language == "en"
    response = v2.annotate_text(
        document=document(language_v2, language_code="de"), features={"classify_text": True}
    )
    assert response.categories[0].name == "/Arts"
    assert (response.language_code, response.language_supported) == ("de", True)


def test_refusals_are_the_clients_own_exceptions(v1, transport):
    with pytest.raises(exceptions.MethodNotImplemented):
        v1.analyze_syntax(document=document(language_v1))
    with pytest.raises(exceptions.MethodNotImplemented):
        v1.annotate_text(document=document(language_v1), features={"extract_syntax": True})
    refused = exceptions.InvalidArgument if transport == "grpc" else exceptions.BadRequest
    for one, words in (
        (document(language_v1, ""), "must be set"),
        (document(language_v1, language="tlh"), "language tlh is not supported"),
        (document(language_v1, "bad text"), "the text is bad"),
        (document(language_v1, "x" * 1_000_001), "too large"),
        (language_v1.Document(content="x"), "type"),
    ):
        with pytest.raises(refused, match=words):
            v1.analyze_sentiment(document=one)
    with pytest.raises(exceptions.Forbidden):
        v1.analyze_sentiment(
            document=language_v1.Document(gcs_content_uri="gs://b/x", type_="PLAIN_TEXT")
        )


def test_a_model_that_has_no_such_task(server, transport):
    for package in (language_v1, language_v2):
        with (
            connect(package, transport, server) as client,
            pytest.raises(exceptions.MethodNotImplemented, match="analyze_sentiment"),
        ):
            client.analyze_sentiment(document=document(package))


def test_the_model_is_told_language_and_text(v1, book):
    book.asked.clear()
    v1.analyze_sentiment(document=document(language_v1, language="de"))
    (asked,) = book.asked
    assert (asked.api, asked.content, asked.language) == (
        "google.language.analyze_sentiment",
        TEXT.encode(),
        "de",
    )


BODY = {"document": {"type": "PLAIN_TEXT", "content": TEXT}, "encodingType": "UTF32"}


def test_by_hand_with_numbers_for_enumerations_and_a_mask(whole_server):
    url = f"http://127.0.0.1:{whole_server.http_port}/v1/documents:analyzeEntities"
    reply = requests.post(url + "?$alt=json;enum-encoding=int&key=k", json=BODY, timeout=20)
    assert reply.json()["entities"][0]["type"] == 1
    for more, headers in (
        ("?fields=entities(name,type)", {}),
        ("", {"X-Goog-FieldMask": "entities.name,entities.type"}),
    ):
        reply = requests.post(url + more, json=BODY, headers=headers, timeout=20)
        assert reply.json()["entities"][0] == {"name": "Ann", "type": "PERSON"}
        assert set(reply.json()) == {"entities"}
    reply = requests.post(url, json=BODY, headers={"X-Goog-FieldMask": "nothing"}, timeout=20)
    assert (reply.status_code, reply.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_a_field_mask_over_grpc(whole_server):
    with connect(language_v1, "grpc", whole_server) as client:
        response = client.analyze_entities(
            document=document(language_v1), metadata=[("x-goog-fieldmask", "entities.name")]
        )
    assert [one.name for one in response.entities] == ["Ann", "Bob", "All"]
    assert (response.language, response.entities[0].salience) == ("", 0)


def test_curl(whole_server):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    url = f"http://127.0.0.1:{whole_server.http_port}/v2/documents:classifyText?key=k"
    command = ["curl", "-sS", "--noproxy", "*", "-H", "Content-Type: application/json"]
    done = subprocess.run(
        [*command, "-d", json.dumps({"document": BODY["document"]}), url],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["categories"] == [{"name": "/Arts", "confidence": 0.75}]


def test_discovery_clients(whole_server):
    discovery = pytest.importorskip("googleapiclient.discovery")
    import httplib2

    for version in ("v1", "v2"):
        service = discovery.build(
            "language",
            version,
            http=httplib2.Http(proxy_info=None),
            static_discovery=True,
            client_options={"api_endpoint": f"http://127.0.0.1:{whole_server.http_port}/"},
        )
        with service:
            found = service.documents().analyzeSentiment(body=BODY).execute()
            assert found["documentSentiment"]["score"] == 0.25
            with pytest.raises(Exception, match="must be set") as caught:
                service.documents().analyzeSentiment(
                    body={"document": {"type": "PLAIN_TEXT"}}
                ).execute()
            assert caught.value.status_code == 400
