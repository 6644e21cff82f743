"""A graph in an ONNX file that somebody else has made, read and tried within bounds.

A graph is a program. Before it runs in this process, it is read within bounds, must hold all
its numbers itself, may use no operator of a library and none that repeats without bound, and
has run once in a child process with little memory and time.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, final

from chameleonapi.errors import ModelError

__all__ = ["MAX_FILE_BYTES", "GraphFile", "GraphValue", "read_graph"]

MAX_FILE_BYTES: Final = 512 * 1024 * 1024
_MAX_NODES: Final = 50_000
_DOMAINS: Final = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
# Graphs within nodes: they repeat, or hide what this would have to look into.
_REFUSED: Final = frozenset({"Loop", "Scan", "If", "SequenceMap"})
# Numbers of ONNX for types of values, as numpy names them.
_KINDS: Final = {1: "float32", 6: "int32", 7: "int64"}
_PROBE_SECONDS: Final = 60


class GraphValue(NamedTuple):
    """An input or an output.

    Attributes:
        name: in the graph.
        kind: numpy's name of its type; empty for one that is not used here.
        shape: zero where any size is taken.
    """

    name: str
    kind: str
    shape: tuple[int, ...]


@final
@dataclass(frozen=True, eq=False)
class GraphFile:
    """A graph whose operators have been looked at.

    Attributes:
        path: of its file.
        content: of its file.
        sha256: of the content.
        inputs: without constants.
        outputs: in order.
        metadata: its own remarks.
    """

    path: Path
    content: bytes
    sha256: str
    inputs: tuple[GraphValue, ...]
    outputs: tuple[GraphValue, ...]
    metadata: Mapping[str, str]

    def probe(self, inputs: Mapping[str, Mapping[str, object]], *, output: int) -> list[int]:
        """Run it once where it can do no harm; return the shape of an output.

        Raises:
            ModelError: if it cannot be run within bounds.
        """
        asked = json.dumps({"inputs": inputs, "output": output})
        command = [sys.executable, "-I", str(Path(__file__).with_name("onnx_probe.py")), asked]
        try:
            done = subprocess.run(  # noqa: S603  our own file
                command,
                input=self.content,
                capture_output=True,
                timeout=_PROBE_SECONDS,
                check=False,
            )
            said = json.loads(done.stdout)
            shape = said["shape"]
        except subprocess.TimeoutExpired:
            raise ModelError(
                f"{self.path} took longer than {_PROBE_SECONDS} s for two inputs."
            ) from None
        except (ValueError, KeyError, TypeError):
            raise ModelError(
                f"{self.path} could not be run within bounds of memory and time.",
                hint="It may be damaged, made for another version, or larger than what is "
                "served here.",
            ) from None
        if shape is None:
            raise ModelError(f"ONNX Runtime cannot run {self.path}: {said['error']}")
        return list(shape)

    def refused(self, why: str) -> ModelError:
        """Return the error for a graph of another form."""
        return _refused(self.path, why)


def read_graph(path: Path) -> GraphFile:
    """Read a graph and look at its operators.

    Raises:
        ModelError: if the file cannot be read, or the graph is one that is not run here.
    """
    content = _read(path)
    model = _model(content, path)
    _check_nodes(model.graph, path)
    constants = {one.name for one in model.graph.initializer}
    return GraphFile(
        path,
        content,
        hashlib.sha256(content).hexdigest(),
        tuple(_value(one) for one in model.graph.input if one.name not in constants),
        tuple(_value(one) for one in model.graph.output),
        {one.key: one.value for one in model.metadata_props},
    )


def _value(one: Any) -> GraphValue:
    kind = one.type.tensor_type
    shape = tuple(int(size.dim_value) for size in kind.shape.dim)
    return GraphValue(one.name, _KINDS.get(kind.elem_type, ""), shape)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ModelError(f"there is no file {str(path)!r}.", hint="Write onnx:FILE.")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ModelError(f"{str(path)!r} cannot be read: {error.strerror}.") from None
    if len(content) > MAX_FILE_BYTES:
        raise ModelError(
            f"{path} is larger than {MAX_FILE_BYTES // 2**20} MiB.", hint="Use a smaller network."
        )
    return content


def _model(content: bytes, path: Path) -> Any:
    import onnx

    try:
        model = onnx.ModelProto.FromString(content)
    except Exception:  # noqa: BLE001  protobuf's errors differ by its implementation
        raise ModelError(f"{path} is no ONNX model.") from None
    if not model.graph.node:
        raise ModelError(f"{path} is no ONNX model, or an empty one.")
    if model.functions or any(one.domain not in _DOMAINS for one in model.opset_import):
        raise _refused(path, "it brings operators of its own")
    return model


def _check_nodes(graph: Any, path: Path) -> None:
    if len(graph.node) > _MAX_NODES:
        raise _refused(path, f"it has {len(graph.node):,} nodes")
    tensors = list(graph.initializer)
    for node in graph.node:
        if node.domain not in _DOMAINS:
            raise _refused(path, f"it uses an operator of {node.domain[:60]!r}")
        if node.op_type in _REFUSED or any(
            one.HasField("g") or one.graphs for one in node.attribute
        ):
            raise _refused(path, f"it has a graph within a node ({node.op_type[:60]})")
        tensors += [one.t for one in node.attribute if one.HasField("t")]
        tensors += [tensor for one in node.attribute for tensor in one.tensors]
    sparse = [tensor for one in graph.sparse_initializer for tensor in (one.values, one.indices)]
    for one in (*tensors, *sparse):
        if one.data_location or one.external_data:
            raise _refused(path, "its numbers are in another file; save it as one")


def _refused(path: Path, why: str) -> ModelError:
    return ModelError(f"{path} is not used: {why}.")
