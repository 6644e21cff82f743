"""ONNX Runtime: one session for one graph on the CPU, from its bytes and nothing beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.errors import MissingPackageError, ModelError

__all__ = ["OnnxSession", "has_onnx", "missing_onnx"]

# Pictures of 192 x 192 in one run; more leave the processor's cache.
_PIXELS_AT_ONCE: Final = 150_000


def has_onnx() -> bool:
    """Tell whether ONNX graphs can be written and run here."""
    try:
        import onnx
        import onnxruntime
    except ImportError:
        return False
    return bool(onnx and onnxruntime)


@final
class OnnxSession:
    """Runs a graph.

    Args:
        content: the model.
        what: what it is, for errors.

    Raises:
        MissingPackageError: if ONNX Runtime is not installed.
        ModelError: if the graph cannot be run.
    """

    def __init__(self, content: bytes, what: str) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise missing_onnx("onnxruntime") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # it writes to standard error by itself otherwise
        # Threads that wait for work would keep the cores busy that the server needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._what = what
        try:
            self._session: Any = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001  its errors have no common base
            raise self._failed(error) from None
        self._input = self._session.get_inputs()[0].name

    def run(self, pixels: Float[Tensor, "batch 3 side side"]) -> Float[Tensor, "batch dimension"]:
        """Return what a graph with one input and one output makes of a batch of pictures.

        Raises:
            ModelError: if it fails.
        """
        at_once = max(1, _PIXELS_AT_ONCE // (pixels.shape[2] * pixels.shape[3]))
        values = np.ascontiguousarray(pixels.cpu().numpy())
        parts = [
            self.call({self._input: values[begin : begin + at_once]})
            for begin in range(0, len(values), at_once)
        ]
        return torch.from_numpy(np.concatenate(parts))

    def call(self, fed: Mapping[str, np.ndarray], output: str | None = None) -> np.ndarray:
        """Return what the graph says at an output, or at its first, for these inputs.

        Raises:
            ModelError: if it fails.
        """
        try:
            found: np.ndarray = self._session.run([output] if output else None, dict(fed))[0]
        except Exception as error:  # noqa: BLE001  its errors have no common base
            raise self._failed(error) from None
        return found

    def _failed(self, error: Exception) -> ModelError:
        text = " ".join(str(error).split())[:300]
        return ModelError(f"ONNX Runtime cannot run {self._what}: {text}")


def missing_onnx(package: str) -> MissingPackageError:
    """Return the error for a package that is not installed."""
    return MissingPackageError(
        package, needed_for="ONNX Runtime", install="pip install 'chameleonapi[onnx]'"
    )
