"""ONNX Runtime behind the embedded backbone, and networks in files of strangers."""

import io
import sys

import numpy as np
import pytest
import torch

from chameleonapi.data import read_square
from chameleonapi.errors import MissingPackageError, ModelError, UnsupportedError, UsageError
from chameleonapi.models import Backbone, CutBackbone, load_backbone
from chameleonapi.models.onnx_backbone import computes_by

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
pytest.importorskip("onnxruntime", reason="needs the extra onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

NAME = "embedded:efficientnet-lite0@64"
STAGED = "embedded:efficientnet-lite0+stages@64"


def pictures(count, side, seed=0):
    drawn = np.random.default_rng(seed)
    return [drawn.integers(0, 256, (side, side, 3), dtype=np.uint8) for _ in range(count)]


@pytest.mark.parametrize("name", [NAME, STAGED])
def test_features_are_those_of_torch(name):
    ours, theirs = load_backbone(name, backend="onnx"), load_backbone(name)
    assert isinstance(ours, Backbone)
    assert isinstance(ours, CutBackbone)
    for one in ("name", "sha256", "dimension", "side", "cuts"):
        assert getattr(ours, one) == getattr(theirs, one)
    pixels = torch.stack([ours.preprocess(one) for one in pictures(40, 64)])
    expected = theirs.features(pixels)
    assert torch.allclose(ours.features(pixels), expected, atol=1e-4)
    assert expected.abs().max() > 1  # the comparison is of something
    assert ours.features(pixels[:0]).shape == (0, theirs.dimension)
    assert torch.equal(ours.rows(pixels[:2], 12), theirs.rows(pixels[:2], 12))


def test_what_computes_is_named():
    assert computes_by(load_backbone(NAME, backend="onnx")) == "ONNX Runtime"
    assert computes_by(load_backbone(NAME)) == "torch"


def test_pixels_of_another_side_are_refused():
    with pytest.raises(UsageError, match=r"takes pixels of shape \(batch, 3, 64, 64\)"):
        load_backbone(NAME, backend="onnx").features(torch.zeros(1, 3, 32, 32))


def test_backends_have_names():
    with pytest.raises(UsageError, match=r"unknown backend 'tensorrt'.*torch, onnx, auto"):
        load_backbone(NAME, backend="tensorrt")


def test_without_the_extra_auto_is_torch_and_onnx_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert type(load_backbone(NAME, backend="auto")) is type(load_backbone(NAME))
    with pytest.raises(MissingPackageError, match=r"chameleonapi\[onnx\]"):
        load_backbone(NAME, backend="onnx")


def test_what_cannot_be_exported_stays_with_torch(monkeypatch):
    from chameleonapi.models import backbones

    class Plain:
        name, sha256, dimension, side = "test:plain", "0" * 64, 3, 64
        preprocess = features = None

    monkeypatch.setitem(backbones._LOADERS, "test:plain", lambda _side, *, device: Plain())
    assert isinstance(load_backbone("test:plain", backend="auto"), Plain)
    with pytest.raises(UnsupportedError, match="cannot be run by ONNX Runtime"):
        load_backbone("test:plain", backend="onnx")


# Files


def network(*nodes, shape=("batch", 3, 32, 32), kind=TensorProto.FLOAT, constants=(), **more):
    nodes = nodes or (
        helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
    )
    graph = helper.make_graph(
        list(nodes),
        "g",
        [helper.make_tensor_value_info("pixels", kind, list(shape))],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, None)],
        list(constants),
    )
    domains = more.pop("domains", ("",))
    opsets = [helper.make_opsetid(one, 17 if not one else 1) for one in domains]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    helper.set_model_props(model, more.pop("props", {}))
    return model


def saved(tmp_path, model):
    file = tmp_path / "net.onnx"
    file.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    return file


def test_a_file_is_a_backbone(tmp_path):
    file = saved(tmp_path, network())
    found = load_backbone(f"onnx:{file}")
    assert isinstance(found, Backbone)
    assert (found.name, found.side, found.dimension) == (f"onnx:{file}@32", 32, 3)
    picture = np.full((32, 32, 3), 255, np.uint8)
    features = found.features(torch.stack([found.preprocess(picture)] * 5))
    white = (255 - np.array([123.675, 116.28, 103.53])) / np.array([58.395, 57.12, 57.375])
    assert features.numpy() == pytest.approx(np.tile(white, (5, 1)), abs=1e-4)
    assert found.features(torch.zeros(0, 3, 32, 32)).shape == (0, 3)
    again = load_backbone(found.name)
    assert again.sha256 == found.sha256


def test_a_file_names_the_scale_of_its_pixels(tmp_path):
    props = {"chameleonapi.mean": "0,0,0", "chameleonapi.std": "255, 255, 255"}
    found = load_backbone(f"onnx:{saved(tmp_path, network(props=props))}")
    picture = np.full((32, 32, 3), 255, np.uint8)
    assert found.preprocess(picture).unique().tolist() == [1.0]


