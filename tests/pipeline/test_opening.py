import json

import pytest

from chameleonapi.cli.main import main
from chameleonapi.errors import DataError
from chameleonapi.pipeline.opening import open_dataset
from data.sources import document, picture, text


def test_our_own_forms_are_read(tmp_path):
    picture(tmp_path / "folders" / "Cat" / "a.jpg")
    picture(tmp_path / "folders" / "Dog" / "b.jpg", 1)
    assert open_dataset(tmp_path / "folders").labels == ("Cat", "Dog")
    picture(tmp_path / "table" / "a.jpg")
    text(tmp_path / "table" / "labels.csv", "file,labels\na.jpg,Cat\n")
    assert open_dataset(tmp_path / "table").labels == ("Cat",)


def test_a_foreign_format_is_not_taken_for_folders_of_labels(tmp_path):
    picture(tmp_path / "train2017" / "1.jpg")
    picture(tmp_path / "val2017" / "2.jpg", 1)
    document(
        tmp_path / "annotations" / "instances_train2017.json",
        {
            "images": [{"id": 1, "file_name": "1.jpg", "width": 40, "height": 20}],
            "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}],
            "categories": [{"id": 1, "name": "cat"}],
        },
    )
    with pytest.raises(DataError, match="is in the format coco") as caught:
        open_dataset(tmp_path)
    assert f"chameleon data import {tmp_path} OUT" in caught.value.hint


def test_pascal_voc_is_not_taken_for_folders_of_labels(tmp_path):
    picture(tmp_path / "JPEGImages" / "1.jpg")
    text(
        tmp_path / "Annotations" / "1.xml",
        "<annotation><filename>1.jpg</filename><object><name>cat</name></object></annotation>",
    )
    with pytest.raises(DataError, match="is in the format pascal-voc"):
        open_dataset(tmp_path)


def test_a_table_with_other_columns_is_pointed_to_the_importers(tmp_path):
    picture(tmp_path / "a.jpg")
    text(tmp_path / "labels.csv", "image,label\na.jpg,Cat\n")
    with pytest.raises(DataError, match="looks like the format csv") as caught:
        open_dataset(tmp_path)
    assert "data import" in caught.value.hint


def test_the_command_ends_with_the_hint(tmp_path, capsys, monkeypatch):
    source = tmp_path / "export.json"
    images = [{"id": 1, "file_name": "1.jpg", "width": 40, "height": 20}]
    content = {"images": images, "annotations": [], "categories": [{"id": 1, "name": "Cat"}]}
    source.write_text(json.dumps(content), "utf-8")
    app = tmp_path / "app.py"
    app.write_text(
        "from google.cloud import vision\n"
        "def go(image):\n"
        "    answer = vision.ImageAnnotatorClient().label_detection(image=image)\n"
        "    for one in answer.label_annotations:\n"
        "        if one.description == 'Cat':\n"
        "            return 'cat'\n"
        "    return 'none'\n",
        "utf-8",
    )
    code = main(
        ["customize", str(app), "--data", str(source), "--models", str(tmp_path / "models")]
    )
    assert code == 7
    assert "data import" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_nothing_is_said_to_be_nothing(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"does not exist|is empty"):
        open_dataset(tmp_path / name)
