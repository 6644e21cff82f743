"""A backbone in an ONNX file of yours: ``onnx:FILE``, or ``onnx:FILE@SIZE``.

What the graph takes says what it is for: ``input_ids`` are those of texts, all else are pictures.
"""

from __future__ import annotations

import re
from pathlib import Path

from chameleonapi.errors import UsageError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.onnx_graph import read_graph
from chameleonapi.models.onnx_pictures import open_pictures
from chameleonapi.models.onnx_session import has_onnx, missing_onnx
from chameleonapi.models.onnx_texts import open_texts, takes_tokens

__all__ = ["load_onnx_file"]


def load_onnx_file(name: str) -> Backbone:
    """Load a backbone from a file.

    Raises:
        UsageError: if the name or the file's form does not fit.
        ModelError: if the file cannot be read or run within bounds.
        MissingPackageError: if ONNX Runtime is not installed.
    """
    if not has_onnx():
        raise missing_onnx("onnxruntime")
    path, size = _parse(name)
    graph = read_graph(path)
    return open_texts(graph, size) if takes_tokens(graph) else open_pictures(graph, size)


def _parse(name: str) -> tuple[Path, int | None]:
    text = name.removeprefix("onnx:")
    match = re.fullmatch(r"(.+)@(\d{1,4})", text)
    path, size = (match[1], int(match[2])) if match else (text, None)
    if not path:
        raise UsageError("onnx: needs a file.", hint="Write onnx:FILE or onnx:FILE@224.")
    return Path(path), size
