import mmap

import pytest
import torch

from chameleonapi.training import FeatureSet, TrainSettings, train_generic, train_methods
from chameleonapi.training.categories import category_members, category_weights
from chameleonapi.training.memory import PeakMemory
from evaluation.worlds import directions, process, scenes

LABELS = ("Food", "Apple", "Pear", "Cloth", "Shirt", "Sock", "Stone")
CHOICE = process({"apple": ["Apple"], "pear": ["Pear"]})


def shelves():
    """Ten apples, two pears, six shirts, one sock and one stone, with what stands above them."""
    rows = [("Food", "Apple")] * 10 + [("Food", "Pear")] * 3
    rows += [("Cloth", "Shirt")] * 6 + [("Cloth", "Sock")] * 3 + [("Stone",)] * 4
    present = torch.tensor([[one in row for one in LABELS] for row in rows])
    ids = tuple(map(str, range(len(rows))))
    return FeatureSet(
        LABELS, ids, ids, torch.zeros(len(rows), 2), present, torch.ones_like(present)
    )


def test_a_category_is_what_stands_highest_above_the_labels_read_and_all_below_it():
    found = [LABELS[one] for one in category_members(CHOICE, shelves())]
    assert found == ["Food", "Apple", "Pear"]
    both = process({"apple": ["Apple"], "stone": ["Stone"]})
    assert [LABELS[one] for one in category_members(both, shelves())] == [*found, "Stone"]


def test_labels_without_a_hierarchy_are_categories_of_their_own():
    flat = scenes(400, LABELS, seed=1, directions=directions(LABELS), rate=0.3)
    assert [LABELS[one] for one in category_members(CHOICE, flat)] == ["Apple", "Pear"]


def test_a_label_that_is_unknown_implies_nothing():
    data = shelves()
    known = data.known.clone()
    known[:, 0] = False
    blind = FeatureSet(LABELS, data.ids, data.digests, data.features, data.present, known)
    assert [LABELS[one] for one in category_members(CHOICE, blind)] == ["Apple", "Pear"]


def test_every_label_of_the_category_counts_alike():
    weights = category_weights(CHOICE, shelves())
    assert float(weights.sum()) == pytest.approx(1)
    # Food, Apple, Pear and none of them: a quarter each. An apple has its share of the first two.
    assert float(weights[:10].sum()) == pytest.approx((10 / 13 + 1) / 4)
    assert float(weights[10:13].sum()) == pytest.approx((3 / 13 + 1) / 4)
    assert float(weights[13:].sum()) == pytest.approx(1 / 4)


def test_all_baselines_are_made_and_do_not_change_ours():
    space = directions(LABELS, 6)

    def draw(count, seed):
        return scenes(count, LABELS, seed=seed, directions=space, rate=0.2, noise=0.3)

    generic = train_generic(draw(400, 1), draw(200, 2), seed=0).head
    fast = TrainSettings(epochs=4, folds=1)
    sets = draw(200, 3), draw(100, 4)
    few = train_methods(CHOICE, generic, *sets, settings=fast)
    extra = ["categorised", "weighted", "asymmetric"]
    every = train_methods(CHOICE, generic, *sets, settings=fast, names=[*few, *extra])
    assert set(every) == {*few, *extra}
    assert every["ours"].head.to_bytes() == few["ours"].head.to_bytes()
    heads = {one.head.to_bytes() for one in every.values()}
    # Ours may be one of the five; the three others are themselves.
    assert len(heads) >= 6
    for name in extra:
        assert every[name].model is not None
        assert every[name].rate <= every["generic"].rate + 0.15
        assert every[name].peak_bytes > 1 << 20


def test_a_peak_of_memory_is_seen_and_forgotten():
    with PeakMemory() as small:
        pass
    # Pages of its own: a heap may have kept as many from before.
    with PeakMemory() as large, mmap.mmap(-1, 64 << 20) as block:
        block[:: 1 << 12] = b"x" * len(block[:: 1 << 12])
    assert large.bytes - small.bytes > 48 << 20
