import builtins
import io
import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from chameleonapi.errors import DataError, MissingPackageError
from data.samples import encoded, noise
from data.sources import document, found, imported, picture, text

CLASS = {"names": ["cat", "dog", "bird"], "_type": "ClassLabel"}
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def cell(seed):
    return {"bytes": encoded(noise(seed=seed)), "path": None}


def table(rows, features=None, **types):
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
    made = pa.table(columns)
    if features is not None:
        head = {"huggingface": json.dumps({"info": {"features": features}})}
        made = made.replace_schema_metadata(head)
    return made


def save_arrow(folder, rows, features, *, in_schema=False, **types):
    """Write what ``Dataset.save_to_disk`` of datasets 5.2 writes."""
    made = table(rows, features if in_schema else None, **types)
    folder.mkdir(parents=True)
    with pa.ipc.new_stream(str(folder / "data-00000-of-00001.arrow"), made.schema) as stream:
        stream.write_table(made)
    document(folder / "dataset_info.json", {"citation": "", "features": features, "license": ""})
    document(
        folder / "state.json",
        {"_data_files": [{"filename": "data-00000-of-00001.arrow"}], "_split": None},
    )


@pytest.mark.parametrize("in_schema", [False, True])
def test_saved_datasets(tmp_path, in_schema):
    top = tmp_path / "in"
    features = {
        "image": {"_type": "Image"},
        "label": CLASS,
        "note": {"dtype": "string", "_type": "Value"},
    }
    for index, split in enumerate(("train", "test")):
        rows = [
            {"image": cell(10 * index + n), "label": label, "note": "x"}
            for n, label in enumerate((0, 2, -1, 7))
        ]
        save_arrow(
            top / split,
            rows,
            features,
            in_schema=in_schema,
            image=IMAGE,
            label=pa.int64(),
            note=pa.string(),
        )
    document(top / "dataset_dict.json", {"splits": ["train", "test"]})
    text(top / "train/cache-abc.arrow", "left over by map()")
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "hugging-face"
    assert examples["train/data-00000-of-00001.arrow:1"].present == ("bird",)
    assert examples["train/data-00000-of-00001.arrow:1"].closed
    assert report.splits == {"train": 3, "test": 3}
    assert found(report) == {
        "unlabelled-picture": 2,
        "unknown-id": 2,
        "ignored-part": 2,
        "no-example": 1,
    }


def test_parquet_with_lists_and_records_of_classes(tmp_path):
    record = {
        "bbox": {"feature": {"dtype": "float32", "_type": "Value"}, "_type": "List"},
        "category": CLASS,
    }
    features = {
        "img": {"_type": "Image"},
        "tags": {"feature": CLASS, "_type": "Sequence"},
        "old": {"feature": record, "_type": "Sequence"},
        "new": {"feature": record, "_type": "List"},
    }
    fields = [("bbox", pa.list_(pa.float32())), ("category", pa.int64())]
    types = {
        "img": IMAGE,
        "tags": pa.list_(pa.int64()),
        "old": pa.struct(
            [("bbox", pa.list_(pa.list_(pa.float32()))), ("category", pa.list_(pa.int64()))]
        ),
        "new": pa.list_(pa.struct(fields)),
    }
    empty = {"tags": [], "old": {"bbox": [], "category": []}, "new": []}
    rows = [
        {"img": cell(0), **empty, "tags": [0, 1]},
        {"img": cell(1), **empty, "old": {"bbox": [[0, 0, 1, 1]], "category": [2]}},
        {"img": cell(2), **empty, "new": [{"bbox": [0, 0, 1, 1], "category": 1}]},
        {"img": cell(3), **empty},
    ]
    path = tmp_path / "in/data/validation-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    parquet.write_table(table(rows, features, **types), path)
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert [one.present for one in examples.values()] == [("cat", "dog"), ("bird",), ("dog",), ()]
    assert report.splits == {"validation": 4}
    assert found(report) == {"ignored-part": 2}


CARD = """---
license: mit
dataset_info:
  features:
  - name: image
    dtype: image
  - name: label
    dtype:
      class_label:
        names:
          '0': cat
          '1': dog
  - name: many
    sequence:
      class_label:
        names:
          '0': red
---
# A card
"""


def test_the_card_explains_what_the_files_do_not(tmp_path):
    rows = [{"image": {"bytes": None, "path": "pictures/a.jpg"}, "label": 1, "many": [0]}]
    path = tmp_path / "in/data/train.parquet"
    path.parent.mkdir(parents=True)
    parquet.write_table(table(rows, image=IMAGE, label=pa.int64(), many=pa.list_(pa.int64())), path)
    picture(tmp_path / "in/pictures/a.jpg")
    text(tmp_path / "in/README.md", CARD)
    _, examples = imported(tmp_path / "in", tmp_path / "out")
    assert [one.present for one in examples.values()] == [("dog", "red")]


def test_text_labels_and_plain_bytes(tmp_path):
    rows = [{"image": encoded(noise()), "labels": "cat|dog"}, {"image": None, "labels": "cat"}]
    (tmp_path / "in").mkdir()
    parquet.write_table(
        table(rows, image=pa.binary(), labels=pa.string()), tmp_path / "in/a.parquet"
    )
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert [one.present for one in examples.values()] == [("cat", "dog")]
    assert found(report) == {"bad-row": 1}


def test_a_table_without_pictures_is_told(tmp_path):
    (tmp_path / "in").mkdir()
    parquet.write_table(table([{"text": "x"}], text=pa.string()), tmp_path / "in/a.parquet")
    with pytest.raises(DataError, match=r"nothing of .* can be used") as caught:
        imported(tmp_path / "in", tmp_path / "out")
    assert "no column holds pictures" in caught.value.hint


@pytest.mark.parametrize("cut", [0, 4, 100, 400])
def test_damage_is_one_error(tmp_path, cut):
    stored = io.BytesIO()
    parquet.write_table(
        table([{"image": encoded(noise()), "label": "a"}], image=pa.binary(), label=pa.string()),
        stored,
    )
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.parquet").write_bytes(stored.getvalue()[:cut])
    with pytest.raises(DataError, match="cannot be read"):
        imported(tmp_path / "in", tmp_path / "out")


def test_without_pyarrow_the_install_command_is_named(tmp_path, monkeypatch):
    text(tmp_path / "in/a.parquet", "x")
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name.partition(".")[0] == "pyarrow":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingPackageError, match=r"chameleonapi\[data\]"):
        imported(tmp_path / "in", tmp_path / "out")
