"""Encoders of texts in ONNX files, with the ``tokenizer.json`` that lies beside the file."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple, final

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models.backbones import PieceBackbone
from chameleonapi.models.onnx_graph import GraphFile
from chameleonapi.models.onnx_session import OnnxSession
from chameleonapi.models.token_texts import (
    LEAST_LENGTH,
    USUAL_LENGTH,
    TokenTexts,
    open_tokenizer,
)

__all__ = ["open_texts", "takes_tokens"]

_IDS: Final = "input_ids"
_PRESENT: Final = "attention_mask"
_KINDS: Final = "token_type_ids"
_MOST_TOKENIZER_BYTES: Final = 64 * 1024**2
_MAX_DIMENSION: Final = 65_536


class _Names(NamedTuple):
    """Inputs with numpy's names of their types, and the output that holds the states."""

    inputs: dict[str, str]
    output: str


@final
class _OnnxStates:
    """The graph as a network from tokens to states; it is seen at its end only."""

    def __init__(self, session: OnnxSession, names: _Names) -> None:
        self._session = session
        self._names = names

    def __call__(
        self,
        tokens: Int[Tensor, "batch length"],
        present: Bool[Tensor, "batch length"],
        layers: int | None = None,
        /,
    ) -> Float[Tensor, "batch length hidden"]:
        del layers
        given = {_IDS: tokens, _PRESENT: present, _KINDS: torch.zeros_like(tokens)}
        fed = {
            name: np.ascontiguousarray(given[name].numpy().astype(kind))
            for name, kind in self._names.inputs.items()
        }
        return torch.from_numpy(self._session.call(fed, self._names.output))


def takes_tokens(graph: GraphFile) -> bool:
    """Tell whether a graph takes the tokens of texts."""
    return any(one.name == _IDS for one in graph.inputs)


def open_texts(graph: GraphFile, length: int | None) -> PieceBackbone:
    """Return an encoder of texts of this many tokens.

    Raises:
        UsageError: if there can be no such number.
        ModelError: if its form does not fit, or it cannot be run.
        MissingPackageError: if the package of tokenizers is missing.
    """
    length = USUAL_LENGTH if length is None else length
    if length < LEAST_LENGTH:
        raise UsageError(
            f"{length} tokens of a text are too few.",
            hint=f"Write for instance onnx:{graph.path}@{USUAL_LENGTH}.",
        )
    names = _names(graph)
    content = _tokenizer(graph)
    words = open_tokenizer(content, f"onnx:{graph.path}")
    # The last token of the tokenizer shows whether the graph knows as many.
    values = {_IDS: max(0, words.get_vocab_size() - 1), _PRESENT: 1, _KINDS: 0}
    asked = {
        name: {"shape": [2, length], "value": values[name], "type": kind}
        for name, kind in names.inputs.items()
    }
    at = [one.name for one in graph.outputs].index(names.output)
    shape = graph.probe(asked, output=at)
    if len(shape) != 3 or shape[:2] != [2, length] or not 0 < shape[2] <= _MAX_DIMENSION:
        raise graph.refused(
            f"{names.output} of two texts with {length} tokens is of shape {tuple(shape)}, not "
            "one state for each token"
        )
    both = hashlib.sha256(bytes.fromhex(graph.sha256) + hashlib.sha256(content).digest())
    network = _OnnxStates(OnnxSession(graph.content, str(graph.path)), names)
    return TokenTexts(
        f"onnx:{graph.path}",
        network,
        shape[2],
        1,
        words,
        both.hexdigest(),
        length,
        torch.device("cpu"),
    )


def _names(graph: GraphFile) -> _Names:
    inputs = {one.name: one for one in graph.inputs}
    if _PRESENT not in inputs:
        raise graph.refused(
            f"it takes no {_PRESENT}, so what it says of a text would depend on its neighbours"
        )
    for one in graph.inputs:
        if one.name not in {_IDS, _PRESENT, _KINDS}:
            raise graph.refused(f"it takes {one.name[:60]!r}, which is not known here")
        if one.kind not in {"int32", "int64"} or one.shape != (0, 0):
            raise graph.refused(f"{one.name} is not of the form integer (any batch, any length)")
    for one in graph.outputs:
        if one.kind == "float32" and len(one.shape) == 3:
            return _Names({name: value.kind for name, value in inputs.items()}, one.name)
    raise graph.refused("it has no output of the form float (batch, tokens, hidden)")


def _tokenizer(graph: GraphFile) -> bytes:
    path = graph.path.with_name("tokenizer.json")
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise ModelError(f"{path} is no file.", hint="A network of texts needs its tokenizer.")
        with path.open("rb") as file:
            content = file.read(_MOST_TOKENIZER_BYTES + 1)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {error.strerror}.",
            hint="A network of texts needs its tokenizer beside it.",
        ) from None
    if len(content) > _MOST_TOKENIZER_BYTES:
        raise ModelError(
            f"{path} is larger than {_MOST_TOKENIZER_BYTES // 2**20} MiB.",
            hint="Use a smaller vocabulary.",
        )
    return content
