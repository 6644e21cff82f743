import pytest

from chameleonapi.data import Box
from chameleonapi.errors import DataError
from data.sources import document, found, imported, picture, text

CATEGORIES = [
    {"id": 1, "name": "cat", "supercategory": "animal"},
    {"id": 18, "name": "dog", "supercategory": "animal"},
    {"id": 44, "name": "bottle", "supercategory": "kitchen"},
]


def image(number, **more):
    return {"id": number, "file_name": f"{number:012d}.jpg", "width": 40, "height": 20, **more}


def mark(image, category, *bbox):
    return {"id": 7, "image_id": image, "category_id": category, "bbox": list(bbox), "iscrowd": 0}


def test_objects_boxes_and_groups(tmp_path):
    top = tmp_path / "in"
    content = {
        "info": {"year": 2017},
        "annotations": [
            mark(9, 18, 10, 5, 20, 10),
            mark(9, 1, 30, 0, 20, 10),
            mark(9, 99, 0, 0, 1, 1),
        ],
        "images": [image(9), image(10), image(11)],
        "categories": CATEGORIES,
    }
    document(top / "annotations/instances_val2017.json", content)
    picture(top / "val2017/000000000009.jpg")
    picture(top / "val2017/000000000010.jpg", seed=1)
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "coco"
    assert examples["9"].present == ("dog", "cat", "animal")
    assert examples["9"].boxes == (Box("dog", 0.25, 0.25, 0.75, 0.75), Box("cat", 0.75, 0, 1, 0.5))
    assert examples["9"].split == "validation"
    assert examples["10"].present == ()
    assert examples["10"].closed
    assert report.labels["bottle"].present == 0
    assert found(report) == {
        "missing-picture": 1,
        "unknown-id": 1,
        "box-outside": 1,
        "no-example": 2,
    }


def test_captions_are_left_out_loudly(tmp_path):
    top = tmp_path / "in"
    document(
        top / "instances_train2017.json",
        {"images": [image(1)], "annotations": [mark(1, 1, 0, 0, 9, 9)], "categories": CATEGORIES},
    )
    document(
        top / "captions_train2017.json",
        {"images": [image(1)], "annotations": [{"image_id": 1, "id": 3, "caption": "A cat."}]},
    )
    picture(top / "000000000001.jpg")
    report, examples = imported(top, tmp_path / "out")
    assert found(report)["captions-ignored"] == 1
    assert [one.present for one in examples.values()] == [("cat", "animal")]


def test_lvis_knows_only_what_it_verified(tmp_path):
    top = tmp_path / "in"
    document(
        top / "lvis_v1_val.json",
        {
            "images": [image(1, neg_category_ids=[18])],
            "annotations": [mark(1, 1, 0, 0, 9, 9)],
            "categories": CATEGORIES,
        },
    )
    picture(top / "000000000001.jpg")
    _, examples = imported(top, tmp_path / "out")
    (one,) = examples.values()
    assert (one.present, one.absent, one.closed) == (("cat", "animal"), ("dog",), False)


def test_roboflow_keeps_the_file_beside_the_pictures(tmp_path):
    top = tmp_path / "in"
    for index, split in enumerate(("train", "valid")):
        document(
            top / split / "_annotations.coco.json",
            {
                "images": [image(1)],
                "annotations": [mark(1, 1, 0, 0, 9, 9)],
                "categories": CATEGORIES,
            },
        )
        picture(top / split / "000000000001.jpg", seed=index)
    report, _ = imported(top, tmp_path / "out")
    assert report.splits == {"train": 1, "validation": 1}


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "C:\\x.jpg", "a\0b.jpg"])
def test_names_lead_nowhere_else(tmp_path, name):
    top = tmp_path / "in"
    picture(tmp_path / "secret.jpg")
    document(
        top / "a.json",
        {
            "images": [image(1), image(2, file_name=name)],
            "annotations": [],
            "categories": CATEGORIES,
        },
    )
    picture(top / "000000000001.jpg")
    report, examples = imported(top, tmp_path / "out")
    assert list(examples) == ["1"]
    assert found(report)["outside-folder"] == 1


@pytest.mark.parametrize("cut", [60, 120, -1])
def test_a_file_that_is_cut_off_says_so(tmp_path, cut):
    import json

    content = json.dumps(
        {"images": [image(1)], "annotations": [mark(1, 1, 0, 0, 9, 9)], "categories": CATEGORIES}
    )
    text(tmp_path / "in/a.json", content[:cut])
    with pytest.raises(DataError, match=r"a\.json"):
        imported(tmp_path / "in", tmp_path / "out", format="coco")
    assert not (tmp_path / "out").exists()
