"""Bytes that claim to be a picture become an array, or one clear error.

Reads pictures that strangers sent: what is too large is refused before anything is
decoded, and whatever the decoder trips over becomes an ``InputError``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps

from chameleonapi.data._decoding_cost import check_cost, check_webp_cost
from chameleonapi.data._webp import webp_size
from chameleonapi.errors import InputError

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "Picture",
    "PictureFacts",
    "SquareReader",
    "examine_picture",
    "probe_picture",
    "read_picture",
    "read_square",
    "resize_crop",
    "shrink_picture",
]

Picture = UInt8[np.ndarray, "height width 3"]

FORMATS: Final = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
# The ICO format is left out: an icon's header does not say how large the picture in it is.

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_REDUCING_GAP: Final = 3.0
# Larger pictures are brought to colour in strips: their transparency would take 20 bytes a pixel.
_WHOLE_PIXELS: Final = 1_000_000
_STRIP_PIXELS: Final = 250_000

_HINT: Final = "Send a JPEG, PNG, GIF, BMP, WebP or TIFF picture."


def read_picture(
    content: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    target_side: int | None = None,
) -> Picture:
    """Decode a picture to RGB, upright, on white where it is transparent.

    Of an animation the first frame is taken; 16-bit values are scaled down to 8.

    Args:
        content: the encoded picture.
        max_bytes: longest content that is looked at.
        max_pixels: largest picture, width times height, that is decoded.
        target_side: the result may be smaller than the picture, but neither side below
            this; lets JPEG skip most of its work.

    Raises:
        InputError: and nothing else, whatever the bytes are.
    """
    with _loaded(content, max_bytes, max_pixels, target_side) as image:
        return _to_array(_upright(image))


@contextmanager
def _loaded(
    content: bytes, max_bytes: int, max_pixels: int, target_side: int | None
) -> Iterator[Image.Image]:
    """Yield a picture, decoded; whatever goes wrong in the block too is an ``InputError``."""
    try:
        with _open(content, max_bytes, max_pixels) as image:
            check_cost(image, content)
            if target_side is not None and image.format in {"JPEG", "MPO"}:
                image.draft("RGB", (target_side, target_side))
            image.load()
            yield image
    except InputError:
        raise
    except MemoryError:
        raise InputError(
            "the picture does not fit in memory.", hint="Send a smaller one."
        ) from None
    except Exception as error:  # noqa: BLE001  decoders raise anything on damaged data
        raise InputError(
            f"the picture cannot be decoded: {_one_line(error)}.",
            hint="It may be damaged or cut off; save it again and retry.",
        ) from None


def probe_picture(
    content: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
) -> tuple[int, int]:
    """Return width and height as the header says, without decoding the picture.

    Raises:
        InputError: and nothing else, if this is certainly not readable.
    """
    with _open(content, max_bytes, max_pixels) as image:
        return image.size


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What is special about a readable picture.

    Attributes:
        is_animated: it has several frames, of which the first is read.
        is_turned: its metadata turn it by a quarter, so that width and height change places.
    """

    is_animated: bool
    is_turned: bool


def examine_picture(content: bytes) -> PictureFacts:
    """Decode a picture, if small as a thumbnail, and say what is special about it.

    Raises:
        InputError: and nothing else, if it cannot be read.
    """
    read_picture(content, target_side=64)
    with _open(content, MAX_BYTES, MAX_PIXELS) as image:
        try:
            frames = int(getattr(image, "n_frames", 1))
            turn = int(image.getexif().get(_ORIENTATION, 1))
        except Exception:  # noqa: BLE001  damaged metadata does not make the picture unreadable
            frames, turn = 1, 1
        return PictureFacts(frames > 1 and image.format != "MPO", turn in {5, 6, 7, 8})


def shrink_picture(content: bytes, short_side: int, *, quality: int = 90) -> bytes:
    """Return a picture as JPEG, upright, its short side reduced to ``short_side`` if it is longer.

    Raises:
        InputError: and nothing else, if it cannot be read.
    """
    image = Image.fromarray(read_picture(content, target_side=short_side))
    width, height = image.size
    if min(width, height) > short_side:
        scale = short_side / min(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _open(content: bytes, max_bytes: int, max_pixels: int) -> Image.Image:
    if not content:
        raise InputError("the picture is empty: 0 bytes came.", hint=_HINT)
    if len(content) > max_bytes:
        raise InputError(
            f"the picture has {len(content):,} bytes; at most {max_bytes:,} are read.",
            hint="Send a smaller picture.",
        )
    size = webp_size(content)
    if size is not None:  # the WebP decoder allocates the whole picture when it is opened
        _check_size(size, max_pixels)
        check_webp_cost(size, content)
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"the picture is too large: {error}", hint="Send a smaller one.") from None
    except Exception:  # noqa: BLE001  parsers of headers raise anything on damaged data
        raise InputError(
            f"these {len(content):,} bytes are no picture of a known format.", hint=_HINT
        ) from None
    _check_size(image.size, max_pixels)
    return image


