"""Pictures of coloured squares with their boxes, in a folder as users have it."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"Bottle": (210, 40, 40), "Car": (40, 60, 210), "Ball": (40, 190, 60)}
SIDE = 96


def picture(things, seed):
    """Return an encoded picture with squares, each (label, left, top, size) in pixels."""
    rng = np.random.default_rng(seed)
    values = rng.normal(150, 12, (SIDE, SIDE, 3))
    for label, left, top, size in things:
        values[top : top + size, left : left + size] = COLOURS[label] + rng.normal(0, 8, 3)
    out = io.BytesIO()
    Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def things_of(count, rng, main):
    """Place squares in cells of a grid of three by three."""
    cells = rng.sample(range(9), count)
    found = []
    for place, cell in enumerate(cells):
        label = main if place < 3 else rng.choice(list(COLOURS))
        size = rng.randint(22, 30)
        found.append((label, cell % 3 * 32 + 1, cell // 3 * 32 + 1, size))
    return found


def write_objects(folder: Path, *, sizes=(90, 40, 50), seed=0) -> Path:
    """Write labelled pictures: every one has a main label, up to three times."""
    rng = random.Random(seed)
    lines = []
    for split, size in zip(("train", "validation", "test"), sizes, strict=True):
        for index in range(size):
            main = list(COLOURS)[index % len(COLOURS)]
            things = things_of(rng.randint(0, 4), rng, main)
            name = f"{split}-{index}.png"
            (folder / name).write_bytes(picture(things, seed * 10_000 + len(lines)))
            boxes = [
                {
                    "label": label,
                    "box": [one / SIDE for one in (left, top, left + size, top + size)],
                }
                for label, left, top, size in things
            ]
            row = {
                "id": f"{split}-{index}",
                "file": name,
                "present": sorted({one["label"] for one in boxes}),
                "absent": [],
                "closed": True,
                "split": split,
                "boxes": boxes,
            }
            lines.append(json.dumps(row))
    (folder / "labels.jsonl").write_text("\n".join(lines) + "\n")
    header = {"schema": "chameleonapi.dataset/1", "name": "squares", "labels": list(COLOURS)}
    (folder / "dataset.json").write_text(json.dumps(header))
    return folder
