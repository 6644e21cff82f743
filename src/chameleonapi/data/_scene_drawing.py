"""A planned scene becomes a JPEG picture with the boxes of what can be seen in it."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from chameleonapi.data._backgrounds import draw_background
from chameleonapi.data._scene_plan import PlacedObject, ScenePlan
from chameleonapi.data._sprites import SpriteBook
from chameleonapi.data.examples import Box

__all__ = ["draw_scene"]

_LEAST_VISIBLE: Final = 0.45  # of an object's own area; below, the scene is drawn anew
_SHADOW: Final = 0.35
_COVERED: Final = 0.28  # share of scenes with something before the objects

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def draw_scene(
    plan: ScenePlan, sprites: SpriteBook, side: int
) -> tuple[bytes, tuple[Box, ...]] | None:
    """Draw a scene, or return None if an object in it is hardly visible."""
    rng = np.random.default_rng(plan.effects_seed)
    image = draw_background(plan.background, side)
    masks: list[tuple[str, Mask, int]] = []
    for one in plan.objects:
        sprite = _transformed(sprites.picture(one.picture), one, side)
        corner = (
            round(one.across * side - sprite.width / 2),
            round(one.down * side - sprite.height / 2),
        )
        _drop_shadow(image, sprite, corner, rng)
        image.paste(sprite, corner, sprite)
        drawn = Image.new("L", (side, side))
        drawn.paste(sprite.getchannel("A"), corner)
        mask = np.asarray(drawn) > 127
        area = int((np.asarray(sprite.getchannel("A")) > 127).sum())
        masks = [(label, seen & ~mask, whole) for label, seen, whole in masks]
        masks.append((one.label, mask, area))
    hidden = _occlude(image, rng, side)
    boxes = []
    for label, seen, whole in masks:
        visible = seen & ~hidden
        if whole == 0 or visible.sum() < _LEAST_VISIBLE * whole:
            return None
        boxes.append(_box(label, visible))
    return _encode(_photographed(image, rng), rng), tuple(boxes)


def _transformed(picture: Image.Image, one: PlacedObject, side: int) -> Image.Image:
    scale = one.size * side / max(picture.size)
    width = max(4, round(picture.width * scale * one.squeeze))
    height = max(4, round(picture.height * scale / one.squeeze))
    sprite = picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if one.mirrored:
        sprite = sprite.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    sprite = sprite.rotate(one.rotation, Image.Resampling.BICUBIC, expand=True)
    alpha = sprite.getchannel("A")
    colour = ImageEnhance.Color(sprite.convert("RGB")).enhance(one.saturation)
    colour = ImageEnhance.Brightness(colour).enhance(one.brightness)
    if one.blur > 0.3:
        colour = colour.filter(ImageFilter.GaussianBlur(one.blur))
        alpha = alpha.filter(ImageFilter.GaussianBlur(one.blur))
    colour.putalpha(alpha)
    return colour


def _drop_shadow(
    image: Image.Image, sprite: Image.Image, corner: tuple[int, int], rng: np.random.Generator
) -> None:
    reach = max(2, sprite.width // 14)
    across, down = int(rng.integers(-reach, reach + 1)), int(rng.integers(1, reach + 2))
    strength = float(rng.uniform(0, _SHADOW))
    margin = 2 * reach
    shape = Image.new("L", (sprite.width + 2 * margin, sprite.height + 2 * margin))
    shape.paste(sprite.getchannel("A").point(lambda level: level * strength), (margin, margin))
    shape = shape.filter(ImageFilter.BoxBlur(reach * 0.7))
    place = (corner[0] + across - margin, corner[1] + down - margin)
    image.paste((10, 10, 16), place, shape)


def _occlude(image: Image.Image, rng: np.random.Generator, side: int) -> Mask:
    """Put an opaque thing without a label before some of the scenes."""
    cover = Image.new("L", (side, side))
    if rng.random() < _COVERED:
        draw = ImageDraw.Draw(cover)
        across, down = rng.integers(0, side, 2)
        long, short = side * rng.uniform(0.15, 1.3), side * rng.uniform(0.03, 0.14)
        turn = rng.uniform(0, np.pi)
        ahead = np.array([np.cos(turn), np.sin(turn)]) * long / 2
        aside = np.array([-np.sin(turn), np.cos(turn)]) * short / 2
        middle = np.array([across, down])
        corners = [middle + ahead + aside, middle + ahead - aside]
        corners += [middle - ahead - aside, middle - ahead + aside]
        draw.polygon([(float(one[0]), float(one[1])) for one in corners], fill=255)
        base = image.getpixel((int(rng.integers(side)), int(rng.integers(side))))
        assert isinstance(base, tuple)
        shade = rng.uniform(0.5, 1.3)
        red, green, blue = (min(255, int(one * shade)) for one in base[:3])
        image.paste((red, green, blue), (0, 0), cover)
    return np.asarray(cover) > 127


def _photographed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Light, colour cast, focus and grain of a simple camera."""
    blur = float(max(0.0, rng.normal(0.35, 0.55)))
    if blur > 0.3:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    values = np.asarray(image, dtype=np.float32)
    cast = rng.uniform(0.9, 1.1, 3).astype(np.float32) * np.float32(rng.uniform(0.7, 1.2))
    contrast = np.float32(rng.uniform(0.8, 1.2))
    values = (values * cast - 127) * contrast + 127
    values = values + rng.normal(0, rng.uniform(0, 10), values.shape).astype(np.float32)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _encode(image: Image.Image, rng: np.random.Generator) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=int(rng.integers(45, 92)))
    return out.getvalue()


def _box(label: str, visible: Mask) -> Box:
    rows = np.flatnonzero(visible.any(1))
    columns = np.flatnonzero(visible.any(0))
    height, width = visible.shape
    return Box(
        label,
        left=round(float(columns[0]) / width, 4),
        top=round(float(rows[0]) / height, 4),
        right=round(float(columns[-1] + 1) / width, 4),
        bottom=round(float(rows[-1] + 1) / height, 4),
    )
