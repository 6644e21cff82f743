"""Backgrounds of scenes. No background of one split can be drawn for another.

The parameters of a background are whole numbers, and a split owns those that leave its
number as remainder when divided by three: hues by sectors of ten degrees, periods and
angles one by one. So the splits look alike as a whole and share no background.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from chameleonapi.data.examples import SPLITS

__all__ = ["FAMILIES", "Background", "draw_background", "plan_background"]

FAMILIES: Final = ("solid", "gradient", "stripes", "checker", "noise", "blobs", "table")
_SHARES: Final = (0.08, 0.15, 0.14, 0.12, 0.16, 0.2, 0.15)
_COLOURS: Final = 5

Values = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Background:
    """What determines a background; ``hues`` in degrees, saturation and value in percent."""

    family: str
    hues: tuple[int, ...]
    saturations: tuple[int, ...]
    values: tuple[int, ...]
    period: int
    angle: int
    seed: int


def plan_background(rng: np.random.Generator, split: str) -> Background:
    """Draw the parameters of a background that ``split`` owns."""
    own = SPLITS.index(split)
    base = int(rng.integers(12))
    # neighbours on the wheel of hues, now and then a contrast
    steps = [0, *(int(rng.integers(-2, 3)) for _ in range(_COLOURS - 2)), int(rng.integers(12))]
    hues = tuple(((base + step) % 12 * 3 + own) * 10 + int(rng.integers(10)) for step in steps)
    vivid = int(rng.integers(6, 62))
    bright = int(rng.integers(35, 97))
    return Background(
        family=str(rng.choice(FAMILIES, p=_SHARES)),
        hues=hues,
        saturations=tuple(int(np.clip(vivid + rng.integers(-15, 16), 3, 90)) for _ in hues),
        values=tuple(int(np.clip(bright + rng.integers(-25, 26), 12, 98)) for _ in hues),
        period=int(rng.integers(2, 14)) * 3 + own,
        angle=int(rng.integers(60)) * 3 + own,
        seed=int(rng.integers(2**31)) * 3 + own,
    )


def draw_background(plan: Background, side: int) -> Image.Image:
    """Draw a background as an RGB picture."""
    rng = np.random.default_rng(plan.seed)
    palette = _palette(plan)
    if plan.family == "blobs":
        return _blobs(plan, palette, side, rng)
    if plan.family == "table":
        return _table(palette, side, rng)
    level = _LEVELS[plan.family](plan, side, rng)
    strength = np.float32(rng.uniform(0.25, 0.9))
    mixed = palette[0] + (palette[1] - palette[0]) * (level[:, :, None] * strength)
    if plan.family == "noise":
        other = _cloud(side, plan.period * 2, rng)
        mixed += (palette[4] - mixed) * (0.5 * other[:, :, None])
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))


def _palette(plan: Background) -> Values:
    colours = [
        colorsys.hsv_to_rgb(hue / 360, saturation / 100, value / 100)
        for hue, saturation, value in zip(plan.hues, plan.saturations, plan.values, strict=True)
    ]
    return np.array(colours, dtype=np.float32) * 255


def _along(plan: Background, side: int) -> Values:
    """Distance of each pixel along the direction of the background's angle, in pixels."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    turn = np.deg2rad(plan.angle)
    distance: Values = columns * np.float32(np.cos(turn)) + rows * np.float32(np.sin(turn))
    return distance


def _solid(plan: Background, side: int, rng: np.random.Generator) -> Values:
    del plan, rng
    return np.zeros((side, side), np.float32)


def _gradient(plan: Background, side: int, rng: np.random.Generator) -> Values:
    del rng
    along = _along(plan, side)
    level: Values = (along - along.min()) / np.float32(max(float(np.ptp(along)), 1.0))
    return level


def _stripes(plan: Background, side: int, rng: np.random.Generator) -> Values:
    wave = np.sin(_along(plan, side) * np.float32(2 * np.pi / plan.period))
    sharp = np.float32(rng.uniform(1.0, 6.0))
    level: Values = np.clip(wave * sharp, -1, 1) / np.float32(2) + np.float32(0.5)
    return level


def _checker(plan: Background, side: int, rng: np.random.Generator) -> Values:
    del rng
    along = _along(plan, side)
    across = np.rot90(along)
    field = np.floor(along / plan.period) + np.floor(across / plan.period)
    return (field % 2).astype(np.float32)


def _noise(plan: Background, side: int, rng: np.random.Generator) -> Values:
    both = _cloud(side, plan.period, rng) + _cloud(side, plan.period * 3, rng)
    level: Values = both * np.float32(0.5)
    return level


_LEVELS: Final = {
    "solid": _solid,
    "gradient": _gradient,
    "stripes": _stripes,
    "checker": _checker,
    "noise": _noise,
}


def _cloud(side: int, period: int, rng: np.random.Generator) -> Values:
    """Smooth random values in [0, 1] with features of about ``period`` pixels."""
    cells = max(2, side // period + 2)
    coarse = Image.fromarray(rng.random((cells, cells), dtype=np.float32))
    return np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC)).clip(0, 1)


def _blobs(plan: Background, palette: Values, side: int, rng: np.random.Generator) -> Image.Image:
    """Soft shapes out of focus, as behind an object that a camera looks at."""
    image = Image.new("RGB", (side, side), _colour(palette[0]))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(8, 26))):
        across, down = rng.integers(-side // 5, side, 2)
        width, height = rng.integers(side // 12, side // 2, 2)
        colour = _colour(palette[int(rng.integers(1, _COLOURS))] * rng.uniform(0.7, 1.2))
        box = (int(across), int(down), int(across + width), int(down + height))
        (draw.ellipse if rng.random() < 0.6 else draw.rectangle)(box, fill=colour)
    blurred = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.5, plan.period / 6))))
    grain = rng.normal(0, rng.uniform(2, 9), (side, side, 1))
    return Image.fromarray(np.clip(np.asarray(blurred) + grain, 0, 255).astype(np.uint8))


def _table(palette: Values, side: int, rng: np.random.Generator) -> Image.Image:
    """A wall and a surface in front of it, each with a soft texture and light from one side."""
    horizon = int(side * rng.uniform(0.3, 0.7))
    light = np.linspace(rng.uniform(0.75, 1.0), rng.uniform(0.9, 1.2), side, dtype=np.float32)
    values = np.empty((side, side, 3), np.float32)
    values[:horizon] = palette[0]
    values[horizon:] = palette[4]
    grain = _cloud(side, int(rng.integers(4, 40)), rng)
    grain[horizon:] = _cloud(side, int(rng.integers(3, 20)), rng)[horizon:]
    values *= (0.8 + 0.35 * grain[:, :, None]) * light[None, :, None]
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _colour(values: Values) -> tuple[int, int, int]:
    red, green, blue = (int(one) for one in np.clip(values, 0, 255))
    return red, green, blue
