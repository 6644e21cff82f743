import pytest

from chameleonapi.data import Box, load_dataset, save_dataset
from chameleonapi.data.importers import Locations
from chameleonapi.errors import DataError
from data.sources import found, imported, json_lines, picture, text


def test_a_csv_with_other_names_of_columns(tmp_path):
    top = tmp_path / "in"
    text(
        top / "index.csv",
        'path,source,split,labels,contributor\na.jpg,s,val,Fruit|Apple,7\nb.jpg,s,,"Bread, white",\ngone.jpg,s,odd,Fruit,\n',
    )
    picture(top / "a.jpg")
    picture(top / "b.jpg", seed=1)
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "csv"
    one = examples["a.jpg"]
    assert (one.present, one.split, one.group, one.closed) == (
        ("Fruit", "Apple"),
        "validation",
        "7",
        True,
    )
    assert examples["b.jpg"].present == ("Bread, white",)
    assert found(report) == {"missing-picture": 1, "ignored-part": 1}


def test_a_column_absent_makes_the_rest_unknown(tmp_path):
    top = tmp_path / "in"
    text(top / "t.csv", "file,labels,absent\na.jpg,Cat,Dog\nb.jpg\n")
    picture(top / "a.jpg")
    report, examples = imported(top, tmp_path / "out")
    assert (examples["a.jpg"].absent, examples["a.jpg"].closed) == (("Dog",), False)
    assert found(report) == {"bad-row": 1, "no-example": 1}


def test_a_table_for_each_split(tmp_path):
    top = tmp_path / "in"
    for index, split in enumerate(("train", "test")):
        text(top / f"{split}.csv", f"image,label\nimages/{split}.png,Cat\n")
        picture(top / f"images/{split}.png", seed=index)
    report, _ = imported(top, tmp_path / "out")
    assert report.splits == {"train": 1, "test": 1}


def test_json_lines(tmp_path):
    top = tmp_path / "in"
    json_lines(
        top / "data.jsonl",
        {
            "file": "a.jpg",
            "labels": ["Cat"],
            "absent": ["Dog"],
            "boxes": [{"label": "Cat", "box": [0, 0, 0.5, 1]}, {"label": 1}],
        },
        {"file": "b.jpg", "labels": [], "closed": True},
        {"file": "b.jpg", "labels": [4]},
        [1],
    )
    picture(top / "a.jpg")
    picture(top / "b.jpg", seed=1)
    report, examples = imported(top, tmp_path / "out")
    assert report.format == "jsonl"
    assert examples["a.jpg"].boxes == (Box("Cat", 0, 0, 0.5, 1),)
    assert examples["b.jpg"].closed
    assert found(report) == {"bad-row": 3, "no-example": 1}


def test_metadata_of_hugging_face_image_folders(tmp_path):
    top = tmp_path / "in"
    for index, split in enumerate(("train", "test")):
        json_lines(
            top / split / "metadata.jsonl", {"file_name": "0.png", "label": "cat", "text": "x"}
        )
        picture(top / split / "0.png", seed=index)
    report, examples = imported(top, tmp_path / "out")
    assert report.splits == {"train": 1, "test": 1}
    assert found(report) == {"ignored-part": 2}
    assert all(one.present == ("cat",) for one in examples.values())


def test_our_own_form_comes_through_whole(tmp_path):
    from data.test_folders import sample

    save_dataset(sample(), tmp_path / "in")
    _, examples = imported(tmp_path / "in", tmp_path / "out")
    before, after = load_dataset(tmp_path / "in"), load_dataset(tmp_path / "out")
    assert (after.labels, dict(after.parents)) == (before.labels, dict(before.parents))
    assert after.attribution == "By us."
    assert examples["first"].boxes == before[0].boxes


def test_absolute_names_are_read_where_the_user_says(tmp_path):
    picture(tmp_path / "elsewhere/x/a.jpg")
    text(
        tmp_path / "in/t.csv",
        "file,labels\n/mnt/data/x/a.jpg,Cat\n/mnt/database/x/a.jpg,Cat\n/mnt/data/../a.jpg,Cat\n",
    )
    places = Locations((("/mnt/data", (tmp_path / "elsewhere").resolve()),))
    report, examples = imported(tmp_path / "in", tmp_path / "out", locations=places)
    assert list(examples) == ["/mnt/data/x/a.jpg"]
    assert found(report) == {"outside-folder": 2}


def test_no_utf8_is_one_error(tmp_path):
    picture(tmp_path / "in/a.jpg")
    (tmp_path / "in/t.csv").write_bytes(b"file,labels\na.jpg,b\xe9b\xe9\n")
    with pytest.raises(DataError, match=r"in UTF-8|utf-8"):
        imported(tmp_path / "in", tmp_path / "out")
