"""Azure Custom Vision: the JSON that its API gives of tagged pictures and their regions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, final
from urllib.parse import unquote

from chameleonapi.data._places import PICTURE_SUFFIXES, locate
from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.json_stream import top_keys, top_lists
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.errors import DataError

__all__ = ["CustomVision"]


@final
class CustomVision:
    """What is not tagged is absent; a picture with a negative tag shows no label at all."""

    name = "custom-vision"
    title = "Azure Custom Vision"

    def detect(self, look: Look) -> str | None:
        """Tell by keys such as ``tagName`` and ``originalImageUri``."""
        files = _files(look)
        return f"{files[0].name} lists tagged pictures" if files else None

    def read(self, source: Source) -> Reading:
        """Read every such file of the folder.

        Raises:
            DataError: if there is none.
        """
        look = look_at(source.path)
        files = _files(look)
        if not files:
            raise DataError(
                f"{source.path} holds no JSON of tagged pictures.",
                hint="Save what the API answers to GetTaggedImages.",
            )
        tags = dict(one for path in look.with_suffix(".json") for one in _tags(path))
        regular = tuple(name for name, kind in tags.items() if kind != "Negative")
        negative = {name for name, kind in tags.items() if kind == "Negative"} | {"Negative"}
        return Reading(
            (one for path in files for one in _examples(path, negative, source)), labels=regular
        )


def _files(look: Look) -> list[Path]:
    wanted = {"tags", "originalImageUri"}, {"tagName", "thumbnailUri"}, {"tagName", "regions"}
    found = [(path, top_keys(path)) for path in look.with_suffix(".json")]
    return [path for path, keys in found if any(some <= keys for some in wanted)]


def _tags(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and types of a list of tags, the answer of GetTags."""
    if not {"imageCount", "type"} <= top_keys(path):
        return
    for _, one in top_lists(path):
        if isinstance(one, dict) and isinstance(one.get("name"), str) and "imageCount" in one:
            yield one["name"], str(one.get("type"))


def _examples(path: Path, negative: set[str], source: Source) -> Iterator[Example]:
    for number, (_, one) in enumerate(top_lists(path)):
        where = f"{path.name}: picture {number}"
        id_ = one.get("id") if isinstance(one, dict) else None
        if not isinstance(id_, str):
            source.findings.add("bad-row", f"{where}: {one!r:.80}")
            continue
        picture = _picture(id_, one, f"{path.name}: {id_}", path, source)
        if picture is None:
            continue
        names = [
            name
            for tag in _list(one.get("tags"))
            if isinstance(tag, dict) and isinstance(name := tag.get("tagName"), str)
        ]
        boxes: list[Box] = []
        for region in _list(one.get("regions")):
            box = _box(region, f"{path.name}: {id_}", source)
            if box is not None:
                boxes.append(box)
                names.append(box.label)
        if not names:
            source.findings.add("unlabelled-picture", f"{path.name}: {id_} has no tag")
            continue
        present = tuple(name for name in dict.fromkeys(names) if name not in negative)
        yield Example(
            id_,
            picture,
            present,
            closed=True,
            split=split_in(path.stem),
            boxes=tuple(box for box in boxes if box.label not in negative),
        )


def _picture(id_: str, one: dict[str, Any], where: str, path: Path, source: Source) -> Path | None:
    """Return ``ID.jpg`` or the file that the picture's address ends with."""
    address = one.get("originalImageUri") or one.get("resizedImageUri") or ""
    tail = unquote(str(address).partition("?")[0].partition("#")[0]).rpartition("/")[2]
    folders = [path.parent, path.parent / "images", path.parent / "pictures", source.root]
    folders += source.locations.folders
    names = [f"{id_}{suffix}" for suffix in sorted(PICTURE_SUFFIXES)]
    for folder in folders:
        if not folder.is_dir():
            continue
        for name in (*names, tail):
            found = locate(folder.resolve(), name) if name else None
            if isinstance(found, Path):
                return found
    source.findings.add("missing-picture", f"{where}: {id_}.jpg or {tail or 'its original name'}")
    return None


def _box(region: object, where: str, source: Source) -> Box | None:
    region = region if isinstance(region, dict) else {}
    try:
        label = region["tagName"]
        left, top = float(region["left"]), float(region["top"])
        edges = (left, top, left + float(region["width"]), top + float(region["height"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        source.findings.add("bad-row", f"{where}: region {region!r:.80}")
        return None
    return make_box(str(label), edges, (1, 1), where=where, findings=source.findings)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
