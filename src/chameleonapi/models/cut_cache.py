"""Rows of inputs at a cut, computed once and read from disk as they are needed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, final

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import save
from torch import Tensor

from chameleonapi.errors import DataError, InputError, ModelError
from chameleonapi.models.cuts import CutBackbone
from chameleonapi.models.encoders import PictureReader, encoder_of

__all__ = ["CutCache"]

_BATCH: Final = 32
_SHARD_BYTES: Final = 32 * 1024 * 1024
_MOST_BYTES: Final = 8 * 1024**3
_SUFFIX: Final = ".safetensors"
_KEY: Final = 32  # bytes of a SHA-256
_PIECE: Final = 1 << 20

_Rows: TypeAlias = "np.ndarray[tuple[int, int], np.dtype[np.float16]]"


@final
class CutCache:
    """Keeps rows in shards, each named by the hash of its own bytes, and maps them into memory.

    A damaged shard is deleted when it is met, and its rows are computed again. Where rows
    would take more than ``most_bytes``, the oldest ones that are not asked for are deleted.
    """

    def __init__(
        self,
        folder: Path,
        backbone: CutBackbone,
        cut: int,
        read_picture: PictureReader,
        *,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._encoder = encoder_of(backbone, read_picture)
        identity = json.dumps([backbone.name, backbone.sha256, self._encoder.reader, "cut", cut])
        self._folder = folder / f"cut-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
        self._backbone = backbone
        self._cut = cut
        self._most_bytes = most_bytes
        self._size = backbone.row_size(cut)
        self._places: dict[bytes, tuple[Path, int]] = {}
        self._maps: dict[Path, _Rows] = {}

    @property
    def cut(self) -> int:
        """The cut whose rows these are."""
        return self._cut

    def rows(self, digests: Sequence[str]) -> Float[Tensor, "inputs row"]:
        """Return the rows of inputs that ``provide`` has seen.

        Raises:
            ModelError: if one was not provided.
        """
        found = np.empty((len(digests), self._size), np.float16)
        for index, digest in enumerate(digests):
            place = self._places.get(bytes.fromhex(digest))
            if place is None:
                raise ModelError(
                    f"the example {digest[:12]} has no row at cut {self._cut}.",
                    hint="Provide its content before asking for its row.",
                )
            found[index] = self._maps[place[0]][place[1]]
        return torch.from_numpy(found).float()

    def provide(
        self,
        contents: Mapping[str, Callable[[], bytes]],
        *,
        advance: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make sure that there is a row for each input; what an interruption leaves is kept.

        Args:
            contents: what reads the bytes of an input, by their SHA-256.
            advance: called with (inputs done, inputs).

        Raises:
            InputError: if an input cannot be read.
            DataError: if an input is not what its digest says, or the rows would not fit.
        """
        needed = 2 * self._size * len(contents)
        if needed > self._most_bytes:
            raise DataError(
                f"{len(contents)} examples take {needed / 2**30:.1f} GiB at cut {self._cut}, "
                f"more than the {self._most_bytes / 2**30:.1f} GiB of the cache.",
                hint="Use a later cut (--level last-stages), or fewer examples.",
            )
        self._load()
        self._make_room({bytes.fromhex(one) for one in contents}, needed)
        missing = [one for one in contents if bytes.fromhex(one) not in self._places]
        done = len(contents) - len(missing)
        shard = max(1, _SHARD_BYTES // (2 * self._size))
        fresh: dict[str, Tensor] = {}
        try:
            for start in range(0, len(missing), _BATCH):
                if advance is not None:
                    advance(done, len(contents))
                batch = missing[start : start + _BATCH]
                read = [self._read(one, contents[one]) for one in batch]
                rows = self._backbone.rows(read, self._cut)
                fresh.update(zip(batch, rows, strict=True))
                done += len(batch)
                if len(fresh) >= shard:
                    self._store(fresh)
                    fresh.clear()
        finally:
            if fresh:
                self._store(fresh)
        if advance is not None:
            advance(done, len(contents))

    def _read(self, digest: str, read: Callable[[], bytes]) -> Tensor:
        content = read()
        if hashlib.sha256(content).hexdigest() != digest:
            raise DataError(
                f"an example has changed since its digest {digest[:12]} was taken.",
                hint="Run again without changing the data meanwhile.",
            )
        try:
            return self._encoder.read(content)
        except InputError as error:
            raise InputError(f"example {digest[:12]}: {error.message}", hint=error.hint) from None

    # Shards

    def _load(self) -> None:
        if self._folder.is_dir():
            for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
                if path not in self._maps:
                    self._open(path)

    def _open(self, path: Path) -> None:
        try:
            rows, keys = _read_shard(path, self._size)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            path.unlink(missing_ok=True)
            return
        self._maps[path] = rows
        for index in range(len(rows)):
            self._places[keys[_KEY * index : _KEY * (index + 1)]] = (path, index)

    def _make_room(self, wanted: set[bytes], needed: int) -> None:
        used = {path for key, (path, _) in self._places.items() if key in wanted}
        held = sum(one.nbytes for one in self._maps.values())
        spare = sorted((one for one in self._maps if one not in used), key=_age)
        for path in spare:
            if held + needed <= self._most_bytes:
                break
            held -= self._maps.pop(path).nbytes
            self._places = {key: one for key, one in self._places.items() if one[0] != path}
            path.unlink(missing_ok=True)

    def _store(self, rows: dict[str, Tensor]) -> None:
        keys = b"".join(bytes.fromhex(one) for one in rows)
        tensors = {
            "keys": torch.frombuffer(bytearray(keys), dtype=torch.uint8),
            "rows": torch.stack(list(rows.values())).contiguous(),
        }
        content = bytes(save(tensors))
        path = self._folder / f"{hashlib.sha256(content).hexdigest()}{_SUFFIX}"
        temporary = path.with_name(f".part-{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise ModelError(
                f"rows of examples cannot be kept in {self._folder}: {error.strerror}.",
                hint="Choose a folder with room that you may write to.",
            ) from None
        self._open(path)


def _read_shard(path: Path, size: int) -> tuple[_Rows, bytes]:
    """Return the rows, left on disk, and their keys.

    Raises:
        ValueError: if the file is not what its name says, or of another row size.
    """
    if _digest(path) != path.stem:
        raise ValueError(path.name)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        key_start, key_end = header["keys"]["data_offsets"]
        start, _ = header["rows"]["data_offsets"]
        count, found = header["rows"]["shape"]
        if found != size or key_end - key_start != count * _KEY:
            raise ValueError(path.name)
        file.seek(8 + length + key_start)
        keys = file.read(count * _KEY)
    return np.memmap(path, np.float16, "r", 8 + length + start, (count, size)), keys


def _digest(path: Path) -> str:
    running = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            running.update(piece)
    return running.hexdigest()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
