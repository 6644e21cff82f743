"""How deep a customisation goes: what a level needs, and what its models see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from jaxtyping import Float
from torch import Tensor

from chameleonapi.data import Dataset, read_square
from chameleonapi.models import Backbone, CutBackbone, CutCache, Tail, need_cuts, tail_features
from chameleonapi.pipeline.modelling import DataSource
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import TAIL_SETTINGS, Depth, FeatureSet, cut_of

__all__ = ["LEVELS", "open_depth", "seen_by_tail"]

LEVELS: Final = ("thresholds", "head", "last-stages", "lora", "full")
"""From the least to the most that is trained."""


def open_depth(
    level: str, backbone: Backbone, source: DataSource, cache: Path, progress: Progress
) -> Depth:
    """Return what a level below the head needs, its rows computed or taken from the cache.

    Raises:
        UnsupportedError: if the backbone cannot be cut.
        DataError: if the rows would not fit into the cache.
    """
    cuttable = need_cuts(backbone)
    splits = ("train", "validation")
    rows = _rows(cuttable, cut_of(level, cuttable), source, splits, cache, progress)
    return Depth(level, cuttable, rows, TAIL_SETTINGS[level])


def seen_by_tail(
    tail: Tail, backbone: Backbone, source: DataSource, cache: Path, progress: Progress
) -> Float[Tensor, "test dimension"]:
    """Return the features that a tail makes of the test split."""
    rows = _rows(need_cuts(backbone), tail.cut, source, ("test",), cache, progress)
    return tail_features(tail.build(backbone), rows, source.features["test"].digests)


def _rows(
    backbone: CutBackbone,
    cut: int,
    source: DataSource,
    splits: Sequence[str],
    cache: Path,
    progress: Progress,
) -> CutCache:
    found = CutCache(cache, backbone, cut, read_square)
    pictures: dict[str, Callable[[], bytes]] = {}
    for one in splits:
        pictures |= _readers(source.dataset, source.features[one])
    with progress.step(f"{len(pictures)} pictures up to cut {cut}") as advance:
        found.provide(pictures, advance=advance)
    return found


def _readers(dataset: Dataset, features: FeatureSet) -> dict[str, Callable[[], bytes]]:
    by_id = {one.id: one.read for one in dataset}
    return {
        digest: by_id[name] for name, digest in zip(features.ids, features.digests, strict=True)
    }
