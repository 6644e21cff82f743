import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chameleonapi.data._webp import webp_size
from chameleonapi.data.pictures import probe_picture, read_picture, read_square, resize_crop
from chameleonapi.errors import InputError
from data.samples import encoded, noise, quarters

RED, BLUE = (255, 0, 0), (0, 0, 255)


def near(pixel, colour, tolerance=12):
    return np.abs(np.asarray(pixel, dtype=int) - colour).max() <= tolerance


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_formats_without_loss_come_back_exactly(kind):
    image = noise()
    assert np.array_equal(read_picture(encoded(image, kind)), np.asarray(image))


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP"])
def test_formats_with_loss_come_back_nearly(kind):
    found = read_picture(encoded(quarters(), kind))
    assert found.shape == (20, 40, 3)
    assert found.dtype == np.uint8
    assert near(found[10, 3], RED, 40)
    assert near(found[10, 36], BLUE, 40)


@pytest.mark.parametrize(
    ("orientation", "left_top"), [(1, RED), (2, BLUE), (3, BLUE), (6, RED), (8, BLUE)]
)
def test_the_exif_orientation_is_followed(orientation, left_top):
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = read_picture(encoded(quarters(), "JPEG", exif=exif, quality=95))
    assert found.shape == ((40, 20, 3) if orientation >= 5 else (20, 40, 3))
    assert near(found[2, 2], left_top, 40)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")  # as Pillow says it
def test_damaged_exif_does_not_matter():
    content = encoded(quarters(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    assert read_picture(content).shape == (20, 40, 3)


def test_cmyk_becomes_rgb():
    found = read_picture(encoded(quarters().convert("CMYK"), "JPEG", quality=95))
    assert near(found[10, 3], RED, 60)
    assert near(found[10, 36], BLUE, 60)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode):
    if mode == "P":
        image = Image.new("P", (8, 8), 0)
        image.putpalette([0, 0, 0, 255, 0, 0])
        content = encoded(image, "PNG", transparency=0)
    else:
        content = encoded(Image.new(mode, (8, 8)), "PNG")
    assert (read_picture(content) == 255).all()


def test_16_bit_values_are_scaled_and_not_cut_off():
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    found = read_picture(encoded(Image.fromarray(ramp), "PNG"))
    assert found.shape == (16, 16, 3)
    assert np.array_equal(found[..., 0].ravel(), np.arange(256))


def test_floating_values_may_be_anything():
    values = np.array([[0.0, 0.5, 1.0, np.nan]], dtype=np.float32)
    found = read_picture(encoded(Image.fromarray(values), "TIFF"))
    assert found[0, :, 0].tolist() == [0, 128, 255, 0]


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert near(read_picture(content)[4, 4], RED)


@pytest.mark.parametrize("content", [b"", b"abc", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 64])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(InputError, match=r"0 bytes came|no picture of a known format"):
        read_picture(content)


def test_a_picture_cut_off_says_so():
    content = encoded(noise(200, 200), "JPEG")
    with pytest.raises(InputError, match="cannot be decoded"):
        read_picture(content[: len(content) // 2])


def test_too_many_bytes_are_not_looked_at():
    with pytest.raises(InputError, match="at most 100 are read"):
        read_picture(encoded(noise()), max_bytes=100)


def png_that_claims(width, height):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(9000, 9000), (100_000, 100_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size):
    with pytest.raises(InputError, match=r"pixels; at most|too large"):
        read_picture(png_that_claims(*size))


def test_a_webp_bomb_is_refused_before_its_decoder_starts():
    content = bytearray(encoded(noise(), "WEBP", lossless=True, exif=b"Exif\x00\x00MM"))
    assert content[12:16] == b"VP8X"
    content[24:30] = (16382).to_bytes(3, "little") * 2
    assert webp_size(bytes(content)) == (16383, 16383)
    with pytest.raises(InputError, match="16,383 x 16,383"):
        read_picture(bytes(content))


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}])
def test_the_size_in_a_webp_header(options):
    assert webp_size(encoded(noise(123, 45), "WEBP", **options)) == (123, 45)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"]), st.data())
def test_damaged_bytes_raise_nothing_but_an_input_error(kind, data):
    content = bytearray(encoded(noise(24, 24), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    with contextlib.suppress(InputError):
        found = read_picture(bytes(content), max_pixels=10_000)
        assert found.ndim == 3
        assert found.shape[2] == 3


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_an_input_error(content):
    with pytest.raises(InputError):
        read_picture(content)


def test_a_jpeg_is_decoded_no_larger_than_needed():
    content = encoded(noise(1600, 800), "JPEG")
    height, width = read_picture(content, target_side=192).shape[:2]
    assert 192 <= height < 800
    assert width == 2 * height
    assert probe_picture(content) == (1600, 800)


def test_the_square_is_cut_from_the_middle():
    image = Image.new("RGB", (300, 100), (0, 255, 0))
    image.paste(RED, (100, 0, 150, 100))
    image.paste(BLUE, (150, 0, 200, 100))
    found = resize_crop(np.asarray(image), 50)
    assert near(found[25, 5], RED)
    assert near(found[25, 44], BLUE)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 64))
def test_the_square_has_the_side_whatever_came(width, height, side):
    found = read_square(encoded(noise(width, height)), side)
    assert found.shape == (side, side, 3)
    assert found.dtype == np.uint8


def test_a_picture_that_fits_is_left_as_it_is():
    image = noise(64, 64)
    assert np.array_equal(read_square(encoded(image), 64), np.asarray(image))


def test_a_very_thin_picture_costs_little():
    content = encoded(Image.new("L", (1, 200_000)), "PNG")
    assert read_square(content, 192).shape == (192, 192, 3)
    assert io.BytesIO(content).getbuffer().nbytes < 5000
