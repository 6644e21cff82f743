import gc
import http.client
import math
import socket
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
import grpc
import pytest
from botocore.config import Config
from google.api_core import exceptions
from google.cloud import vision
from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

from chameleonapi.errors import MissingPackageError, ServingError, UsageError
from chameleonapi.serving import ServerConfig, start_server


@pytest.fixture
def vision_for():
    channels = []

    def connect(server):
        channels.append(grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}"))
        transport = ImageAnnotatorGrpcTransport(channel=channels[-1])
        return vision.ImageAnnotatorClient(transport=transport)

    yield connect
    for channel in channels:
        channel.close()


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.mark.parametrize("name", ["http_port", "grpc_port"])
def test_a_port_that_is_taken(make_predictor, taken_port, name):
    before = set(threading.enumerate())
    with pytest.raises(
        ServingError, match=rf"cannot listen on 127.0.0.1 port {taken_port}.*in use"
    ):
        start_server(make_predictor(), ServerConfig(**{name: taken_port}))
    left = [one.name for one in set(threading.enumerate()) - before]
    assert not [name for name in left if name.startswith("chameleon")]


def test_a_server_that_never_started_is_in_no_log_once_it_is_freed(
    make_predictor, taken_port, caplog
):
    caplog.set_level(0)
    for _ in range(3):
        with pytest.raises(ServingError):
            start_server(make_predictor(), ServerConfig(grpc_port=taken_port))
        gc.collect()
    # What a record names would be freed memory here: no more than its text may be looked at.
    assert not [one.msg for one in caplog.records if "__dealloc__" in str(one.msg)]


