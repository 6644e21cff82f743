"""Text backbones from the Hugging Face hub, by ``hf:REPO@REVISION``: BERT encoders in safetensors.

What the hub's own cache holds is taken from there, with no network and no package of the hub. What
it does not hold is fetched by ``huggingface_hub`` where that is installed. No code of a repository
is run and no pickle is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Final

from chameleonapi.errors import MissingPackageError, ModelError, UsageError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.bert_texts import open_bert
from chameleonapi.models.stored_files import read_plain
from chameleonapi.models.token_texts import USUAL_LENGTH

__all__ = ["HUB", "load_hub_text"]

HUB: Final = "hf:"
_NAME: Final = re.compile(
    r"hf:(?P<repo>[\w.-]+(?:/[\w.-]+)?)@(?P<revision>[\w./-]+?)(?:#(?P<length>\d+))?", re.ASCII
)
_FILES: Final = ("config.json", "model.safetensors", "tokenizer.json")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_MOST_BYTES: Final = 4 * 1024**3


def load_hub_text(name: str, *, device: str = "cpu") -> Backbone:
    """Load an encoder by ``hf:REPO@REVISION``, or ``hf:REPO@REVISION#TOKENS``.

    Its name afterwards holds the commit that the revision stands for, so that the same one is
    loaded again. Features are the mean over the tokens.

    Raises:
        UsageError: if the name has another form.
        ModelError: if it cannot be found, or is no BERT encoder in safetensors.
        MissingPackageError: if it has to be fetched and ``huggingface_hub`` is not installed.
    """
    found = _NAME.fullmatch(name)
    if found is None or ".." in found["revision"]:
        raise UsageError(
            f"{name!r} is no name of a model of the hub.",
            hint="Write hf:REPO@REVISION, such as hf:sentence-transformers/all-MiniLM-L6-v2@main.",
        )
    repo, revision = found["repo"], found["revision"]
    folder = _cached(repo, revision) or _fetched(repo, revision)
    contents = [_read(folder, file, name) for file in _FILES]
    commit = folder.name if _COMMIT.fullmatch(folder.name) else revision
    try:
        config = json.loads(contents[0])
        kind = config["model_type"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ModelError(
            f"config.json of {name} says no model_type.", hint="Choose another model."
        ) from None
    if kind != "bert":
        raise ModelError(
            f"{name} is a model of the type {kind!r}.",
            hint="Encoders of texts are taken if they are of the type bert.",
        )
    running = hashlib.sha256()
    for one in contents:
        running.update(hashlib.sha256(one).digest())
    length = int(found["length"] or USUAL_LENGTH)
    base = f"{HUB}{repo}@{commit}"
    return open_bert(
        base, config, contents[1], contents[2], running.hexdigest(), length, device, mark="#"
    )


def _cached(repo: str, revision: str) -> Path | None:
    """Return the folder of a revision in the hub's cache, if all files are there."""
    root = _cache() / f"models--{repo.replace('/', '--')}"
    commit = revision
    reference = root / "refs" / revision
    if not _COMMIT.fullmatch(revision) and reference.is_file():
        commit = reference.read_text("utf-8", "replace").strip()
    folder = root / "snapshots" / commit
    is_whole = bool(re.fullmatch(r"[\w.-]+", commit)) and all(
        (folder / one).is_file() for one in _FILES
    )
    return folder if is_whole else None


def _cache() -> Path:
    if "HF_HUB_CACHE" in os.environ:
        return Path(os.environ["HF_HUB_CACHE"])
    home = os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface"
    return Path(home) / "hub"


def _fetched(repo: str, revision: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise MissingPackageError(
            "huggingface_hub",
            needed_for=f"fetching {repo}, which is not in the cache {_cache()}",
            install="pip install huggingface_hub",
        ) from None
    try:
        return Path(
            snapshot_download(
                repo, revision=revision, allow_patterns=list(_FILES), cache_dir=_cache()
            )
        )
    except Exception as error:  # noqa: BLE001 - the hub's errors, and those of what carries them
        told = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError(
            f"{repo}@{revision} is not in the cache {_cache()} and cannot be fetched: {told[0]}",
            hint="Check name and revision, or copy the model into the cache.",
        ) from None


def _read(folder: Path, file: str, name: str) -> bytes:
    path = folder / file
    try:
        return read_plain(path, _MOST_BYTES)
    except OSError as error:
        raise ModelError(
            f"{file} of {name} cannot be read: {error.strerror}.",
            hint="Only models with these files are taken: " + ", ".join(_FILES) + ".",
        ) from None
