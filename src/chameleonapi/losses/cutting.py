"""Where an answer of limited length is cut: the last logit within it, and the first beyond.

To find the thousandth of thousands of logits by a partial sort costs more than all the rest of a
loss. A sample of the columns tells nearly where the cut is; what lies well above is counted, and
only the few in between are sorted. What the sample leads to is checked, and the partial sort
takes its place where it led astray.

Reference: Floyd and Rivest, "Expected Time Bounds for Selection", Communications of the ACM 1975.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["cut_columns", "most_above"]

_STEP: Final = 8  # one column in so many is sampled
_LEAST_RANK: Final = 64  # below, a partial sort is as fast
_LEAST_WIDTH: Final = 1024
_DEVIATIONS: Final = 4.0


def cut_columns(logits: Float[Tensor, "batch labels"], limit: int) -> Int[Tensor, "batch 2"]:
    """Return the columns of the highest logit beyond the first ``limit``, and of the last of these.

    Of equal logits any may be taken, but never one for both.

    Args:
        logits: more than ``limit`` of them in a row.
        limit: one at least.
    """
    width = logits.shape[1]
    is_worth_it = (
        logits.device.type == "cpu"
        and logits.dtype == torch.float32
        and limit >= _LEAST_RANK
        and width >= max(_LEAST_WIDTH, limit + _LEAST_RANK)
    )
    found = _by_sample(logits.detach().contiguous().numpy(), limit) if is_worth_it else None
    if found is not None:
        return torch.from_numpy(found)
    with torch.no_grad():
        top = logits.topk(limit + 1, dim=-1, sorted=False)
        lowest = top.values.topk(2, dim=-1, largest=False)
        return top.indices.gather(1, lowest.indices)


def most_above(logits: Float[Tensor, "batch labels"], line: float) -> int:
    """Return the greatest number of logits in a row that are not below a line."""
    if not logits.numel():
        return 0
    if logits.device.type != "cpu" or logits.dtype not in {torch.float32, torch.float64}:
        return int((logits.detach() >= line).sum(-1).max())
    # Where numbers are compared on a CPU, to count takes torch longer than to compare.
    return int(np.count_nonzero(logits.detach().numpy() >= line, axis=-1).max())


def _by_sample(
    rows: Float[np.ndarray, "batch labels"], limit: int
) -> Int[np.ndarray, "batch 2"] | None:
    """Return the columns, or None where the sample says too little."""
    batch, width = rows.shape
    sample = np.sort(rows[:, ::_STEP], axis=1)
    size = sample.shape[1]
    share = limit / width
    middle = size * (1 - share)
    reach = _DEVIATIONS * math.sqrt(size * share * (1 - share)) + 1
    low = sample[:, max(0, math.floor(middle - reach))][:, None]
    high = sample[:, min(size - 1, math.ceil(middle + reach))][:, None]
    above = np.count_nonzero(rows > high, axis=1)
    flat = np.flatnonzero((rows >= low) & (rows <= high))
    each = np.arange(batch)
    edges = np.searchsorted(flat, np.arange(batch + 1) * width)
    starts, counts = edges[:-1], np.diff(edges)
    rank = limit - above  # of the last one within, among those in between
    if (rank < 1).any() or (rank >= counts).any():
        return None
    most = int(counts.max())
    # Those of a row are put side by side at its beginning; the rest of it is empty.
    values = np.full((batch, most), -np.inf, dtype=rows.dtype)
    place = np.arange(len(flat)) + np.repeat(each * most - starts, counts)
    values.reshape(-1)[place] = rows.reshape(-1)[flat]
    ordered = np.sort(values, axis=1)
    last, beyond = ordered[each, most - rank], ordered[each, most - rank - 1]
    # Where both are equal there are two of them at least: the first and the last.
    is_filled = np.arange(most) < counts[:, None]
    within = (values == last[:, None]).argmax(1)
    outside = most - 1 - ((values == beyond[:, None]) & is_filled)[:, ::-1].argmax(1)
    columns: np.ndarray = np.stack([flat[starts + outside], flat[starts + within]], axis=1) % width
    return columns
