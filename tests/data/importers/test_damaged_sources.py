"""Damage at random places of what describes the pictures: an import or one of our errors follows."""

import json
import random
import shutil

import pyarrow as pa
import pytest
from pyarrow import parquet

from chameleonapi.data.importers import FORMATS, ImportSettings, import_data
from chameleonapi.errors import ChameleonError
from data.samples import encoded, noise
from data.sources import document, json_lines, picture, text


def open_images(top):
    text(top / "class-descriptions.csv", "/m/01yrx,Cat\n/m/0bt9lr,Dog\n")
    text(
        top / "validation-labels.csv",
        "ImageID,Source,LabelName,Confidence\na,verification,/m/01yrx,1\n",
    )
    text(
        top / "test-bbox.csv",
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\na,xclick,/m/0bt9lr,1,0.1,0.6,0.2,0.7\n",
    )
    document(
        top / "hierarchy.json",
        {
            "LabelName": "/m/0bl9f",
            "Subcategory": [{"LabelName": "/m/01yrx", "Subcategory": [{"LabelName": "/m/0bt9lr"}]}],
        },
    )


def rekognition(top):
    boxes = {
        "image_size": [{"width": 40, "height": 20}],
        "annotations": [{"class_id": 0, "left": 1, "top": 1, "width": 9, "height": 9}],
    }
    json_lines(
        top / "a.manifest",
        {
            "source-ref": "s3://b/a.jpg",
            "x": 1,
            "x-metadata": {"class-name": "Cat"},
            "y": boxes,
            "y-metadata": {"class-map": {"0": "Dog"}},
            "z": [0],
            "z-metadata": {"class-map": {"0": "Owl"}},
        },
    )


def vertex(top):
    text(top / "a.csv", "TRAIN,gs://b/a.jpg,cat,dog\nTEST,gs://b/a.jpg,cat,0.1,0.2,,,0.5,0.6,,\n")
    json_lines(
        top / "b.jsonl",
        {
            "imageGcsUri": "gs://b/a.jpg",
            "classificationAnnotations": [{"displayName": "cat"}],
            "boundingBoxAnnotations": [
                {"displayName": "dog", "xMin": 0.1, "xMax": 0.5, "yMax": 0.9}
            ],
            "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": "test"},
        },
    )


def custom_vision(top):
    document(
        top / "i.json",
        [
            {
                "id": "a",
                "originalImageUri": "https://x/a.jpg?s=1",
                "tags": [{"tagName": "cat"}],
                "regions": [
                    {"tagName": "dog", "left": 0.1, "top": 0.1, "width": 0.3, "height": 0.3}
                ],
            }
        ],
    )
    document(top / "t.json", [{"id": "t", "name": "cat", "type": "Negative", "imageCount": 1}])


def coco(top):
    document(
        top / "instances_val.json",
        {
            "images": [
                {"id": 1, "file_name": "a.jpg", "width": 40, "height": 20, "neg_category_ids": [2]}
            ],
            "annotations": [
                {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]},
                {"image_id": 1, "caption": "x"},
            ],
            "categories": [
                {"id": 1, "name": "cat", "supercategory": "animal"},
                {"id": 2, "name": "dog"},
            ],
        },
    )


def hugging_face(top):
    features = {
        "image": {"_type": "Image"},
        "label": {"names": ["cat", "dog"], "_type": "ClassLabel"},
    }
    made = pa.table(
        {"image": pa.array([{"bytes": encoded(noise()), "path": None}]), "label": pa.array([1])}
    )
    (top / "one").mkdir()
    with pa.ipc.new_stream(str(top / "one/data-00000-of-00001.arrow"), made.schema) as stream:
        stream.write_table(made)
    document(top / "one/state.json", {"_data_files": [{"filename": "data-00000-of-00001.arrow"}]})
    document(top / "one/dataset_info.json", {"features": features})
    parquet.write_table(
        made.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})}),
        top / "test.parquet",
    )
    text(
        top / "README.md",
        "---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': cat\n---\n",
    )


