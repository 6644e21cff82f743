import pytest

from chameleonapi.data import Box
from chameleonapi.data.safe_xml import read_xml
from chameleonapi.errors import DataError
from data.sources import found, imported, picture, text


def xml(name, *things, size=(40, 20)):
    objects = "".join(
        f"<object><name>{label}</name><difficult>0</difficult><bndbox><xmin>{a}</xmin>"
        f"<ymin>{b}</ymin><xmax>{c}</xmax><ymax>{d}</ymax></bndbox></object>"
        for label, a, b, c, d in things
    )
    return (
        f"<annotation><folder>VOC2012</folder><filename>{name}</filename><size><width>{size[0]}"
        f"</width><height>{size[1]}</height><depth>3</depth></size>{objects}</annotation>"
    )


@pytest.fixture
def kit(tmp_path):
    top = tmp_path / "VOCdevkit/VOC2012"
    text(top / "Annotations/1.xml", xml("1.jpg", ("dog", 1, 1, 20, 10), ("cat", 21, 1, 40, 20)))
    text(top / "Annotations/2.xml", xml("2.jpg"))
    text(top / "Annotations/3.xml", xml("3.jpg", ("dog", 1, 1, 20, 10)))
    text(top / "ImageSets/Main/train.txt", "1\n9\n")
    text(top / "ImageSets/Main/val.txt", "2\n")
    text(top / "ImageSets/Main/dog_train.txt", "1 1\n3 -1\n")
    picture(top / "JPEGImages/1.jpg")
    picture(top / "JPEGImages/2.jpg", seed=1)
    return tmp_path / "VOCdevkit"


def test_objects_boxes_and_splits(kit, tmp_path):
    report, examples = imported(kit, tmp_path / "out")
    assert report.format == "pascal-voc"
    one = examples["VOC2012/JPEGImages/1.jpg"]
    assert one.present == ("dog", "cat")
    assert one.boxes == (Box("dog", 0, 0, 0.5, 0.5), Box("cat", 0.5, 0, 1, 1))
    assert [one.split for one in examples.values()] == ["train", "validation"]
    assert all(one.closed for one in examples.values())
    assert found(report) == {"missing-picture": 1, "unlabelled-picture": 1}


def test_entities_are_refused_and_the_others_go_on(kit, tmp_path):
    bomb = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>' + xml("2.jpg", ("&y;", 1, 1, 2, 2))
    text(kit / "VOC2012/Annotations/2.xml", bomb)
    report, examples = imported(kit, tmp_path / "out")
    assert len(examples) == 1
    assert found(report)["bad-row"] == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        ("<a>" * 60 + "</a>" * 60, "nested deeper"),
        ("<a><b></a>", "no XML"),
        ("", "no XML"),
        (" " * (17 * 1024 * 1024), "larger than"),
    ],
)
def test_hostile_xml_is_one_error(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        read_xml(text(tmp_path / "a.xml", content))
