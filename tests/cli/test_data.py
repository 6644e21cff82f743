import json

import pytest

from chameleonapi.cli.main import main
from chameleonapi.data import load_dataset
from data.sources import picture, text


@pytest.fixture
def folder(tmp_path):
    for index, name in enumerate(("cats/1.jpg", "cats/2.jpg", "Doog/1.jpg")):
        picture(tmp_path / "in" / name, seed=index)
    text(tmp_path / "in/cats/3.jpg", "no picture")
    text(tmp_path / "api.txt", "Cat\nDog\n")
    return tmp_path


def run(capsys, *words):
    code = main(["data", *map(str, words)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_rehearsal_says_everything_and_writes_nothing(folder, capsys):
    before = sorted(folder.rglob("*"))
    words = (
        "import",
        folder / "in",
        folder / "out",
        "--dry-run",
        "--vocabulary",
        folder / "api.txt",
    )
    code, out, err = run(capsys, *words)
    assert code == 0
    assert sorted(folder.rglob("*")) == before
    assert "Nothing was written" in err
    for said in (
        "image-folder",
        "3 pictures (no split 3), 1 labels",
        "cats -> Cat  [plural]",
        "Doog -> (nothing)  [unmapped; close: Dog]",
        "pictures that cannot be read (left out)",
        "3.jpg: these 10 bytes are no picture",
    ):
        assert said in out


def test_an_import_can_be_used(folder, capsys):
    code, _, err = run(capsys, "import", folder / "in", folder / "out")
    assert code == 0
    assert "Written to" in err
    assert load_dataset(folder / "out", verify=True).labels == ("Doog", "cats")


def test_json_is_the_whole_report(folder, capsys):
    text(folder / "t.csv", "from,to\nDoog,Dog\n")
    words = ("--labels", folder / "t.csv", "--vocabulary", folder / "api.txt", "--json")
    code, out, _ = run(capsys, "import", folder / "in", folder / "out", *words)
    report = json.loads(out)
    assert code == 0
    assert report["schema"] == "chameleonapi.import/1"
    assert report["labels"]["Dog"] == {"present": 1, "absent": 0, "examples": ["Doog/1.jpg"]}
    assert {one["name"]: one["rule"] for one in report["matches"]} == {
        "Doog": "table",
        "cats": "plural",
    }
    assert report["digest"] == load_dataset(folder / "out").digest


def test_a_hierarchy_and_openness_are_taken(folder, capsys):
    text(folder / "h.csv", "label,parent\nDoog,Dog\n")
    words = ("--hierarchy", folder / "h.csv", "--open")
    run(capsys, "import", folder / "in", folder / "out", *words)
    dataset = load_dataset(folder / "out")
    assert dataset.parents == {"Doog": ("Dog",)}
    assert not any(one.closed for one in dataset)


def test_inspecting_names_the_format(folder, capsys):
    code, out, _ = run(capsys, "inspect", folder / "in", "--json")
    assert (code, json.loads(out)["format"]) == (0, "image-folder")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("import", "in"), 2, "needs the folder to make"),
        (("import", "in", "out", "--format", "cocco"), 2, "unknown format"),
        (("import", "in", "out", "--map", "s3://b"), 2, "is no location"),
        (("inspect", "gone"), 7, "does not exist"),
        (("import", "in", "out", "--format", "coco"), 7, "holds no JSON file"),
    ],
)
def test_wrong_usage_is_one_error(folder, capsys, monkeypatch, words, code, said):
    monkeypatch.chdir(folder)
    found, _, err = run(capsys, *words)
    assert found == code
    assert said in err
    assert not (folder / "out").exists()
