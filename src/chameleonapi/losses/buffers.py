"""Constant tensors of a compiled decision, wherever the logits are."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

__all__ = ["Buffer"]


@final
class Buffer:
    """A constant tensor that follows its user to a device; a copy is made once for each."""

    def __init__(self, content: Tensor) -> None:
        self._copies = {torch.device("cpu"): content.cpu()}

    def on(self, device: torch.device) -> Tensor:
        """Return the constant on ``device``."""
        if device not in self._copies:
            self._copies[device] = self._copies[torch.device("cpu")].to(device)
        return self._copies[device]

    @property
    def host(self) -> Tensor:
        """The constant in main memory."""
        return self._copies[torch.device("cpu")]
