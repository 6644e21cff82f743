"""Many applications, one backbone: a mixed batch takes one pass, then each its own end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, final

from torch import Tensor

from chameleonapi.apis import Detections, LabelScores, Mentions, Request
from chameleonapi.errors import InputError, ModelError, UnknownNameError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.cuts import need_cuts
from chameleonapi.models.encoders import PictureReader, encoder_of
from chameleonapi.models.mentions import MentionBackbone, mention_batch
from chameleonapi.models.pooled_head import LabelHead
from chameleonapi.models.regions import RegionBackbone, detect_batch
from chameleonapi.models.served import ServedModel, answer_batch, as_scores
from chameleonapi.models.shelf import MAX_MODEL_BYTES, ModelShelf, ModelSource
from chameleonapi.models.tails import Tail

__all__ = ["SharedBackbonePredictor"]

_Answer = TypeVar("_Answer")


@final
class SharedBackbonePredictor:
    """A ``chameleonapi.apis.Predictor`` for the generic model and any number of customised ones.

    Args:
        backbone: what all share.
        generic_head: answers callers without an application.
        heads: customised models, by application.
        tails: of those that have one.
        source: further models, which are in memory only while they are used.
        max_model_bytes: what the models of ``source`` may take of the memory.
        read_picture: decodes pictures; inputs are read several at once, in threads.
    """

    def __init__(
        self,
        backbone: Backbone,
        generic_head: LabelHead,
        heads: Mapping[str, LabelHead] | None = None,
        *,
        tails: Mapping[str, Tail] | None = None,
        source: ModelSource | None = None,
        max_model_bytes: int = MAX_MODEL_BYTES,
        read_picture: PictureReader,
    ) -> None:
        self._backbone = backbone
        self._encoder = encoder_of(backbone, read_picture)
        self._check_head("", generic_head)
        self._shelf = ModelShelf(backbone, generic_head, source=source, max_bytes=max_model_bytes)
        self._readers = ThreadPoolExecutor(_readers(), thread_name_prefix="chameleon-read")
        for application, head in (heads or {}).items():
            self.replace_head(application, head, (tails or {}).get(application))

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return self._shelf.applications

    def labels(self, application: str) -> tuple[str, ...]:
        """Return the label space of a model; the empty name is generic."""
        return self._shelf.get(application).labels

    @property
    def shelf(self) -> ModelShelf:
        """The models, in memory and not."""
        return self._shelf

    def reads_whole(self, text: str) -> bool:
        """Tell whether a text is read to its end; all are, unless mentions are looked for."""
        backbone = self._backbone
        return not isinstance(backbone, MentionBackbone) or backbone.reads_whole(text)

    def replace_head(self, application: str, head: LabelHead, tail: Tail | None = None) -> None:
        """Serve ``application`` with ``head`` from the next batch on; the empty name is generic.

        With a ``tail``, the head gets its features from that instead of from the end of the
        backbone. A batch that is under way is finished with what it began with.

        Raises:
            ModelError: if the head is for a backbone with another number of features, or the tail
                for another backbone.
        """
        self._check_head(application, head)
        self._shelf.put(application, head, tail)

    def remove_head(self, application: str) -> None:
        """Stop serving a customised model.

        Raises:
            UnknownNameError: if it is not served.
        """
        self._shelf.remove(application)

    def predict(
        self, requests: Sequence[Request]
    ) -> Sequence[LabelScores | Detections | Mentions | InputError | ModelError]:
        """Answer a batch in order.

        A bad input yields its error and fails no neighbour; nor does a model that cannot be
        loaded.

        Raises:
            UnknownNameError: if an application is not known; nothing is computed then.
        """
        return self._answer(requests, self._answers)

    def logits(self, requests: Sequence[Request]) -> Sequence[Tensor | InputError | ModelError]:
        """Return the logits of a batch, of which ``predict`` makes scores."""
        return self._answer(requests, lambda models, found: answer_batch(models, found, list))

    def _answer(
        self,
        requests: Sequence[Request],
        answer: Callable[[Sequence[ServedModel], Tensor], Sequence[_Answer]],
    ) -> list[_Answer | InputError | ModelError]:
        for one in requests:
            if one.application not in self._shelf:
                raise UnknownNameError("application", one.application, self.applications)
        # One view for the whole batch, whatever is replaced or put away meanwhile.
        models = self._load(dict.fromkeys(one.application for one in requests))
        answers: list[_Answer | InputError | ModelError | None] = [None] * len(requests)
        # Inputs that take the same way through the backbone take it together.
        ways: dict[int | None, list[tuple[int, ServedModel, Tensor]]] = {}
        for position, read in enumerate(self._read_all([one.content for one in requests])):
            model = models[requests[position].application]
            if isinstance(read, InputError):
                answers[position] = read
            elif isinstance(model, ModelError):
                answers[position] = model
            else:
                ways.setdefault(model.cut, []).append((position, model, read))
        for cut, inputs in ways.items():
            found = self._pass(cut, [read for _, _, read in inputs])
            answered = answer([model for _, model, _ in inputs], found)
            for (position, _, _), one_answer in zip(inputs, answered, strict=True):
                answers[position] = one_answer
        return [one for one in answers if one is not None]

    def _load(self, applications: Iterable[str]) -> dict[str, ServedModel | ModelError]:
        found: dict[str, ServedModel | ModelError] = {}
        for one in applications:
            try:
                found[one] = self._shelf.get(one)
            except ModelError as error:  # noqa: PERF203 - one try per model
                found[one] = error
        return found

    def _read_all(self, contents: Sequence[bytes]) -> Iterable[Tensor | InputError]:
        """Read inputs, side by side where there are several."""
        if len(contents) < 2:
            return map(self._read, contents)
        return self._readers.map(self._read, contents)

    def _read(self, content: bytes) -> Tensor | InputError:
        try:
            return self._encoder.read(content)
        except InputError as error:
            return error

    def _pass(self, cut: int | None, inputs: Sequence[Tensor]) -> Tensor:
        """Return features, or rows at a cut."""
        if cut is None:
            return self._encoder.features(inputs)
        return need_cuts(self._backbone).rows(inputs, cut).float()

    def _answers(
        self, models: Sequence[ServedModel], found: Tensor
    ) -> Sequence[LabelScores | Detections | Mentions]:
        if isinstance(self._backbone, MentionBackbone):
            return mention_batch(models, found)
        if isinstance(self._backbone, RegionBackbone):
            return detect_batch(models, found)
        scores = answer_batch(models, found, as_scores)
        return [LabelScores(one.labels, row) for one, row in zip(models, scores, strict=True)]

    def _check_head(self, application: str, head: LabelHead) -> None:
        wanted = self._backbone.dimension
        if isinstance(self._backbone, RegionBackbone):
            wanted = self._backbone.region_dimension
        elif isinstance(self._backbone, MentionBackbone):
            wanted = self._backbone.mention_dimension
        if head.dimension != wanted:
            raise ModelError(
                f"the head of {application or 'the generic model'!r} takes {head.dimension} "
                f"features, but {self._backbone.name} gives {wanted}.",
                hint="Serve it with the backbone that its manifest names.",
            )


def _readers() -> int:
    return min(8, os.cpu_count() or 1)
