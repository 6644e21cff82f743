"""Shapes of tensors are checked while this room is tested."""

import pytest
import torch
from jaxtyping import install_import_hook

install_import_hook("chameleonapi.losses", "beartype.beartype")


@pytest.fixture(autouse=True)
def _two_threads():
    torch.set_num_threads(2)
    torch.manual_seed(0)
