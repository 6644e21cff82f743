"""From the truths of the predicates of rules to outcomes: cases in their order, or flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import Cases, DecisionProcess, Flags
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.smooth import FAR, soft_max, soft_min

__all__ = ["MAX_JOINT_FLAGS", "Joining"]

MAX_JOINT_FLAGS: Final = 12
"""Up to so many flags the joint outcomes are enumerated: 4,096 of them."""
_MOST_FLAGS: Final = 62


@final
@dataclass(frozen=True, eq=False)
class Joining:
    """How the predicates of one process lead to its outcomes.

    Attributes:
        rules: of the process.
        outcomes: ids; see ``Decision``.
        is_factored: whether there are too many flags to enumerate joint outcomes.
        targets: by case, and for the default, the place of its outcome; nothing for flags.
    """

    rules: Cases | Flags
    outcomes: tuple[str, ...]
    is_factored: bool
    targets: tuple[int, ...]

    @classmethod
    def of(cls, process: DecisionProcess) -> Joining:
        """Return how the predicates of a process lead to its outcomes.

        Raises:
            UnsupportedError: if there are too many flags.
        """
        rules = process.rules
        if isinstance(rules, Cases):
            outcomes = tuple(one.id for one in process.outcomes)
            place = {name: index for index, name in enumerate(outcomes)}
            targets = (*(place[case.outcome] for case in rules.cases), place[rules.default])
            return cls(rules, outcomes, is_factored=False, targets=targets)
        count = len(rules.flags)
        if count > _MOST_FLAGS:
            raise UnsupportedError(
                f"{process.id}: {count} independent flags.",
                hint=f"At most {_MOST_FLAGS} can be compiled.",
            )
        is_factored = count > MAX_JOINT_FLAGS
        if is_factored:
            names = [name for flag in rules.flags for name in (flag.outcome, f"not {flag.outcome}")]
        else:
            names = [rules.outcome_id(_bits(index, count)) for index in range(1 << count)]
        return cls(rules, tuple(names), is_factored=is_factored, targets=())

    @property
    def count(self) -> int:
        """Number of predicates."""
        rules = self.rules
        return len(rules.cases if isinstance(rules, Cases) else rules.flags)

    def margins(
        self,
        parts: Float[Tensor, "batch predicates"],
        temperature: float,
        exclusive: frozenset[tuple[int, int]] = frozenset(),
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the margin of each outcome.

        Args:
            parts: the margin of each predicate.
            temperature: of soft maxima and minima.
            exclusive: pairs of cases that cannot hold at once.
        """
        if isinstance(self.rules, Cases):
            return self._case_margins(parts, temperature, exclusive)
        if self.is_factored:
            return torch.stack([parts, -parts], -1).flatten(1)
        places = torch.arange(self.count, device=parts.device)
        joint = torch.arange(len(self.outcomes), device=parts.device)
        signs = (joint[:, None] >> places & 1).to(parts.dtype) * 2 - 1
        return soft_min(parts[:, None, :] * signs, temperature)

    def _case_margins(
        self, parts: Tensor, temperature: float, exclusive: frozenset[tuple[int, int]]
    ) -> Tensor:
        ways: dict[int, list[Tensor]] = {}
        for case, target in enumerate(self.targets):
            terms = [-parts[:, j] for j in range(case) if (j, case) not in exclusive]
            if case < self.count:
                terms.append(parts[:, case])
            margin = (
                soft_min(torch.stack(terms, -1), temperature) if terms else parts.sum(-1) * 0 + FAR
            )
            ways.setdefault(target, []).append(margin)
        never = parts.sum(-1) * 0 - FAR
        return torch.stack(
            [
                soft_max(torch.stack(ways[one], -1), temperature) if one in ways else never
                for one in range(len(self.outcomes))
            ],
            -1,
        )

    def decide(self, held: Sequence[Bool[Tensor, " batch"]], like: Tensor) -> Int[Tensor, " batch"]:
        """Return the index of the outcome; of flags, they are packed into one integer.

        Args:
            held: the truth of each predicate.
            like: a tensor with one row for each example.
        """
        decided = torch.zeros(len(like), dtype=torch.long, device=like.device)
        if isinstance(self.rules, Flags):
            for place, truth in enumerate(held):
                decided += truth.long() << place
            return decided
        decided += self.targets[-1]
        for truth, target in reversed(list(zip(held, self.targets, strict=False))):
            decided[truth] = target
        return decided

    def is_correct(
        self, decided: Int[Tensor, " batch"], acceptable: Bool[Tensor, "batch outcomes"]
    ) -> Bool[Tensor, " batch"]:
        """Return whether each decision is among the acceptable outcomes."""
        if not self.is_factored:
            return acceptable.gather(1, decided[:, None])[:, 0]
        places = torch.arange(self.count, device=decided.device)
        is_on = (decided[:, None] >> places) & 1 == 1
        pairs = acceptable.reshape(len(acceptable), -1, 2)
        return torch.where(is_on, pairs[..., 0], pairs[..., 1]).all(-1)

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        if not self.is_factored:
            return self.outcomes[index]
        assert isinstance(self.rules, Flags)
        return self.rules.outcome_id(_bits(index, self.count))


def _bits(index: int, count: int) -> tuple[bool, ...]:
    return tuple(bool(index >> place & 1) for place in range(count))
