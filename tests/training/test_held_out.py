from dataclasses import replace

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from chameleonapi.errors import DataError
from chameleonapi.training import (
    TrainSettings,
    customize,
    hold_out,
    train_generic,
    train_methods,
)
from chameleonapi.training.folds import Folds
from evaluation.worlds import directions, process, scenes

LABELS = tuple(f"L{index}" for index in range(10))
# Few examples of many dimensions: a head learns them by heart.
WIDE = directions(LABELS, 200)
CHOICE = process({"left": ["L0", "L1", "L2"], "right": ["L3", "L4", "L5"]}, kind="application")
FAST = TrainSettings(epochs=40, patience=40, pull=0.0, noise=0.0, learning_rate=5e-3)
SHORT = replace(FAST, epochs=5)


def data(count, seed):
    return scenes(count, LABELS, seed=seed, directions=WIDE, rate=0.2, noise=0.4)


@pytest.fixture(scope="module")
def pool():
    return data(120, 1), data(60, 2)


@pytest.fixture(scope="module")
def generic(pool):
    return train_generic(*pool, seed=0, settings=FAST).head


@pytest.fixture(scope="module")
def both(pool, generic):
    return hold_out(generic, *pool, seed=0, settings=FAST)


def cross_entropy(logits, some):
    return float(binary_cross_entropy_with_logits(logits, some.present.float()))


def test_held_out_logits_are_as_good_as_those_of_new_examples(both, generic):
    train, validation = both
    new = data(400, 3)
    expected = cross_entropy(generic.logits(new.features), new)
    assert cross_entropy(generic.logits(train.features), train) < 0.6 * expected
    assert cross_entropy(train.held_out, train) == pytest.approx(expected, rel=0.35)
    assert torch.equal(validation.held_out, generic.logits(validation.features))


def test_an_example_has_no_part_in_its_own_logits(pool, generic):
    train, validation = pool
    present = train.present.clone()
    present[7] = ~present[7]
    other = replace(train, present=present)
    one, _ = hold_out(generic, train, validation, seed=0, settings=SHORT)
    two, _ = hold_out(generic, other, validation, seed=0, settings=SHORT)
    assert torch.equal(one.held_out[7], two.held_out[7])
    assert not torch.equal(one.held_out, two.held_out)


def test_neither_has_a_copy(pool, generic):
    train, validation = pool
    twice = replace(train, digests=tuple(train.digests[row // 2] for row in range(len(train))))
    present = train.present.clone()
    present[6] = ~present[6]
    other = replace(twice, present=present)
    one, _ = hold_out(generic, twice, validation, seed=0, settings=SHORT)
    two, _ = hold_out(generic, other, validation, seed=0, settings=SHORT)
    assert torch.equal(one.held_out[7], two.held_out[7])  # the copy of number 6


def test_what_was_held_out_is_kept(pool, generic, tmp_path, monkeypatch):
    file = tmp_path / "held-out.safetensors"
    one, _ = hold_out(generic, *pool, seed=0, settings=SHORT, checkpoint=file)
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    two, _ = hold_out(generic, *pool, seed=1, settings=SHORT, checkpoint=file)
    assert not torch.equal(one.held_out, two.held_out)
    monkeypatch.setattr(
        "chameleonapi.training.held_out.train_generic", lambda *_, **__: pytest.fail("trained")
    )
    three, _ = hold_out(generic, *pool, seed=1, settings=SHORT, checkpoint=file)
    assert torch.equal(two.held_out, three.held_out)


def test_a_handful_of_examples_is_refused(pool, generic):
    train, validation = pool
    with pytest.raises(DataError, match="7 different examples with 10 labels cannot be held out"):
        hold_out(generic, train.select(range(7)), validation, seed=0)


def test_training_starts_from_held_out_logits_and_folds_judge_by_them(both, generic):
    (split,) = Folds.open(CHOICE, generic, *both, count=1).workshops
    assert torch.equal(split.train.logits, both[0].held_out[:, split.space.matter])
    folds = Folds.open(CHOICE, generic, *both, count=3)
    logits = {
        digest: row
        for some in both
        for digest, row in zip(some.digests, some.held_out, strict=True)
    }
    checked = [logits[one] for some in folds.workshops for one in some.contents[1]]
    expected = torch.stack(checked)[:, folds.first.space.matter]
    assert torch.allclose(folds.logits(folds.same(generic)), expected, atol=1e-4)


@pytest.mark.parametrize("everything", [False, True])
def test_what_a_head_has_learnt_moves_held_out_logits(generic, both, everything):
    capped = process({"yes": ["L0", "L1"]}, max_results=3)
    folds = Folds.open(capped, generic, *both, count=2)
    weight, bias = generic.weight.clone(), generic.bias.clone()
    if everything:
        bias += 0.7
    else:
        weight[0] += 0.01
        bias[1] -= 0.2
    moved = replace(generic, weight=weight, bias=bias)
    workshop = folds.first
    # What it adds is what the served heads differ by, on the same features.
    rows, data_ = workshop.space.matter, workshop.validation
    change = (data_.features @ (weight - generic.weight).T + bias - generic.bias)[:, rows]
    found = workshop.logits(moved) - workshop.logits(generic)
    assert torch.allclose(found[:, : len(rows)], change, atol=1e-4)
    places = found[:, len(rows) :]
    assert places.shape[1] == 3
    assert torch.allclose(places, torch.full_like(places, 0.7 if everything else 0.0), atol=1e-5)


def test_customising_with_held_out_logits_is_repeatable_and_publishes_a_change(both, generic):
    held_out, validation = both
    settings = replace(SHORT, epochs=8, opinions=False)
    one = customize(CHOICE, generic, held_out, validation, settings=settings)
    two = customize(CHOICE, generic, held_out, validation, settings=settings)
    assert torch.equal(one.head.weight, two.head.weight)
    rest = [LABELS.index(one) for one in ("L6", "L7", "L8", "L9")]
    assert torch.equal(one.head.weight[rest], generic.weight[rest])


def test_baselines_are_judged_on_examples_that_no_model_saw(pool, generic, both):
    train, validation = pool
    names = ("generic", "tuned")
    fooled = train_methods(CHOICE, generic, train, validation, names=names)
    honest = train_methods(CHOICE, generic, *both, names=names)
    assert fooled["tuned"].rate < honest["tuned"].rate
