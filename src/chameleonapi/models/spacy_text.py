"""Text backbones from packages with a spaCy pipeline, by ``spacy:NAME`` or ``spacy:NAME@TOKENS``.

Features of a text are the means, over its tokens, of what the pipeline's ``tok2vec`` says of each
and of their word vectors, side by side. The package is not imported: the pipeline is read from
its folder, so that only code of spaCy itself is run.

Reference: Honnibal et al., "spaCy: Industrial-strength Natural Language Processing in Python",
2020, doi:10.5281/zenodo.1212303.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, final

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.errors import MissingPackageError, ModelError, UsageError
from chameleonapi.models.backbones import TextBackbone
from chameleonapi.models.token_texts import read_text

__all__ = ["SPACY", "load_spacy"]

SPACY: Final = "spacy:"
_NAME: Final = re.compile(
    r"spacy:(?P<package>[A-Za-z0-9][\w.-]*?)(?:@(?P<length>\d{1,6}))?", re.ASCII
)
_USUAL_LENGTH: Final = 512
_LENGTHS: Final = range(8, 10_001)
_TOKENS_TO_VECTORS: Final = "tok2vec"


@final
@dataclass(frozen=True, eq=False)
class _SpacyTexts:
    """A pipeline as an encoder of up to ``length`` tokens of a text.

    ``tokens`` gives the characters of a text, not the pipeline's tokens: those are known by
    numbers that hold within one process only.
    """

    base: str
    pipeline: Any
    sha256: str
    dimension: int
    length: int
    # A pipeline's vocabulary is written to while texts are read.
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        return f"{self.base}@{self.length}"

    @property
    def reader(self) -> str:
        return "utf-8/characters/1"

    def tokens(self, content: bytes) -> Int[Tensor, " length"]:
        # What follows can change no token that is read, unless words have a hundred letters.
        text = read_text(content)[: 100 * self.length]
        return torch.tensor([ord(one) for one in text], dtype=torch.long)

    def encode(self, texts: Sequence[Int[Tensor, " length"]]) -> Float[Tensor, "batch dimension"]:
        found = np.zeros((len(texts), self.dimension), np.float32)
        # In a zone of its own, the vocabulary forgets the words of these texts afterwards.
        with self.lock, self.pipeline.memory_zone():
            documents = (self._document(one) for one in texts)
            for row, document in enumerate(self.pipeline.pipe(documents)):
                if len(document):
                    found[row] = self._mean(document)
        return torch.from_numpy(found)

    def _document(self, characters: Tensor) -> Any:
        document = self.pipeline.make_doc("".join(map(chr, characters.tolist())))
        return document[: self.length].as_doc() if len(document) > self.length else document

    def _mean(self, document: Any) -> Float[np.ndarray, " dimension"]:
        parts = []
        if len(document.tensor):
            parts.append(document.tensor.mean(0))
        if self.pipeline.vocab.vectors_length:
            parts.append(np.mean([one.vector for one in document], 0))
        joined: np.ndarray = np.concatenate(parts)
        return joined


def load_spacy(name: str) -> TextBackbone:
    """Load a pipeline by ``spacy:NAME``; it is computed on the CPU.

    Args:
        name: with the name of an installed package, such as ``en_core_web_md``.

    Raises:
        UsageError: if the name has another form.
        MissingPackageError: if spaCy or the package is not installed.
        ModelError: if it is no pipeline, or one that has nothing to say of a word.
    """
    found = _NAME.fullmatch(name)
    length = int(found["length"] or _USUAL_LENGTH) if found else 0
    if found is None or length not in _LENGTHS:
        raise UsageError(
            f"{name!r} is no name of a pipeline of spaCy.",
            hint=f"Write spacy:NAME, or spacy:NAME@TOKENS with {_LENGTHS[0]} to {_LENGTHS[-1]:,} "
            "tokens, such as spacy:en_core_web_md@512.",
        )
    try:
        import spacy
    except ImportError:
        raise MissingPackageError(
            "spacy", needed_for=f"the backbone {name}", install="pip install 'chameleonapi[spacy]'"
        ) from None
    folder = _folder(found["package"], name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions: what cannot be read is an error
            config = spacy.util.load_config(folder / "config.cfg")
            parts = {
                one: config["components"][one].get("factory") for one in config["nlp"]["pipeline"]
            }
            others = [one for one, kind in parts.items() if kind != _TOKENS_TO_VECTORS]
            pipeline = spacy.load(folder, exclude=others)
        dimension = _dimension(pipeline)
    except Exception as error:  # noqa: BLE001 - its errors have no common base
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelError(
            f"{name} cannot be loaded: {told}",
            hint="Install spaCy and the pipeline in versions that fit together.",
        ) from None
    if not dimension:
        raise ModelError(
            f"{name} has neither word vectors nor a {_TOKENS_TO_VECTORS} of its own; its parts "
            f"are: {', '.join(map(str, parts.values())) or 'none'}.",
            hint="Choose a pipeline with vectors, such as spacy:en_core_web_md, or an encoder by "
            "hf:REPO@REVISION.",
        )
    return _SpacyTexts(f"{SPACY}{found['package']}", pipeline, _digest(folder), dimension, length)


def _folder(package: str, name: str) -> Path:
    """Return where the pipeline of a package lies, without importing the package."""
    module = re.sub(r"[-.]", "_", package)
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise MissingPackageError(
            package,
            needed_for=f"the backbone {name}",
            install=f"python -m spacy download {package}, or pip install --no-deps {package}",
        )
    for place in spec.submodule_search_locations:
        root = Path(place)
        for config in sorted([root / "config.cfg", *root.glob("*/config.cfg")]):
            if config.is_file() and (config.parent / "meta.json").is_file():
                return config.parent
    raise ModelError(
        f"the package {package} holds no pipeline of spaCy.",
        hint="A pipeline is a folder with config.cfg and meta.json.",
    )


def _dimension(pipeline: Any) -> int:
    vectors = [
        part.model.get_dim("nO") for _, part in pipeline.pipeline if part.model.has_dim("nO")
    ]
    # The last one writes what a document keeps.
    return int(pipeline.vocab.vectors_length) + int(vectors[-1] if vectors else 0)


def _digest(folder: Path) -> str:
    """Return one SHA-256 of all files and their names."""
    whole = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        one = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                one.update(block)
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + one.digest())
    return whole.hexdigest()
