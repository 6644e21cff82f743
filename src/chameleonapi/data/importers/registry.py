"""The formats that are read, and which of them a source is of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.data.importers.coco import Coco
from chameleonapi.data.importers.csv_table import CsvTable
from chameleonapi.data.importers.custom_vision import CustomVision
from chameleonapi.data.importers.hugging_face import HuggingFace
from chameleonapi.data.importers.image_folder import ImageFolder
from chameleonapi.data.importers.json_lines import JsonLines
from chameleonapi.data.importers.look import look_at
from chameleonapi.data.importers.open_images import OpenImages
from chameleonapi.data.importers.pascal_voc import PascalVoc
from chameleonapi.data.importers.reader import Reader
from chameleonapi.data.importers.rekognition import Rekognition
from chameleonapi.data.importers.vertex import Vertex
from chameleonapi.data.importers.yolo import Yolo
from chameleonapi.errors import DataError, UnknownNameError

__all__ = ["FORMATS", "Detection", "detect"]

# The most telling first: folders of pictures are part of most of the others.
FORMATS: Final[dict[str, Reader]] = {
    one.name: one
    for one in (
        OpenImages(),
        Rekognition(),
        Vertex(),
        CustomVision(),
        Coco(),
        HuggingFace(),
        Yolo(),
        PascalVoc(),
        JsonLines(),
        CsvTable(),
        ImageFolder(),
    )
}


@dataclass(frozen=True, slots=True)
class Detection:
    """The format of a source.

    Attributes:
        reader: of the format.
        evidence: what shows it.
        also: other formats that it could be; folders of pictures are not counted.
    """

    reader: Reader
    evidence: str
    also: tuple[str, ...] = ()


def detect(path: Path, name: str | None = None) -> Detection:
    """Return the format of a source.

    Args:
        path: a file or folder.
        name: the format, if the user says it.

    Raises:
        UnknownNameError: if there is no such format.
        DataError: if nothing is there or none fits.
    """
    if name is not None and name not in FORMATS:
        raise UnknownNameError("format", name, tuple(FORMATS))
    if not path.exists():
        raise DataError(f"{path} does not exist.", hint="Check the path.")
    if name is not None:
        return Detection(FORMATS[name], "named by the user")
    look = look_at(path.resolve())
    found = {key: evidence for key, reader in FORMATS.items() if (evidence := reader.detect(look))}
    if not found:
        raise DataError(
            f"{path} is in no format that is known.",
            hint=f"Known: {', '.join(FORMATS)}; docs/data.md shows each.",
        )
    first, *others = found
    also = tuple(one for one in others if one != ImageFolder.name)
    return Detection(FORMATS[first], found[first], also)
