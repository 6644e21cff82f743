"""The administration over real sockets, beside real requests."""

import base64
import hashlib
import http.client
import json
import socket
import threading
import time

import boto3
import grpc
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from google.cloud import vision
from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport
from prometheus_client.parser import text_string_to_metric_families

from chameleonapi import decision as d
from chameleonapi.errors import ModelError, ServingError, UnknownNameError
from chameleonapi.serving import (
    AdminConfig,
    AdminToken,
    DeployedModel,
    ServerConfig,
    start_server,
)
from chameleonapi.serving.operation.drift import DecisionMix
from chameleonapi.serving.operation.exposition import METRICS
from chameleonapi.serving.operation.openapi import OPERATIONS

SECRET = "correct-horse-battery"
BEARER = {"authorization": f"Bearer {SECRET}"}


def ask(server, path, headers=BEARER, verb="GET", body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=20)
    try:
        connection.request(verb, path, body, headers)
        reply = connection.getresponse()
        return reply, reply.read()
    finally:
        connection.close()


def samples(server):
    reply, body = ask(server, "/metrics")
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/plain")
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(body.decode())
        for one in family.samples
    }


def value(found, name, **labels):
    return found.get((name, tuple(sorted(labels.items()))))


@pytest.fixture
def config():
    return ServerConfig(admin=AdminConfig(AdminToken(SECRET)))


@pytest.fixture
def administered(make_predictor, config):
    with start_server(make_predictor(), config) as server:
        yield server


@pytest.fixture
def rekognition():
    def connect(server, application):
        return boto3.client(
            "rekognition",
            region_name="eu-west-1",
            endpoint_url=f"{server.endpoint.http_url}/a/{application}",
            aws_access_key_id="AKIASECRETKEY",
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}),
        )

    return connect


def test_there_is_no_administration_by_default(server):
    assert server.admin_port == 0
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    for path in ("/metrics", "/applications", "/openapi.json"):
        connection.request("GET", path, headers=BEARER)
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 404
    connection.close()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_who_may_do_what(administered, operation):
    path = operation.path.replace("{application}", "warm")
    verb = operation.verb.upper()
    password = base64.b64encode(f":{SECRET}".encode()).decode()
    reply, _ = ask(administered, path, {}, verb)
    assert reply.status == (200 if operation.is_open else 401)
    if not operation.is_open:
        scheme = "Bearer" if operation.is_change else "Basic"
        assert reply.headers["www-authenticate"].startswith(scheme)
    reply, _ = ask(administered, path, {"authorization": "Bearer wrong"}, verb)
    assert reply.status == (200 if operation.is_open else 401)
    reply, _ = ask(administered, path, {"authorization": f"Basic {password}"}, verb)
    assert reply.status == (401 if operation.is_change else 200)
    reply, _ = ask(administered, path, BEARER, verb)
    assert reply.status == (409 if operation.is_change else 200)
    assert reply.headers["cache-control"] == "no-store"


