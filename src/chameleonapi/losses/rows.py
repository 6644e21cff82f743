"""What the numbers of a row are: logits of labels, or logits of labels in regions with their boxes.

A model gives one row of numbers for each input. A decision is compiled over the *columns* that
the API shows as elements; a form of rows says how to get these, and the fields that each element
has besides its label and its score, from the numbers of a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Protocol, final, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.apis import CORNER_FIELDS, INSTANCE_COUNT, NOT_THERE, ApiSpec, RegionForm
from chameleonapi.errors import UnsupportedError, UsageError

__all__ = ["ElementRows", "InstanceRows", "LabelRows", "RowForm", "Seen", "row_form"]

_SIDES: Final = ("left", "top", "right", "bottom")

Fields = Callable[[str], Tensor]
"""Gives a field of every element by its path."""


class Seen(NamedTuple):
    """A batch of rows, taken apart.

    Attributes:
        logits: of the columns.
        field: gives a further field of all elements, each at the place of its column.
        instances: logits of the regions of each column, where a column stands for several.
        is_there: which columns stand for something at all; None if they all do.
    """

    logits: Float[Tensor, "batch columns"]
    field: Fields
    instances: Float[Tensor, "batch columns regions"] | None = None
    is_there: Bool[Tensor, "batch columns"] | None = None


@runtime_checkable
class RowForm(Protocol):
    """How a row of numbers is to be read."""

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each number of a row; the label, for a logit."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each column; the same one may stand there several times."""
        ...

    @property
    def fields(self) -> frozenset[str]:
        """Paths of the fields that elements have besides label and score."""
        ...

    def read(self, rows: Float[Tensor, "batch numbers"]) -> Seen:
        """Take rows apart."""
        ...


def _no_field(path: str) -> Tensor:
    raise KeyError(path)


@final
@dataclass(frozen=True)
class LabelRows:
    """Every number is the logit of a label."""

    labels: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The labels."""
        return self.labels

    @property
    def fields(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def read(self, rows: Float[Tensor, "batch numbers"]) -> Seen:
        """Return the row as it is."""
        return Seen(rows, _no_field)


@dataclass(frozen=True)
class _RegionRows:
    """First the logits, label by label, of each region; then the boxes, region by region."""

    model_labels: tuple[str, ...]
    regions: int

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The labels, each once for every region, and then names that no label has."""
        slots = tuple(label for label in self.model_labels for _ in range(self.regions))
        boxes = (f"\x00 box {one} {side}" for one in range(self.regions) for side in _SIDES)
        return (*slots, *boxes)

    def _parts(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits by label and region, and the boxes by region and side."""
        slots = len(self.model_labels) * self.regions
        logits = rows[:, :slots].reshape(-1, len(self.model_labels), self.regions)
        return logits, rows[:, slots:].reshape(-1, self.regions, len(_SIDES))


@final
@dataclass(frozen=True)
class ElementRows(_RegionRows):
    """Every label in every region is an element of its own, with the corners of the region."""

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels, each once for every region."""
        return self.names[: len(self.model_labels) * self.regions]

    @property
    def fields(self) -> frozenset[str]:
        """The coordinates of the corners."""
        return frozenset(CORNER_FIELDS)

    def read(self, rows: Float[Tensor, "batch numbers"]) -> Seen:
        """Take rows apart."""
        logits, boxes = self._parts(rows)

        def field(path: str) -> Tensor:
            side = boxes[:, None, :, CORNER_FIELDS[path]]
            return side.expand_as(logits).flatten(1)

        flat = logits.flatten(1)
        return Seen(flat, field, is_there=_is_there(flat))


@final
@dataclass(frozen=True)
class InstanceRows(_RegionRows):
    """Every label is an element, with the logit of its best region and a number of instances.

    Attributes:
        line: the logit from which a region is an instance.
    """

    line: float = 0.0
    least_score: float = 0.5

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the model."""
        return self.model_labels

    @property
    def fields(self) -> frozenset[str]:
        """The number of instances."""
        return frozenset({INSTANCE_COUNT})

    def read(self, rows: Float[Tensor, "batch numbers"]) -> Seen:
        """Take rows apart."""
        logits, _ = self._parts(rows)

        def field(path: str) -> Tensor:
            if path != INSTANCE_COUNT:
                raise KeyError(path)
            # Counted in double precision as the answer is; each region passes its gradient on.
            hard = (torch.sigmoid(logits).double() >= self.least_score) & _is_there(logits)
            soft = torch.sigmoid(logits - self.line)
            counts = hard.to(logits.dtype).sum(-1)
            return counts + (soft - soft.detach()).sum(-1)

        best = logits.amax(-1)
        return Seen(best, field, logits, _is_there(best))


def _is_there(logits: Float[Tensor, "*rows"]) -> Bool[Tensor, "*rows"]:
    return logits > NOT_THERE / 2  # thresholds may have been moved


def row_form(
    spec: ApiSpec, labels: Sequence[str], regions: int | None, *, line: float, least_score: float
) -> RowForm:
    """Return the form of the rows of a model.

    Args:
        spec: of the API that its answers are for.
        labels: of the model, each once.
        regions: in which it looks for each of them; None for a model of whole inputs.
        line: the logit from which a label is shown.
        least_score: the score from which it is.

    Raises:
        UsageError: if there is no region.
        UnsupportedError: if the API says nothing of regions.
    """
    if regions is None:
        return LabelRows(tuple(labels))
    if regions < 1:
        raise UsageError(
            f"a model of {regions} regions cannot decide anything.",
            hint="Give one region at least, or none for a model of whole pictures.",
        )
    if spec.regions is RegionForm.ELEMENTS:
        return ElementRows(tuple(labels), regions)
    if spec.regions is RegionForm.INSTANCES:
        return InstanceRows(tuple(labels), regions, line, least_score)
    raise UnsupportedError(
        f"{spec.id} does not say where in a picture things are.",
        hint="Compile the decision for a model of whole pictures.",
    )
