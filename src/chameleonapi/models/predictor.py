"""Many applications, one backbone: a mixed batch takes one pass, then each its own end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn

from chameleonapi.apis import LabelScores, Request
from chameleonapi.errors import InputError, ModelError, UnknownNameError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.cuts import device_of, need_cuts
from chameleonapi.models.encoders import PictureReader, encoder_of
from chameleonapi.models.heads import LinearHead
from chameleonapi.models.tails import Tail

__all__ = ["SharedBackbonePredictor"]


@final
class SharedBackbonePredictor:
    """A ``chameleonapi.apis.Predictor`` for the generic model and any number of customised ones."""

    def __init__(
        self,
        backbone: Backbone,
        generic_head: LinearHead,
        heads: Mapping[str, LinearHead] | None = None,
        *,
        tails: Mapping[str, Tail] | None = None,
        read_picture: PictureReader,
    ) -> None:
        self._backbone = backbone
        self._encoder = encoder_of(backbone, read_picture)
        self._models: dict[str, _Served] = {}
        self.replace_head("", generic_head)
        for application, head in (heads or {}).items():
            self.replace_head(application, head, (tails or {}).get(application))

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return tuple(name for name in self._models if name)

    def labels(self, application: str) -> tuple[str, ...]:
        """Return the label space of a model; the empty name is generic."""
        return self._models[application].head.labels

    def replace_head(self, application: str, head: LinearHead, tail: Tail | None = None) -> None:
        """Serve ``application`` with ``head`` from the next batch on; the empty name is generic.

        With a ``tail``, the head gets its features from that instead of from the end of the
        backbone. A batch that is under way is finished with what it began with.

        Raises:
            ModelError: if the head is for a backbone with another number of features, or the tail
                for another backbone.
        """
        if head.dimension != self._backbone.dimension:
            raise ModelError(
                f"the head of {application or 'the generic model'!r} takes {head.dimension} "
                f"features, but {self._backbone.name} gives {self._backbone.dimension}.",
                hint="Serve it with the backbone that its manifest names.",
            )
        _ = head.folded  # computed now, not within a request
        network = None if tail is None else tail.build(self._backbone)
        cut = None if tail is None else tail.cut
        self._models = {**self._models, application: _Served(head, cut, network)}

    def remove_head(self, application: str) -> None:
        """Stop serving a customised model.

        Raises:
            UnknownNameError: if it is not served.
        """
        if not application or application not in self._models:
            raise UnknownNameError("application", application, self.applications)
        self._models = {name: one for name, one in self._models.items() if name != application}

    def predict(self, requests: Sequence[Request]) -> Sequence[LabelScores | InputError]:
        """Answer a batch in order; a bad input yields its error and fails no neighbour.

        Raises:
            UnknownNameError: if an application is not known; nothing is computed then.
        """
        models = self._models  # one view for the whole batch, whatever is replaced meanwhile
        for one in requests:
            if one.application not in models:
                known = tuple(name for name in models if name)
                raise UnknownNameError("application", one.application, known)
        answers: list[LabelScores | InputError | None] = [None] * len(requests)
        # Inputs that take the same way through the backbone take it together.
        ways: dict[int | None, list[tuple[int, Tensor]]] = {}
        for position, one in enumerate(requests):
            try:
                read = self._encoder.read(one.content)
            except InputError as error:
                answers[position] = error
                continue
            ways.setdefault(models[one.application].cut, []).append((position, read))
        for cut, inputs in ways.items():
            found = self._pass(cut, [read for _, read in inputs])
            rows: dict[str, list[int]] = {}
            for row, (position, _) in enumerate(inputs):
                rows.setdefault(requests[position].application, []).append(row)
            for application, places in rows.items():
                model = models[application]
                for row, scores in zip(places, model.scores(found[places]), strict=True):
                    answers[inputs[row][0]] = LabelScores(model.head.labels, scores)
        return [one for one in answers if one is not None]

    def _pass(self, cut: int | None, inputs: Sequence[Tensor]) -> Tensor:
        """Return features, or rows at a cut."""
        if cut is None:
            return self._encoder.features(inputs)
        return need_cuts(self._backbone).rows(torch.stack(list(inputs)), cut).float()


@dataclass(frozen=True, eq=False)
class _Served:
    """What answers for one application: a head, and a tail of its own where it has one."""

    head: LinearHead
    cut: int | None
    tail: nn.Module | None

    @torch.no_grad()
    def scores(self, found: Tensor) -> list[list[float]]:
        features = found
        if self.tail is not None:
            features = self.tail(found.to(device_of(self.tail))).cpu()
        scores: list[list[float]] = torch.sigmoid(self.head.logits(features)).tolist()
        return scores