def test_requests_are_counted_by_what_we_know(administered, rekognition, picture):
    client = rekognition(administered, "warm")
    for _ in range(3):
        client.detect_labels(Image={"Bytes": picture(200, 10, 10)})
    with pytest.raises(ClientError, match="InvalidImageFormat"):
        client.detect_labels(Image={"Bytes": b"bad"})
    for number in range(5):
        with pytest.raises(ClientError, match="AccessDenied"):
            rekognition(administered, f"made-up-{number}").detect_labels(Image={"Bytes": b"x"})
    connection = http.client.HTTPConnection("127.0.0.1", administered.http_port, timeout=20)
    for number in range(5):
        connection.request("GET", f"/made/up/{number}?key=AIzaSecret")
        connection.getresponse().read()
    connection.close()
    with grpc.insecure_channel(administered.endpoint.grpc_address) as channel:
        google = vision.ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))
        google.label_detection(image={"content": picture(10, 10, 200)})
    found = samples(administered)
    detect = {"protocol": "aws", "method": "rekognition.DetectLabels"}
    requests = "chameleon_requests_total"
    assert value(found, requests, **detect, application="warm", code="OK") == 3
    assert (
        value(found, requests, **detect, application="warm", code="InvalidImageFormatException")
        == 1
    )
    assert value(found, requests, **detect, application="other", code="AccessDeniedException") == 5
    assert value(found, requests, protocol="rest", method="other", application="", code="404") == 5
    annotate = "google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
    assert value(found, requests, protocol="grpc", method=annotate, application="", code="OK") == 1
    assert value(found, "chameleon_request_seconds_count", **detect) == 9
    assert value(found, "chameleon_batch_inputs_sum") == 5
    assert value(found, "chameleon_ready") == 1
    assert value(found, "chameleon_inputs_waiting") == 0
    text = repr(found)
    for secret in ("made-up", "AKIASECRETKEY", "AIzaSecret", SECRET):
        assert secret not in text


def test_all_metrics_are_there_and_described(administered):
    _, body = ask(administered, "/metrics")
    described = {
        one.name: one.documentation for one in text_string_to_metric_families(body.decode())
    }
    info = {"chameleon_model_info": METRICS["chameleon_model"]}
    assert {**described} == {**{k: v for k, v in METRICS.items() if k != "chameleon_model"}, **info}
    reply, body = ask(
        administered, "/metrics", {**BEARER, "accept": "application/openmetrics-text"}
    )
    assert reply.headers["content-type"].startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def test_counts_of_several_processes_can_be_summed(make_predictor, config, rekognition, picture):
    with (
        start_server(make_predictor(), config) as one,
        start_server(make_predictor(), config) as two,
    ):
        for server, number in ((one, 2), (two, 3)):
            for _ in range(number):
                rekognition(server, "warm").detect_labels(Image={"Bytes": picture(9, 9, 9)})
        labels = {
            "protocol": "aws",
            "method": "rekognition.DetectLabels",
            "application": "warm",
            "code": "OK",
        }
        counts = [
            value(samples(server), "chameleon_requests_total", **labels) for server in (one, two)
        ]
    assert counts == [2, 3]


def test_pages_are_made_of_one_moment_and_not_on_the_event_loop(administered, monkeypatch):
    threads = []

    def page(state):
        threads.append(threading.current_thread().name)
        before = state.traffic.requests.copy()
        connection = http.client.HTTPConnection("127.0.0.1", administered.http_port, timeout=20)
        connection.request("GET", "/made/up")  # would hang if this were the server's own thread
        connection.getresponse().read()
        connection.close()
        assert state.traffic.requests == before
        return "page"

    monkeypatch.setattr("chameleonapi.serving.operation.admin.status_page", page)
    reply, body = ask(administered, "/")
    assert (reply.status, body) == (200, b"page")
    assert "chameleon-server" not in threads


def test_readiness_of_an_application(administered):
    for name, status in (("warm", 200), ("generic", 200), ("nobody", 404), ("..%2f", 404)):
        reply, _ = ask(administered, f"/readyz/{name}")
        assert reply.status == status


def decides_by(label, **more):
    """Return the process of an application that asks whether there is this label."""
    labels = d.LabelSet.of(label)
    return d.DecisionProcess(
        id="app.py:1",
        api="aws.rekognition.detect_labels",
        call=d.Span("app.py", 1),
        kind=d.Kind.TRUE_FALSE,
        rules=d.Cases((d.Case(d.Exists("a1"), "yes"),), "no"),
        outcomes=(d.Outcome("yes"), d.Outcome("no")),
        atoms=(d.Atom("a1", "Labels", (d.LabelTest("Name", labels),)),),
        **more,
    )


