import pytest
import torch

from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.training.groups import Group, target_groups
from chameleonapi.training.judge import Judge
from chameleonapi.training.pieces import Terrain
from chameleonapi.training.thresholds import Shifts, ThresholdSearch, search_shifts, shift_head
from evaluation.worlds import process

LABELS = ("Apple", "Banana", "Can", "Dog")
CHOICE = process({"food": ["Apple", "Banana"], "metal": ["Can"]})


def miscalibrated(count, seed, *, shifts=(0.0, 0.0, 0.0, 0.0), noise=0.7):
    """Logits that would be right, up to noise, were each label not shifted."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.rand(count, 4, generator=generator) < 0.3
    logits = torch.where(present, 1.5, -1.5) + noise * torch.randn(count, 4, generator=generator)
    decision = compile_decision(CHOICE, LABELS)
    return Judge(decision, decision.acceptable(present)), logits + torch.tensor(shifts)


def searched(judge, logits, **options):
    groups = target_groups(CHOICE, LABELS)
    terrain = Terrain.of(CHOICE, LABELS)
    return search_shifts(
        judge, logits, groups, terrain, search=ThresholdSearch(**options) if options else None
    )


def test_a_shift_that_was_put_in_is_found_again():
    judge, logits = miscalibrated(800, 1, shifts=(-2.0, -2.0, 1.5, 0.0))
    found = searched(judge, logits)
    assert found.values["food"] == pytest.approx(2.0, abs=0.5)
    assert found.values["metal"] == pytest.approx(-1.5, abs=0.5)
    assert found.after < 0.6 * found.before


def test_what_is_found_holds_on_new_data():
    shifts = (-2.0, -2.0, 1.5, 0.0)
    found = searched(*miscalibrated(300, 1, shifts=shifts))
    judge, logits = miscalibrated(2000, 2, shifts=shifts)
    moved = logits.clone()
    moved[:, :2] += found.values["food"]
    moved[:, 2] += found.values["metal"]
    assert judge.rate(moved) < 0.6 * judge.rate(logits)


def test_the_rate_never_rises_on_the_data_of_the_search():
    for seed in range(20):
        judge, logits = miscalibrated(60, seed, noise=1.5)
        found = searched(judge, logits)
        assert found.after <= found.before + 1e-12


def test_noise_is_no_reason_to_move():
    """On few examples that are calibrated already, moving mostly harms on new data."""
    harm = []
    for seed in range(12):
        found = searched(*miscalibrated(30, seed))
        judge, logits = miscalibrated(1500, 1000 + seed)
        moved = logits.clone()
        moved[:, :2] += found.values["food"]
        moved[:, 2] += found.values["metal"]
        harm.append(judge.rate(moved) - judge.rate(logits))
    assert sum(harm) / len(harm) < 0.02


def test_without_blur_the_search_is_exact():
    judge, logits = miscalibrated(50, 4, noise=1.5)
    group = (Group("food", (0, 1)),)
    found = search_shifts(
        judge,
        logits,
        group,
        Terrain.of(CHOICE, LABELS),
        search=ThresholdSearch(blur=0.0, evidence=0.0, total_evidence=0.0),
    )
    best = judge.rate(logits)
    for shift in torch.linspace(-4.99, 4.99, 2001).tolist():
        moved = logits.clone()
        moved[:, :2] += shift
        best = min(best, judge.rate(moved))
    assert found.after == pytest.approx(best, abs=1e-12)


def test_shifts_are_folded_into_the_bias():
    head = LinearHead(LABELS, torch.eye(4), torch.zeros(4), torch.zeros(4), torch.ones(4))
    groups = target_groups(CHOICE, LABELS)
    moved = shift_head(head, groups, {"food": 1.5, "metal": -0.5})
    features = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    change = moved.logits(features) - head.logits(features)
    torch.testing.assert_close(change, torch.tensor([[1.5, 1.5, -0.5, 0.0]]).expand(3, -1))
    assert head.bias.tolist() == [0, 0, 0, 0]


def test_thresholds_are_told_as_scores():
    text = Shifts({"food": 0.0, "metal": 1.0}, 0.2, 0.1).describe(0.5)
    assert text == "food 0.50, metal 0.27"
    assert Shifts({"a": 0.0}, 0.2, 0.2).describe(0.55) == "a 0.55"
