"""Files of weights: safetensors with one record of what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

__all__ = ["read_weights", "record_entries", "write_weights"]

_HEAD_LENGTH = 8  # bytes that tell how long the head of a safetensors file is


def write_weights(tensors: Mapping[str, Tensor], entry: str, record: Mapping[str, Any]) -> bytes:
    """Return a safetensors file; equal weights and records give equal bytes.

    Args:
        tensors: by name.
        entry: under which the record stands in the head of the file.
        record: of JSON values, ``format`` among them.
    """
    moved = {
        name: one.detach().to("cpu", torch.float32).contiguous().clone()
        for name, one in tensors.items()
    }
    # one entry only: safetensors writes several in no fixed order
    return bytes(save(moved, {entry: json.dumps(dict(record), sort_keys=True)}))


def read_weights(content: bytes, entry: str, form: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what ``write_weights`` wrote.

    Args:
        content: of the file, whoever may have written it.
        entry: under which the record stands.
        form: that the record must name as its ``format``.

    Raises:
        ValueError: saying in a few words what is wrong.
    """
    try:
        tensors: dict[str, Tensor] = load(content)
        record = json.loads(_metadata(content)[entry])
        found = record["format"]
    except (SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(str(error).splitlines()[0] if str(error) else "it is empty") from None
    if found != form:
        raise ValueError(f"its format is {found!r}, expected {form!r}")
    if any(one.dtype is not torch.float32 for one in tensors.values()):
        raise ValueError("its weights are no numbers of 32 bits")
    if not all(bool(torch.isfinite(one).all()) for one in tensors.values()):
        raise ValueError("it holds values that are not finite")
    return tensors, dict(record)


def record_entries(content: bytes) -> frozenset[str]:
    """Return the entries that the head of a safetensors file has.

    Raises:
        ValueError: if there is no such head.
    """
    try:
        return frozenset(_metadata(content))
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _metadata(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:_HEAD_LENGTH], "little")
    head = json.loads(content[_HEAD_LENGTH : _HEAD_LENGTH + length])
    return dict(head.get("__metadata__", {})) if isinstance(head, dict) else {}
