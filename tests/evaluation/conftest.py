import pytest
import torch


@pytest.fixture(autouse=True)
def _one_thread():
    """Tiny tensors: threads only wait for one another, and the order of sums stays the same."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
