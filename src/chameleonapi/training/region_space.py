"""The few numbers of a row of regions on which a decision hangs.

As ``CompactSpace`` does for whole pictures: the labels read, in every region, and, where an answer
is cut, the highest of all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.apis import NOT_THERE, RegionForm
from chameleonapi.decision import DecisionProcess
from chameleonapi.losses import CompiledDecision, compile_labels
from chameleonapi.training.groups import columns_that_matter
from chameleonapi.training.pieces import Terrain

__all__ = ["RegionSpace"]


@dataclass(frozen=True, eq=False)
class RegionSpace:
    """Labels read, followed by labels without names for the highest of the others.

    Attributes:
        full: the label space of the head.
        matter: positions in ``full`` of the labels that are kept as they are.
        places: how many logits of the others are kept.
        regions: in a picture.
    """

    full: tuple[str, ...]
    matter: Int[Tensor, " matter"]
    places: int
    regions: int

    @classmethod
    def of(cls, process: DecisionProcess, labels: Sequence[str], regions: int) -> RegionSpace:
        """Return the space for an application over a label space."""
        matter = columns_that_matter(process, labels)
        most = process.max_results
        places = 0
        if process.spec.regions is RegionForm.ELEMENTS:
            others = (len(labels) - len(matter)) * regions
            if most is not None and most < len(labels) * regions:
                places = min(most, others)
        elif most is not None and most < len(labels):
            matter = tuple(range(len(labels)))  # labels of a cut answer crowd each other out
        return cls(tuple(labels), torch.tensor(matter, dtype=torch.long), places, regions)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels that are kept, and names that no label has."""
        extra = -(-self.places // self.regions)
        named = tuple(self.full[one] for one in self.matter.tolist())
        return (*named, *(f"\x00 place {one}" for one in range(extra)))

    @property
    def slots(self) -> int:
        """Number of logits in a compact row; boxes come behind them."""
        return len(self.labels) * self.regions

    @property
    def fixed(self) -> int:
        """Numbers behind the logits: the boxes."""
        return 4 * self.regions

    def compile(self, process: DecisionProcess) -> CompiledDecision:
        """Compile a decision over compact rows."""
        return compile_labels(process, self.labels, regions=self.regions)

    def terrain(self, process: DecisionProcess) -> Terrain:
        """Return what shifted logits can cross."""
        found = Terrain.of(process, self.labels)
        matter = self.local(range(len(self.matter)), is_compact=True)
        places = process.max_results if self.places else None
        return Terrain(found.lines, matter, places, self.slots)

    def rows(self, full: Float[Tensor, "batch numbers"]) -> Float[Tensor, "batch row"]:
        """Shrink rows of logits and boxes."""
        slots = len(self.full) * self.regions
        logits = full[:, :slots].reshape(-1, len(self.full), self.regions)
        parts = [logits[:, self.matter].flatten(1)]
        if self.places:
            rest = logits[:, self._others].flatten(1).topk(self.places, dim=1).values
            empty = self.slots - parts[0].shape[1] - self.places
            parts += [rest, rest.new_full((len(rest), empty), NOT_THERE)]
        return torch.cat([*parts, full[:, slots:]], 1)

    def local(self, columns: Sequence[int], *, is_compact: bool = False) -> tuple[int, ...]:
        """Return the numbers of a row that labels have; all labels have all logits.

        Args:
            columns: of labels in the full space.
            is_compact: whether they are places among the labels kept.
        """
        if not is_compact and len(columns) == len(self.full):
            return tuple(range(self.slots))
        place = {column: index for index, column in enumerate(self.matter.tolist())}
        kept = columns if is_compact else [place[one] for one in columns]
        return tuple(one * self.regions + region for one in kept for region in range(self.regions))

    @cached_property
    def _others(self) -> Int[Tensor, " others"]:
        rest = torch.ones(len(self.full), dtype=torch.bool)
        rest[self.matter] = False
        return rest.nonzero()[:, 0]
