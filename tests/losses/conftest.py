"""Shapes of tensors are checked while this room is tested."""

import pytest
import torch
from jaxtyping import install_import_hook

install_import_hook("chameleonapi.losses", "beartype.beartype")


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)  # tensors are tiny here, threads only wait
    torch.manual_seed(0)
