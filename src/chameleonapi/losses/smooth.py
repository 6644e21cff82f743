"""Soft maxima, soft minima and soft order statistics.

All of them tend to their hard counterparts as the temperature tends to zero, and
are the hard ones at zero. A soft maximum of n terms at temperature t overshoots
by at most t ln n, which for thousands of labels would drown a decision; so the
temperature is divided by ln n where that is above one, and the overshoot of any
set, however large, is at most the temperature that was asked for.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

__all__ = ["FAR", "gate", "order_statistics", "soft_max", "soft_min", "veiled_soft_max"]

FAR = 32.0
"""The margin, in logits, of what no logits can change: sigmoid(-32) is about 1e-14."""


def _sharpened(temperature: float, size: int) -> float:
    return temperature / max(1.0, math.log(max(size, 1)))


def soft_max(
    values: Float[Tensor, "*rows terms"], temperature: float, size: int | None = None
) -> Float[Tensor, "*rows"]:
    """Return the soft maximum over the last axis.

    Args:
        values: minus infinity hides a term; each row needs one that is finite.
        temperature: in the unit of the values; zero gives the maximum.
        size: the number of terms that are not hidden, where it is not all of them.
    """
    if values.shape[-1] == 1:
        return values[..., 0]
    if temperature == 0:
        return values.amax(-1)
    sharp = _sharpened(temperature, values.shape[-1] if size is None else size)
    return torch.logsumexp(values / sharp, -1) * sharp


def veiled_soft_max(
    values: Float[Tensor, "batch terms"],
    veil: Float[Tensor, " terms"],
    temperature: float,
    size: int,
) -> Float[Tensor, " batch"]:
    """Return the soft maximum of the terms that a veil does not hide.

    The same as :func:`soft_max` of ``values + veil``, in a third of the time for thousands of
    terms; it cannot be differentiated twice.

    Args:
        values: of which some are finite where the veil is zero.
        veil: zero, or minus infinity where a term is hidden.
        temperature: in the unit of the values; zero gives the maximum.
        size: the number of terms that are not hidden.
    """
    if temperature == 0:
        return (values + veil).amax(-1)
    found: Tensor = _VeiledSoftMax.apply(values, veil, _sharpened(temperature, size))  # type: ignore[no-untyped-call]
    return found


class _VeiledSoftMax(torch.autograd.Function):
    """Log-sum-exp in one buffer: adding, scaling and the exponential each cost as much as all."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, veil: Tensor, sharp: float) -> Tensor:
        parts = torch.add(values, veil).mul_(1 / sharp)
        top = parts.amax(-1, keepdim=True)
        parts.sub_(top).exp_()
        total = parts.sum(-1, keepdim=True)
        ctx.save_for_backward(parts, total)
        return ((total.log() + top) * sharp)[:, 0]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        parts, total = ctx.saved_tensors
        return parts * (gradient[:, None] / total), None, None


def soft_min(values: Float[Tensor, "*rows terms"], temperature: float) -> Float[Tensor, "*rows"]:
    """Return the soft minimum over the last axis."""
    return -soft_max(-values, temperature)


def order_statistics(
    values: Float[Tensor, "batch terms"], ranks: int, temperature: float, size: int
) -> Float[Tensor, "batch {ranks}"]:
    """Return the largest, second largest, ... of each row, softly.

    The soft r-th largest is the soft maximum over the terms from rank r on, so that
    its gradient reaches every term that could take that rank from below.

    Args:
        values: minus infinity hides a term.
        ranks: how many, at most ``size``.
        temperature: zero gives the sorted values.
        size: the number of terms of a row that are not hidden.
    """
    top = values.topk(ranks, dim=-1)
    if temperature == 0:
        return top.values
    sharp = _sharpened(temperature, size)
    parts = top.values / sharp
    if size > ranks:
        rest = values.scatter(-1, top.indices, -torch.inf)
        parts = torch.cat([parts, torch.logsumexp(rest / sharp, -1, keepdim=True)], -1)
    from_below = torch.logcumsumexp(parts.flip(-1), -1).flip(-1)
    return from_below[..., :ranks] * sharp


def gate(
    margins: Float[Tensor, "*rows terms"], temperature: float, size: int
) -> Float[Tensor, "*rows terms"]:
    """Return a soft 1 where the margin is positive and a soft 0 elsewhere."""
    if temperature == 0:
        return (margins > 0).to(margins.dtype)
    return torch.sigmoid(margins / _sharpened(temperature, size))
