"""Adam, in the few lines that a resumable run needs.

The optimisers of torch load its compiler when they are made, which takes longer than training
a head; and their state would have to be taken apart to be saved.

Reference: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

__all__ = ["Adam"]

_MEAN_DECAY: Final = 0.9
_SQUARE_DECAY: Final = 0.999
_SMALLEST: Final = 1e-8


@dataclass(eq=False)
class Adam:
    """Running moments of the gradient of one parameter, which it changes in place."""

    parameter: Tensor
    mean: Tensor
    square: Tensor
    steps: int = 0

    @classmethod
    def of(cls, parameter: Tensor) -> Adam:
        """Begin with a parameter."""
        return cls(
            parameter.requires_grad_(), torch.zeros_like(parameter), torch.zeros_like(parameter)
        )

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Follow the gradient that the parameter holds, and drop it."""
        gradient = self.parameter.grad
        if gradient is None:
            return
        self.steps += 1
        self.mean.lerp_(gradient, 1 - _MEAN_DECAY)
        self.square.mul_(_SQUARE_DECAY).addcmul_(gradient, gradient, value=1 - _SQUARE_DECAY)
        scale = (self.square / (1 - _SQUARE_DECAY**self.steps)).sqrt_().add_(_SMALLEST)
        size = learning_rate / (1 - _MEAN_DECAY**self.steps)
        self.parameter.addcdiv_(self.mean, scale, value=-size)
        self.parameter.grad = None
