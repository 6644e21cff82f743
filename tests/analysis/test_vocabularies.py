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
