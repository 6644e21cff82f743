"""Pictures to label next: those whose decision is open, and not all of one sort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.losses import Decision, compile_decision
from chameleonapi.models import LabelHead
from chameleonapi.pipeline.labelling.record import Wish

__all__ = ["Openness", "choose", "openness", "wishes"]

_ASKED: Final = 5
_CANDIDATES: Final = 20
_LEAST_CANDIDATES: Final = 400


@dataclass(frozen=True, eq=False)
class Openness:
    """How open decisions are.

    Attributes:
        decision: the process over the labels of the scores.
        logits: of the pictures.
        score: the more open, the higher; from zero to about one.
        margins: how far, in logits, scores are from leading elsewhere.
    """

    decision: Decision
    logits: Float[Tensor, "pictures labels"]
    score: Float[Tensor, " pictures"]
    margins: Float[Tensor, " pictures"]


def openness(
    process: DecisionProcess, head: LabelHead, features: Float[Tensor, "pictures dimension"]
) -> Openness:
    """Return how open the decision on each picture is.

    It is the entropy of the outcomes, their margins read as logits, times the probability that
    the likeliest is not right: high where the decision is close and several outcomes compete.
    """
    decision = compile_decision(process, head.labels)
    with torch.no_grad():
        logits = head.logits(features)
        margins = decision.margins(logits, temperature=0.0)
    if decision.is_factored:
        # Flags stand for themselves; their entropies add up.
        pairs = margins.reshape(len(margins), -1, 2)
        chance = pairs.softmax(-1)
        entropy = _entropy(chance).sum(-1)
        nearest = pairs.amax(-1).amin(-1)
    else:
        entropy = _entropy(margins.softmax(-1))
        nearest = margins.amax(-1)
    return Openness(decision, logits, entropy * torch.sigmoid(-nearest), nearest)


def _entropy(chance: Float[Tensor, "*rows outcomes"]) -> Float[Tensor, "*rows"]:
    entropy: Tensor = torch.special.entr(chance).sum(-1)
    return entropy


def choose(
    score: Float[Tensor, " pictures"],
    features: Float[Tensor, "pictures dimension"],
    count: int,
    *,
    known: Float[Tensor, "labelled dimension"] | None = None,
) -> list[int]:
    """Return positions of pictures with a high score that are unlike one another.

    Greedily: each next one has the highest score times its distance to the nearest picture
    that is chosen already, or labelled. A copy of such a picture has distance zero.

    Reference: the idea of covering the data is that of Sener and Savarese, "Active Learning for
    Convolutional Neural Networks: A Core-Set Approach", ICLR 2018.

    Args:
        score: of each picture.
        features: of each picture.
        count: how many to choose.
        known: features of labelled pictures.
    """
    many = max(_LEAST_CANDIDATES, _CANDIDATES * count)
    ranked = score.argsort(descending=True, stable=True)[:many]
    mean, std = features.mean(0), features.std(0, correction=0).clamp(min=1e-3)
    mine = (features[ranked] - mean) / std
    scale = mine.shape[1] ** 0.5
    # Two unrelated pictures are about the square root of two apart; that is as far as it counts.
    distance = torch.full((len(ranked),), 2.0**0.5)
    if known is not None and len(known):
        for part in torch.split((known - mean) / std, 1024):
            near = torch.cdist(mine, part).amin(1) / scale
            distance = torch.minimum(distance, near)
    value = score[ranked]
    chosen: list[int] = []
    is_free = torch.ones(len(ranked), dtype=torch.bool)
    for _ in range(min(count, len(ranked))):
        worth = torch.where(is_free, value * distance, torch.full((), -1.0))
        best = int(worth.argmax())
        chosen.append(best)
        is_free[best] = False
        distance = torch.minimum(distance, torch.cdist(mine, mine[best : best + 1])[:, 0] / scale)
    positions: list[int] = ranked[chosen].tolist()
    return positions


def wishes(
    found: Openness, positions: Sequence[int], files: Sequence[str], process: DecisionProcess
) -> tuple[Wish, ...]:
    """Return the chosen pictures with what to ask about them."""
    labels = found.decision.labels
    read = frozenset(process.labels_read(labels)) or frozenset(labels)
    is_read = torch.tensor([one in read for one in labels])
    made = []
    for one in positions:
        decided, instead = _two_best(found, one)
        far = torch.where(is_read, found.logits[one].abs(), torch.full((), torch.inf))
        order: list[int] = far.argsort()[: min(_ASKED, int(is_read.sum()))].tolist()
        made.append(
            Wish(
                files[one],
                round(float(found.score[one]), 4),
                decided,
                instead,
                round(float(found.margins[one]), 4),
                tuple(labels[at] for at in order),
            )
        )
    return tuple(made)


def _two_best(found: Openness, row: int) -> tuple[str, str]:
    decision = found.decision
    logits = found.logits[row : row + 1]
    with torch.no_grad():
        decided = decision.outcome_id(int(decision.decide(logits)[0]))
        margins = decision.margins(logits, temperature=0.0)[0]
    if decision.is_factored:
        nearest = int(margins.reshape(-1, 2).amax(-1).argmin())
        return decided, f"{decision.outcomes[2 * nearest]} the other way"
    order: list[int] = margins.argsort(descending=True).tolist()
    others = [decision.outcomes[one] for one in order if decision.outcomes[one] != decided]
    return decided, others[0] if others else decided
