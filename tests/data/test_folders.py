import json
import os

import pytest

from chameleonapi.data import Box, Dataset, Example, load_dataset, save_dataset
from chameleonapi.data import folders as module
from chameleonapi.errors import DataError
from data.samples import encoded, noise

LABELS = ("Banana", "Cake", "Dog", "Food", "Fruit")
PARENTS = {"Banana": ("Fruit",), "Fruit": ("Food",), "Cake": ("Food",)}
PICTURE = encoded(noise(), "PNG")


def picture(path, content=PICTURE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_lines(folder, *records, header=None):
    picture(folder / "a.png")
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    (folder / "labels.jsonl").write_text("\n".join(lines))
    if header is not None:
        (folder / "dataset.json").write_text(json.dumps(header))
    return folder


def header(**changes):
    return {
        "schema": "chameleonapi.dataset/1",
        "labels": list(LABELS),
        "parents": {label: list(above) for label, above in PARENTS.items()},
        **changes,
    }


def sample():
    one = Example(
        "first",
        lambda: PICTURE,
        present=("Banana",),
        absent=("Dog",),
        split="train",
        group="g",
        boxes=(Box("Banana", 0.1, 0.2, 0.5, 1.0),),
    )
    other = Example("sécond", lambda: encoded(noise(seed=1)), present=("Cake",), closed=True)
    return Dataset((one, other), LABELS, PARENTS, name="sample", attribution="By us.")


def test_what_is_saved_comes_back(tmp_path):
    save_dataset(sample(), tmp_path / "deep" / "set", origin={"seed": 3})
    found = load_dataset(tmp_path / "deep" / "set", verify=True)
    assert found.digest == sample().digest
    assert (found.name, found.attribution) == ("sample", "By us.")
    assert found[0].boxes == sample()[0].boxes
    assert found[1].present == ("Cake", "Food")
    assert json.loads((tmp_path / "deep/set/dataset.json").read_text())["origin"] == {"seed": 3}


def test_a_folder_that_exists_is_left_alone(tmp_path):
    with pytest.raises(DataError, match="exists already"):
        save_dataset(sample(), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fatal", [KeyboardInterrupt, OSError("disk full")])
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, fatal):
    def fail(*_, **__):
        raise fatal

    monkeypatch.setattr(module, "finish_dataset", fail)
    with pytest.raises((KeyboardInterrupt, OSError)):
        save_dataset(sample(), tmp_path / "set")
    assert not list(tmp_path.iterdir())


def test_a_change_behind_our_back_is_found(tmp_path):
    save_dataset(sample(), tmp_path / "set")
    (tmp_path / "set/pictures/0000000.img").write_bytes(encoded(noise(seed=9)))
    load_dataset(tmp_path / "set")
    with pytest.raises(DataError, match="is not what was written"):
        load_dataset(tmp_path / "set", verify=True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.write_text(""), "is no folder"),
        (lambda path: path.mkdir(), "is empty"),
        (lambda path: picture(path / "notes.txt", b"x"), "holds no data that is understood"),
        (lambda path: picture(path / "labels.jsonl", b"\n \n"), "has no examples"),
    ],
)
def test_a_folder_without_data_says_so(tmp_path, make, message):
    make(tmp_path / "data")
    with pytest.raises(DataError, match=message) as caught:
        load_dataset(tmp_path / "data")
    assert caught.value.hint


def test_without_a_header_the_label_space_is_what_is_used(tmp_path):
    write_lines(tmp_path, {"file": "a.png", "present": ["Dog"], "absent": ["Cat"]})
    found = load_dataset(tmp_path)
    assert found.labels == ("Cat", "Dog")
    assert found[0].id == "a.png"
    assert not found[0].closed


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[1]", "a list came"),
        ({"file": "a.png", "presnt": []}, "the key 'presnt' is not known"),
        ({"present": []}, "the key 'file' is missing"),
        ({"file": 3}, "'file' must be a text"),
        ({"file": "a.png", "present": "Dog"}, "'present' must be a list"),
        ({"file": "a.png", "closed": 1}, "'closed' must be true or false"),
        ({"file": "a.png", "boxes": [{"label": "Dog", "box": [0, 0, 2, 1]}]}, "'boxes' must be"),
        ({"file": "a.png", "present": ["Dgo"]}, r"outside the label space: 'Dgo' \(close: 'Dog'\)"),
        ({"file": "b.png"}, "'b.png' does not exist"),
        ({"file": "../a.png"}, "lies outside"),
        ({"file": "/etc/passwd"}, "lies outside"),
        ({"file": "C:\\a.png"}, "lies outside"),
        ({"file": "x\x00y"}, "lies outside"),
        ({"file": ""}, "lies outside"),
        ({"file": "."}, "lies outside"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path, line, message):
    write_lines(tmp_path, {"file": "a.png", "id": "fine"}, line, header=header())
    with pytest.raises(DataError, match=message) as caught:
        load_dataset(tmp_path)
    assert "labels.jsonl:2" in str(caught.value)


