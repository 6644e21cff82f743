import pytest

from chameleonapi.serving.wire.aws_regions import share_within


def box(left, top, width, height):
    return {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}


def polygon(*corners):
    return {"Polygon": [{"X": x, "Y": y} for x, y in corners]}


@pytest.mark.parametrize(
    ("region", "share"),
    [
        (box(0, 0, 1, 1), 1.0),
        (box(0.2, 0.2, 0.4, 0.2), 1.0),
        (box(0.2, 0.2, 0.2, 0.2), 0.5),
        (box(0.7, 0.7, 0.1, 0.1), 0.0),
        (box(0.5, 0.3, 0.5, 0.5), 0.125),
        (polygon((0, 0), (1, 0), (1, 1), (0, 1)), 1.0),
        (polygon((0.2, 0.2), (0.6, 0.2), (0.2, 0.4)), 0.5),  # a triangle over half of it
        (polygon((0.2, 0.2), (0.6, 0.4)), 0.0),
        ({}, 0.0),
    ],
)
def test_the_share_of_a_box_in_a_region(region, share):
    assert share_within(box(0.2, 0.2, 0.4, 0.2), region) == pytest.approx(share)


def test_a_box_without_area_is_nowhere():
    assert share_within({}, box(0, 0, 1, 1)) == 0
