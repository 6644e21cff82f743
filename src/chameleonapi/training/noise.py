"""Noise on features, drawn where it is cheap: in the logits that it leads to.

A linear layer turns Gaussian noise on each of its inputs into Gaussian noise on its outputs with
the covariance ``scale**2 * weight @ weight.T``. Drawing that directly needs a few numbers for an
example instead of thousands, and the gradient with respect to the weight is right as well.

Reference: Kingma, Salimans and Welling, "Variational Dropout and the Local Reparameterization
Trick", NeurIPS 2015.
"""

from __future__ import annotations

from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["logit_noise"]

# The covariance of more rows than this costs more than noise on the features.
_MOST_ROWS: Final = 256
_JITTER: Final = 1e-5


def logit_noise(
    weight: Float[Tensor, "rows dimension"],
    examples: int,
    scale: float,
    generator: torch.Generator,
) -> Float[Tensor, "examples rows"]:
    """Return what independent noise on normalised features adds to the outputs of a layer.

    Args:
        weight: of the layer.
        examples: how many draws.
        scale: standard deviation of the noise on each feature.
        generator: of the draws.
    """
    rows, dimension = weight.shape
    if rows > min(_MOST_ROWS, dimension):
        noise = torch.randn((examples, dimension), generator=generator)
        return scale * (noise @ weight.T)
    drawn = torch.randn((examples, rows), generator=generator)
    # In double precision, and never quite singular: training may start from a change of zero.
    exact = weight.double()
    covariance = exact @ exact.T + _JITTER * torch.eye(rows, dtype=torch.float64)
    factor = torch.linalg.cholesky(covariance).to(weight.dtype)
    added: Tensor = scale * (drawn @ factor.T)
    return added
