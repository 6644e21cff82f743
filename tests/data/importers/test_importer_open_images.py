import pytest

from chameleonapi.data import Box
from data.sources import document, found, imported, picture, text

HEAD = "ImageID,Source,LabelName,Confidence\n"
BOXES = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,"
    "IsDepiction,IsInside\n"
)


@pytest.fixture
def folder(tmp_path):
    top = tmp_path / "in"
    text(
        top / "oidv7-class-descriptions.csv",
        "LabelName,DisplayName\n/m/01yrx,Cat\n/m/0bt9lr,Dog\n/m/0jbk,Animal\n/m/06m11,Rose\n",
    )
    text(
        top / "validation-annotations-human-imagelabels.csv",
        HEAD
        + "0001,verification,/m/01yrx,1\n0001,crowdsource-verification,/m/06m11,0\n"
        + "0002,verification,/m/0bt9lr,0\n0002,verification,/m/01yrx,1\n0009,verification,/m/01yrx,1\n"
        + "0001,verification,/m/0zzzz,1\n0001,verification,/m/01yrx,much\n",
    )
    text(
        top / "validation-annotations-machine-imagelabels.csv",
        HEAD + "0001,machine,/m/0bt9lr,0.9\n",
    )
    text(
        top / "test-annotations-bbox.csv",
        BOXES + "0003,xclick,/m/0bt9lr,1,0.1,0.6,0.2,0.7,0,0,0,0,0\n",
    )
    tree = {
        "LabelName": "/m/0bl9f",
        "Subcategory": [
            {
                "LabelName": "/m/0jbk",
                "Part": [{"LabelName": "/m/06m11"}],
                "Subcategory": [{"LabelName": "/m/01yrx"}, {"LabelName": "/m/0bt9lr"}],
            }
        ],
    }
    document(top / "bbox_labels_600_hierarchy.json", tree)
    for index, name in enumerate(("validation/0001", "validation/0002", "test/0003", "test/0004")):
        picture(top / f"{name}.jpg", seed=index)
    return top


def test_present_absent_and_unknown_are_three_things(folder, tmp_path):
    report, examples = imported(folder, tmp_path / "out")
    assert report.format == "open-images"
    assert examples["0001"].present == ("Cat", "Animal")
    assert examples["0001"].absent == ("Rose",)
    assert examples["0002"].absent == ("Dog",)
    assert not any(one.closed for one in examples.values())
    assert {one.id: one.split for one in examples.values()} == {
        "0001": "validation",
        "0002": "validation",
        "0003": "test",
    }
    assert examples["0003"].boxes == (Box("Dog", 0.1, 0.2, 0.6, 0.7),)
    assert found(report) == {
        "missing-picture": 1,
        "unlabelled-picture": 1,
        "unknown-id": 1,
        "bad-row": 1,
        "machine-label": 1,
        "no-example": 1,
    }


def test_a_present_child_outweighs_its_absent_parent(folder, tmp_path):
    text(
        folder / "train-annotations-human-imagelabels.csv",
        HEAD + "0004,verification,/m/01yrx,1\n0004,verification,/m/0jbk,0\n",
    )
    report, examples = imported(folder, tmp_path / "out")
    assert examples["0004"].present == ("Cat", "Animal")
    assert examples["0004"].absent == ()
    assert found(report)["contradiction"] == 1


def test_labels_lead_to_the_nearest_of_the_api(folder, tmp_path):
    report, examples = imported(folder, tmp_path / "out", vocabulary=("Animals", "Plant"))
    assert examples["0001"].present == ("Animals",)
    # No dog does not mean no animal.
    assert examples["0002"].present == ("Animals",)
    assert examples["0002"].absent == ()
    assert found(report)["absent-not-carried"] == 1
    rules = {one.name: one.rule.value for one in report.matches}
    assert rules == {"Cat": "hierarchy", "Dog": "hierarchy", "Rose": "unmapped"}
