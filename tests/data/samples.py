"""Small pictures and datasets for the tests of this room."""

import io

import numpy as np
from PIL import Image


def noise(width=40, height=30, seed=0):
    values = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(values)


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def quarters(width=40, height=20):
    """Red on the left, blue on the right: tells what was turned or mirrored."""
    image = Image.new("RGB", (width, height), (255, 0, 0))
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    return image
