"""A backbone in an ONNX file that somebody else has made: ``onnx:FILE`` or ``onnx:FILE@side``.

A graph is a program. Before it runs in this process, it is read within bounds, must hold all
its numbers itself, may use no operator of a library and none that repeats without bound, and
has run once in a child process with little memory and time.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models.backbones import PictureBackbone
from chameleonapi.models.onnx_session import OnnxSession, has_onnx, missing_onnx

__all__ = ["MAX_FILE_BYTES", "load_onnx_file"]

MAX_FILE_BYTES: Final = 512 * 1024 * 1024
_MAX_NODES: Final = 50_000
_MAX_DIMENSION: Final = 65_536
_SIDES: Final = range(32, 1025)
_DOMAINS: Final = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
# Graphs within nodes: they repeat, or hide what this would have to look into.
_REFUSED: Final = frozenset({"Loop", "Scan", "If", "SequenceMap"})
_FLOAT: Final = 1
_PROBE_SECONDS: Final = 60
# Means and deviations of ImageNet's pictures, in values from 0 to 255; a file may name others.
_MEAN: Final = (123.675, 116.28, 103.53)
_STD: Final = (58.395, 57.12, 57.375)


@final
@dataclass(frozen=True, eq=False)
class _OnnxFile:
    """A network from pixels to features; it can be customised at the level of its head."""

    name: str
    sha256: str
    dimension: int
    side: int
    mean: Float[np.ndarray, " 3"]
    std: Float[np.ndarray, " 3"]
    session: OnnxSession

    def preprocess(self, picture: UInt8[np.ndarray, "side side 3"]) -> Float[Tensor, "3 side side"]:
        if picture.shape != (self.side, self.side, 3):
            raise UsageError(
                f"{self.name} takes pictures of shape {(self.side, self.side, 3)}, "
                f"but one of shape {picture.shape} came.",
                hint="Read pictures with chameleonapi.data.read_square.",
            )
        values = (picture.astype(np.float32) - self.mean) / self.std
        return torch.from_numpy(values).permute(2, 0, 1)

    def features(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        if not len(pixels):
            return torch.zeros(0, self.dimension)
        return self.session.run(pixels).flatten(1)


def load_onnx_file(name: str) -> PictureBackbone:
    """Load a backbone from a file.

    Raises:
        UsageError: if the name or the file's form does not fit.
        ModelError: if the file cannot be read or run within bounds.
        MissingPackageError: if ONNX Runtime is not installed.
    """
    if not has_onnx():
        raise missing_onnx("onnxruntime")
    path, side = _parse(name)
    content = _read(path)
    model = _model(content, path)
    _check_nodes(model.graph, path)
    found = _side_of(model.graph, path)
    if found is not None and side is not None and found != side:
        raise UsageError(
            f"{path} takes pictures of {found} x {found}, but {side} was asked for.",
            hint=f"Write onnx:{path}.",
        )
    side = found or side
    if side is None or side not in _SIDES:
        raise UsageError(
            f"{path} takes pictures of any size, and none was named from {_SIDES[0]} to "
            f"{_SIDES[-1]}.",
            hint=f"Write for instance onnx:{path}@224.",
        )
    dimension = _probe(content, side, path)
    mean, std = _scale(model, path)
    return _OnnxFile(
        f"onnx:{path}@{side}",
        hashlib.sha256(content).hexdigest(),
        dimension,
        side,
        mean,
        std,
        OnnxSession(content, str(path)),
    )


def _parse(name: str) -> tuple[Path, int | None]:
    text = name.removeprefix("onnx:")
    match = re.fullmatch(r"(.+)@(\d{1,4})", text)
    path, side = (match[1], int(match[2])) if match else (text, None)
    if not path:
        raise UsageError("onnx: needs a file.", hint="Write onnx:FILE or onnx:FILE@224.")
    return Path(path), side


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


def _side_of(graph: Any, path: Path) -> int | None:
    """Return the side of the pictures that it takes; None if it takes any."""
    constants = {one.name for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in constants]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise _refused(
            path, f"it has {len(inputs)} inputs and {len(graph.output)} outputs, not one of each"
        )
    kind = inputs[0].type.tensor_type
    shape = [one.dim_value for one in kind.shape.dim]
    if kind.elem_type != _FLOAT or len(shape) != 4 or shape[1] not in {0, 3}:
        raise _refused(path, "its input is not of the form float (batch, 3, height, width)")
    if shape[0] > 1 or shape[2] != shape[3]:
        raise _refused(path, "its input has a fixed batch, or is not square")
    return int(shape[2]) or None


def _probe(content: bytes, side: int, path: Path) -> int:
    """Run it once where it can do no harm; return the number of features."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("onnx_probe.py")), str(side)]
    try:
        done = subprocess.run(  # noqa: S603  our own file
            command, input=content, capture_output=True, timeout=_PROBE_SECONDS, check=False
        )
        said = json.loads(done.stdout)
        shape = said["shape"]
    except subprocess.TimeoutExpired:
        raise ModelError(f"{path} took longer than {_PROBE_SECONDS} s for two pictures.") from None
    except (ValueError, KeyError, TypeError):
        raise ModelError(
            f"{path} could not be run within bounds of memory and time.",
            hint="It may be damaged, made for another version, or larger than what is served here.",
        ) from None
    if shape is None:
        raise ModelError(f"ONNX Runtime cannot run {path}: {said['error']}")
    size = int(np.prod(shape[1:]))
    if not shape or shape[0] != 2 or not 0 < size <= _MAX_DIMENSION:
        raise _refused(path, f"two pictures give an output of shape {tuple(shape)}")
    return size


def _scale(model: Any, path: Path) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    named = {one.key: one.value for one in model.metadata_props}
    found = []
    for key, usual in (("chameleonapi.mean", _MEAN), ("chameleonapi.std", _STD)):
        text = named.get(key, "")
        try:
            values = [float(one) for one in text.split(",")] if text else list(usual)
        except ValueError:
            values = []
        if (
            len(values) != 3
            or not np.isfinite(values).all()
            or (key.endswith("std") and 0 in values)
        ):
            raise _refused(path, f"its {key} must be three numbers joined by commas")
        found.append(np.array(values, np.float32))
    return found[0], found[1]


def _refused(path: Path, why: str) -> ModelError:
    return ModelError(f"{path} is not used: {why}.")
