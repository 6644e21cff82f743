from chameleonapi.data import Box
from chameleonapi.data.importers import Locations
from data.sources import document, found, imported, json_lines, picture, text


def meta(**more):
    return {
        "confidence": 1,
        "human-annotated": "yes",
        "creation-date": "2020-05-15T00:00:00",
        **more,
    }


def test_rekognition_manifest(tmp_path):
    bucket = tmp_path / "bucket"
    for index, name in enumerate(("set/a.jpg", "set/b.jpg", "set/c.jpg")):
        picture(bucket / name, seed=index)
    json_lines(
        tmp_path / "in/train/output.manifest",
        {
            "source-ref": "s3://my-bucket/set/a.jpg",
            "job_Sunrise": 1,
            "job_Sunrise-metadata": meta(
                **{"class-name": "Sunrise", "type": "groundtruth/image-classification"}
            ),
        },
        {
            "source-ref": "s3://my-bucket/set/b.jpg",
            "bounding-box": {
                "image_size": [{"width": 40, "height": 20, "depth": 3}],
                "annotations": [
                    {"class_id": 1, "left": 10, "top": 5, "width": 20, "height": 10},
                    {"class_id": 9, "left": 0, "top": 0, "width": 1, "height": 1},
                ],
            },
            "bounding-box-metadata": {
                "objects": [{"confidence": 1}],
                "class-map": {"0": "Echo", "1": "Dot"},
                "type": "groundtruth/object-detection",
            },
        },
        {
            "source-ref": "s3://my-bucket/set/c.jpg",
            "multi": [0, 1],
            "multi-metadata": meta(
                **{
                    "class-map": {"0": "Echo", "1": "Dot"},
                    "type": "groundtruth/image-classification-multilabel",
                }
            ),
        },
        {
            "source-ref": "s3://other/set/c.jpg",
            "job": 0,
            "job-metadata": meta(**{"class-name": "Echo"}),
        },
    )
    places = Locations((("s3://my-bucket", bucket.resolve()),))
    report, examples = imported(tmp_path / "in", tmp_path / "out", locations=places)
    assert report.format == "rekognition"
    assert [one.present for one in examples.values()] == [("Sunrise",), ("Dot",), ("Echo", "Dot")]
    assert examples["s3://my-bucket/set/b.jpg"].boxes == (Box("Dot", 0.25, 0.25, 0.75, 0.75),)
    assert report.splits == {"train": 3}
    assert found(report) == {"missing-picture": 1, "unknown-id": 1}


def test_a_bucket_may_lie_beside_the_manifest(tmp_path):
    picture(tmp_path / "in/set/a.jpg")
    json_lines(
        tmp_path / "in/a.manifest",
        {
            "source-ref": "s3://b/set/a.jpg",
            "job": 0,
            "job-metadata": meta(**{"class-name": "Echo"}),
        },
    )
    _, examples = imported(tmp_path / "in/a.manifest", tmp_path / "out")
    assert len(examples) == 1


def test_labels_that_a_machine_gave_are_left_out(tmp_path):
    picture(tmp_path / "in/a.jpg")
    json_lines(
        tmp_path / "in/a.manifest",
        {
            "source-ref": "s3://b/a.jpg",
            "job": 0,
            "job-metadata": {**meta(**{"class-name": "Echo"}), "human-annotated": "no"},
        },
    )
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert found(report) == {"machine-label": 1}
    assert not examples["s3://b/a.jpg"].present


def test_vertex_csv(tmp_path):
    top = tmp_path / "in"
    text(
        top / "import.csv",
        "TRAINING,gs://b/a.jpg,cat,dog\ngs://b/b.jpg,cat\nVALIDATION,gs://b/c.jpg\n"
        "TEST,gs://b/d.jpg,cat,0.1,0.2,,,0.5,0.6,,\nTEST,gs://b/d.jpg,dog,0.5,0.5,1,0.5,1,1,0.5,1\nnonsense\n",
    )
    for index, name in enumerate("abcd"):
        picture(top / f"{name}.jpg", seed=index)
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "vertex"
    assert [one.present for one in examples.values()] == [
        ("cat", "dog"),
        ("cat",),
        (),
        ("cat", "dog"),
    ]
    assert [one.split for one in examples.values()] == ["train", "", "validation", "test"]
    assert examples["gs://b/d.jpg"].boxes == (
        Box("cat", 0.1, 0.2, 0.5, 0.6),
        Box("dog", 0.5, 0.5, 1, 1),
    )
    assert found(report) == {"bad-row": 1}


def test_vertex_json_lines(tmp_path):
    top = tmp_path / "in"
    use = {"dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": "test"}}
    json_lines(
        top / "import.jsonl",
        {"imageGcsUri": "gs://b/a.jpg", "classificationAnnotation": {"displayName": "cat"}, **use},
        {
            "imageGcsUri": "gs://b/b.jpg",
            "classificationAnnotations": [{"displayName": "cat"}, {"displayName": "dog"}],
        },
        {
            "imageGcsUri": "gs://b/c.jpg",
            "boundingBoxAnnotations": [
                {"displayName": "dog", "xMax": 0.5, "yMin": 0.1, "yMax": 0.9}
            ],
            **use,
        },
        {"imageGcsUri": 3},
    )
    for index, name in enumerate("abc"):
        picture(top / f"{name}.jpg", seed=index)
    report, examples = imported(top, tmp_path / "out")
    assert [one.present for one in examples.values()] == [("cat",), ("cat", "dog"), ("dog",)]
    assert examples["gs://b/c.jpg"].boxes == (Box("dog", 0, 0.1, 0.5, 0.9),)
    assert report.splits == {"test": 2, "": 1}
    assert found(report) == {"bad-row": 1}


def test_custom_vision(tmp_path):
    top = tmp_path / "in"
    tag = {"tagId": "t", "created": "2024-01-01T00:00:00Z"}
    uri = "https://x.blob.core.windows.net/i-1/o-2"
    document(
        top / "images.json",
        [
            {
                "id": "aa",
                "width": 40,
                "height": 20,
                "originalImageUri": uri,
                "tags": [{**tag, "tagName": "cat"}],
            },
            {
                "id": "bb",
                "originalImageUri": f"{uri}/second%20one.jpg?sv=1&sig=x",
                "tags": [{**tag, "tagName": "Negative"}],
            },
            {
                "id": "cc",
                "originalImageUri": uri,
                "tags": [],
                "regions": [
                    {**tag, "tagName": "dog", "left": 0.25, "top": 0, "width": 0.5, "height": 1}
                ],
            },
            {"id": "dd", "originalImageUri": uri, "tags": None},
            {
                "id": "../../etc/passwd",
                "originalImageUri": uri,
                "tags": [{**tag, "tagName": "cat"}],
            },
        ],
    )
    document(
        top / "tags.json",
        [
            {"id": "t", "name": "bird", "type": "Regular", "imageCount": 0},
            {"id": "n", "name": "Negative", "type": "Negative", "imageCount": 1},
        ],
    )
    for index, name in enumerate(("aa.jpg", "second one.jpg", "images/cc.png", "dd.jpg")):
        picture(top / name, seed=index)
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "custom-vision"
    assert [one.present for one in examples.values()] == [("cat",), (), ("dog",)]
    assert examples["bb"].closed
    assert examples["cc"].boxes == (Box("dog", 0.25, 0, 0.75, 1),)
    assert set(report.labels) == {"bird", "cat", "dog"}
    assert found(report) == {"missing-picture": 1, "unlabelled-picture": 1, "no-example": 1}
