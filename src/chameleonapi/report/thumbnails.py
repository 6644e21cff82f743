"""Pictures as small ``data:`` addresses, within a budget for the whole page."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import final

from chameleonapi.errors import InputError
from chameleonapi.pipeline.outlines import Outline

__all__ = ["Thumbnails"]

_SIDE = 260
_QUALITY = 74
_TRUE, _FOUND = "#1b9e77", "#d95f02"
_INSET = 3
_MAX_FILE_BYTES = 20 * 1024 * 1024
_MAX_RAW_BYTES = 300_000  # one picture as it is, where it cannot be made small
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


@final
class Thumbnails:
    """Makes each picture small once, as long as the budget lasts.

    Args:
        pictures: files by name.
        budget_bytes: room for all thumbnails together, as they stand in the page.
        outlines: boxes to be drawn, by the name of a picture.
    """

    def __init__(
        self,
        pictures: Mapping[str, Path],
        budget_bytes: int,
        outlines: Mapping[str, Sequence[Outline]] | None = None,
    ) -> None:
        self._pictures = pictures
        self._outlines = outlines or {}
        self._left = budget_bytes
        self._made: dict[Path, str | None] = {}

    def address(self, *names: str) -> str | None:
        """Return the picture with the first known of these names; None where there is none.

        A picture that is missing, damaged or over the budget is left out: a report is
        worth reading without it.
        """
        name = next((one for one in names if one in self._pictures), None)
        if name is None:
            return None
        path = self._pictures[name]
        if path not in self._made:
            self._made[path] = self._encode(path, self._outlines.get(name, ()))
        address = self._made[path]
        # The page repeats the bytes wherever it shows the picture.
        if address is None or len(address) > self._left:
            return None
        self._left -= len(address)
        return address

    def _encode(self, path: Path, outlines: Sequence[Outline]) -> str | None:
        try:
            if path.stat().st_size > _MAX_FILE_BYTES:
                return None
            content = path.read_bytes()
        except (OSError, ValueError):
            return None
        try:
            media, content = "image/jpeg", _small(content, outlines)
        except InputError:
            return None
        except ImportError:  # no Pillow: small files go in as they are
            media = next((name for sign, name in _SIGNATURES if content.startswith(sign)), "")
            if not media or len(content) > _MAX_RAW_BYTES:
                return None
        return f"data:{media};base64,{base64.b64encode(content).decode()}"


def _small(content: bytes, outlines: Sequence[Outline]) -> bytes:
    from PIL import Image, ImageDraw

    from chameleonapi.data.pictures import read_picture

    image = Image.fromarray(read_picture(content, target_side=_SIDE))
    image.thumbnail((_SIDE, _SIDE))
    draw = ImageDraw.Draw(image)
    for one in outlines:
        left, top, right, bottom = one.box
        inset = _INSET if one.is_found else 0  # so that both are seen where they agree
        corners = [
            left * image.width + inset,
            top * image.height + inset,
            right * image.width - 1 - inset,
            bottom * image.height - 1 - inset,
        ]
        if corners[0] < corners[2] and corners[1] < corners[3]:
            draw.rectangle(corners, outline=_FOUND if one.is_found else _TRUE, width=2)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()
