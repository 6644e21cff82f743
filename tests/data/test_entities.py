"""Texts with what they name, in both tables, and what is wrong with them."""

import json

import pytest

from chameleonapi.cli.main import main
from chameleonapi.data import TEXT, load_dataset, save_dataset
from chameleonapi.decision import TrueEntity
from chameleonapi.errors import DataError

TEXT_OF = "Zoë met Ann in Łódź; Ann paid."


def write(folder, *records):
    folder.mkdir(exist_ok=True)
    lines = [json.dumps(one, ensure_ascii=False) for one in records]
    (folder / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def entity(kind, text, begin=None):
    return {"type": kind, "text": text, **({} if begin is None else {"begin": begin})}


def test_lines_with_entities(tmp_path):
    marked = [entity("LOCATION", "Łódź"), entity("PERSON", "Zoë", 0), entity("PERSON", "Ann", 21)]
    dataset = load_dataset(
        write(tmp_path, {"text": TEXT_OF, "entities": marked}, {"text": "No.", "entities": []})
    )
    assert dataset.medium == TEXT
    assert dataset.labels == ("LOCATION", "PERSON")
    first, second = dataset
    assert first.entities == (
        TrueEntity("PERSON", 0, 3),
        TrueEntity("LOCATION", 15, 19),
        TrueEntity("PERSON", 21, 24),
    )
    assert set(first.present) == {"PERSON", "LOCATION"}
    assert first.closed
    assert second.entities == ()


def test_a_table_with_entities(tmp_path):
    cell = json.dumps([entity("PERSON", "Ann", 0)]).replace('"', '""')
    (tmp_path / "labels.csv").write_text(
        f'text,entities,split\nAnn left.,"{cell}",train\nNobody.,,test\n', encoding="utf-8"
    )
    first, second = load_dataset(tmp_path)
    assert first.entities == (TrueEntity("PERSON", 0, 3),)
    assert (second.entities, second.split) == ((), "test")


def test_what_is_saved_is_read_again(tmp_path):
    dataset = load_dataset(
        write(tmp_path / "in", {"text": TEXT_OF, "entities": [entity("PERSON", "Ann", 8)]})
    )
    save_dataset(dataset, tmp_path / "out")
    again = load_dataset(tmp_path / "out")
    assert again[0].entities == dataset[0].entities
    assert again.digest == dataset.digest
    other = load_dataset(
        write(tmp_path / "other", {"text": TEXT_OF, "entities": [entity("PERSON", "Ann", 21)]})
    )
    assert other.digest != dataset.digest


@pytest.mark.parametrize(
    ("entities", "told"),
    [
        ("Ann", "'entities' must be a list of mentions"),
        (["Ann"], "'Ann' is no entity"),
        ([{"type": "PERSON"}], "is no entity"),
        ([{**entity("PERSON", "Ann", 8), "score": 1}], "is no entity"),
        ([entity("", "Ann", 8)], "names no type or no words"),
        ([entity("PERSON", " ", 3)], "names no type or no words"),
        ([entity("PERSON", "Ann")], "'Ann' stands 2 times in the text"),
        ([entity("PERSON", "Bob")], "'Bob' stands 0 times in the text"),
        ([entity("PERSON", "Ann", 9)], "'Ann' does not stand at 9: there is 'nn '"),
        ([entity("PERSON", "Ann", -1)], "'Ann' does not stand at -1"),
        ([entity("PERSON", "Ann", "8")], "does not stand at '8'"),
        (
            [entity("PERSON", "Ann in", 8), entity("LOCATION", "in Łódź", 12)],
            "'Ann in' and 'in Łódź' share characters",
        ),
    ],
)
def test_what_is_wrong_with_entities_is_said_with_the_line(tmp_path, entities, told):
    folder = write(tmp_path, {"text": "Good."}, {"text": TEXT_OF, "entities": entities})
    with pytest.raises(DataError, match=r"labels\.jsonl:2") as caught:
        load_dataset(folder)
    assert told in str(caught.value)


def test_offsets_in_bytes_are_told_from_characters(tmp_path):
    folder = write(tmp_path, {"text": TEXT_OF, "entities": [entity("LOCATION", "Łódź", 16)]})
    with pytest.raises(DataError) as caught:
        load_dataset(folder)
    assert "It stands at 15. Count characters (code points)" in caught.value.hint


def test_a_cell_that_is_no_json_and_a_picture_with_entities(tmp_path):
    (tmp_path / "labels.csv").write_text("text,entities\nAnn left.,PERSON\n")
    with pytest.raises(DataError, match=r"labels\.csv:2: 'entities' is no JSON"):
        load_dataset(tmp_path)
    (tmp_path / "a.png").write_bytes(b"x")
    folder = write(tmp_path / "pictures", {"file": "a.png", "entities": []})
    (folder / "a.png").write_bytes(b"x")
    with pytest.raises(DataError, match="a picture has no entities"):
        load_dataset(folder)


def test_the_track_is_made_by_the_command(tmp_path, capsys):
    from data.test_entity_track import write_package

    packages = write_package(tmp_path / "packages")
    out = tmp_path / "out"
    assert main(["data", "texts", "entities", str(out), "--from", str(packages)]) == 0
    assert "4 labels" in capsys.readouterr().out
    assert any(one.entities for one in load_dataset(out))
