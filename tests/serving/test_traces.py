"""Spans tell which API, application and code, and how large batches are: never what is in them."""

import builtins
import http.server
import threading

import boto3
import grpc
import pytest
import requests
from google.cloud import vision_v1
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from chameleonapi.errors import MissingPackageError
from chameleonapi.serving import ServerConfig, start_server
from chameleonapi.serving.operation.traces import Traces, tracer_provider_of_environment

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
LABELS = [{"type": "LABEL_DETECTION"}]


def rest(server, body, **headers):
    url = f"http://127.0.0.1:{server.http_port}/v1/images:annotate?key=secret-key"
    return requests.post(url, json=body, headers=headers, timeout=30)


@pytest.fixture
def traced(make_predictor):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with start_server(make_predictor(), ServerConfig(traces=provider)) as server:
        yield server, exporter


def test_a_span_for_each_request_and_batch(traced, picture):
    server, exporter = traced
    kind = vision_v1.ImageAnnotatorClient.get_transport_class("grpc")
    channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
    with vision_v1.ImageAnnotatorClient(transport=kind(channel=channel)) as client:
        metadata = (("traceparent", PARENT["traceparent"]), ("x-chameleon-application", "warm"))
        client.label_detection(image={"content": picture(9, 9, 250)}, metadata=metadata)
    aws = boto3.client(
        "rekognition",
        region_name="us-east-1",
        aws_access_key_id="AKIASECRET",
        aws_secret_access_key="s",
        endpoint_url=f"http://127.0.0.1:{server.http_port}",
    )
    with pytest.raises(aws.exceptions.InvalidImageFormatException):
        aws.detect_labels(Image={"Bytes": b"secret content"})
    assert rest(server, {"requests": "secret"}, **PARENT).status_code == 400

    spans = exporter.get_finished_spans()
    found = [one for one in spans if one.kind is SpanKind.SERVER]
    assert [
        (
            one.name,
            one.attributes["chameleon.provider"],
            one.attributes["chameleon.application"],
            one.attributes["chameleon.code"],
            one.status.status_code,
        )
        for one in found
    ] == [
        (
            "google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages",
            "google",
            "warm",
            "OK",
            StatusCode.UNSET,
        ),
        (
            "rekognition.DetectLabels",
            "aws",
            "generic",
            "InvalidImageFormatException",
            StatusCode.ERROR,
        ),
        (
            "google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages",
            "google",
            "generic",
            "400",
            StatusCode.ERROR,
        ),
    ]
    for one in (found[0], found[2]):
        assert (one.parent.trace_id, one.parent.span_id) == (int(TRACE, 16), int(SPAN, 16))
    assert found[1].parent is None
    assert all(one.end_time > one.start_time for one in spans)
    batches = [one for one in spans if one.name == "model batch"]
    assert [one.attributes["chameleon.batch_size"] for one in batches] == [1, 1]
    assert "secret" not in " ".join(one.to_json() for one in spans).lower()


@pytest.mark.parametrize("parent", ["", "junk", "00-0-0-00", "ff" * 500, "\x80"])
def test_a_caller_with_a_bad_parent_gets_an_answer_and_a_trace_of_its_own(traced, parent, picture):
    server, exporter = traced
    body = {"requests": [{"image": {"content": "aaaa"}, "features": LABELS}]}
    headers = {"traceparent": parent.encode("latin-1")} if parent else {}
    assert rest(server, body, **headers).status_code == 200
    found = [one for one in exporter.get_finished_spans() if one.kind is SpanKind.SERVER]
    assert [one.parent for one in found] == [None]


def test_the_variables_of_the_environment_say_where_spans_go(make_predictor, monkeypatch):
    came = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            came.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        monkeypatch.setenv(
            "OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}"
        )
        monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
        provider = tracer_provider_of_environment()
        with start_server(make_predictor(), ServerConfig(traces=provider)) as server:
            rest(server, {"requests": []})
        provider.shutdown()
        collector.shutdown()
    ((path, body),) = came
    assert path == "/v1/traces"
    (told,) = ExportTraceServiceRequest.FromString(body).resource_spans
    names = {one.key: one.value.string_value for one in told.resource.attributes}
    assert names["service.name"] == "chameleonapi"
    assert len(told.scope_spans[0].spans) == 1


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name.startswith("opentelemetry"):
            raise ImportError(name=name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError, match="opentelemetry") as caught:
        tracer_provider_of_environment()
    assert "telemetry" in str(caught.value.hint)
    with pytest.raises(MissingPackageError):
        Traces(None)