def resize_crop(picture: Picture, side: int) -> UInt8[np.ndarray, "side side 3"]:
    """Cut the largest square from the middle and scale it to ``side``."""
    height, width = picture.shape[:2]
    if height == side and width == side:
        return picture
    edge = min(height, width)
    left, top = (width - edge) // 2, (height - edge) // 2
    image = Image.fromarray(picture[top : top + edge, left : left + edge])
    scaled = image.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=_REDUCING_GAP)
    return np.asarray(scaled, dtype=np.uint8)


@final
@dataclass(frozen=True, slots=True)
class SquareReader:
    """Reads a picture as the square that a backbone takes; ``id`` changes when its pixels do."""

    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS

    @property
    def id(self) -> str:
        """Name of what is done to a picture, for the keys of caches."""
        return "middle-square-bicubic/1"

    def __call__(self, content: bytes, side: int) -> UInt8[np.ndarray, "side side 3"]:
        """Decode, cut and scale one picture.

        Raises:
            InputError: and nothing else, whatever the bytes are.
        """
        with _loaded(content, self.max_bytes, self.max_pixels, side) as image:
            is_deep = image.mode.startswith("I") or image.mode == "F"
            if is_deep or image.width * image.height <= _WHOLE_PIXELS:
                return resize_crop(_to_array(_upright(image)), side)
            return np.asarray(_upright_like(image, _square_by_strips(image, side)))


read_square: Final = SquareReader()


def _square_by_strips(image: Image.Image, side: int) -> Image.Image:
    """Do what ``resize_crop`` does, to the pixel, with a few rows in colour at a time."""
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    factor = int(edge / side / _REDUCING_GAP) or 1  # as Pillow reduces before it scales
    rows = max(1, _STRIP_PIXELS // edge // factor) * factor
    small = -(-edge // factor)
    reduced = Image.new("RGB", (small, small))
    for row in range(0, edge, rows):
        below = min(row + rows, edge)
        strip = _to_rgb(image.crop((left, top + row, left + edge, top + below)))
        reduced.paste(strip.reduce(factor) if factor > 1 else strip, (0, row // factor))
    box = (0.0, 0.0, edge / factor, edge / factor)
    return reduced.resize((side, side), Image.Resampling.BICUBIC, box=box)


def _upright_like(image: Image.Image, square: Image.Image) -> Image.Image:
    """Turn a square as the metadata of its picture say; to within a pixel of turning that first."""
    try:
        turn = _TURNS.get(int(image.getexif().get(_ORIENTATION, 1)))
    except Exception:  # noqa: BLE001  damaged metadata does not make the picture unreadable
        turn = None
    return square if turn is None else square.transpose(turn)


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise InputError(f"the picture has no pixels: it is {width} x {height}.", hint=_HINT)
    if width * height > max_pixels:
        raise InputError(
            f"the picture is {width:,} x {height:,} pixels; at most {max_pixels:,} are decoded.",
            hint="Scale it down before sending it.",
        )


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  damaged metadata does not make the picture unreadable
        return image


def _to_array(image: Image.Image) -> Picture:
    mode = image.mode
    if mode.startswith("I") or mode == "F":
        return _scale_down(np.asarray(image))
    return np.asarray(_to_rgb(image), dtype=np.uint8)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        image = Image.alpha_composite(paper, seen)
    return image.convert("RGB")


def _scale_down(values: np.ndarray[Any, np.dtype[Any]]) -> Picture:
    """Bring grey values of 16 or 32 bits, or floating ones, to the range of 8 bits."""
    grey = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if np.issubdtype(values.dtype, np.floating):
        highest = 1.0 if grey.max(initial=0.0) <= 1.0 else 255.0
    elif values.dtype.itemsize == 2 or grey.max(initial=0.0) > 255:
        highest = 65535.0
    else:
        highest = 255.0
    level = np.clip(np.rint(grey * (255.0 / highest)), 0, 255).astype(np.uint8)
    return np.repeat(level[:, :, None], 3, axis=2)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200].rstrip(".")
