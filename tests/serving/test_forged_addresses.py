"""No address that a request names is ever looked up or connected to."""

import json
import socket
import threading
import time

import boto3
import pytest
import requests
from botocore.config import Config

from chameleonapi.serving import ServerConfig, start_server

# Ways to write this machine, a metadata service, and others, that have deceived filters elsewhere.
ADDRESSES = [
    "http://127.0.0.1:{port}/x.png",
    "http://localhost:{port}/x.png",
    "http://2130706433:{port}/x.png",
    "http://0x7f000001:{port}/x.png",
    "http://0177.0.0.1:{port}/x.png",
    "http://127.1:{port}/x.png",
    "http://0:{port}/x.png",
    "http://[::1]:{port}/x.png",
    "http://[::ffff:127.0.0.1]:{port}/x.png",
    "http://[::ffff:7f00:1]:{port}/x.png",
    "http://[64:ff9b::7f00:1]:{port}/x.png",
    "http://[::1%25lo]:{port}/x.png",
    "http://127.0.0.1.nip.io:{port}/x.png",
    "http://rebound.example:{port}/x.png",
    "http://example.com@127.0.0.1:{port}/x.png",
    "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}\\@example.com/",
    "http://\N{CIRCLED DIGIT ONE}27.0.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "https://storage.googleapis.com/bucket/x.png",
    "http://127.0.0.1:{port}/redirect?to=http://169.254.169.254/",
    "//127.0.0.1:{port}/x.png",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/x.png",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "dict://127.0.0.1:{port}/",
    "data:image/png;base64,aaaa",
    "unix:///var/run/docker.sock",
    "jar:http://127.0.0.1:{port}!/x",
    "/etc/passwd",
    "../../etc/passwd",
    "gs://127.0.0.1:{port}/x.png",
    "gs://@127.0.0.1:{port}/x.png",
    "gs:///etc/passwd",
    "s3://127.0.0.1:{port}/x.png",
    "",
    " ",
    "\0",
]


@pytest.fixture
def bait():
    """A port that nobody may come to."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def wait():
            try:
                while True:
                    visitor, address = listening.accept()
                    visitor.close()
                    came.append(address)
            except OSError:
                pass

        threading.Thread(target=wait, daemon=True).start()
        yield listening.getsockname()[1], came
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture(params=[False, True], ids=["no bucket", "a bucket"])
def watched(request, tmp_path, make_predictor, bait, monkeypatch):
    """A server, and every name that is looked up and address that is connected to."""
    config = ServerConfig(buckets={"photos": tmp_path} if request.param else {})
    with start_server(make_predictor(), config) as server:
        seen, look_up, connect = [], socket.getaddrinfo, socket.socket.connect
        own = {server.http_port, server.grpc_port}

        def watching_look_up(host, port, *args, **more):
            if port not in own:
                seen.append(("look up", host, port))
            return look_up(host, port, *args, **more)

        def watching_connect(self, address):
            if address[1] not in own:
                seen.append(("connect", address))
            return connect(self, address)

        monkeypatch.setattr(socket, "getaddrinfo", watching_look_up)
        monkeypatch.setattr(socket.socket, "connect", watching_connect)
        yield server, seen


def test_no_address_is_followed(watched, bait):
    server, seen = watched
    port, came = bait
    url = f"http://127.0.0.1:{server.http_port}"
    for written in ADDRESSES:
        address = written.format(port=port)
        for source in ({"imageUri": address}, {"gcsImageUri": address}):
            one = {"image": {"source": source}, "features": [{"type": "LABEL_DETECTION"}]}
            reply = requests.post(f"{url}/v1/images:annotate", json={"requests": [one]}, timeout=30)
            answer = reply.json()["responses"][0]
            assert set(answer) == {"error"}, address
            assert answer["error"]["code"] in {3, 5, 7}, address
            assert "127.0.0.1" not in json.dumps(answer)  # nothing is repeated either
        document = {"gcsContentUri": address, "type": "PLAIN_TEXT"}
        path = "/v1/documents:analyzeSentiment"
        reply = requests.post(f"{url}{path}", json={"document": document}, timeout=30)
        assert reply.status_code in {400, 403, 404, 501}, address
    assert (seen, came) == ([], [])


def test_no_bucket_is_asked_for(watched, bait):
    server, seen = watched
    port, came = bait
    client = boto3.client(
        "rekognition",
        region_name="us-east-1",
        aws_access_key_id="A",
        aws_secret_access_key="s",
        endpoint_url=f"http://127.0.0.1:{server.http_port}",
        config=Config(retries={"max_attempts": 0}, parameter_validation=False),
    )
    names = [one.format(port=port) for one in ADDRESSES if one]
    for name in names:
        for place in ({"Bucket": name, "Name": "x"}, {"Bucket": "photos", "Name": name}):
            with pytest.raises(client.exceptions.ClientError) as caught:
                client.detect_labels(Image={"S3Object": place})
            code = caught.value.response["Error"]["Code"]
            assert code in {"InvalidS3ObjectException", "InvalidParameterException"}, name
    assert (seen, came) == ([], [])


def test_the_watch_sees_what_a_careless_server_would_do(watched, bait):
    _, seen = watched
    port, came = bait
    with pytest.raises(requests.RequestException):
        requests.get(f"http://127.0.0.1:{port}/", timeout=0.3)
    assert seen
    until = time.monotonic() + 10
    while not came and time.monotonic() < until:
        time.sleep(0.01)
    assert came
