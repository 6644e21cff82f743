"""Examples as a head sees them: cached features with verified labels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import Passage, TrueObject
from chameleonapi.errors import DataError

__all__ = ["FeatureSet", "Objects"]

Objects = tuple[TrueObject, ...]
"""What is where in one input."""


@final
@dataclass(frozen=True, eq=False)
class FeatureSet:
    """Features, and which labels are verified; where ``known`` is false, ``present`` says nothing.

    Where something is present to a degree (how a text feels), ``present`` holds 0 to 1.

    Attributes:
        labels: the columns of ``present`` and ``known``.
        ids: one for each example, unique.
        digests: content digest of each input, so that a copy is found under any name.
        features, present, known: one row for each example.
        files: where a reader finds each input; empty strings where nowhere.
        objects: what is where in each input, if the features are those of regions; nothing
            otherwise.
        passages: the texts with what is named in each, if the features are those of mentions;
            nothing otherwise.
        held_out: logits of each example over ``labels``, by a generic model that did not learn
            from it; None where the generic model at hand has not learnt from any of them.
    """

    labels: tuple[str, ...]
    ids: tuple[str, ...]
    digests: tuple[str, ...]
    features: Float[Tensor, "examples dimension"]
    present: Bool[Tensor, "examples labels"] | Float[Tensor, "examples labels"]
    known: Bool[Tensor, "examples labels"]
    files: tuple[str, ...] = ()
    objects: tuple[Objects, ...] = ()
    passages: tuple[Passage, ...] = ()
    held_out: Float[Tensor, "examples labels"] | None = None

    def __post_init__(self) -> None:
        if not self.files:
            object.__setattr__(self, "files", ("",) * len(self.ids))
        rows, columns = len(self.ids), len(self.labels)
        expected: dict[str, tuple[int, ...]] = {
            "present": (rows, columns),
            "known": (rows, columns),
            "features": (rows, self.features.shape[-1]),
            "digests": (rows,),
            "files": (rows,),
        }
        if self.objects:
            expected["objects"] = (rows,)
        if self.passages:
            expected["passages"] = (rows,)
        if self.held_out is not None:
            expected["held_out"] = (rows, columns)
        for name, shape in expected.items():
            value = getattr(self, name)
            found = tuple(value.shape) if isinstance(value, Tensor) else (len(value),)
            if found != shape:
                raise DataError(
                    f"the {name} of {rows} examples with {columns} labels have shape {found}, "
                    f"expected {shape}.",
                    hint="Give one row for each example and one column for each label.",
                )
        if len(set(self.ids)) != rows:
            raise DataError("two examples have the same id.", hint="Give each its own.")
        if not bool(torch.isfinite(self.features).all()):
            row = int((~torch.isfinite(self.features)).any(1).nonzero()[0])
            raise DataError(
                f"the features of example {self.ids[row]!r} are not finite.",
                hint="Compute them again, or take the example out.",
            )

    @property
    def has_parts(self) -> bool:
        """Whether its features are those of parts of inputs: regions, or mentions."""
        return bool(self.objects or self.passages)

    def __len__(self) -> int:
        return len(self.ids)

    def select(self, rows: Sequence[int] | Int[Tensor, " rows"]) -> FeatureSet:
        """Return the examples at these positions, in the order given."""
        index = torch.as_tensor(rows, dtype=torch.long)
        places: list[int] = index.tolist()
        return FeatureSet(
            self.labels,
            tuple(self.ids[one] for one in places),
            tuple(self.digests[one] for one in places),
            self.features[index],
            self.present[index],
            self.known[index],
            tuple(self.files[one] for one in places),
            objects=tuple(self.objects[one] for one in places) if self.objects else (),
            passages=tuple(self.passages[one] for one in places) if self.passages else (),
            held_out=None if self.held_out is None else self.held_out[index],
        )

    def joined(self, other: FeatureSet) -> FeatureSet:
        """Return the examples of both, over the same labels.

        Where an id occurs in both, all ids tell which of the two an example comes from.
        Held-out logits are kept where both have them.
        """
        ids = self.ids + other.ids
        if len(set(ids)) < len(ids):
            ids = (
                *(f"training/{name}" for name in self.ids),
                *(f"validation/{name}" for name in other.ids),
            )
        held_out = None
        if self.held_out is not None and other.held_out is not None:
            held_out = torch.cat([self.held_out, other.held_out])
        return FeatureSet(
            self.labels,
            ids,
            self.digests + other.digests,
            torch.cat([self.features, other.features]),
            torch.cat([self.present, other.present]),
            torch.cat([self.known, other.known]),
            self.files + other.files,
            objects=self.objects + other.objects,
            passages=self.passages + other.passages,
            held_out=held_out,
        )

    def over(self, labels: tuple[str, ...]) -> FeatureSet:
        """Return the same examples over another label space; labels new to it are unknown.

        Held-out logits are kept where the labels are the same but for their order.
        """
        if labels == self.labels:
            return self
        column = {label: index for index, label in enumerate(self.labels)}
        present = torch.zeros(len(self), len(labels), dtype=self.present.dtype)
        known = torch.zeros(len(self), len(labels), dtype=torch.bool)
        shared = [(new, column[label]) for new, label in enumerate(labels) if label in column]
        if shared:
            new, old = map(list, zip(*shared, strict=True))
            present[:, new] = self.present[:, old]
            known[:, new] = self.known[:, old]
        held_out = None
        if self.held_out is not None and set(labels) == set(self.labels):
            held_out = self.held_out[:, [column[label] for label in labels]]
        return FeatureSet(
            labels,
            self.ids,
            self.digests,
            self.features,
            present,
            known,
            self.files,
            objects=self.objects,
            passages=self.passages,
            held_out=held_out,
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what training sees: labels, contents, features and what is verified."""
        running = hashlib.sha256()
        for text in (*self.labels, *self.ids, *self.digests):
            running.update(text.encode() + b"\n")
        if self.objects:
            running.update(repr(self.objects).encode())
        if self.passages:
            running.update(repr(self.passages).encode())
        seen = [self.features, self.present, self.known]
        seen += [] if self.held_out is None else [self.held_out]
        for tensor in seen:
            running.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return running.hexdigest()
