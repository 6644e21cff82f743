"""Below the head: the inputs of a cell at a cut of the backbone, and what tails make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from jaxtyping import Float
from torch import Tensor

from chameleonapi.data import read_square
from chameleonapi.errors import UnsupportedError
from chameleonapi.models import CutBackbone, CutCache, Tail, tail_features
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import TAIL_SETTINGS, Depth, FeatureSet, cut_of

__all__ = ["Depths", "Readers", "files_in"]

Readers: TypeAlias = Callable[[FeatureSet], Mapping[str, Callable[[], bytes]]]
"""Returns what reads each of some examples, by the SHA-256 of its bytes."""


def files_in(folder: Path) -> Readers:
    """Return what reads examples that are files; their names count from the folder."""

    def readers(examples: FeatureSet) -> Mapping[str, Callable[[], bytes]]:
        if not all(examples.files):
            raise UnsupportedError(
                "a level below the head needs examples in files, which this data has not.",
                hint="Measure it at the head.",
            )
        named = zip(examples.digests, examples.files, strict=True)
        return {digest: (folder / file).read_bytes for digest, file in named}

    return readers


@dataclass(frozen=True, eq=False)
class Depths:
    """A level below the head, for all cells of a benchmark.

    Attributes:
        level: one of ``DEEP_LEVELS``.
        backbone: that is cut.
        readers: of the examples.
        cache: keeps rows at the cut.
        progress: shows how far it is.
    """

    level: str
    backbone: CutBackbone
    readers: Readers
    cache: Path
    progress: Progress

    @cached_property
    def _rows(self) -> CutCache:
        return CutCache(self.cache, self.backbone, cut_of(self.level, self.backbone), read_square)

    def open(self, *examples: FeatureSet) -> Depth:
        """Return what training on these examples needs.

        Raises:
            DataError: if the rows do not fit into the cache, or an example has changed.
            UnsupportedError: if an example cannot be read again.
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
            readers.update(self.readers(some))
        with self.progress.step(f"{len(readers)} examples up to a cut") as advance:
            self._rows.provide(readers, advance=advance)
