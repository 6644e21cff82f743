"""What may go wrong with any request, as the exceptions of the real clients."""

import threading
import time

import boto3
import grpc
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from google.api_core import exceptions
from google.cloud import language_v1

from chameleonapi.apis import ApiAnswer
from chameleonapi.errors import ModelError
from chameleonapi.serving import ServerConfig, start_server

TEXT = {"content": "Ann.", "type_": 1}
BODY = {"document": {"content": "Ann.", "type": "PLAIN_TEXT"}}


class Gate:
    """Answers everything as it is told, and only when the gate is open."""

    applications = ()

    def __init__(self, found=None):
        self.found = found or ApiAnswer({})
        self.go = threading.Event()
        self.entered = threading.Event()
        self.seen = 0

    def serves(self, application, api):
        return True

    def predict(self, requests):
        self.entered.set()
        assert self.go.wait(30)
        self.seen += len(requests)
        return [self.found for _ in requests]


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.go.set()


def language(server):
    kind = language_v1.LanguageServiceClient.get_transport_class("grpc")
    channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
    return language_v1.LanguageServiceClient(transport=kind(channel=channel))


def comprehend(server, **more):
    return boto3.client(
        "comprehend",
        region_name="us-east-1",
        aws_access_key_id="A",
        aws_secret_access_key="s",
        endpoint_url=f"http://127.0.0.1:{server.http_port}",
        config=Config(retries={"max_attempts": 0}, **more),
    )


def url_of(server, path="/v1/documents:analyzeSentiment"):
    return f"http://127.0.0.1:{server.http_port}{path}"


def test_a_deadline_that_passes_frees_the_place_of_the_call(gate):
    with start_server(gate, ServerConfig(max_batch=1)) as server, language(server) as client:
        busy = threading.Thread(target=requests.post, args=(url_of(server),), kwargs={"json": BODY})
        busy.start()
        assert gate.entered.wait(30)
        with pytest.raises(exceptions.DeadlineExceeded):
            client.analyze_sentiment(document=TEXT, timeout=0.3, retry=None)
        waits_until = time.monotonic() + 20
        while server._service._batcher._held > 1 and time.monotonic() < waits_until:
            time.sleep(0.01)  # the server notices that nobody waits any more
        gate.go.set()
        busy.join()
        client.analyze_sentiment(document=TEXT, timeout=30)
        assert gate.seen == 2  # the one that nobody waits for is not computed


def test_throttling(gate):
    with start_server(gate, ServerConfig(max_waiting=1)) as server:
        busy = threading.Thread(target=requests.post, args=(url_of(server),), kwargs={"json": BODY})
        busy.start()
        assert gate.entered.wait(30)
        with language(server) as client, pytest.raises(exceptions.ResourceExhausted):
            client.analyze_sentiment(document=TEXT, retry=None)
        reply = requests.post(url_of(server), json=BODY, timeout=20)
        assert (reply.status_code, reply.json()["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
        client = comprehend(server)
        with pytest.raises(ClientError, match="ThrottlingException"):
            client.detect_sentiment(Text="x", LanguageCode="en")
        client.close()
        gate.go.set()
        busy.join()


def test_a_throttled_client_tries_again_by_itself(gate):
    with start_server(gate, ServerConfig(max_waiting=1)) as server:
        busy = threading.Thread(target=requests.post, args=(url_of(server),), kwargs={"json": BODY})
        busy.start()
        assert gate.entered.wait(30)
        gate.found = ApiAnswer({"Sentiment": "MIXED"})
        threading.Timer(0.2, gate.go.set).start()
        client = boto3.client(
            "comprehend",
            region_name="us-east-1",
            aws_access_key_id="A",
            aws_secret_access_key="s",
            endpoint_url=url_of(server, ""),
            config=Config(retries={"max_attempts": 8, "mode": "standard"}),
        )
        answer = client.detect_sentiment(Text="x", LanguageCode="en")
        assert answer["Sentiment"] == "MIXED"
        client.close()
        busy.join()


@pytest.mark.parametrize(
    "found",
    [
        ModelError("broken"),
        ApiAnswer({"documentSentiment": "high", "Sentiment": "HIGH"}),
        ApiAnswer({"sentences": [{"text": 3}], "SentimentScore": {"Positive": "x"}}),
        "no answer at all",
    ],
)
def test_a_model_that_answers_nonsense_is_the_services_fault(found):
    gate = Gate(found)
    gate.go.set()
    with start_server(gate) as server:
        with language(server) as client, pytest.raises(exceptions.InternalServerError):
            client.analyze_sentiment(document=TEXT, retry=None)
        reply = requests.post(url_of(server), json=BODY, timeout=20)
        assert (reply.status_code, reply.json()["error"]["status"]) == (500, "INTERNAL")
        client = comprehend(server)
        with pytest.raises(client.exceptions.InternalServerException) as caught:
            client.detect_sentiment(Text="x", LanguageCode="en")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
        client.close()


def test_a_request_that_is_too_large(gate):
    gate.go.set()
    config = ServerConfig(max_request_bytes=1000)
    with start_server(gate, config) as server:
        with language(server) as client, pytest.raises(exceptions.ResourceExhausted):
            client.analyze_sentiment(document={"content": "x" * 2000, "type_": 1}, retry=None)
        body = {"document": {"content": "x" * 2000, "type": "PLAIN_TEXT"}}
        reply = requests.post(url_of(server), json=body, timeout=20)
        assert (reply.status_code, reply.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
        client = comprehend(server)
        with pytest.raises(ClientError, match="RequestEntityTooLarge"):
            client.detect_sentiment(Text="x" * 2000, LanguageCode="en")
        client.close()
    assert gate.seen == 0
