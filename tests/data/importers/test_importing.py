import errno
import io
import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chameleonapi.data import load_dataset
from chameleonapi.data.importers import FORMATS, ImportSettings, detect, import_data, parse_location
from chameleonapi.data.importers import findings as findings_module
from chameleonapi.data.importers.json_stream import top_lists
from chameleonapi.data.pictures import read_picture
from chameleonapi.errors import DataError, UnknownNameError, UsageError
from data.samples import encoded, noise, quarters
from data.sources import document, found, imported, json_lines, picture, text


def gif(*frames):
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def huge_png():
    """A valid header of 60,000 x 60,000 pixels and little else."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"0"))
        + chunk(b"IEND", b"")
    )


def turned(seed=0):
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(quarters(), "JPEG", exif=exif)


GOOD = {
    "cmyk.jpg": encoded(noise(seed=1).convert("CMYK"), "JPEG"),
    "deep.png": encoded(Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 100)),
    "palette.png": encoded(noise(seed=2).convert("P"), transparency=3),
    "alpha.png": encoded(noise(seed=3).convert("RGBA")),
    "grey.png": encoded(noise(seed=4).convert("L")),
    "turned.jpg": turned(),
    "one.gif": gif(noise(seed=5)),
    "moving.gif": gif(noise(seed=6), noise(seed=7)),
    "wrong_name.png": encoded(noise(seed=8), "JPEG"),
}
BAD = {
    "empty.jpg": b"",
    "cut.jpg": encoded(noise(400, 300, seed=9), "JPEG")[:3000],
    "cut.png": encoded(noise(400, 300, seed=9))[:3000],
    "text.jpg": b"<html>404</html>",
    "huge.png": huge_png(),
    "long.bmp": b"BM" + bytes(21 * 1024 * 1024),
}


def test_odd_pictures_come_through_and_bad_ones_are_named(tmp_path):
    for name, content in {**GOOD, **BAD}.items():
        (tmp_path / "in/label").mkdir(parents=True, exist_ok=True)
        (tmp_path / "in/label" / name).write_bytes(content)
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert {Path(one).name for one in examples} == set(GOOD)
    assert found(report) == {"unreadable-picture": len(BAD), "animated-picture": 1}
    (bad,) = (one for one in report.findings if one.kind == "unreadable-picture")
    assert all(any(one.startswith(f"{name}: ") for name in BAD) for one in bad.examples)
    suffixes = {Path(id_).name: one.content.suffix for id_, one in examples.items()}
    assert suffixes["wrong_name.png"] == ".jpg"


def test_pictures_can_be_reduced(tmp_path):
    for name, content in GOOD.items():
        (tmp_path / "in/label").mkdir(parents=True, exist_ok=True)
        (tmp_path / "in/label" / name).write_bytes(content)
    _, examples = imported(tmp_path / "in", tmp_path / "out", short_side=10)
    shapes = {Path(id_).name: read_picture(one.read()).shape[:2] for id_, one in examples.items()}
    assert all(min(shape) == 10 for shape in shapes.values())
    assert shapes["turned.jpg"] == (20, 10)
    assert {one.content.suffix for one in examples.values()} == {".jpg"}
    with pytest.raises(UsageError, match="a short side of 0"):
        import_data(tmp_path / "in", None, ImportSettings(short_side=0))


def test_boxes_of_turned_pictures_are_left_out(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").write_bytes(turned())
    json_lines(
        tmp_path / "in/a.jsonl",
        {"file": "a.jpg", "labels": ["Cat"], "boxes": [{"label": "Cat", "box": [0, 0, 1, 0.5]}]},
    )
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert found(report) == {"turned-picture": 1}
    assert (examples["a.jpg"].present, examples["a.jpg"].boxes) == (("Cat",), ())


def test_the_same_content_is_taken_once_and_across_splits_said_loudly(tmp_path):
    for name in ("train/cat/1.jpg", "test/cat/2.jpg", "test/cat/3.jpg", "train/dog/4.jpg"):
        picture(tmp_path / "in" / name)
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert len(examples) == 1
    assert found(report) == {"duplicate": 1, "duplicate-across-splits": 2}
    _, kept = imported(tmp_path / "in", tmp_path / "other", keep_duplicates=True)
    assert len(kept) == 4


def test_the_same_content_with_other_labels_is_another_finding(tmp_path):
    picture(tmp_path / "in/cat/1.jpg")
    picture(tmp_path / "in/dog/1.jpg")
    report, _ = imported(tmp_path / "in", tmp_path / "out")
    assert found(report) == {"duplicate-other-labels": 1}


def test_labels_follow_the_table_and_the_rest_is_said(tmp_path):
    for index, label in enumerate(("cats", "tabby", "junk", "Doog")):
        picture(tmp_path / "in" / label / "1.jpg", seed=index)
    table = {"tabby": ("Cat",), "junk": ()}
    report, examples = imported(
        tmp_path / "in", tmp_path / "out", vocabulary=("Cat", "Dog"), table=table
    )
    assert {one.id: one.present for one in examples.values()} == {
        "cats/1.jpg": ("Cat",),
        "tabby/1.jpg": ("Cat",),
        "junk/1.jpg": (),
        "Doog/1.jpg": (),
    }
    assert found(report) == {"unmapped-label": 1, "dropped-label": 1}
    (lost,) = (one for one in report.matches if one.rule.value == "unmapped")
    assert lost.near == ("Dog",)
    assert set(report.labels) == {"Cat"}


def test_open_data_without_a_label_left_is_no_example(tmp_path):
    picture(tmp_path / "in/a.jpg")
    picture(tmp_path / "in/b.jpg", seed=1)
    json_lines(
        tmp_path / "in/a.jsonl",
        {"file": "a.jpg", "labels": ["junk"]},
        {"file": "b.jpg", "labels": ["Cat"]},
    )
    report, examples = imported(tmp_path / "in", tmp_path / "out", vocabulary=("Cat",))
    assert list(examples) == ["b.jpg"]
    assert found(report) == {"unmapped-label": 1, "nothing-known": 1}
    _, examples = imported(tmp_path / "in", tmp_path / "closed", vocabulary=("Cat",), closed=True)
    assert examples["a.jpg"].closed


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path, monkeypatch):
    for index in range(3):
        picture(tmp_path / f"in/cat/{index}.jpg", seed=index)
    real, count = Path.write_bytes, 0

    def fill(self, content):
        nonlocal count
        count += 1
        if count == 2:
            real(self, content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, content)

    monkeypatch.setattr(Path, "write_bytes", fill)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="no space left"):
        import_data(tmp_path / "in", tmp_path / "out")
    assert sorted(tmp_path.rglob("*")) == before
    monkeypatch.undo()
    assert import_data(tmp_path / "in", tmp_path / "out").examples == 3


def test_a_device_that_is_full_at_the_end_leaves_nothing(tmp_path, monkeypatch):
    picture(tmp_path / "in/cat/0.jpg")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="no space left"):
        import_data(tmp_path / "in", tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("fatal", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_nothing(tmp_path, fatal):
    picture(tmp_path / "in/cat/0.jpg")

    def stop(done):
        raise fatal

    with pytest.raises(fatal):
        import_data(tmp_path / "in", tmp_path / "out", advance=stop)
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_what_exists_or_lies_inside_is_left_alone(tmp_path):
    picture(tmp_path / "in/cat/0.jpg")
    with pytest.raises(DataError, match="exists already"):
        import_data(tmp_path / "in", tmp_path)
    with pytest.raises(UsageError, match="lies inside"):
        import_data(tmp_path / "in", tmp_path / "in/out")


def test_no_known_format_says_which_are(tmp_path):
    text(tmp_path / "in/a.txt", "x")
    with pytest.raises(DataError, match="in no format that is known") as caught:
        detect(tmp_path / "in")
    assert all(one in caught.value.hint for one in FORMATS)
    with pytest.raises(UnknownNameError, match="cocco"):
        detect(tmp_path / "in", "cocco")
    with pytest.raises(DataError, match="does not exist"):
        detect(tmp_path / "gone")


def test_what_could_be_two_formats_says_so(tmp_path):
    document(
        tmp_path / "a.json",
        {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [], "categories": []},
    )
    text(tmp_path / "t.csv", "file,labels\na.jpg,x\n")
    found_format = detect(tmp_path)
    assert (found_format.reader.name, found_format.also) == ("coco", ("csv",))


def test_findings_keep_few_examples_and_know_their_kinds():
    some = findings_module.Findings()
    for index in range(1000):
        some.add("bad-row", f"line {index}")
    (one,) = some.all
    assert (one.count, len(one.examples)) == (1000, 5)
    with pytest.raises(KeyError):
        some.add("no-such-kind", "x")


def test_a_location_is_a_prefix_and_a_folder(tmp_path):
    assert parse_location(f"s3://b/a=b={tmp_path}") == ("s3://b/a=b", tmp_path.resolve())
    for wrong in ("s3://b", "=x", "s3://b=", f"s3://b={tmp_path}/gone"):
        with pytest.raises(UsageError):
            parse_location(wrong)


def test_large_lists_are_read_element_by_element(tmp_path, monkeypatch):
    from chameleonapi.data.importers import json_stream

    monkeypatch.setattr(json_stream, "_CHUNK", 7)
    content = {
        "skip": {"a": [1, 2]},
        "n": 12345678901,
        "list": [12345678901, 'é"]', {"x": [1]}, [], None],
        "e": [],
    }
    path = text(tmp_path / "a.json", json.dumps(content, indent=2))
    assert list(top_lists(path)) == [("list", one) for one in content["list"]]
    path.write_text("[1, 22222222222, 3]")
    assert list(top_lists(path)) == [("", 1), ("", 22222222222), ("", 3)]
    path.write_text("{}")
    assert list(top_lists(path)) == []
    for wrong in (
        "",
        "3",
        "[1 2]",
        '{"a" 1}',
        "[1, 2",
        "[1] 2",
        "{3: 4}",
        "[" * 5000,
        '{"a": ' * 100_000,
    ):
        path.write_text(wrong)
        with pytest.raises(DataError, match="was expected"):
            list(top_lists(path))


def test_what_was_written_is_a_dataset_like_any_other(tmp_path):
    picture(tmp_path / "in/cat/0.jpg")
    report = import_data(tmp_path / "in", tmp_path / "out")
    header = json.loads((tmp_path / "out/dataset.json").read_text())
    assert header["origin"] == {"format": "image-folder", "source": "in"}
    assert load_dataset(tmp_path / "out", verify=True).digest == report.digest
    assert detect(tmp_path / "out").reader.name == "jsonl"


def test_halves_of_characters_are_told_and_left_out(tmp_path, capsys):
    from chameleonapi.cli.main import main

    picture(tmp_path / "in/a.jpg")
    lines = [
        '{"file": "a.jpg", "labels": ["Cat"]}',
        '{"file": "a.jpg", "id": "2", "labels": ["\\ud800"]}',
        '{"file": "\\ud800.jpg", "labels": ["Cat"]}',
    ]
    text(tmp_path / "in/a.jsonl", "\n".join(lines))
    report, _ = imported(tmp_path / "in", tmp_path / "out")
    assert found(report) == {"bad-row": 1, "missing-picture": 1}
    assert main(["data", "inspect", str(tmp_path / "in")]) == 0
    assert "ud800" in capsys.readouterr().out


def test_numbers_beyond_all_bounds_are_no_boxes(tmp_path):
    picture(tmp_path / "in/1.jpg")
    big = int("9" * 400)
    document(
        tmp_path / "in/a.json",
        {
            "images": [{"id": 1, "file_name": "1.jpg", "width": 40, "height": 20}],
            "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, big, 1]}],
            "categories": [{"id": 1, "name": "cat"}],
        },
    )
    report, _ = imported(tmp_path / "in", tmp_path / "out")
    assert found(report) == {"empty-box": 1}
