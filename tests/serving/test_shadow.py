"""Decisions on customised and generic answers, compared behind live requests."""

import base64
import json
import time

import boto3
import grpc
import pytest
import requests
from google.cloud import vision

from chameleonapi import decision as d
from chameleonapi.analysis.replay import without_rules
from chameleonapi.apis import LabelScores
from chameleonapi.errors import ModelError, ServingError, UnsupportedError, UsageError
from chameleonapi.serving import ServerConfig, Shadowing, start_server


def process(name="bin", api="google.vision.label_detection", labels=("Red", "Grass")):
    path, field = {
        "google.vision.label_detection": ("labelAnnotations", "description"),
        "aws.rekognition.detect_labels": ("Labels", "Name"),
    }[api]
    atom = d.Atom("a1", path, (d.LabelTest(field, d.LabelSet.of(*labels)),))
    return d.DecisionProcess(
        id=name,
        api=api,
        call=d.Span("a.py", 1),
        kind=d.Kind.TRUE_FALSE,
        rules=d.Cases((d.Case(d.Exists("a1"), "yes"),), "no"),
        outcomes=(d.Outcome("yes"), d.Outcome("no")),
        atoms=(atom,),
    )


def post(server, *contents, application="warm"):
    feature = [{"type": "LABEL_DETECTION"}]
    images = [{"content": base64.b64encode(one).decode()} for one in contents]
    reply = requests.post(
        f"http://127.0.0.1:{server.http_port}/v1/images:annotate",
        json={"requests": [{"image": one, "features": feature} for one in images]},
        headers={"x-chameleon-application": application} if application else {},
        timeout=20,
    )
    return reply.status_code


def seen(server, name="bin", *, total):
    """Return what was seen of a process once that many answers were dealt with."""
    deadline = time.monotonic() + 30
    while True:
        (found,) = [one for one in server.shadow_report()["decisions"] if one["process"] == name]
        done = found["compared"] + found["failed"] + found["dropped"]
        if done >= total or time.monotonic() > deadline:
            assert done == total
            return found


def pairs(found):
    return {(one["generic"], one["customized"]): one["count"] for one in found["pairs"]}


def test_differences_are_counted_and_sampled(make_predictor, picture, tmp_path):
    file = tmp_path / "differences.jsonl"
    config = ServerConfig(shadow=Shadowing({"warm": [process()]}, sample=file))
    with start_server(make_predictor(), config) as server:
        for _ in range(3):
            assert post(server, picture(250, 0, 0)) == 200  # Red for them, Fire for us
        channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
        kind = vision.ImageAnnotatorClient.get_transport_class("grpc")
        with vision.ImageAnnotatorClient(transport=kind(channel=channel)) as client:
            client.label_detection(
                image=vision.Image(content=picture(0, 250, 0)),  # Green for them, Grass for us
                metadata=[("x-chameleon-application", "warm")],
            )
        post(server, picture(0, 0, 250))  # neither
        post(server, b"no picture")  # nothing to decide on
        post(server, picture(250, 0, 0), application="")  # of no application
        post(server, picture(250, 0, 0), application="cold")  # of another one
        found = seen(server, total=5)
    assert pairs(found) == {("yes", "no"): 3, ("no", "yes"): 1, ("no", "no"): 1}
    assert (found["application"], found["different"], found["failed"]) == ("warm", 4, 0)
    *differences, summary = [json.loads(one) for one in file.read_text().splitlines()]
    assert [(one["generic"], one["customized"], one["count"]) for one in differences] == [
        ("yes", "no", 1),
        ("yes", "no", 2),
        ("yes", "no", 3),
        ("no", "yes", 1),
    ]
    assert set(differences[0]) == {
        "schema",
        "kind",
        "time",
        "application",
        "process",
        "api",
        "generic",
        "customized",
        "count",
    }
    assert summary["kind"] == "summary"
    assert summary["decisions"] == [found]
    assert server.shadow_report()["decisions"] == [found]  # also when it has stopped


