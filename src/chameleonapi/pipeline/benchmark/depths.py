"""Below the head: the pictures of a cell at a cut of the backbone, and what tails make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jaxtyping import Float
from torch import Tensor

from chameleonapi.data import read_square
from chameleonapi.errors import UnsupportedError
from chameleonapi.models import CutBackbone, CutCache, Tail, tail_features
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import TAIL_SETTINGS, Depth, FeatureSet, cut_of

__all__ = ["Depths"]


@dataclass(frozen=True, eq=False)
class Depths:
    """A level below the head, for all cells of a benchmark.

    Attributes:
        level: one of ``DEEP_LEVELS``.
        backbone: that is cut.
        folder: from which the names of the pictures' files count.
        cache: keeps rows at the cut.
        progress: shows how far it is.
    """

    level: str
    backbone: CutBackbone
    folder: Path
    cache: Path
    progress: Progress

    @cached_property
    def _rows(self) -> CutCache:
        return CutCache(self.cache, self.backbone, cut_of(self.level, self.backbone), read_square)

    def open(self, *examples: FeatureSet) -> Depth:
        """Return what training on these examples needs.

        Raises:
            DataError: if the rows do not fit into the cache, or a picture has changed.
            UnsupportedError: if an example is in no file.
        """
        self._provide(examples)
        return Depth(self.level, self.backbone, self._rows, TAIL_SETTINGS[self.level])

    def seen(self, tail: Tail | None, examples: FeatureSet) -> Float[Tensor, "examples dimension"]:
        """Return the features that a tail makes of examples; their own where there is none.

        Raises:
            DataError, UnsupportedError: as in ``open``.
        """
        if tail is None:
            return examples.features
        self._provide([examples])
        return tail_features(tail.build(self.backbone), self._rows, examples.digests)

    def _provide(self, sets: Sequence[FeatureSet]) -> None:
        readers: dict[str, Callable[[], bytes]] = {}
        for some in sets:
            if not all(some.files):
                raise UnsupportedError(
                    f"the level {self.level} needs pictures in files, which this data has not.",
                    hint="Measure it at the head.",
                )
            for digest, file in zip(some.digests, some.files, strict=True):
                readers[digest] = (self.folder / file).read_bytes
        with self.progress.step(f"{len(readers)} pictures up to a cut") as advance:
            self._rows.provide(readers, advance=advance)
