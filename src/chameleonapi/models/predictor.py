"""Many applications, one backbone: a mixed batch takes one pass, then each its own head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, final, runtime_checkable

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from chameleonapi.apis import LabelScores, Request
from chameleonapi.errors import InputError, ModelError, UnknownNameError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.heads import LinearHead

__all__ = ["PictureReader", "SharedBackbonePredictor"]


@runtime_checkable
class PictureReader(Protocol):
    """Turns the bytes of a picture into a square, or raises ``InputError``.

    ``chameleonapi.data.read_square`` is one.
    """

    @property
    def id(self) -> str:
        """Name of what is done to a picture; another name where pixels come out otherwise."""
        ...

    def __call__(self, content: bytes, side: int, /) -> UInt8[np.ndarray, "side side 3"]:
        """Read one picture."""
        ...


@final
class SharedBackbonePredictor:
    """A ``chameleonapi.apis.Predictor`` for the generic model and any number of customised ones."""

    def __init__(
        self,
        backbone: Backbone,
        generic_head: LinearHead,
        heads: Mapping[str, LinearHead] | None = None,
        *,
        read_picture: PictureReader,
    ) -> None:
        self._backbone = backbone
        self._read_picture = read_picture
        self._heads: dict[str, LinearHead] = {}
        self.replace_head("", generic_head)
        for application, head in (heads or {}).items():
            self.replace_head(application, head)

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return tuple(name for name in self._heads if name)

    def replace_head(self, application: str, head: LinearHead) -> None:
        """Serve ``application`` with ``head`` from the next batch on; the empty name is generic.

        A batch that is under way is finished with the heads that it began with.

        Raises:
            ModelError: if the head is for a backbone with another number of features.
        """
        if head.dimension != self._backbone.dimension:
            raise ModelError(
                f"the head of {application or 'the generic model'!r} takes {head.dimension} "
                f"features, but {self._backbone.name} gives {self._backbone.dimension}.",
                hint="Serve it with the backbone that its manifest names.",
            )
        _ = head.folded  # computed now, not within a request
        self._heads = {**self._heads, application: head}

    def remove_head(self, application: str) -> None:
        """Stop serving a customised model.

        Raises:
            UnknownNameError: if it is not served.
        """
        if not application or application not in self._heads:
            raise UnknownNameError("application", application, self.applications)
        self._heads = {name: head for name, head in self._heads.items() if name != application}

    def predict(self, requests: Sequence[Request]) -> Sequence[LabelScores | InputError]:
        """Answer a batch in order; a bad picture yields its error and fails no neighbour.

        Raises:
            UnknownNameError: if an application is not known; nothing is computed then.
        """
        heads = self._heads  # one view for the whole batch, whatever is replaced meanwhile
        for one in requests:
            if one.application not in heads:
                known = tuple(name for name in heads if name)
                raise UnknownNameError("application", one.application, known)
        answers: list[LabelScores | InputError | None] = [None] * len(requests)
        pixels: list[Tensor] = []
        rows: dict[str, list[tuple[int, int]]] = {}
        for position, one in enumerate(requests):
            try:
                square = self._read_picture(one.content, self._backbone.side)
            except InputError as error:
                answers[position] = error
                continue
            rows.setdefault(one.application, []).append((position, len(pixels)))
            pixels.append(self._backbone.preprocess(square))
        if pixels:
            features = self._backbone.features(torch.stack(pixels))
            for application, places in rows.items():
                head = heads[application]
                with torch.no_grad():
                    logits = head.logits(features[[row for _, row in places]])
                for (position, _), scores in zip(
                    places, torch.sigmoid(logits).tolist(), strict=True
                ):
                    answers[position] = LabelScores(head.labels, scores)
        return [one for one in answers if one is not None]
