import pytest
import torch

from chameleonapi.errors import DataError
from chameleonapi.training import train_generic
from chameleonapi.training.features import FeatureSet
from evaluation.worlds import directions, scenes

LABELS = tuple(f"L{index}" for index in range(8))
DIRECTIONS = directions(LABELS)


def data(count, seed, **options):
    return scenes(count, LABELS, seed=seed, directions=DIRECTIONS, **options)


def errors(head, test):
    return float(((head.logits(test.features) > 0) != test.present).float().mean())


def test_separable_labels_are_learnt():
    clean = {"noise": 0.02}
    model = train_generic(data(600, 1, **clean), data(200, 2, **clean), seed=0)
    assert errors(model.head, data(500, 3, **clean)) < 0.01
    assert model.history[-1].loss < model.history[0].loss


def test_equal_seeds_give_equal_bytes():
    one, same, other = (
        train_generic(data(200, 1), data(80, 2), seed=seed).head.to_bytes() for seed in (5, 5, 6)
    )
    assert one == same
    assert one != other


def test_unknown_labels_teach_nothing():
    train = data(300, 1)
    known = train.known.clone()
    known[:150, 0] = False
    lies = train.present.clone()
    lies[:150, 0] = ~lies[:150, 0]
    heads = [
        train_generic(
            FeatureSet(LABELS, train.ids, train.digests, train.features, present, known),
            data(80, 2),
            seed=0,
        ).head
        for present in (train.present, lies)
    ]
    assert heads[0].to_bytes() == heads[1].to_bytes()


def test_a_label_that_never_occurs_stays_low():
    train, validation = data(300, 1), data(80, 2)
    train.present[:, 3] = False
    validation.present[:, 3] = False
    head = train_generic(train, validation, seed=0).head
    scores = torch.sigmoid(head.logits(validation.features))[:, 3]
    assert float(scores.max()) < 0.1


def test_a_run_that_is_there_already_is_taken_up(tmp_path):
    file = tmp_path / "generic"
    first = train_generic(data(100, 1), data(50, 2), seed=0, checkpoint=file)
    again = train_generic(data(100, 1), data(50, 2), seed=0, checkpoint=file)
    assert first.head.to_bytes() == again.head.to_bytes()
    other = train_generic(data(100, 9), data(50, 2), seed=0, checkpoint=file)
    assert other.head.to_bytes() != first.head.to_bytes()


def test_no_examples_are_refused():
    with pytest.raises(DataError, match="0 for training, 50 for validation and 8 labels"):
        train_generic(data(1, 1).select([]), data(50, 2), seed=0)
