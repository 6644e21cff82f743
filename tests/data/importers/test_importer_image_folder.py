import pytest

from chameleonapi.data.importers import detect
from data.sources import found, imported, picture, text


@pytest.mark.parametrize(
    "name",
    ["banana/1.jpg", "train/banana/1.jpg", "banana/train/1.jpg", "images/train/banana/1.jpg"],
)
def test_the_folder_beside_the_picture_is_its_label(tmp_path, name):
    picture(tmp_path / "in" / name)
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    (one,) = examples.values()
    assert one.present == ("banana",)
    assert one.closed
    assert one.split == ("train" if "train" in name else "")
    assert report.format == "image-folder"


def test_a_picture_in_no_label_is_counted(tmp_path):
    picture(tmp_path / "in/a/1.jpg")
    picture(tmp_path / "in/loose.jpg", seed=1)
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert len(examples) == 1
    assert found(report) == {"unlabelled-picture": 1}


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    picture(tmp_path / "secret.jpg")
    picture(tmp_path / "in/a/1.jpg", seed=1)
    (tmp_path / "in/a/2.jpg").symlink_to(tmp_path / "secret.jpg")
    report, examples = imported(tmp_path / "in", tmp_path / "out")
    assert list(examples) == ["a/1.jpg"]
    assert found(report) == {"outside-folder": 1}


def test_hidden_folders_and_other_files_are_no_data(tmp_path):
    picture(tmp_path / "a/1.jpg")
    picture(tmp_path / ".trash/a/2.jpg")
    text(tmp_path / "a/notes.txt", "x")
    assert detect(tmp_path).reader.name == "image-folder"
    _, examples = imported(tmp_path, tmp_path.parent / "out")
    assert len(examples) == 1