def yolo(top):
    text(top / "data.yaml", "path: .\ntrain: images\nval: val.txt\nnames:\n  0: cat\n  1: dog\n")
    picture(top / "images/b.jpg", seed=1)
    text(top / "labels/b.txt", "1 0.5 0.5 0.5 0.5\n0 0.1 0.1 0.9 0.1 0.9 0.5\n")
    text(top / "val.txt", "a.jpg\n")


def pascal_voc(top):
    text(
        top / "Annotations/a.xml",
        "<annotation><filename>a.jpg</filename><size><width>40</width><height>20</height></size><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>",
    )
    text(top / "ImageSets/Main/train.txt", "a\n")


def jsonl(top):
    json_lines(
        top / "labels.jsonl",
        {
            "file": "a.jpg",
            "present": ["Cat"],
            "absent": ["Dog"],
            "closed": False,
            "boxes": [{"label": "Cat", "box": [0, 0, 0.5, 1]}],
        },
    )
    document(
        top / "dataset.json",
        {
            "schema": "chameleonapi.dataset/1",
            "labels": ["Cat", "Dog"],
            "parents": {"Cat": ["Dog"]},
            "name": "n",
        },
    )


def csv_table(top):
    text(
        top / "t.csv",
        "file,labels,absent,split,group,id,closed\na.jpg,Cat|Owl,Dog,train,g,i,false\n",
    )


SOURCES = {
    "open-images": open_images,
    "rekognition": rekognition,
    "vertex": vertex,
    "custom-vision": custom_vision,
    "coco": coco,
    "hugging-face": hugging_face,
    "yolo": yolo,
    "pascal-voc": pascal_voc,
    "jsonl": jsonl,
    "csv": csv_table,
}
PIECES = (
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"{",
    b"]",
    b",",
    b"\n",
    b"NaN",
    b"1e999",
    b"-1",
    b"null",
    b"../",
    b"/",
    b"[]",
    b"{}",
    b"''",
    b"true",
    b"9" * 400,
    "ﬁé\u2028".encode(),
    b"\xed\xa0\x80",
    b"\\ud800",
)


def damage(content, chance):
    content = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(content) + 1)
        how = chance.randrange(4)
        if how == 0:
            content[at : at + chance.randint(1, 12)] = chance.choice(PIECES)
        elif how == 1:
            content[at:at] = chance.choice(PIECES)
        elif how == 2:
            del content[at : at + chance.randint(1, 40)]
        else:
            value = chance.choice((b"null", b"3", b'"x"', b"[]", b"{}", b"[[1]]", b"-0.5", b"true"))
            places = [index for index, one in enumerate(content) if one in b":,"]
            if places:
                start = chance.choice(places) + 1
                content[start : start + chance.randint(0, 8)] = value
    return bytes(content)


def test_every_format_with_a_description_is_damaged():
    assert {*SOURCES, "image-folder"} == set(FORMATS)


def _rounds(name, tmp_path, count):
    picture(tmp_path / "good/a.jpg")
    SOURCES[name](tmp_path / "good")
    assert import_data(tmp_path / "good", None).format == name
    files = [
        one for one in (tmp_path / "good").rglob("*") if one.is_file() and one.suffix != ".jpg"
    ]
    chance = random.Random(name)
    ends = set()
    for number in range(count):
        victim = chance.choice(sorted(files))
        kept = victim.read_bytes()
        victim.write_bytes(damage(kept, chance))
        try:
            # A vocabulary makes every label pass through all the rules.
            import_data(
                tmp_path / "good",
                tmp_path / f"out{number}",
                ImportSettings(format=name, vocabulary=("Cats", "dogs")),
            )
            ends.add("imported")
        except ChameleonError:
            ends.add("refused")
        finally:
            victim.write_bytes(kept)
            shutil.rmtree(tmp_path / f"out{number}", ignore_errors=True)
    assert {one.name for one in tmp_path.iterdir()} == {"good"}
    return ends


@pytest.mark.parametrize("name", SOURCES)
def test_damage_ends_in_an_import_or_an_error(tmp_path, name):
    assert "imported" in _rounds(name, tmp_path, 40)


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_much_damage_ends_in_an_import_or_an_error(tmp_path, name):
    assert _rounds(name, tmp_path, 300) == {"imported", "refused"}