class TwoVersions:
    """A deployment whose versions are suffixes of labels."""

    def __init__(self, predictor, process):
        self._predictor = predictor
        self._versions = ["one", "two"]
        self._now = "two"
        self.process = process
        self.threads = set()

    def predictor(self):
        return self._predictor

    def models(self):
        return [DeployedModel("", "base"), self._model("warm")]

    def publish(self, application, version=""):
        self.threads.add(threading.current_thread().name)
        if application not in ("warm", "new"):
            raise UnknownNameError("model", application, ("warm",))
        if version not in ("", *self._versions):
            raise ModelError("there is no such version.")
        self._now = version or "two"
        self._predictor._names[application] = tuple(
            f"{label}-{self._now}" for label in ("Fire", "Grass", "Ice")
        )
        return self._model(application)

    def rollback(self, application):
        return self.publish(application, "one")

    def _model(self, application):
        return DeployedModel(application, self._now, earlier=("one",), process=self.process)


@pytest.fixture
def deployment(make_predictor, config):
    predictor = make_predictor()
    found = TwoVersions(predictor, None)
    with start_server(predictor, config, deployment=found) as server:
        yield server, found


def names(rekognition, server, picture, application="warm"):
    found = rekognition(server, application).detect_labels(Image={"Bytes": picture(200, 0, 0)})
    return [one["Name"] for one in found["Labels"]]


def test_publish_and_roll_back(deployment, rekognition, picture):
    server, door = deployment
    assert names(rekognition, server, picture) == ["Fire"]
    for path, body, expected in (
        ("publish", b"", "Fire-two"),
        ("rollback", b"", "Fire-one"),
        ("publish", b'{"version": "two"}', "Fire-two"),
    ):
        reply, content = ask(server, f"/applications/warm/{path}", BEARER, "POST", body)
        assert reply.status == 200
        assert json.loads(content)["version"] == expected[5:]
        assert names(rekognition, server, picture) == [expected]
    found = samples(server)
    assert value(found, "chameleon_model_info", application="warm", version="two", level="") == 1
    assert not any("chameleon-server" in one for one in door.threads)


def test_a_new_application_is_served_and_counted_at_once(deployment, rekognition, picture):
    server, _ = deployment
    with pytest.raises(ClientError, match="AccessDenied"):
        names(rekognition, server, picture, "new")
    reply, _ = ask(server, "/applications/new/publish", BEARER, "POST")
    assert reply.status == 200
    assert names(rekognition, server, picture, "new") == ["Fire-two"]
    _, content = ask(server, "/applications")
    rows = {one["name"]: one for one in json.loads(content)["applications"]}
    assert rows["new"]["requests"] == 1
    assert list(rows) == ["generic", "cold", "new", "warm"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/applications/nobody/publish", b"", 404),
        ("/applications/warm/publish", b'{"version": "three"}', 409),
        ("/applications/warm/publish", b"[]", 400),
        ("/applications/warm/publish", b'{"version": 1}', 400),
        ("/applications/warm/publish", b'{"other": "x"}', 400),
        ("/applications/warm/publish", b"[" * 4000, 400),
        ("/applications/warm/publish", b" " * 5000, 400),
        ("/applications/warm/forget", b"", 404),
    ],
)
def test_changes_that_are_refused_change_nothing(
    deployment, rekognition, picture, path, body, status
):
    server, _ = deployment
    reply, content = ask(server, path, BEARER, "POST", body)
    assert reply.status == status
    error = json.loads(content)["error"]
    assert error["code"] == status
    assert error["message"]
    assert names(rekognition, server, picture) == ["Fire"]


def test_the_description_names_what_there_is(administered):
    _, content = ask(administered, "/openapi.json")
    described = json.loads(content)
    assert described["openapi"].startswith("3.1")
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            target = path.replace("{application}", "nobody")
            status = str(ask(administered, target, BEARER, verb.upper())[0].status)
            assert status in operation["responses"], (path, status)
            without = str(ask(administered, target, {}, verb.upper())[0].status)
            assert without in operation["responses"], (path, without)


