"""A backbone small enough to train in a moment, and a decision that its features hide."""

from __future__ import annotations

import hashlib

import torch
from torch import nn

from chameleonapi.training.features import FeatureSet

LABELS = ("Even", "Odd", "Other")


class BentTail(nn.Module):
    """Features that know of each input only how far it is above zero."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(2, 6, 1)
        with torch.no_grad():
            self.first.weight[:] = torch.tensor(
                [[1.0, 0], [0, 1], [1, 0.3], [0.3, 1], [1, 0.1], [0.1, 1]]
            )[:, :, None, None]
            self.first.bias[:] = torch.tensor([0.0, 0, 0.1, 0.1, 0.2, 0.2])

    def forward(self, rows):
        return self.first(rows[:, :, None, None]).relu().mean((2, 3))


class BentBackbone:
    """Rows are the inputs themselves."""

    name, sha256, dimension, side, cuts = "test:bent", "0" * 64, 6, 1, (0, 1)

    def __init__(self):
        self.jitters = 0

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype("float32")).permute(2, 0, 1)

    def features(self, pixels):
        with torch.no_grad():
            return BentTail()(self.rows(pixels, 1).float())

    def row_size(self, cut):
        return 2

    def rows(self, pixels, cut):
        return torch.stack(list(pixels))[:, :2, 0, 0].half()

    def tail(self, cut):
        return BentTail().requires_grad_(False)

    def jitter(self, rows, cut, drawn):
        self.jitters += 1
        return rows + 0.02 * (drawn[:, :2] - 0.5)


class Rows:
    """A source of rows in memory."""

    cut = 1

    def __init__(self, rows):
        self.known = rows

    def rows(self, digests):
        return torch.stack([self.known[one] for one in digests])


def world(count, seed):
    """Return examples whose label is whether the signs of both inputs agree, and their rows."""
    generator = torch.Generator().manual_seed(seed)
    rows = (torch.rand(count, 2, generator=generator) * 2 - 1).half().float()
    even = rows[:, 0] * rows[:, 1] > 0
    present = torch.stack([even, ~even, torch.zeros_like(even)], 1)
    ids = tuple(f"{seed}-{index}" for index in range(count))
    digests = tuple(hashlib.sha256(one.encode()).hexdigest() for one in ids)
    with torch.no_grad():
        features = BentTail()(rows)
    data = FeatureSet(LABELS, ids, digests, features, present, torch.ones_like(present))
    return data, dict(zip(digests, rows, strict=True))
