"""What a number was measured with: versions and the sort of machine, never its name."""

from __future__ import annotations

import os
import platform

import numpy as np
import torch

import chameleonapi

__all__ = ["describe_environment"]


def describe_environment() -> dict[str, str]:
    """Return versions, platform and the number of processors, as text."""
    return {
        "chameleonapi": chameleonapi.__version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count() or 1),
        "threads": str(torch.get_num_threads()),
    }
