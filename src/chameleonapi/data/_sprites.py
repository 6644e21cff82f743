"""Pictures of objects, each rendered once and kept."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from chameleonapi.data._drawings import Drawings
from chameleonapi.errors import DataError, MissingPackageError

__all__ = ["SpriteBook"]

_RENDERED_SIDE: Final = 192


class SpriteBook:
    """Renders drawings to pictures with transparency, cut to what is visible."""

    def __init__(self, drawings: Drawings) -> None:
        try:
            import resvg_py
        except ImportError:
            raise MissingPackageError(
                "resvg_py", needed_for="making scenes", install="pip install 'resvg-py>=0.3'"
            ) from None
        self._render = resvg_py.svg_to_bytes
        self._drawings = drawings
        self._pictures: dict[str, Image.Image] = {}

    def picture(self, code: str) -> Image.Image:
        """Return the picture of one drawing.

        Raises:
            DataError: if the drawing is damaged or not there.
        """
        found = self._pictures.get(code)
        if found is None:
            found = self._pictures[code] = self._draw(code)
        return found

    def _draw(self, code: str) -> Image.Image:
        try:
            png = self._render(
                svg_string=self._drawings.svg(code),
                width=_RENDERED_SIDE,
                height=_RENDERED_SIDE,
                skip_system_fonts=True,
            )
            image = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"the drawing {code} of {self._drawings.name} cannot be rendered: {error}.",
                hint=self._drawings.advice,
            ) from None
        return image.crop(image.getchannel("A").getbbox())
