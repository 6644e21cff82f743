"""Several processes that train one model, started by torchrun.

Every process computes its share of each batch; gradients are summed, so that all take the same
step. That is what DistributedDataParallel does too; here the optimiser and its state, which a
resumed run needs to the bit, stay where they are.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Final, Protocol, final

import torch
from torch import Tensor, distributed

from chameleonapi.errors import UsageError

__all__ = ["ALONE", "Alone", "Processes", "Team", "open_team"]

_PATIENCE: Final = timedelta(hours=2)  # others wait while the first one prepares pictures


class Team(Protocol):
    """Processes that work on one thing; each calls the same methods in the same order."""

    @property
    def rank(self) -> int:
        """Number of this process; the first one, 0, writes and prints."""
        ...

    @property
    def size(self) -> int:
        """Number of processes."""
        ...

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by their sums over all processes."""
        ...

    def copy_first(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by those of the first process."""
        ...

    def in_turn(self) -> AbstractContextManager[None]:
        """Return a block that the first process ends before the others begin it."""
        ...


@final
class Alone:
    """One process."""

    @property
    def rank(self) -> int:
        """Zero."""
        return 0

    @property
    def size(self) -> int:
        """One."""
        return 1

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Leave the tensors."""

    def copy_first(self, tensors: Sequence[Tensor]) -> None:
        """Leave the tensors."""

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Run the block."""
        yield


ALONE: Final = Alone()


@final
class Processes:
    """The processes of torch's default group."""

    @property
    def rank(self) -> int:
        """Number of this process."""
        return distributed.get_rank()

    @property
    def size(self) -> int:
        """Number of processes."""
        return distributed.get_world_size()

    @torch.no_grad()
    def add(self, tensors: Sequence[Tensor]) -> None:
        """Sum up, one message for each device."""
        places: dict[torch.device, list[Tensor]] = {}
        for one in tensors:
            places.setdefault(one.device, []).append(one)
        for some in places.values():
            flat = torch.cat([one.reshape(-1) for one in some])
            distributed.all_reduce(flat)
            parts = torch.split(flat, [one.numel() for one in some])
            for one, part in zip(some, parts, strict=True):
                one.copy_(part.reshape(one.shape))

    @torch.no_grad()
    def copy_first(self, tensors: Sequence[Tensor]) -> None:
        """Send from the first process to all others."""
        for one in tensors:
            whole = one.detach().contiguous()
            distributed.broadcast(whole, 0)
            one.copy_(whole)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Let the first process go before."""
        if self.rank:
            distributed.barrier()
        yield
        if not self.rank:
            distributed.barrier()


def _check(device: str) -> None:
    kind = device.partition(":")[0]
    if kind not in {"cpu", "cuda"}:
        raise UsageError(f"{device!r} is no device.", hint="Use cpu or cuda.")
    if kind == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "there is no GPU that this torch can use.",
            hint="Leave out --device cuda, or install a torch with CUDA; see docs/training.md.",
        )


def open_team(device: str = "cpu") -> tuple[Team, str]:
    """Return the processes that torchrun has started, or this one alone, and its own device.

    Args:
        device: ``cpu`` or ``cuda``; each process takes a GPU of its own.

    Raises:
        UsageError: if there is no such device.
    """
    _check(device)
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        return ALONE, device
    is_cuda = device.startswith("cuda")
    if is_cuda:
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        torch.cuda.set_device(device)
    if not distributed.is_initialized():
        backend = "cpu:gloo,cuda:nccl" if is_cuda else "gloo"
        distributed.init_process_group(backend, timeout=_PATIENCE)
        atexit.register(_leave)
    return Processes(), device


def _leave() -> None:
    # However the process ends: a group that is left open aborts it now and then, because its
    # threads are still at work when the library is unloaded.
    if distributed.is_initialized():
        distributed.destroy_process_group()
