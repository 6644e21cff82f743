"""What decoding a picture takes, told from its header: few bytes may claim a wall of pixels.

Ten kilobytes can hold fifty million pixels of one colour, or a thousand passes over them. A
picture may take a fixed amount of memory, and more only in proportion to the bytes that it came in,
so that a sender pays for what is spent. Photographs, scans and screenshots stay far below.
"""

from __future__ import annotations

from typing import Final

from PIL import Image

from chameleonapi.errors import InputError

__all__ = ["check_cost", "check_webp_cost"]

_FREE_BYTES: Final = 40 * 1024 * 1024
_BYTES_FOR_EACH: Final = 1_000
# Passes over a progressive JPEG, times its pixels. Encoders write 3 to 14 of them.
_MAX_SCANNED: Final = 750_000_000
_SCAN: Final = b"\xff\xda"  # within a scan, ff is followed by 00

# Of a pixel, as Pillow keeps it; pictures of several bytes are converted in strips.
_NATIVE: Final = {"1": 1, "L": 1, "P": 1}
_COLOUR: Final = 4
# Grey values of 16 bits and more are scaled as double-precision numbers, all at once.
_DEEP: Final = 32
_WEBP: Final = 16  # canvas, frame, and copies of both
_TILE_WIDTH: Final = 322
_TILE_LENGTH: Final = 323


def check_webp_cost(size: tuple[int, int], content: bytes) -> None:
    """Refuse a WebP file that takes too much, before its decoder allocates the whole.

    Raises:
        InputError: see there.
    """
    _check(size[0] * size[1] * _WEBP, len(content), size)


def check_cost(image: Image.Image, content: bytes) -> None:
    """Refuse a picture that is opened and not loaded, if loading it takes too much.

    Raises:
        InputError: see there.
    """
    pixels = image.width * image.height
    if image.format in {"JPEG", "MPO"}:
        scans = content.count(_SCAN)
        if scans * pixels > _MAX_SCANNED:
            raise InputError(
                f"the picture has {scans:,} scans of {pixels:,} pixels, which take too long.",
                hint="Save it anew, without progressive scans.",
            )
        # With several scans, all coefficients are kept until the last has come.
        coefficients = 2 * len(image.getbands()) if scans > 1 else 0
        _check(pixels * coefficients, len(content), image.size)
        return
    deep = image.mode.startswith("I") or image.mode == "F"
    each = _DEEP if deep else _NATIVE.get(image.mode, _COLOUR)
    if image.format == "TIFF":
        each *= 1 if image.mode == "1" else 2  # a strip may hold the whole picture again
        tags = getattr(image, "tag_v2", {})
        tile = tags.get(_TILE_WIDTH, 0) * tags.get(_TILE_LENGTH, 0)
        pixels = max(pixels, tile)
    _check(pixels * each, len(content), image.size)


def _check(cost: int, came: int, size: tuple[int, int]) -> None:
    if cost > _FREE_BYTES + _BYTES_FOR_EACH * came:
        raise InputError(
            f"the picture is {size[0]:,} x {size[1]:,} pixels in {came:,} bytes: decoding it would "
            f"take {cost >> 20:,} MiB.",
            hint="Scale it down before sending it.",
        )
