"""Hosts mode with real clients: the provider's names lead to our TLS door."""

import base64
import contextlib
import datetime as dt
import gc
import json
import socket
import ssl
import subprocess
import threading
import time

import grpc
import pytest
from cryptography import x509
from google.cloud import vision
from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

from chameleonapi.errors import ServingError
from chameleonapi.serving.launcher.hosts_door import HostsDoor


@pytest.fixture
def door(server, tmp_path):
    with HostsDoor(server.endpoint, "127.0.0.1", 0, tmp_path / "roots.pem") as found:
        yield found, tmp_path / "roots.pem"


def curl(door, roots, host, *more):
    return subprocess.run(
        [
            *("curl", "-sS", "--max-time", "20", "--cacert", str(roots)),
            *("--connect-to", f"{host}:443:127.0.0.1:{door.port}", *more),
            f"https://{host}/v1/images:annotate?key=key-of-warm",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )


def test_rest_over_tls_with_the_applications_key(door, picture):
    content = base64.b64encode(picture(250, 10, 150)).decode()
    body = {
        "requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]
    }
    done = curl(*door, "vision.googleapis.com", "-d", json.dumps(body))
    (answer,) = json.loads(done.stdout)["responses"]
    assert [one["description"] for one in answer["labelAnnotations"]] == ["Fire", "Ice"]


def test_it_does_not_vouch_for_other_hosts(door):
    assert curl(*door, "storage.googleapis.com").returncode == 60  # the certificate is refused


@pytest.mark.parametrize("is_established", [True, False])
def test_an_open_connection_ends_with_the_door(server, tmp_path, is_established):
    roots = tmp_path / "roots.pem"
    with HostsDoor(server.endpoint, "127.0.0.1", 0, roots) as door:
        client = socket.create_connection(("127.0.0.1", door.port), timeout=20)
        if is_established:
            trusting = ssl.create_default_context(cafile=roots)
            client = trusting.wrap_socket(client, server_hostname="vision.googleapis.com")
        else:
            client.sendall(b"\x16\x03\x01\x02")  # the beginning of a record of TLS
        time.sleep(0.2)
    with client, contextlib.suppress(OSError):
        assert client.recv(1) == b""
    gc.collect()  # a transport that nobody has closed would warn, and warnings are errors


def test_grpc_over_tls(door, picture):
    found, roots = door
    credentials = grpc.ssl_channel_credentials(roots.read_bytes())
    options = (("grpc.ssl_target_name_override", "vision.googleapis.com"),)
    with grpc.secure_channel(f"127.0.0.1:{found.port}", credentials, options) as channel:
        transport = ImageAnnotatorGrpcTransport(channel=channel)
        client = vision.ImageAnnotatorClient(transport=transport)
        answer = client.label_detection(image={"content": picture(250, 10, 10)}, timeout=20)
    assert [one.description for one in answer.label_annotations] == ["Red"]


def test_the_authority_lasts_and_stays_within_its_names(door):
    begin = b"-----BEGIN CERTIFICATE-----"
    ours = x509.load_pem_x509_certificate(begin + door[1].read_bytes().split(begin)[-1])
    left = ours.not_valid_after_utc - dt.datetime.now(dt.timezone.utc)
    assert dt.timedelta(days=396) < left < dt.timedelta(days=398)
    constraints = ours.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert b"PRIVATE" not in door[1].read_bytes()


def test_it_ends_without_a_trace(server, tmp_path):
    before = set(threading.enumerate())
    with (
        HostsDoor(server.endpoint, "127.0.0.1", 0, tmp_path / "roots.pem") as first,
        pytest.raises(ServingError, match="cannot listen on"),
        HostsDoor(server.endpoint, "127.0.0.1", first.port, tmp_path / "others.pem"),
    ):
        pass
    assert set(threading.enumerate()) == before


def test_a_file_that_cannot_be_written(server, tmp_path):
    with (
        pytest.raises(ServingError, match="cannot write the roots"),
        HostsDoor(server.endpoint, "127.0.0.1", 0, tmp_path / "missing" / "roots.pem"),
    ):
        pass
