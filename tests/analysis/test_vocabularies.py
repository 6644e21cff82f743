"""Vocabularies: built in and from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from chameleonapi.analysis.vocabularies import builtin_vocabulary, load_vocabulary
from chameleonapi.apis import FieldKind, get_api, iter_apis
from chameleonapi.errors import DataError


def test_every_api_has_one() -> None:
    for spec in iter_apis():
        vocabulary = builtin_vocabulary(spec)
        assert vocabulary.labels
        assert len(set(vocabulary.labels)) == len(vocabulary.labels)
        field = spec.main.field(spec.label_field) if spec.label_field else None
        assert vocabulary.is_complete is (field is not None and field.kind is FieldKind.ENUM)


def test_labels_are_written_as_the_api_writes_them() -> None:
    labels = builtin_vocabulary(get_api("google.vision.label_detection")).labels
    assert {"Dog", "Bottle", "Soft drink", "Musical instrument"} <= set(labels)
    assert all(one[0].isupper() or not one[0].isalpha() for one in labels)
    topics = builtin_vocabulary(get_api("google.language.classify_text")).labels
    assert all(one.startswith("/") for one in topics)


def test_the_reference_follows_the_labels(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("# a comment\nCat\n Dog \n\nCat\n", "utf-8")
    vocabulary = load_vocabulary(file)
    assert vocabulary.labels == ("Cat", "Dog")
    assert vocabulary.reference.size == 2
    assert vocabulary.reference.name.startswith("mine/")
    file.write_text("Cat\nCow\n", "utf-8")
    assert load_vocabulary(file).reference.digest != vocabulary.reference.digest


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'LabelName,DisplayName\n/m/1,Cat\n/m/2,"Dog, big"\n'),
        ("a.csv", '/m/1,Cat\n/m/2,"Dog, big"\n'),
        ("a.csv", 'name\nCat\n"Dog, big"\n'),
        ("a.json", '["Cat", "Dog, big"]'),
        ("a.txt", "\ufeffCat\r\nDog, big\r\n"),
    ],
)
def test_forms(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    assert load_vocabulary(file).labels == ("Cat", "Dog, big")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"\n \n", "holds no labels"),
        ("a.txt", b"\xff\xfe\x00", "is no UTF-8 text"),
        ("a.json", b"{", "is no JSON"),
        ("a.json", b"[" * 100_000, "is no JSON"),
        ("a.json", b'{"Cat": 1}', "must be a JSON list of strings"),
        ("a.json", b'["Cat", 1]', "must be a JSON list of strings"),
        ("a.json", b'{"labels": ["Cat"], "names": 1}', "which is not expected"),
        ("a.json", b'{"labels": ["Cat"], "complete": "no"}', "which is not expected"),
        ("a.txt", b"# complete: perhaps\nCat\n", "complete: perhaps"),
        ("a.csv", b'"' + b"x" * 200_000, "is no CSV"),
        ("a.txt", b"x" * 501, "longer than 500 characters"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(DataError, match=message):
        load_vocabulary(file)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read the vocabulary"):
        load_vocabulary(tmp_path / "nothing.txt")


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chameleonapi.analysis.vocabularies.vocabulary._MAX_BYTES", 2)
    file = tmp_path / "a.txt"
    file.write_text("Cat\nDog\n", "utf-8")
    with pytest.raises(DataError, match="is larger than"):
        load_vocabulary(file)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "# name: shelf\n# version: 7\n# complete: no\n# a remark\nCat\nDog\n"),
        (
            "a.json",
            '{"labels": ["Cat", "Dog"], "name": "shelf", "version": "7", "complete": false}',
        ),
    ],
)
def test_what_a_file_says_about_itself(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    vocabulary = load_vocabulary(file)
    assert vocabulary.labels == ("Cat", "Dog")
    assert vocabulary.reference.name == "shelf/7"
    assert not vocabulary.is_complete


def test_a_file_is_complete_unless_it_says_otherwise(tmp_path: Path) -> None:
    for name, text in (("a.txt", "Cat\n"), ("a.json", '["Cat"]'), ("a.csv", "name\nCat\n")):
        (tmp_path / name).write_text(text, "utf-8")
        assert load_vocabulary(tmp_path / name).is_complete


SHARED = Path(__file__).parents[3] / "shared" / "data" / "vocabulary"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the large lists are not beside the repository")
@pytest.mark.parametrize(
    ("name", "count", "label"),
    [
        ("open-images-v6-class-descriptions.csv", 19_000, "Musical instrument"),
        ("open-images-600-boxable.csv", 600, "Tin can"),
        ("google-language-v1-categories.txt", 600, "/Arts & Entertainment"),
    ],
)
def test_the_lists_of_the_providers(name: str, count: int, label: str) -> None:
    labels = load_vocabulary(SHARED / name).labels
    assert len(labels) >= count
    assert label in labels
    assert not {"LabelName", "DisplayName"} & set(labels)
