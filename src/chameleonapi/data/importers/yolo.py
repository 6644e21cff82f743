"""YOLO: ``data.yaml`` or a list of classes, and a text file of boxes for each picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, final

from chameleonapi.data._places import Refusal, is_picture_name, locate
from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.look import Look, look_at, walk_pictures
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.data.importers.yaml_files import read_yaml
from chameleonapi.errors import DataError

__all__ = ["Yolo"]

_LISTS = ("classes.txt", "obj.names", "predefined_classes.txt")


@final
class Yolo:
    """Every object is marked; a picture without a text file shows none."""

    name = "yolo"
    title = "YOLO"

    def detect(self, look: Look) -> str | None:
        """Tell by the YAML file or the list of classes beside text files of numbers."""
        for path in look.with_suffix(".yaml", ".yml"):
            start = _start(path)
            if "names:" in start and any(f"{one}:" in start for one in ("train", "val", "test")):
                return f"{path.name} names classes and folders"
        if look.named(*_LISTS) and look.folders_named("labels"):
            return f"{look.named(*_LISTS)[0].name} beside a folder of labels"
        return None

    def read(self, source: Source) -> Reading:
        """Read the pictures that the YAML file names, or all below the folder.

        Raises:
            DataError: if there is no list of classes.
        """
        plan = _plan(source)
        return Reading(_examples(plan, source), labels=tuple(plan.names.values()))


@dataclass(frozen=True, slots=True)
class _Plan:
    names: dict[int, str]
    parts: tuple[tuple[str, Path], ...]  # split, and a folder or a list of pictures
    is_pose: bool


def _start(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(100_000)
    except OSError:
        return ""


def _plan(source: Source) -> _Plan:
    look = look_at(source.path)
    for path in look.with_suffix(".yaml", ".yml"):
        if "names:" in _start(path):
            return _plan_of(path, read_yaml(path), source)
    for path in look.named(*_LISTS):
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
        names = {index: one.strip() for index, one in enumerate(lines) if one.strip()}
        return _Plan(names, (("", source.root),), is_pose=False)
    raise DataError(
        f"{source.path} holds neither data.yaml nor classes.txt.",
        hint="Add one: without it the numbers of classes have no names.",
    )


def _plan_of(path: Path, content: Any, source: Source) -> _Plan:
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, list):
        names = dict(enumerate(names))
    if (
        not isinstance(names, dict)
        or not names
        or not all(
            isinstance(key, int) and isinstance(one, (str, int)) for key, one in names.items()
        )
    ):
        raise DataError(
            f"{path}: 'names' must be a list of classes or map numbers to them.",
            hint="Write names: [cat, dog].",
        )
    parts: list[tuple[str, Path]] = []
    for key, split in (("train", "train"), ("val", "validation"), ("test", "test")):
        given = content.get(key) or []
        for one in given if isinstance(given, list) else [given]:
            place = _place(path, content.get("path"), str(one), source)
            if place is not None:
                parts.append((split, place))
    return _Plan(
        {key: str(one) for key, one in names.items()},
        tuple(parts) or (("", source.root),),
        is_pose="kpt_shape" in content,
    )


def _place(path: Path, base: object, name: str, source: Source) -> Path | None:
    """Return a folder or list below the source, wherever it lay on the writer's disk."""
    pure = PurePosixPath(name.replace("\\", "/"))
    inner = [one for one in pure.parts if one not in {"..", ".", "/"}]
    bases = [path.parent, source.root]
    if isinstance(base, str):
        below = [one for one in PurePosixPath(base).parts if one not in {"..", ".", "/"}]
        bases = [path.parent.joinpath(*below), path.parent.joinpath(*below[-1:]), *bases]
    for top in bases:
        found = top.joinpath(*inner)
        try:
            real = found.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):  # missing, a loop, too long, or no name at all
            continue
        if real.is_relative_to(source.root):
            return real
    source.findings.add("missing-picture", f"{path.name}: {name}: no such folder or list")
    return None


def _examples(plan: _Plan, source: Source) -> Iterator[Example]:
    for split, place in plan.parts:
        for picture in _pictures(place, source):
            yield _example(picture, split, plan, source)


def _pictures(place: Path, source: Source) -> Iterator[Path]:
    if place.is_dir():
        yield from walk_pictures(place)
        return
    if is_picture_name(place):
        yield place
        return
    with place.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if name := line.strip():
                found = locate(place.parent.resolve(), name.removeprefix("./"))
                if isinstance(found, Refusal):
                    found_again = source.picture(name.removeprefix("./"), place.name)
                    if found_again is not None:
                        yield found_again
                else:
                    yield found


def _example(picture: Path, split: str, plan: _Plan, source: Source) -> Example:
    inside = picture.is_relative_to(source.root)
    name = picture.relative_to(source.root).as_posix() if inside else picture.name
    present: dict[str, None] = {}
    boxes: list[Box] = []
    text = _label_file(picture, source.root)
    if text is not None:
        with text.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                where = f"{text.name}:{number}"
                read = _read_line(line, plan)
                if read is None:
                    source.findings.add("bad-row", f"{where}: {line:.80}")
                    continue
                label = plan.names.get(read[0])
                if label is None:
                    source.findings.add("unknown-id", f"{where}: class {read[0]}")
                    continue
                present[label] = None
                box = make_box(label, read[1], (1, 1), where=where, findings=source.findings)
                if box is not None:
                    boxes.append(box)
    return Example(
        name,
        picture,
        tuple(present),
        closed=True,
        split=split or split_in("/".join(PurePosixPath(name).parts[:-1])),
        boxes=tuple(boxes),
    )


def _label_file(picture: Path, root: Path) -> Path | None:
    """Return ``labels/a.txt`` for ``images/a.jpg``, or the text file beside the picture."""
    parts = list(picture.parts)
    places = [index for index, one in enumerate(parts[:-1]) if one.lower() == "images"]
    tries = [picture.with_suffix(".txt")]
    if places:
        parts[places[-1]] = "labels"
        tries.insert(0, Path(*parts).with_suffix(".txt"))
    for one in tries:
        if one.is_file() and one.resolve().is_relative_to(root):
            return one
    return None


def _read_line(line: str, plan: _Plan) -> tuple[int, tuple[float, float, float, float]] | None:
    """Read ``class x y width height``, or ``class`` and the corners of a polygon."""
    try:
        values = [float(one) for one in line.split()]
    except ValueError:
        return None
    if not all(map(math.isfinite, values)) or len(values) < 5 or values[0] != int(values[0]):
        return None
    label, rest = int(values[0]), values[1:]
    if plan.is_pose or len(rest) in {4, 5}:  # a fifth number is the confidence of a prediction
        x, y, width, height = rest[:4]
        return label, (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    if len(rest) % 2:
        return None
    return label, (min(rest[::2]), min(rest[1::2]), max(rest[::2]), max(rest[1::2]))
