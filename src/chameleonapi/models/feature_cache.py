"""Features of inputs, computed once for each content, backbone and way of reading."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, final

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from chameleonapi.errors import InputError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.encoders import PictureReader, encoder_of

__all__ = ["CachedFeatures", "FeatureCache"]

_BATCH: Final = 32  # a multiple of what a backbone takes at once
_SHARD: Final = 512  # inputs; what an interruption costs at most
_SUFFIX: Final = ".safetensors"


class CachedFeatures(NamedTuple):
    """Features in the order of the request, and the SHA-256 of each input's bytes."""

    features: Float[Tensor, "inputs dimension"]
    digests: tuple[str, ...]


@final
class FeatureCache:
    """Keeps features in shards, each named by the hash of its own bytes.

    A damaged shard is deleted when it is met, and its inputs are computed again.
    """

    def __init__(self, folder: Path, backbone: Backbone, read_picture: PictureReader) -> None:
        self._encoder = encoder_of(backbone, read_picture)
        identity = json.dumps([backbone.name, backbone.sha256, self._encoder.reader])
        self._folder = folder / hashlib.sha256(identity.encode()).hexdigest()[:16]
        self._backbone = backbone

    def compute(
        self,
        inputs: Sequence[Callable[[], bytes]],
        *,
        advance: Callable[[int, int], None] | None = None,
    ) -> CachedFeatures:
        """Return the features of inputs, from the cache where it has them.

        Args:
            inputs: each returns the bytes of a picture or a text, as the backbone takes them.
            advance: called with (inputs done, inputs).

        Raises:
            InputError: naming the position of an input that cannot be read; what was
                computed before it is kept.
        """
        known = self._load()
        digests: list[str] = []
        rows: list[Tensor | None] = []
        waiting: dict[str, list[int]] = {}
        fresh: dict[str, Tensor] = {}
        batch: list[tuple[str, Tensor]] = []
        done = 0

        def settle() -> None:
            nonlocal done
            if not batch:
                return
            features = self._encoder.features([one for _, one in batch])
            for (digest, _), row in zip(batch, features, strict=True):
                fresh[digest] = row
                for position in waiting.pop(digest):
                    rows[position] = row
                    done += 1
            batch.clear()
            if len(fresh) >= _SHARD:
                self._store(fresh)
                fresh.clear()

        try:
            for position, read in enumerate(inputs):
                content = read()
                digest = hashlib.sha256(content).hexdigest()
                digests.append(digest)
                row = known.get(digest, fresh.get(digest))
                rows.append(row)
                if row is not None:
                    done += 1
                elif digest in waiting:
                    waiting[digest].append(position)
                else:
                    waiting[digest] = [position]
                    batch.append((digest, self._read(content, position)))
                    if len(batch) == _BATCH:
                        settle()
                if advance is not None:
                    advance(done, len(inputs))
            settle()
        finally:
            if fresh:
                self._store(fresh)
        if advance is not None:
            advance(done, len(inputs))
        found = [one for one in rows if one is not None]
        empty = torch.zeros(0, self._backbone.dimension)
        return CachedFeatures(torch.stack(found) if found else empty, tuple(digests))

    def _read(self, content: bytes, position: int) -> Tensor:
        try:
            return self._encoder.read(content)
        except InputError as error:
            raise InputError(f"input {position + 1}: {error.message}", hint=error.hint) from None

    # Shards

    def _load(self) -> dict[str, Tensor]:
        known: dict[str, Tensor] = {}
        for path, content in self._shards():
            try:
                tensors = load(content)
                keys = bytes(tensors["keys"].numpy().tobytes())
                features = tensors["features"]
            except (SafetensorError, KeyError):
                path.unlink(missing_ok=True)
                continue
            for index, row in enumerate(features):
                known[keys[32 * index : 32 * index + 32].hex()] = row
        return known

    def _shards(self) -> Iterator[tuple[Path, bytes]]:
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == path.stem:
                yield path, content
            else:
                path.unlink(missing_ok=True)

    def _store(self, rows: dict[str, Tensor]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        keys = b"".join(bytes.fromhex(one) for one in rows)
        tensors = {
            "keys": torch.frombuffer(bytearray(keys), dtype=torch.uint8),
            "features": torch.stack(list(rows.values())).contiguous(),
        }
        content = bytes(save(tensors))
        path = self._folder / f"{hashlib.sha256(content).hexdigest()}{_SUFFIX}"
        temporary = path.with_name(f".part-{os.getpid()}")
        temporary.write_bytes(content)
        temporary.replace(path)
