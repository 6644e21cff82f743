"""The embedded backbone as an ONNX graph, written node by node.

No tracer: the graph is small, and nothing of it depends on what an exporter makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from chameleonapi.models._efficientnet_lite import Block, Convolution, EfficientNetLite

__all__ = ["FEATURES", "PIXELS", "export_lite"]

PIXELS: Final = "pixels"
FEATURES: Final = "features"
_OPSET: Final = 17
_IR_VERSION: Final = 8  # of ONNX 1.12: what reads this opset reads it


def export_lite(network: EfficientNetLite, side: int) -> bytes:
    """Return the network as an ONNX model for pictures of one side, in batches of any size."""
    graph = _Graph()
    maps = graph.convolution(PIXELS, network.stem)
    pooled = []
    for number, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        begin, wide = maps, maps
        if isinstance(block.expand, Convolution):
            wide = graph.convolution(wide, block.expand)
        filtered = graph.convolution(wide, block.depthwise)
        if number in network.stages:
            pooled.append(graph.pool(filtered))
        maps = graph.convolution(filtered, block.project)
        if block.adds:
            maps = graph.node("Add", [maps, begin])
    last = graph.pool(graph.convolution(maps, network.head))
    graph.node("Concat", [last, *pooled], name=FEATURES, axis=1)
    pixels = helper.make_tensor_value_info(PIXELS, TensorProto.FLOAT, ["batch", 3, side, side])
    features = helper.make_tensor_value_info(
        FEATURES, TensorProto.FLOAT, ["batch", network.dimension]
    )
    made = helper.make_graph(graph.nodes, "backbone", [pixels], [features], graph.constants)
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    )
    content: bytes = model.SerializeToString(deterministic=True)
    return content


class _Graph:
    """Nodes in the order in which they run, and the numbers that they use."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        bounds = (("zero", 0.0), ("six", 6.0))
        for name, value in bounds:
            self.constants.append(numpy_helper.from_array(np.array(value, np.float32), name))

    def node(self, kind: str, inputs: Sequence[str], *, name: str = "", **attributes: Any) -> str:
        """Add a node; return the name of what it gives."""
        output = name or f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def convolution(self, maps: str, one: Convolution) -> str:
        """Add a convolution, with ReLU6 behind it unless it is linear."""
        inner = one.convolution
        assert inner.bias is not None
        assert isinstance(inner.padding, tuple)
        before = one.extra // 2 if one.extra else inner.padding[0]
        after = one.extra - before if one.extra else inner.padding[0]
        names = [f"weight{len(self.constants)}", f"bias{len(self.constants)}"]
        for name, tensor in zip(names, (inner.weight, inner.bias), strict=True):
            values = tensor.detach().cpu().contiguous().numpy()
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        found = self.node(
            "Conv",
            [maps, *names],
            group=inner.groups,
            kernel_shape=list(inner.kernel_size),
            strides=list(inner.stride),
            pads=[before, before, after, after],
        )
        return found if one.linear else self.node("Clip", [found, "zero", "six"])

    def pool(self, maps: str) -> str:
        """Add the mean over each map."""
        return self.node("Flatten", [self.node("GlobalAveragePool", [maps])], axis=1)