def test_answers_of_amazon_are_compared_as_they_were_cut(make_predictor, picture):
    asked = process("cloud", "aws.rekognition.detect_labels", ("Red", "Grass"))
    config = ServerConfig(shadow=Shadowing({"warm": [asked]}))
    with start_server(make_predictor(), config) as server:
        client = boto3.client(
            "rekognition",
            region_name="us-east-1",
            aws_access_key_id="A",
            aws_secret_access_key="s",
            endpoint_url=f"http://127.0.0.1:{server.http_port}/a/warm",
        )
        image = {"Bytes": picture(150, 250, 0)}
        client.detect_labels(Image=image)  # Green, Red for them; Grass, Fire for us
        client.detect_labels(Image=image, MaxLabels=1)  # Green for them; Grass for us
        client.close()
        found = seen(server, "cloud", total=2)
    assert pairs(found) == {("yes", "yes"): 1, ("no", "yes"): 1}


def test_what_finds_no_room_is_dropped(make_predictor, picture):
    config = ServerConfig(shadow=Shadowing({"warm": [process()]}, max_waiting=2))
    with start_server(make_predictor(), config) as server:
        assert post(server, *[picture(250, 0, 0)] * 6) == 200
        found = seen(server, total=6)
        assert (found["compared"], found["dropped"]) == (2, 4)
        assert post(server, picture(250, 0, 0)) == 200
        assert seen(server, total=7)["compared"] == 3
    shadow = Shadowing({"warm": [process()]}, max_waiting_bytes=100)
    with start_server(make_predictor(), ServerConfig(shadow=shadow)) as server:
        assert post(server, picture(250, 0, 0), b"x" * 101) == 200
        assert seen(server, total=1)["compared"] == 1


def test_a_generic_model_that_fails_fails_no_request(picture):
    class Broken:
        applications = ("warm",)

        def predict(self, requests):
            if any(not one.application for one in requests):
                raise ModelError("broken")
            return [LabelScores(("Fire",), [0.9]) for _ in requests]

    config = ServerConfig(shadow=Shadowing({"warm": [process()]}))
    with start_server(Broken(), config) as server:
        assert post(server, picture(250, 0, 0)) == 200
        assert seen(server, total=1)["failed"] == 1
        assert post(server, picture(250, 0, 0)) == 200
        assert seen(server, total=2)["failed"] == 2


def test_the_file_shows_the_first_and_then_every_doubling(make_predictor, picture, tmp_path):
    file = tmp_path / "differences.jsonl"
    config = ServerConfig(shadow=Shadowing({"warm": [process()]}, sample=file))
    with start_server(make_predictor(), config) as server:
        for number in range(40):
            post(server, picture(250, 0, 0))
            seen(server, total=number + 1)
    counts = [json.loads(one).get("count") for one in file.read_text().splitlines()]
    assert counts == [*range(1, 21), 32, None]


def test_the_file_is_bounded(make_predictor, picture, tmp_path):
    file = tmp_path / "differences.jsonl"
    shadow = Shadowing({"warm": [process()]}, sample=file, max_sample_bytes=500)
    with start_server(make_predictor(), ServerConfig(shadow=shadow)) as server:
        for number in range(8):
            post(server, picture(250, 0, 0))
            seen(server, total=number + 1)
        assert 0 < file.stat().st_size <= 500
    assert json.loads(file.read_text().splitlines()[-1])["kind"] == "summary"


def test_a_record_without_rules_is_refused_as_nothing_would_ever_differ():
    with pytest.raises(UnsupportedError, match="holds the call and no rules"):
        Shadowing({"warm": [without_rules(process())]})


def test_settings_that_are_refused(make_predictor, tmp_path):
    with pytest.raises(UsageError, match="told apart"):
        Shadowing({"warm": [process(), process()]})
    with pytest.raises(UsageError, match="told apart"):
        Shadowing({"": [process()]})
    nowhere = Shadowing({"warm": [process()]}, sample=tmp_path / "no" / "file")
    with pytest.raises(ServingError, match="cannot write differences"):
        start_server(make_predictor(), ServerConfig(shadow=nowhere))
    with (
        start_server(make_predictor()) as server,
        pytest.raises(UsageError, match="compares no decisions"),
    ):
        server.shadow_report()
