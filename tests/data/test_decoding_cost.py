"""A few bytes that claim to be a wall of pixels, and pictures that are large and honest."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from chameleonapi.data import read_square
from chameleonapi.data.pictures import read_picture, resize_crop
from chameleonapi.errors import InputError


def saved(image, kind, **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


@pytest.fixture
def noise():
    values = np.random.default_rng(7).integers(0, 256, (1201, 1033, 4), dtype=np.uint8)
    return Image.fromarray(values)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("side", [64, 97, 700])
def test_large_pictures_come_out_as_if_scaled_at_once(noise, mode, side):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    content = saved(noise.convert("RGB" if mode == "P" else mode).convert(mode), kind)
    assert (read_square(content, side) == resize_crop(read_picture(content), side)).all()


@pytest.mark.parametrize("size", [(1600, 900), (901, 1403)])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_large_pictures_are_turned_as_small_ones_are(size, orientation):
    width, height = size
    across = np.linspace(0, 255, width, dtype=np.uint8)[None, :].repeat(height, 0)
    down = np.linspace(0, 255, height, dtype=np.uint8)[:, None].repeat(width, 1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.stack([across, down, across // 2], axis=2))
    content = saved(image, "PNG", exif=exif)
    whole = resize_crop(read_picture(content), 50).astype(int)
    assert np.abs(read_square(content, 50) - whole).max() <= 2


HOSTILE = {
    "one bit": lambda: saved(Image.new("1", (7000, 7000)), "PNG"),
    "fax": lambda: saved(Image.new("1", (7000, 7000)), "TIFF", compression="group4"),
    "webp": lambda: saved(Image.new("RGB", (3000, 3000)), "WEBP", lossless=True),
    "deep grey": lambda: saved(Image.new("I;16", (2200, 2200)), "PNG"),
    "coefficients": lambda: (
        saved(Image.new("RGB", (4500, 4500)), "JPEG", quality=1, progressive=True)[:9_000]
        + b"\xff\xda\x00\x02"
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_few_bytes_buy_no_wall_of_pixels(kind):
    content = HOSTILE[kind]()
    assert len(content) < 10_240
    with pytest.raises(InputError, match=r"bytes: decoding it would take \d+ MiB"):
        read_square(content, 192)


def test_a_tile_larger_than_its_picture_counts():
    tags = {256: 16, 257: 16, 258: 8, 259: 8, 262: 1, 277: 1, 322: 16_000, 323: 16_000}
    tags |= {324: 200, 325: 30}
    content = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    content += b"".join(struct.pack("<HHII", tag, 4, 1, one) for tag, one in tags.items())
    content = content.ljust(200, b"\0") + zlib.compress(bytes(30))
    with pytest.raises(InputError, match="decoding it would take"):
        read_square(content, 192)


def test_many_passes_over_a_picture_are_refused():
    content = saved(Image.new("L", (3000, 3000)), "JPEG", progressive=True)
    assert read_square(content, 50).shape == (50, 50, 3)
    last = content.rfind(b"\xff\xda")
    bomb = content[:last] + content[last:-2] * 100 + content[-2:]
    with pytest.raises(InputError, match=r"\d+ scans of 9,000,000 pixels"):
        read_square(bomb, 50)


@pytest.mark.parametrize("how", [{"quality": 90}, {"quality": 90, "progressive": True}])
def test_photographs_scans_and_screenshots_are_read(how):
    values = np.random.default_rng(1).integers(0, 256, (1500, 2000, 3), dtype=np.uint8)
    photo = Image.fromarray(values).resize((6000, 4500))
    assert read_square(saved(photo, "JPEG", **how), 192).shape == (192, 192, 3)
    page = Image.new("1", (4960, 7016), 1)  # A4 at 600 dots an inch
    page.paste(0, (500, 500, 4000, 600))
    assert read_square(saved(page, "TIFF", compression="group4"), 192).shape == (192, 192, 3)
    screen = Image.new("RGB", (3840, 2160), (40, 44, 52))
    screen.paste((255, 255, 255), (100, 100, 1200, 900))
    assert read_square(saved(screen, "PNG"), 192).shape == (192, 192, 3)
