import pytest

from chameleonapi.data import Box
from chameleonapi.errors import DataError
from data.sources import found, imported, picture, text


def fill(top, *names):
    for index, name in enumerate(names):
        picture(top / name, seed=index)


def test_ultralytics_layout(tmp_path):
    top = tmp_path / "in"
    text(
        top / "data.yaml",
        "path: ../datasets/in\ntrain: images/train\nval: images/val\nnames:\n  0: cat\n  1: dog\n",
    )
    fill(top, "images/train/a.jpg", "images/train/b.jpg", "images/val/c.png")
    text(top / "labels/train/a.txt", "1 0.5 0.5 0.5 0.5\n7 0.5 0.5 0.1 0.1\nx y\n\n")
    text(top / "labels/val/c.txt", "0 0.1 0.1 0.9 0.1 0.9 0.5 0.1 0.5\n")
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "yolo"
    assert examples["images/train/a.jpg"].boxes == (Box("dog", 0.25, 0.25, 0.75, 0.75),)
    assert examples["images/train/b.jpg"].present == ()
    assert examples["images/val/c.png"].boxes == (Box("cat", 0.1, 0.1, 0.9, 0.5),)
    assert report.splits == {"train": 2, "validation": 1}
    assert found(report) == {"bad-row": 1, "unknown-id": 1}


def test_roboflow_layout(tmp_path):
    top = tmp_path / "in"
    text(top / "data.yaml", "train: ../train/images\nval: ../valid/images\nnc: 1\nnames: ['cat']\n")
    fill(top, "train/images/a.jpg", "valid/images/b.jpg")
    text(top / "train/labels/a.txt", "0 0.5 0.5 0.5 0.5\n")
    report, examples = imported(top, tmp_path / "out")
    assert report.splits == {"train": 1, "validation": 1}
    assert examples["train/images/a.jpg"].present == ("cat",)


def test_lists_of_pictures_and_of_classes(tmp_path):
    top = tmp_path / "in"
    text(top / "coco.yaml", "train: train.txt\nval: images\nnames: [cat]\n")
    text(top / "train.txt", "./images/a.jpg\n../../etc/passwd\nimages/gone.jpg\n")
    fill(top, "images/a.jpg")
    report, examples = imported(top, tmp_path / "out")
    assert list(examples) == ["images/a.jpg"]
    assert found(report) == {
        "outside-folder": 1,
        "missing-picture": 1,
        "duplicate-id": 1,
        "no-example": 1,
    }


def test_darknet_layout(tmp_path):
    top = tmp_path / "in"
    text(top / "classes.txt", "cat\ndog\n")
    fill(top, "images/a.jpg")
    text(top / "labels/a.txt", "1 0.5 0.5 2 0.5\n")
    report, examples = imported(top, tmp_path / "out")
    assert examples["images/a.jpg"].present == ("dog",)
    assert found(report) == {"box-outside": 1, "no-example": 1}


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("names: &a [cat]\ntrain: *a\n", "uses aliases"),
        ("names: {a: b}\ntrain: x\n", "'names' must be"),
        ("names: [a\ntrain: x\n", "no YAML"),
        ("names: !!python/object/apply:os.system ['true']\ntrain: x\n", "no YAML"),
    ],
)
def test_a_bad_yaml_is_one_error(tmp_path, yaml, message):
    text(tmp_path / "data.yaml", yaml)
    with pytest.raises(DataError, match=message):
        imported(tmp_path, tmp_path.parent / "out", format="yolo")
