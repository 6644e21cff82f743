"""Encoders of texts in ONNX files, with their tokenizers beside them."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models import PieceBackbone, load_backbone

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
pytest.importorskip("onnxruntime", reason="needs the extra onnx")
pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from tiny_tokenizer import ENDS, write_tokenizer  # noqa: E402

WORDS = ["a", "cat", "dog", "sat", "."]
ROWS = np.random.default_rng(0).standard_normal((len(ENDS) + len(WORDS), 4)).astype(np.float32)
INPUTS = ("input_ids", "attention_mask")


def network(
    *, inputs=INPUTS, shape=("batch", "length"), kind=TensorProto.INT64, rows=ROWS, nodes=()
):
    """A network whose state of a token is its row, doubled where a token was seen before it."""
    nodes = nodes or (
        helper.make_node("Gather", ["rows", "input_ids"], ["states"]),
        helper.make_node("ReduceSum", ["states", "axes"], ["pooled"], keepdims=0),
    )
    graph = helper.make_graph(
        list(nodes),
        "g",
        [helper.make_tensor_value_info(one, kind, list(shape)) for one in inputs],
        [
            helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", 4]),
            helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "length", 4]),
        ],
        [
            numpy_helper.from_array(rows, "rows"),
            numpy_helper.from_array(np.array([1], np.int64), "axes"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture
def folder(tmp_path):
    write_tokenizer(tmp_path, WORDS, padding=64)
    return tmp_path


def saved(folder, model):
    file = folder / "encoder.onnx"
    file.write_bytes(model.SerializeToString())
    return file


@pytest.mark.parametrize("kind", [TensorProto.INT64, TensorProto.INT32])
@pytest.mark.parametrize("inputs", [INPUTS, (*INPUTS, "token_type_ids")])
def test_a_file_is_an_encoder(folder, inputs, kind):
    file = saved(folder, network(inputs=inputs, kind=kind))
    found = load_backbone(f"onnx:{file}@16")
    assert isinstance(found, PieceBackbone)
    assert (found.name, found.dimension) == (f"onnx:{file}@16", 4)
    texts = [found.tokens(one) for one in (b"a cat sat .", b"", b"dog " * 40)]
    features = found.encode(texts).numpy()
    assert features[0] == pytest.approx(ROWS[[2, 4, 5, 7, 8, 3]].mean(0), abs=1e-6)
    assert features[1] == pytest.approx(ROWS[[2, 3]].mean(0), abs=1e-6)
    assert features[2] == pytest.approx(ROWS[[2, *[6] * 14, 3]].mean(0), abs=1e-6)
    (states,) = found.states(texts[:1], depth=0.5)
    assert states.numpy() == pytest.approx(ROWS[[4, 5, 7, 8]], abs=1e-6)
    assert found.encode([]).shape == (0, 4)
    again = load_backbone(found.name)
    assert (again.name, again.sha256) == (found.name, found.sha256)


def test_another_tokenizer_is_another_backbone(folder):
    file = saved(folder, network())
    before = load_backbone(f"onnx:{file}").sha256
    words = folder / "tokenizer.json"
    words.write_bytes(words.read_bytes() + b"\n")
    assert load_backbone(f"onnx:{file}").sha256 != before


OTHER = helper.make_node("Gather", ["rows", "input_ids"], ["pooled"])


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (network(inputs=("input_ids",)), "takes no attention_mask"),
        (network(inputs=(*INPUTS, "pixels")), "takes 'pixels'"),
        (network(shape=("batch", 16)), "any length"),
        (network(shape=(1, "length")), "any batch"),
        (network(kind=TensorProto.FLOAT), "not of the form integer"),
        (network(rows=ROWS[:5]), "cannot run"),  # fewer tokens than the tokenizer knows
        (
            network(
                nodes=[
                    helper.make_node("Gather", ["rows", "input_ids"], ["wide"]),
                    helper.make_node("Transpose", ["wide"], ["states"], perm=[1, 0, 2]),
                    helper.make_node("ReduceSum", ["wide", "axes"], ["pooled"], keepdims=0),
                ]
            ),
            "not one state for each token",
        ),
    ],
)
def test_networks_of_another_form_are_refused(folder, model, why):
    with pytest.raises(ModelError, match=why):
        load_backbone(f"onnx:{saved(folder, model)}")


def test_the_tokenizer_has_to_be_there(folder):
    file = saved(folder, network())
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match=r"tokenizer\.json cannot be read"):
        load_backbone(f"onnx:{file}")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="needs its tokenizer beside it"):
        load_backbone(f"onnx:{file}")


def test_a_pipe_in_the_place_of_the_tokenizer_is_not_waited_for(folder):
    (folder / "tokenizer.json").unlink()
    os.mkfifo(folder / "tokenizer.json")
    with pytest.raises(ModelError, match=r"tokenizer\.json is no file"):
        load_backbone(f"onnx:{saved(folder, network())}")


def test_too_few_tokens(folder):
    with pytest.raises(UsageError, match="2 tokens of a text are too few"):
        load_backbone(f"onnx:{saved(folder, network())}@2")


def test_features_do_not_depend_on_neighbours(folder):
    found = load_backbone(f"onnx:{saved(folder, network())}")
    short, long = found.tokens(b"cat"), found.tokens(b"a dog sat . " * 10)
    torch.testing.assert_close(found.encode([short, long])[0], found.encode([short])[0])