def test_a_file_serves_pictures(tmp_path):
    from PIL import Image

    from chameleonapi.apis import Request
    from chameleonapi.models import LinearHead, SharedBackbonePredictor

    props = {"chameleonapi.mean": "0,0,0", "chameleonapi.std": "255,255,255"}
    backbone = load_backbone(f"onnx:{saved(tmp_path, network(props=props))}")
    head = LinearHead(
        ("red", "green", "blue"),
        torch.eye(3),
        torch.full((3,), -0.5),
        torch.zeros(3),
        torch.ones(3),
    )
    predictor = SharedBackbonePredictor(backbone, head, read_picture=read_square)
    out = io.BytesIO()
    Image.new("RGB", (50, 40), (255, 0, 0)).save(out, "PNG")
    (found,) = predictor.predict([Request("", out.getvalue())])
    assert [one > 0.5 for one in found.scores] == [True, False, False]


def test_a_network_for_any_size_needs_a_side(tmp_path):
    file = saved(tmp_path, network(shape=("batch", 3, "h", "w")))
    assert load_backbone(f"onnx:{file}@96").side == 96
    with pytest.raises(UsageError, match="takes pictures of any size"):
        load_backbone(f"onnx:{file}")
    with pytest.raises(UsageError, match="takes pictures of 32 x 32, but 96"):
        load_backbone(f"onnx:{saved(tmp_path, network())}@96")


OUTSIDE = helper.make_tensor("w", TensorProto.FLOAT, [3], [1.0, 1.0, 1.0])
del OUTSIDE.float_data[:]
OUTSIDE.data_location = TensorProto.EXTERNAL
OUTSIDE.external_data.add(key="location", value="../../../etc/passwd")

BODY = helper.make_graph([helper.make_node("Identity", ["a"], ["b"])], "body", [], [])


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (b"", "no ONNX model"),
        (b"\x08\x08\xff\xff", "no ONNX model"),
        (b"PK\x03\x04" + b"x" * 100, "no ONNX model"),
        (network(constants=[OUTSIDE]), "in another file"),
        (
            network(helper.make_node("Constant", [], ["features"], value=OUTSIDE)),
            "in another file",
        ),
        (
            network(helper.make_node("Loop", ["pixels"], ["features"], body=BODY)),
            r"graph within a node \(Loop\)",
        ),
        (
            network(helper.make_node("Own", ["pixels"], ["features"], domain="evil")),
            "operator of 'evil'",
        ),
        (network(domains=("", "evil")), "operators of its own"),
        (network(shape=("batch", 1, 32, 32)), "not of the form float"),
        (network(kind=TensorProto.INT64), "not of the form float"),
        (network(shape=(8, 3, 32, 32)), "fixed batch, or is not square"),
        (network(shape=("batch", 3, 32, 64)), "fixed batch, or is not square"),
        (network(props={"chameleonapi.std": "1,0,1"}), "three numbers"),
        (network(props={"chameleonapi.mean": "1,x,1"}), "three numbers"),
        (
            network(helper.make_node("ReduceMean", ["pixels"], ["features"], keepdims=0)),
            r"output of shape \(\)",
        ),
        (
            network(helper.make_node("Shape", ["pixels"], ["features"])),
            "of the type int64|cannot run",
        ),
        (network(helper.make_node("NoSuchThing", ["pixels"], ["features"])), "cannot run"),
    ],
)
def test_what_is_no_network_of_this_form_is_refused(tmp_path, model, why):
    with pytest.raises(ModelError, match=why):
        load_backbone(f"onnx:{saved(tmp_path, model)}")


def test_a_small_file_that_asks_for_all_memory_is_refused(tmp_path):
    size = numpy_helper.from_array(np.array([1 << 20, 1 << 14], np.int64), "size")  # 64 GiB
    nodes = (
        helper.make_node("ConstantOfShape", ["size"], ["many"]),
        helper.make_node("ReduceSum", ["many"], ["one"], keepdims=0),
        helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Add", ["flat", "one"], ["features"]),
    )
    with pytest.raises(ModelError, match=r"cannot run|could not be run"):
        load_backbone(f"onnx:{saved(tmp_path, network(*nodes, constants=[size]))}")


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ModelError, match="there is no file"):
        load_backbone(f"onnx:{tmp_path}/nothing.onnx")
    with pytest.raises(UsageError, match="needs a file"):
        load_backbone("onnx:")
    monkeypatch.setattr("chameleonapi.models.onnx_graph.MAX_FILE_BYTES", 10)
    with pytest.raises(ModelError, match="larger than"):
        load_backbone(f"onnx:{saved(tmp_path, network())}")
