import pytest
import torch

from chameleonapi.errors import ModelError, UnsupportedError, UsageError
from chameleonapi.models import (
    DRAWS,
    LOW_RANK,
    WHOLE,
    Tail,
    load_backbone,
    merge,
    need_cuts,
    start_tail,
)
from chameleonapi.models.jitter import jitter_maps

NAMES = ("embedded:efficientnet-lite0@64", "embedded:efficientnet-lite0+stages@64")


@pytest.fixture(scope="module", params=NAMES)
def backbone(request):
    return load_backbone(request.param)


@pytest.fixture(scope="module")
def plain():
    return load_backbone(NAMES[0])


def pixels(count=3):
    return torch.rand(count, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_what_follows_a_cut_makes_the_features_of_the_whole(backbone):
    whole = backbone.features(pixels())
    for cut in backbone.cuts:
        rows = backbone.rows(pixels(), cut)
        assert rows.dtype == torch.float16
        assert rows.shape == (3, backbone.row_size(cut))
        with torch.no_grad():
            found = backbone.tail(cut)(rows.float())
        assert torch.allclose(found, whole, atol=0.02)
        # rounding to half precision is all that differs
        assert float((found - whole).square().mean()) < 1e-5 * float(whole.square().mean())


def test_a_cut_that_is_not_offered_is_refused(plain):
    with pytest.raises(UsageError, match=r"cannot be cut at 3.*"):
        plain.tail(3)


def test_tails_share_no_weights_with_the_backbone(plain):
    before = plain.features(pixels())
    tail = plain.tail(12)
    with torch.no_grad():
        for one in tail.parameters():
            one.zero_()
    assert torch.equal(plain.features(pixels()), before)


def test_a_backbone_without_cuts_is_refused():
    class Whole:
        name, sha256, dimension, side = "test:whole", "0" * 64, 3, 2

        def preprocess(self, picture): ...

        def features(self, pixels): ...

    with pytest.raises(UnsupportedError, match="test:whole cannot be cut"):
        need_cuts(Whole())


@pytest.mark.parametrize("form", [WHOLE, LOW_RANK])
def test_where_training_starts_nothing_is_changed(plain, form):
    network = plain.tail(12)
    rows = plain.rows(pixels(), 12).float()
    built = Tail(plain.name, 12, form, start_tail(form, network)).build(plain)
    with torch.no_grad():
        assert torch.equal(built(rows), network(rows))


def test_a_low_rank_change_is_small_and_reaches_every_wide_layer(plain):
    network = plain.tail(12)
    tensors = start_tail(LOW_RANK, network, rank=4)
    count = sum(one.numel() for one in network.parameters())
    assert sum(one.numel() for one in tensors.values()) < 0.03 * count
    changed = {name: one + 0.01 for name, one in tensors.items()}
    merged = merge(LOW_RANK, network, changed)
    assert len(merged) == 9  # two in each of four blocks, and the last one
    base = dict(network.named_parameters())
    for name, one in merged.items():
        change = (one - base[name]).flatten(1)
        assert int(torch.linalg.matrix_rank(change, rtol=1e-4)) <= 4
        assert float(change.abs().max()) > 0


@pytest.mark.parametrize("form", [WHOLE, LOW_RANK])
def test_a_tail_comes_back_bit_for_bit(plain, form):
    generator = torch.Generator().manual_seed(1)
    tensors = {
        name: one + 0.01 * torch.randn(one.shape, generator=generator)
        for name, one in start_tail(form, plain.tail(12)).items()
    }
    tail = Tail(plain.name, 12, form, tensors)
    again = Tail.from_bytes(tail.to_bytes())
    assert again.to_bytes() == tail.to_bytes()
    rows = plain.rows(pixels(), 12).float()
    with torch.no_grad():
        assert torch.equal(again.build(plain)(rows), tail.build(plain)(rows))
        assert not torch.equal(tail.build(plain)(rows), plain.tail(12)(rows))


def test_damaged_and_foreign_tails_are_refused(plain):
    tensors = start_tail(LOW_RANK, plain.tail(12))
    tail = Tail(plain.name, 12, LOW_RANK, tensors)
    content = tail.to_bytes()
    for damaged in (b"", content[:100], content[:-9]):
        with pytest.raises(ModelError, match="tail of a model cannot be used"):
            Tail.from_bytes(damaged)
    name = next(iter(tensors))
    broken = Tail(plain.name, 12, LOW_RANK, {**tensors, name: tensors[name] * torch.nan})
    with pytest.raises(ModelError, match="not finite"):
        Tail.from_bytes(broken.to_bytes())
    with pytest.raises(ModelError, match=r"made for .*\+stages@64, but the backbone"):
        Tail(NAMES[1], 12, LOW_RANK, tensors).build(plain)
    for wrong in ({name: torch.zeros(2, 3)}, {"blocks.3.down": torch.zeros(2, 3)}):
        with pytest.raises(ModelError, match="tail of a model cannot be used"):
            Tail(plain.name, 12, LOW_RANK, {**tensors, **wrong}).build(plain)
    with pytest.raises(ModelError, match="tail of a model cannot be used"):
        Tail(plain.name, 12, WHOLE, {"head.convolution.bias": torch.zeros(3)}).build(plain)


def draws(seed):
    return torch.rand(8, DRAWS, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("cut", [0, 12])
def test_jitter_changes_maps_and_repeats_itself(backbone, cut):
    rows = backbone.rows(pixels(8), cut).float()
    one, same, other = (backbone.jitter(rows, cut, draws(seed)) for seed in (1, 1, 2))
    assert one.shape == rows.shape
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    half = backbone.jitter(rows[3:5], cut, draws(1)[3:5])
    assert torch.equal(half, one[3:5])
    pooled = backbone.network.pooled_before(cut)
    if pooled:
        assert torch.equal(one[:, -pooled:], rows[:, -pooled:])
    if cut:
        # moved, mirrored and with repeated edges, but no new values
        assert set(one[0].tolist()) <= set(rows[0].tolist())


def test_nothing_is_left_on_the_cpu_where_the_network_is_elsewhere(plain):
    """Operations that mix devices fail; ``meta`` stands for a GPU, and computes no values."""
    network = plain.tail(12).to("meta")
    for form in (WHOLE, LOW_RANK):
        tensors = start_tail(form, network)
        assert {one.device.type for one in tensors.values()} == {"meta"}
        weights = merge(form, network, tensors)
        rows = torch.zeros(2, plain.row_size(12), device="meta")
        found = torch.func.functional_call(network, weights, (rows,))
        assert (found.device.type, tuple(found.shape)) == ("meta", (2, plain.dimension))
    maps = torch.zeros(8, 6, 6, 4, device="meta")
    assert jitter_maps(maps, draws(0), is_picture=True).device.type == "meta"