def published(make_predictor, config, process):
    predictor = make_predictor()
    door = TwoVersions(predictor, process)
    return start_server(predictor, config, deployment=door)


def wait_for_decisions(server, number):
    found = {}
    for _ in range(400):
        found = samples(server)
        names = ("chameleon_decisions_total", "chameleon_decisions_left_out_total")
        if sum(one for (name, _), one in found.items() if name in names) >= number:
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def test_decisions_are_counted(make_predictor, config, rekognition, picture):
    with published(make_predictor, config, decides_by("Fire")) as server:
        client = rekognition(server, "warm")
        for red in (250, 250, 10, 250):  # shown from 55% on
            client.detect_labels(Image={"Bytes": picture(red, 240, 0)})
        with pytest.raises(ClientError):
            client.detect_labels(Image={"Bytes": b"bad"})
        rekognition(server, "cold").detect_labels(Image={"Bytes": picture(250, 0, 0)})
        found = wait_for_decisions(server, 4)
        counted = {
            labels: one
            for (name, labels), one in found.items()
            if name == "chameleon_decisions_total"
        }
        assert counted == {
            (("application", "warm"), ("outcome", "yes")): 3,
            (("application", "warm"), ("outcome", "no")): 1,
        }


def test_drift_raises_an_alarm_on_all_faces_until_a_publication(
    make_predictor, config, rekognition, picture, monkeypatch
):
    monkeypatch.setattr(DecisionMix.__init__, "__defaults__", (60,))
    with published(make_predictor, config, decides_by("Fire")) as server:
        client = rekognition(server, "warm")
        alarm = "chameleon_decision_drift_alarm"
        for number in range(120):
            client.detect_labels(Image={"Bytes": picture(250 if number % 2 else 10, 0, 0)})
        found = wait_for_decisions(server, 120)
        assert value(found, alarm, application="warm") == 0
        for _ in range(60):
            client.detect_labels(Image={"Bytes": picture(10, 0, 0)})
        found = wait_for_decisions(server, 180)
        assert value(found, alarm, application="warm") == 1
        assert value(found, "chameleon_decision_drift", application="warm") == 0.5
        assert b"Decisions have drifted:</strong> warm" in ask(server, "/")[1]
        assert json.loads(ask(server, "/applications/warm")[1])["drift_alarm"] is True
        assert ask(server, "/applications/warm/rollback", BEARER, "POST")[0].status == 200
        assert value(samples(server), alarm, application="warm") is None


def test_a_decision_over_several_calls_is_left_out_and_said_so(
    make_predictor, config, rekognition, picture
):
    beside = (d.Beside("aws.rekognition.detect_faces", d.Span("app.py", 2)),)
    with published(make_predictor, config, decides_by("Fire", beside=beside)) as server:
        rekognition(server, "warm").detect_labels(Image={"Bytes": picture(250, 0, 0)})
        found = wait_for_decisions(server, 1)
        name = "chameleon_decisions_left_out_total"
        assert value(found, name, reason="several_calls") == 1


def test_the_page_escapes_and_loads_nothing(make_predictor, config):
    predictor = make_predictor({"": ("A", "B", "C"), "<b>&": ("A", "B", "C")})
    with start_server(predictor, config) as server:
        reply, content = ask(server, "/")
    page = content.decode()
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_end_of_a_server_leaves_nothing_behind(make_predictor, config):
    before = set(threading.enumerate())
    with start_server(make_predictor(), config) as server:
        port = server.admin_port
    left = [one.name for one in set(threading.enumerate()) - before]
    assert not [one for one in left if one.startswith("chameleon")]
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()


def test_a_port_of_the_administration_that_is_taken(make_predictor):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        admin = AdminConfig(AdminToken(SECRET), port=taken.getsockname()[1])
        with pytest.raises(ServingError, match=r"cannot listen on 127\.0\.0\.1 port"):
            start_server(make_predictor(), ServerConfig(admin=admin))
