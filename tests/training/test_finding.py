import pytest
import torch

from chameleonapi.errors import DataError
from chameleonapi.models.regions import overlap, pick_regions
from chameleonapi.training import TrainSettings
from chameleonapi.training.finding import FinderExamples, train_finder

SETTINGS = TrainSettings(
    epochs=8, patience=8, batch_size=16, learning_rate=3e-3, pull=0.0, noise=0.0, averaging=0.5
)


def blobs(count, *, seed):
    """Maps on which a thing is a bright patch of as many cells as its box covers."""
    generator = torch.Generator().manual_seed(seed)
    fine = 0.1 * torch.randn(count, 3, 8, 8, generator=generator)
    coarse = 0.1 * torch.randn(count, 2, 4, 4, generator=generator)
    boxes = []
    for picture in range(count):
        left, top = torch.randint(0, 5, (2,), generator=generator).tolist()
        size = int(torch.randint(2, 4, (1,), generator=generator))
        fine[picture, 0, top : top + size, left : left + size] += 2
        boxes.append(torch.tensor([[left, top, left + size, top + size]]) / 8)
    return FinderExamples(fine.half(), coarse.half(), boxes, f"blobs {count} {seed}")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    file = tmp_path_factory.mktemp("finder") / "finder.safetensors"
    train, validation = blobs(160, seed=1), blobs(40, seed=2)
    found = train_finder(train, validation, seed=0, settings=SETTINGS, checkpoint=file)
    return found, train, validation, file


def test_things_are_found(made):
    found, _, validation, _ = made
    logits, boxes = found.finder(validation.fine.float(), validation.coarse.float())
    places, _ = pick_regions(boxes, logits, count=1, most_overlap=0.5)
    best = boxes.gather(1, places[..., None].expand(-1, -1, 4))[:, 0]
    true = torch.cat(list(validation.boxes))
    assert float((overlap(best, true) > 0.5).float().mean()) > 0.8
    assert found.history[-1].loss < found.history[0].loss / 2


def test_a_finished_run_goes_on_to_the_same_bits(made):
    found, train, validation, file = made
    again = train_finder(train, validation, seed=0, settings=SETTINGS, checkpoint=file)
    assert again.finder.sha256 == found.finder.sha256
    assert again.history == found.history


def test_pictures_without_things_teach_nothing():
    some = blobs(4, seed=3)
    empty = FinderExamples(some.fine, some.coarse, [torch.zeros(0, 4)] * 4, "empty")
    with pytest.raises(DataError, match="no training picture has a box"):
        train_finder(empty, some, seed=0, settings=SETTINGS)
    with pytest.raises(DataError, match="no validation picture has a box"):
        train_finder(some, empty, seed=0, settings=SETTINGS)