def test_two_servers_never_share_a_port(make_predictor, server):
    for name in ("http_port", "grpc_port"):
        with pytest.raises(ServingError, match="cannot listen"):
            start_server(make_predictor(), ServerConfig(**{name: getattr(server, name)}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com"])
def test_other_machines_are_let_in_only_explicitly(host):
    with pytest.raises(UsageError, match=r"other machines.*allow_remote"):
        ServerConfig(host=host)
    assert ServerConfig(host=host, allow_remote=True, unauthenticated=True).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_addresses(host):
    assert ServerConfig(host=host).host == host


@pytest.mark.parametrize(
    "wrong", [{"http_port": 70000}, {"grpc_port": -1}, {"max_batch": 0}, {"grace_seconds": 0}]
)
def test_settings_out_of_range(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        ServerConfig(**wrong)


@pytest.mark.parametrize(
    ("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::1", "::1"), ("localhost", "localhost")]
)
def test_where_a_server_is_reached(make_predictor, host, reached):
    config = ServerConfig(host=host, allow_remote=True, unauthenticated=True)
    with start_server(make_predictor(), config) as server:
        assert server.endpoint.host == reached
        with urllib.request.urlopen(f"{server.endpoint.http_url}/readyz", timeout=20) as reply:
            assert reply.status == 200
        with grpc.insecure_channel(server.endpoint.grpc_address) as channel:
            grpc.channel_ready_future(channel).result(20)


def test_an_address_that_is_not_there(make_predictor):
    with pytest.raises(ServingError, match=r"cannot listen on 192\.0\.2\.1"):
        start_server(
            make_predictor(),
            ServerConfig(host="192.0.2.1", allow_remote=True, unauthenticated=True),
        )


def test_parts_that_are_not_installed(make_predictor, monkeypatch):
    monkeypatch.setitem(sys.modules, "chameleonapi.serving.http", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'chameleonapi\[serve\]'"):
        start_server(make_predictor())


def test_a_small_answer_is_sent_at_once(server):
    """Not after the 40 ms for which Nagle's algorithm and a delayed acknowledgement wait."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    fastest = math.inf
    for _ in range(1000):  # each would wait; one that does not is enough, however busy it is here
        started = time.monotonic()
        connection.request("POST", "/v1/images:annotate", b" " * 100_000 + b"{}")
        connection.getresponse().read()
        fastest = min(fastest, time.monotonic() - started)
        if fastest < 0.03:
            break
    connection.close()
    assert fastest < 0.03


def test_a_client_that_sends_slowly_is_not_waited_for(make_predictor):
    config = ServerConfig(read_timeout_seconds=0.2)
    with start_server(make_predictor(), config) as server:
        for target, expected in (
            ("/v1/images:annotate", b"INVALID_ARGUMENT"),
            ("/", b"Serialization"),
        ):
            with socket.create_connection(("127.0.0.1", server.http_port), timeout=20) as slow:
                slow.sendall(
                    f"POST {target} HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n".encode()
                )
                reply = b""
                while expected not in reply:
                    piece = slow.recv(4096)
                    assert piece
                    reply += piece
                assert b" 400 " in reply


def test_bodies_are_read_up_to_a_limit(make_predictor):
    config = ServerConfig(max_request_bytes=1000)
    with start_server(make_predictor(), config) as server:
        for target, expected in (
            ("/v1/images:annotate", b"exceeds the limit"),
            ("/", b"RequestEntityTooLargeException"),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
            pieces = iter([b"x" * 600, b"x" * 600])
            connection.request(
                "POST",
                target,
                pieces,
                encode_chunked=True,
                headers={"transfer-encoding": "chunked"},
            )
            reply = connection.getresponse()
            assert reply.status == 400
            assert expected in reply.read()
            connection.close()


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/v1/images:annotate", 429, b"RESOURCE_EXHAUSTED"),
        ("/", 400, b"ProvisionedThroughputExceededException"),
    ],
)
def test_bodies_that_do_not_fit_beside_others_are_throttled(make_predictor, target, status, code):
    config = ServerConfig(max_waiting_bytes=1000)
    with start_server(make_predictor(), config) as server:
        with socket.create_connection(("127.0.0.1", server.http_port), timeout=20) as slow:
            slow.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999\r\n\r\n" + b"x" * 700)
            body, statuses = b"", []
            while code not in body:  # until the server has read what was sent
                connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
                connection.request("POST", target, b" " * 500)
                reply = connection.getresponse()
                statuses.append(reply.status)
                body = reply.read()
                connection.close()
                assert len(statuses) < 200
        assert statuses[-1] == status


def test_requests_that_come_while_the_server_stops(make_predictor, vision_for, picture):
    predictor = make_predictor()
    server = start_server(predictor)
    client = vision_for(server)
    predictor.go.clear()
    held = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(
            client.label_detection, image=vision.Image(content=picture(250, 0, 0))
        )
        assert predictor.entered.wait(20)
        stopping = threads.submit(server.stop)
        time.sleep(0.1)
        with pytest.raises(ConnectionRefusedError):
            held.connect()
        predictor.go.set()
        assert answer.result(20).label_annotations
        stopping.result(20)
    held.close()


def test_what_is_no_predictor():
    with pytest.raises(UsageError, match="a predictor is needed"):
        start_server(object())


def test_credentials_do_not_show_in_settings():
    assert "AIza" not in repr(ServerConfig(credentials={"AIza": "a"}))


def test_stop_finishes_requests_under_way_and_frees_the_ports(make_predictor, vision_for, picture):
    predictor = make_predictor()
    server = start_server(predictor)
    client = vision_for(server)
    predictor.go.clear()
    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(
            client.label_detection, image=vision.Image(content=picture(250, 0, 0))
        )
        assert predictor.entered.wait(20)
        stopping = threads.submit(server.stop)
        time.sleep(0.1)
        assert server.is_running
        predictor.go.set()
        assert answer.result(20).label_annotations[0].description == "Red"
        stopping.result(20)
    assert not server.is_running
    assert server.wait(0)
    server.stop()  # once more changes nothing
    with socket.create_server(("127.0.0.1", server.http_port)):
        pass
    with pytest.raises(ServingError, match="has stopped"):
        server.replace(make_predictor())


def test_a_model_that_hangs_does_not_keep_the_server_from_stopping(
    make_predictor, vision_for, picture, caplog
):
    predictor = make_predictor()
    server = start_server(predictor, ServerConfig(grace_seconds=0.3))
    client = vision_for(server)
    predictor.go.clear()
    with ThreadPoolExecutor(1) as threads:
        image = vision.Image(content=picture(1, 2, 3))
        answer = threads.submit(client.label_detection, image=image, retry=None, timeout=20)
        assert predictor.entered.wait(20)
        server.stop()  # the model goes on only after it
        assert isinstance(answer.exception(20), exceptions.GoogleAPICallError)
    predictor.go.set()
    assert "still busy" in caplog.text


def test_replacing_the_model_under_load_fails_no_request(make_predictor, vision_for, picture):
    image = vision.Image(content=picture(250, 0, 0))
    seen, stop = set(), threading.Event()

    with start_server(make_predictor()) as server:

        def ask():
            client = vision_for(server)
            count = 0
            while not stop.is_set():
                seen.add(client.label_detection(image=image).label_annotations[0].description)
                count += 1
            return count

        with ThreadPoolExecutor(3) as threads:
            asking = [threads.submit(ask) for _ in range(3)]
            for version in range(20):
                server.replace(make_predictor(suffix=f"-{version}"))
                time.sleep(0.01)
            stop.set()
            assert sum(one.result(30) for one in asking) > 20
        last = vision_for(server).label_detection(image=image).label_annotations[0].description
    assert last == "Red-19"
    assert len(seen) > 3


def test_a_new_model_may_bring_and_take_applications(make_predictor, picture):
    with start_server(make_predictor()) as server:
        server.replace(make_predictor({"": ("A", "B", "C"), "new": ("D", "E", "F")}))
        client = boto3.client(
            "rekognition",
            region_name="us-east-1",
            aws_access_key_id="A",
            aws_secret_access_key="s",
            endpoint_url=f"http://127.0.0.1:{server.http_port}/a/new",
        )
        answer = client.detect_labels(Image={"Bytes": picture(250, 0, 0)})
        assert answer["Labels"][0]["Name"] == "D"
        client.close()
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
        connection.request(
            "POST",
            "/a/warm/v1/images:annotate",
            b'{"requests": [{"image": {"content": "aaaa"}, "features": [{"type": 4}]}]}',
        )
        assert connection.getresponse().status == 403
        connection.close()


def test_overload_is_answered_as_the_provider_throttles(make_predictor, vision_for, picture):
    predictor = make_predictor()
    image = picture(250, 0, 0)
    with start_server(predictor, ServerConfig(max_waiting=1)) as server:
        predictor.go.clear()
        client = vision_for(server)
        amazon = boto3.client(
            "rekognition",
            region_name="us-east-1",
            aws_access_key_id="A",
            aws_secret_access_key="s",
            endpoint_url=f"http://127.0.0.1:{server.http_port}",
            config=Config(retries={"max_attempts": 0}),
        )
        with ThreadPoolExecutor(1) as threads:
            held = threads.submit(client.label_detection, image=vision.Image(content=image))
            assert predictor.entered.wait(20)
            try:
                with pytest.raises(exceptions.ResourceExhausted):
                    client.label_detection(image=vision.Image(content=image), timeout=10)
                with pytest.raises(amazon.exceptions.ProvisionedThroughputExceededException):
                    amazon.detect_labels(Image={"Bytes": image})
            finally:
                predictor.go.set()
            assert held.result(20).label_annotations
        amazon.close()


def test_a_model_that_fails_is_an_internal_error_without_details(
    make_predictor, vision_for, caplog
):
    class Broken:
        applications = ()

        def predict(self, requests):
            msg = "the secret of the picture"
            raise RuntimeError(msg)

    with start_server(Broken()) as server, pytest.raises(exceptions.InternalServerError) as caught:
        vision_for(server).label_detection(image=vision.Image(content=b"x"), retry=None)
    assert "secret" not in str(caught.value)
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_nothing_of_a_request_is_logged(make_predictor, picture, caplog):
    caplog.set_level(0)
    with start_server(make_predictor()) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
        connection.request(
            "POST",
            "/v1/images:annotate?key=SECRETKEY",
            b"{}",
            {"authorization": "Bearer SECRETTOKEN", "x-amz-security-token": "SECRETSESSION"},
        )
        connection.getresponse().read()
        connection.close()
    assert "SECRET" not in caplog.text


def test_requests_of_many_clients_share_batches(make_predictor, vision_for, picture):
    predictor = make_predictor()
    with start_server(predictor) as server:
        predictor.go.clear()
        client = vision_for(server)
        pictures = [picture(250, 0, 0), picture(0, 0, 250)] * 4
        with ThreadPoolExecutor(8) as threads:
            waiting = [
                threads.submit(client.label_detection, image=vision.Image(content=one))
                for one in pictures
            ]
            time.sleep(0.5)
            predictor.go.set()
            answers = [one.result(20).label_annotations[0].description for one in waiting]
    assert answers == ["Red", "Blue"] * 4
    assert max(len(one) for one in predictor.batches) > 1
