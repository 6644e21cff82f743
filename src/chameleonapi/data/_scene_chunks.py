"""Scenes are made in chunks: a chunk is there as a whole, with its lines, or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from chameleonapi.data._catalogue import load_catalogue
from chameleonapi.data._drawings import open_drawings
from chameleonapi.data._jsonl_folder import example_record
from chameleonapi.data._scene_drawing import draw_scene
from chameleonapi.data._scene_plan import Planner
from chameleonapi.data._sprites import SpriteBook
from chameleonapi.data.examples import Example

__all__ = ["CHUNK_SCENES", "Chunk", "ChunkMaker", "chunks_of"]

CHUNK_SCENES: Final = 50


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive scenes of one split, from ``start`` up to but without ``stop``."""

    split: str
    start: int
    stop: int

    @property
    def size(self) -> int:
        """Number of scenes."""
        return self.stop - self.start

    def to_json(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self))

    def lines_file(self, folder: Path) -> Path:
        """Where its lines stand; the file appears last, when all pictures are there."""
        return folder / "chunks" / f"{self.split}-{self.start:07d}-{self.stop:07d}.jsonl"


def chunks_of(counts: Mapping[str, int]) -> Iterator[Chunk]:
    """Cut the scenes of all splits into chunks."""
    for split, count in counts.items():
        for start in range(0, count, CHUNK_SCENES):
            yield Chunk(split, start, min(start + CHUNK_SCENES, count))


class ChunkMaker:
    """Makes chunks of one dataset."""

    def __init__(
        self,
        *,
        seed: int,
        side: int,
        focus: Mapping[str, float],
        repeats: float = 0.0,
        drawings: str = "",
    ) -> None:
        catalogue = load_catalogue()
        self._parents = catalogue.parents
        self._sprites = SpriteBook(open_drawings(Path(drawings) if drawings else None))
        self._planner = Planner(catalogue, seed=seed, focus=focus, repeats=repeats)
        self._side = side

    def make(self, chunk: Chunk, folder: Path) -> None:
        """Write the pictures of a chunk, then its lines."""
        pictures = folder / "pictures" / chunk.split
        pictures.mkdir(parents=True, exist_ok=True)
        lines = []
        for index in range(chunk.start, chunk.stop):
            name = f"pictures/{chunk.split}/{index:07d}.jpg"
            content, example = self._scene(chunk.split, index)
            (folder / name).write_bytes(content)
            lines.append(example_record(example, name, self._parents))
        target = chunk.lines_file(folder)
        target.parent.mkdir(exist_ok=True)
        unfinished = target.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)

    def _scene(self, split: str, index: int) -> tuple[bytes, Example]:
        attempt = 0
        while True:
            plan = self._planner.plan(split, index, attempt)
            drawn = draw_scene(plan, self._sprites, self._side)
            if drawn is not None:
                break
            attempt += 1
        content, boxes = drawn
        example = Example(
            id=f"{split}-{index:07d}",
            content=lambda: content,
            present=tuple(dict.fromkeys(box.label for box in boxes)),
            closed=True,
            split=split,
            group=_group(split, [one.picture for one in plan.objects]),
            boxes=boxes,
        )
        return content, example


def _group(split: str, pictures: list[str]) -> str:
    """Scenes of the same objects belong together; a single object alone may be in any split."""
    own = "+".join(sorted(pictures))
    return own if len(pictures) > 1 else f"{split}/{own}"
