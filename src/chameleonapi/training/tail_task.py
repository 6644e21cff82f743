"""Learning to decide with the end of the backbone as well: rows of a cut, a tail, and a head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.func import functional_call

from chameleonapi.losses import DecisionLoss
from chameleonapi.models import DRAWS, CutBackbone, LinearHead, RowSource, device_of, merge
from chameleonapi.training.compact import CompactSpace
from chameleonapi.training.decision_task import Examples, common_rate
from chameleonapi.training.judge import Judge, mix_weights
from chameleonapi.training.loop import Layer, Parameters
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.team import ALONE, Team

__all__ = ["HEAD_PACE", "Stretch", "TailTask", "tail_pace"]

_TAIL: Final = "tail."
HEAD_PACE: Final = 10.0
_AT_ONCE: Final = 64


def tail_pace(name: str) -> float:
    """Return the factor of the learning rate of a parameter: the head learns faster."""
    return 1.0 if name.startswith(_TAIL) else HEAD_PACE


@dataclass(frozen=True, eq=False)
class Stretch:
    """The part of a backbone that is trained.

    Attributes:
        backbone: that is cut.
        source: of rows at the cut.
        form: of what is trained; see ``chameleonapi.models.start_tail``.
        network: the tail as the backbone has it.
    """

    backbone: CutBackbone
    source: RowSource
    form: str
    network: nn.Module

    def features(
        self, tensors: Mapping[str, Tensor], rows: Float[Tensor, "batch row"]
    ) -> Float[Tensor, "batch dimension"]:
        """Return the features with these weights."""
        weights = merge(self.form, self.network, tensors)
        place = device_of(self.network)
        # Half precision where it is faster: on a GPU. On a CPU with AVX-512 BF16 a step takes
        # 5% longer behind the usual cut, and 25% longer in the whole network.
        with torch.autocast(place.type, torch.bfloat16, enabled=place.type == "cuda"):
            found: Tensor = functional_call(self.network, weights, (rows.to(place),))
        return found.float().cpu()


@dataclass(frozen=True, eq=False)
class TailTask:
    """Train a tail and the rows of a head that an application reads.

    Attributes:
        head: where the head starts from.
        tail: where the tail starts from.
        anchor: the rows of the generic head, from which noise and pull are measured.
        stretch: what is trained of the backbone.
        space: the columns on which the decision hangs.
        main: the loss.
        ordinary: the loss that is added in the share that the settings say.
        train, validation: examples, with features of the untouched backbone.
        digests: of both, in the same order.
        referee: of the validation examples.
        settings: of the run.
        team: the processes that share the work.
    """

    head: LinearHead
    tail: Mapping[str, Tensor]
    anchor: Layer
    stretch: Stretch
    space: CompactSpace
    main: DecisionLoss
    ordinary: DecisionLoss
    train: Examples
    validation: Examples
    digests: tuple[Sequence[str], Sequence[str]]
    referee: Judge
    settings: TrainSettings
    team: Team = ALONE

    @property
    def start(self) -> Parameters:
        """Where training starts from."""
        rows = self.space.matter
        tail = {_TAIL + name: one for name, one in self.tail.items()}
        return {**tail, **Layer(self.head.weight[rows], self.head.bias[rows]).parameters}

    @cached_property
    def _weights(self) -> Float[Tensor, " examples"]:
        return mix_weights(self.train.acceptable, self.settings.mix)

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Draw at least as many examples as there are, every outcome alike."""
        draws = max(len(self._weights), self.settings.least_steps * self.settings.batch_size)
        return torch.multinomial(self._weights, draws, replacement=True, generator=generator)

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return main loss, share of the ordinary loss, and pull towards the start."""
        # Drawn for the whole batch, whoever computes which part of it.
        drawn = torch.rand((len(rows), DRAWS), generator=generator)
        layer = Layer.of(parameters)
        change = Layer(layer.weight - self.anchor.weight, layer.bias - self.anchor.bias)
        noise = torch.zeros(len(rows), len(layer.bias))
        if self.settings.noise:
            noise = logit_noise(change.weight, len(rows), self.settings.noise, generator)
        mine = torch.arange(self.team.rank, len(rows), self.team.size)
        total = self._pull(change) / self.team.size
        if not len(mine):
            # The others need an answer from every process, even where nothing is left for it.
            return total + sum(one.sum() * 0 for one in parameters.values())
        mean = self._mean(parameters, rows[mine], drawn[mine], noise[mine])
        return total + mean * (len(mine) / len(rows))

    def _pull(self, change: Layer) -> Float[Tensor, ""]:
        drift = change.weight.square().sum() + change.bias.square().sum()
        return self.settings.pull * drift

    def _mean(
        self,
        parameters: Parameters,
        rows: Int[Tensor, " batch"],
        drawn: Float[Tensor, "batch draws"],
        noise: Float[Tensor, "batch read"],
    ) -> Float[Tensor, ""]:
        """Return the mean loss of some examples."""
        batch = self.train.take(rows)
        maps = self.stretch.source.rows([self.digests[0][one] for one in rows.tolist()])
        maps = self.stretch.backbone.jitter(maps, self.stretch.source.cut, drawn)
        features = self._features(parameters, maps)
        logits = self._logits(parameters, features)
        read = noise.shape[1]
        logits = torch.cat([logits[:, :read] + noise, logits[:, read:]], 1)
        total = self.main(logits, batch.acceptable, batch.present, batch.known)
        if self.settings.ordinary:
            extra = self.ordinary(logits, batch.acceptable, batch.present, batch.known)
            total = total + self.settings.ordinary * extra
        if self.settings.keep:
            moved = (features - batch.features).square().mean()
            total = total + self.settings.keep * moved
        return total

    @torch.no_grad()
    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return rate and loss on validation data, every outcome alike."""
        data, digests = self.validation, self.digests[1]
        logits = torch.zeros_like(data.logits)
        mine = range(self.team.rank, len(digests), self.team.size)
        for start in range(0, len(mine), _AT_ONCE):
            places = list(mine[start : start + _AT_ONCE])
            maps = self.stretch.source.rows([digests[one] for one in places])
            logits[places] = self._logits(parameters, self._features(parameters, maps))
        self.team.add([logits])
        each = self.main(logits, data.acceptable, data.present, data.known, reduction="none")
        rate = common_rate(self.referee, logits, len(self.anchor.bias), self.settings)
        return rate, float((each.double() * self.referee.weights).sum())

    def result(self, parameters: Parameters) -> tuple[LinearHead, dict[str, Tensor]]:
        """Return the head and the tail that parameters are."""
        layer, rows = Layer.of(parameters), self.space.matter
        weight, bias = self.head.weight.clone(), self.head.bias.clone()
        weight[rows], bias[rows] = layer.weight.detach(), layer.bias.detach()
        head = LinearHead(self.head.labels, weight, bias, self.head.mean, self.head.std)
        return head, {name: one.detach() for name, one in _tail(parameters).items()}

    def _features(
        self, parameters: Parameters, maps: Float[Tensor, "batch row"]
    ) -> Float[Tensor, "batch dimension"]:
        found = self.stretch.features(_tail(parameters), maps)
        return (found - self.head.mean) / self.head.std

    def _logits(
        self, parameters: Parameters, features: Float[Tensor, "batch dimension"]
    ) -> Float[Tensor, "batch columns"]:
        layer = Layer.of(parameters)
        read = torch.addmm(layer.bias, features, layer.weight.T)
        if not self.space.places:
            return read
        others = torch.addmm(self.head.bias, features, self.head.weight.T)
        return torch.cat([read, self.space.logits(others)[:, len(layer.bias) :]], 1)


def _tail(parameters: Parameters) -> dict[str, Tensor]:
    return {
        name.removeprefix(_TAIL): one for name, one in parameters.items() if name.startswith(_TAIL)
    }
