"""The manifest of a model: everything that is needed to know what it is and to make it again."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, ClassVar

from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import RecordError

__all__ = ["Manifest", "describe_versions", "now_utc"]

_PACKAGES = ("chameleonapi", "torch", "numpy", "pillow", "safetensors")


@dataclass(frozen=True)
class Manifest:
    """What a model is; written once, never changed.

    Attributes:
        name: under which it was published first.
        kind: ``generic`` or ``customized``.
        api: id of the API that it answers; empty for any of its task.
        task: of the API: ``labels`` of pictures; of texts ``topics``, ``sentiment`` (a score) or
            ``sentiment-classes``.
        backbone, backbone_sha256: what its features come from.
        reader: what is done to an input before the backbone sees it.
        level: how deep the customisation went: ``thresholds``, ``head``, ``last-stages``, ``lora``
            or ``full``; the last three have a tail.
        labels_digest: SHA-256 of the label space.
        vocabulary: name and version of the label list.
        process, process_digest: the decision process; empty for a generic model.
        base: digest of the model that training started from, or empty.
        rows_of: digest of the stored model whose head this one shares rows with, or empty if it
            needs no other; filled in when it is published.
        loss: registered name of the loss.
        seed: of all random numbers.
        configuration: settings of training.
        data, data_digest: name and content of the data that it was trained on.
        metrics: on validation data.
        parents: direct parents of labels, for APIs that report them.
        versions: of Python and the packages that matter.
        created: time in UTC, ISO 8601.
        files: SHA-256 by file name; filled in when it is published.
    """

    SCHEMA: ClassVar[str] = "chameleonapi.manifest/1"

    name: str
    kind: str
    backbone: str
    backbone_sha256: str
    reader: str
    labels_digest: str
    api: str = ""
    task: str = "labels"
    level: str = "head"
    vocabulary: str = ""
    process: str = ""
    process_digest: str = ""
    base: str = ""
    rows_of: str = ""
    loss: str = ""
    seed: int = 0
    configuration: Mapping[str, Any] = field(default_factory=dict, hash=False)
    data: str = ""
    data_digest: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict, hash=False)
    parents: Mapping[str, Any] = field(default_factory=dict, hash=False)
    versions: Mapping[str, Any] = field(default_factory=dict, hash=False)
    created: str = ""
    files: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_through_program(self) -> bool:
        """Whether it was made for what its application does, and not by a record of its rules."""
        return bool(self.configuration.get("through_program"))

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """Build a manifest from its JSON form.

        Raises:
            RecordError: naming the place of what is wrong.
        """
        if not isinstance(data, dict) or data.get("schema") != cls.SCHEMA:
            raise RecordError(
                f"expected an object with the schema {cls.SCHEMA!r}.",
                hint="The model comes from another version of chameleonapi; publish it again.",
            )
        return decode(cls, {k: v for k, v in data.items() if k != "schema"}, "manifest")


def describe_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape a model."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # noqa: PERF203 - one try per package
            continue
    return found


def now_utc() -> str:
    """Return the time in UTC to the second, in ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
