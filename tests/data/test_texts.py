"""Texts in every form of ours, and what is refused."""

from __future__ import annotations

import json

import pytest

from chameleonapi.data import (
    TEXT,
    InlineText,
    expand_ancestors,
    load_dataset,
    path_parents,
    save_dataset,
)
from chameleonapi.data.text_tables import holds_texts
from chameleonapi.data.texts import MAX_TEXT_BYTES, probe_text
from chameleonapi.errors import DataError, InputError
from chameleonapi.pipeline.opening import open_dataset

TABLE = """\
text,labels,split,group
"Home run, again!",/Sports/Baseball,train,a
"Two
lines",/News|/Sports,test,
"""


def _written(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_a_table_of_texts(tmp_path):
    _written(tmp_path / "labels.csv", TABLE)
    dataset = load_dataset(tmp_path)
    first, second = dataset
    assert dataset.medium == TEXT
    assert first.read() == b"Home run, again!"
    assert second.read() == b"Two\nlines"
    assert first.present == ("/Sports/Baseball", "/Sports")
    assert dataset.labels == ("/News", "/Sports", "/Sports/Baseball")
    assert (first.split, first.group, first.closed) == ("train", "a", True)
    assert open_dataset(tmp_path).digest == dataset.digest


def test_lines_of_texts_and_back_again(tmp_path):
    lines = [
        {"text": "Puck", "present": ["/Sports/Hockey"], "absent": ["/News"]},
        {"text": "Votes", "present": ["/News"], "id": "votes"},
    ]
    _written(tmp_path / "in" / "labels.jsonl", "".join(f"{json.dumps(one)}\n" for one in lines))
    dataset = load_dataset(tmp_path / "in")
    assert [one.id for one in dataset] == ["1", "votes"]
    assert dataset.parents == {"/Sports/Hockey": ("/Sports",)}
    save_dataset(dataset, tmp_path / "out")
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "dataset.json",
        "labels.jsonl",
    ]
    again = load_dataset(tmp_path / "out", verify=True)
    assert (again.digest, again.medium, again.labels) == (dataset.digest, TEXT, dataset.labels)


def test_a_folder_for_each_label(tmp_path):
    _written(tmp_path / "sports" / "a.txt", "Goal")
    _written(tmp_path / "news" / "b.txt", "Vote")
    _written(tmp_path / "news" / ".hidden.txt", "")
    assert holds_texts(tmp_path)
    dataset = open_dataset(tmp_path)
    assert {one.id: one.present for one in dataset} == {
        "news/b.txt": ("news",),
        "sports/a.txt": ("sports",),
    }
    assert dataset.medium == TEXT
    _written(tmp_path / "news" / "b.jpg", "")
    assert not holds_texts(tmp_path)


def test_folders_for_splits_stand_above_those_of_labels(tmp_path):
    _written(tmp_path / "train" / "sports" / "a.txt", "Goal")
    _written(tmp_path / "test" / "news" / "b.txt", "Vote")
    assert {one.id: one.split for one in load_dataset(tmp_path)} == {
        "train/sports/a.txt": "train",
        "test/news/b.txt": "test",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,tags\nx,y\n", "the column 'labels' is missing"),
        ("words,labels\nx,y\n", "the column 'file' is missing"),
        ("text,labels\n  ,y\n", "1 of 1 texts of .* cannot be read: line 2: it is empty"),
    ],
)
def test_tables_that_are_wrong(tmp_path, content, message):
    _written(tmp_path / "labels.csv", content)
    with pytest.raises(DataError, match=message):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"text": "a", "file": "b"}], "both 'file' and 'text' came"),
        ([{"present": ["a"]}], "the key 'file' is missing"),
        ([{"text": 3}], "'text' must be a text"),
    ],
)
def test_lines_that_are_wrong(tmp_path, lines, message):
    _written(tmp_path / "labels.jsonl", "".join(f"{json.dumps(one)}\n" for one in lines))
    with pytest.raises(DataError, match=message):
        load_dataset(tmp_path)


def test_texts_and_files_in_one_table_are_refused(tmp_path):
    _written(tmp_path / "a.png", "")
    lines = [{"text": "a", "present": ["x"]}, {"file": "a.png", "present": ["x"]}]
    _written(tmp_path / "labels.jsonl", "".join(f"{json.dumps(one)}\n" for one in lines))
    with pytest.raises(DataError, match="texts and files in one table"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "not UTF-8"), (b" \n", "empty"), (b"x" * (MAX_TEXT_BYTES + 1), "at most 1,000,000")],
)
def test_texts_that_are_refused(content, message):
    with pytest.raises(InputError, match=message):
        probe_text(content)


def test_a_mark_of_byte_order_is_no_part_of_a_text():
    assert probe_text("\ufefffine".encode()) == "fine"


def test_paths_have_those_above_them_as_parents():
    parents = path_parents(["/A/B/C", "plain", "/D"])
    assert parents == {"/A/B/C": ("/A/B",), "/A/B": ("/A",)}
    assert expand_ancestors(["/A/B/C"], parents) == ("/A/B/C", "/A/B", "/A")


def test_half_a_character_is_written_as_a_question_mark():
    assert InlineText("a\ud800").__call__() == b"a?"