def test_a_line_without_end_is_not_read(tmp_path):
    (tmp_path / "labels.jsonl").write_bytes(b'"' + b"x" * (1024 * 1024 + 10))
    with pytest.raises(DataError, match=r"labels\.jsonl:1: the line is longer"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "the schema 'list'"),
        (json.dumps({"schema": "other/9"}), "the schema 'other/9'"),
        (json.dumps(header(labels="Dog")), "'labels' must be a list"),
        (json.dumps(header(parents={"Dog": "Food"})), "'parents' map names"),
        (json.dumps(header(parents={"Dog": ["Dog"]})), "cycle"),
    ],
)
def test_a_bad_header_is_named(tmp_path, content, message):
    write_lines(tmp_path, {"file": "a.png"})
    (tmp_path / "dataset.json").write_text(content)
    with pytest.raises(DataError, match=message):
        load_dataset(tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    picture(tmp_path / "secret.png")
    folder = write_lines(tmp_path / "data", {"file": "link.png"})
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(DataError, match=r"labels.jsonl:1: the file 'link.png' lies outside"):
        load_dataset(folder)
    (folder / "link.png").unlink()
    (folder / "link.png").symlink_to("a.png")
    assert load_dataset(folder)[0].read() == PICTURE


def test_links_that_go_in_circles_lead_nowhere(tmp_path):
    folder = write_lines(tmp_path / "data", {"file": "loop.png"})
    (folder / "loop.png").symlink_to("loop.png")
    with pytest.raises(DataError, match="does not exist"):
        load_dataset(folder)


def test_unreadable_pictures_are_counted_and_named(tmp_path):
    picture(tmp_path / "Dog" / "1.png")
    picture(tmp_path / "Dog" / "2.png", b"")
    picture(tmp_path / "Cat" / "3.jpg", b"no picture")
    with pytest.raises(
        DataError, match=r"2 of 3 pictures of .*3\.jpg.*2\.png: the picture is empty"
    ):
        load_dataset(tmp_path)
    assert len(load_dataset(tmp_path, check_pictures=False)) == 3


def test_one_folder_for_each_label(tmp_path):
    for name in ("Dog/1.png", "Dog/2.JPG", "Cat/1.png", "Dog/notes.txt", ".git/1.png"):
        picture(tmp_path / name)
    found = load_dataset(tmp_path)
    assert found.labels == ("Cat", "Dog")
    assert [one.id for one in found] == ["Cat/1.png", "Dog/1.png", "Dog/2.JPG"]
    assert {one.closed for one in found} == {True}
    assert {one.closed for one in load_dataset(tmp_path, closed=False)} == {False}


def test_one_folder_for_each_split_and_label(tmp_path):
    for name in ("train/Dog/1.png", "Val/Dog/1.png", "test/Cat/1.png"):
        picture(tmp_path / name)
    found = {one.split: one.present for one in load_dataset(tmp_path)}
    assert found == {"train": ("Dog",), "validation": ("Dog",), "test": ("Cat",)}


def test_a_folder_of_pictures_may_not_lead_elsewhere(tmp_path):
    picture(tmp_path / "elsewhere" / "1.png")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Dog").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="lies outside"):
        load_dataset(tmp_path / "data")


def write_table(folder, text):
    picture(folder / "a.png")
    (folder / "pets.csv").write_text(text, encoding="utf-8-sig")
    return folder


def test_a_table(tmp_path):
    write_table(tmp_path, 'file,labels,split\na.png,"Dog| Food",test\n')
    (one,) = load_dataset(tmp_path)
    assert (one.present, one.split, one.closed) == (("Dog", "Food"), "test", True)


def test_a_table_with_a_column_of_absent_labels_is_not_closed(tmp_path):
    write_table(tmp_path, "id,file,labels,absent\n7,a.png,Dog,Cat\n")
    found = load_dataset(tmp_path)
    assert (found[0].id, found[0].absent, found[0].closed) == ("7", ("Cat",), False)
    assert found.labels == ("Cat", "Dog")
    assert load_dataset(tmp_path, closed=True)[0].closed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "file;labels\na.png;Dog\n",
            r"pets.csv:1: the column 'file' is missing; found file;labels",
        ),
        ("", "pets.csv:1: the column 'file' is missing; found nothing"),
        ("file,labels\na.png\n", "pets.csv:2: the line has another number of columns"),
        ("file,labels\na.png,Dog,Cat\n", "pets.csv:2: the line has another number of columns"),
        ("file,labels\n\nb.png,Dog\n", "pets.csv:3: the file 'b.png' does not exist"),
        ('file,labels\na.png,"Dog\n', "cannot be read"),
        ("file,labels\na.png,Dog\na.png,Cat\n", "two examples with the id 'a.png'"),
    ],
)
def test_a_bad_table_is_named_by_file_and_line(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        load_dataset(write_table(tmp_path, text))


def test_of_several_tables_the_one_named_labels_counts(tmp_path):
    write_table(tmp_path, "file,labels\na.png,Dog\n")
    (tmp_path / "other.csv").write_text("x")
    with pytest.raises(DataError, match="2 CSV files"):
        load_dataset(tmp_path)
    (tmp_path / "labels.csv").write_text("file,labels\na.png,Cat\n")
    assert load_dataset(tmp_path).labels == ("Cat",)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_table_that_may_not_be_read(tmp_path):
    write_table(tmp_path, "file,labels\n").joinpath("pets.csv").chmod(0)
    with pytest.raises(DataError, match="cannot be read"):
        load_dataset(tmp_path)
