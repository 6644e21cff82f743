import base64
import io
import random
import sys

import pytest
from PIL import Image

from chameleonapi.pipeline.outlines import Outline
from chameleonapi.report.thumbnails import Thumbnails
from report import samples


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(samples.png(random.Random(1).randbytes(3 * 600 * 600), 600))
    return path


def decoded(address):
    head, content = address.split(",", 1)
    return head, base64.b64decode(content)


def test_a_picture_is_made_small(picture):
    head, content = decoded(Thumbnails({"a": picture}, 1_000_000).address("a"))
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (260, 260)
    assert len(content) < picture.stat().st_size / 10


def test_the_first_known_name_counts(picture):
    found = Thumbnails({"a": picture}, 1_000_000)
    assert found.address("b", "a") == found.address("a")
    assert found.address("b") is None


def test_damaged_missing_and_odd_files_are_left_out(tmp_path):
    (tmp_path / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (tmp_path / "page.svg").write_text("<svg onload='x()'/>")
    names = {one: tmp_path / one for one in ("damaged.png", "page.svg", "missing.png", ".")}
    found = Thumbnails(names, 1_000_000)
    assert [found.address(one) for one in names] == [None] * 4


def test_the_budget_counts_every_use(picture):
    size = len(Thumbnails({"a": picture}, 1_000_000).address("a"))
    found = Thumbnails({"a": picture}, 2 * size + 1)
    assert [found.address("a") is not None for _ in range(3)] == [True, True, False]


def test_without_pillow_small_pictures_stay_as_they_are(tmp_path, picture, monkeypatch):
    small = tmp_path / "small.png"
    small.write_bytes(samples.png(bytes(3 * 8 * 8), 8))
    text = tmp_path / "text.png"
    text.write_text("<script>")
    monkeypatch.setitem(sys.modules, "PIL", None)
    found = Thumbnails({"small": small, "large": picture, "text": text}, 10_000_000)
    assert decoded(found.address("small")) == ("data:image/png;base64", small.read_bytes())
    assert found.address("large") is None
    assert found.address("text") is None


def test_boxes_are_drawn_where_they_are(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(samples.png(bytes([255]) * (3 * 200 * 200), 200))
    outlines = {
        "a": [
            Outline((0.25, 0.25, 0.75, 0.75), is_found=False),
            Outline((0.0, 0.0, 0.1, 0.1), is_found=True),
            Outline((0.5, 0.5, 0.5, 0.5), is_found=True),
        ]
    }
    bare = Thumbnails({"a": path}, 1_000_000).address("a")
    drawn = Thumbnails({"a": path}, 1_000_000, outlines).address("a")
    assert bare != drawn
    with Image.open(io.BytesIO(decoded(drawn)[1])) as image:
        green = image.getpixel((image.width // 4, image.height // 2))
        orange = image.getpixel((4, image.height // 20))
        middle = image.getpixel((image.width // 2, image.height // 2))
    assert green[1] > green[0] + 40
    assert orange[0] > orange[2] + 40
    assert min(middle) > 200
