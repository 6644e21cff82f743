"""What one unmodified application did, input by input, with two models: ``run.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import RecordError

__all__ = ["RunRecord", "RunRow"]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One input that the application was run on twice.

    Attributes:
        picture: name of the input, as in the pictures given to the report.
        acceptable: ids of the outcomes that are right for it.
        generic_output, customised_output: what the application wrote.
        generic_outcome, customised_outcome: which outcome that was; empty if it cannot be told.
    """

    picture: str
    acceptable: tuple[str, ...]
    generic_output: str
    customised_output: str
    generic_outcome: str = ""
    customised_outcome: str = ""

    @property
    def is_generic_right(self) -> bool:
        """Whether the application did something acceptable with the generic model."""
        return self.generic_outcome in self.acceptable

    @property
    def is_customised_right(self) -> bool:
        """Whether the application did something acceptable with the customised model."""
        return self.customised_outcome in self.acceptable


@dataclass(frozen=True)
class RunRecord:
    """A live run: the application as its own process, the models behind the provider's API.

    Attributes:
        command: what was started, as a person would type it.
        rows: the inputs in the order in which they were sent.
        transport: how the application reached the server, for a reader (``gRPC``, ``HTTPS``).
    """

    SCHEMA: ClassVar[str] = "chameleonapi.run/1"

    command: str
    rows: tuple[RunRow, ...]
    transport: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"schema": self.SCHEMA, **encode(self)}

    @classmethod
    def from_json(cls, data: Any) -> RunRecord:
        """Build the record from its JSON form.

        Raises:
            RecordError: naming the place of what is wrong.
        """
        if not isinstance(data, dict) or data.get("schema") != cls.SCHEMA:
            raise RecordError(
                f"expected an object with the schema {cls.SCHEMA!r}.",
                hint="Write one by running the application through `chameleon quickstart`.",
            )
        return decode(cls, {k: v for k, v in data.items() if k != "schema"}, "run")

    def save(self, path: Path) -> None:
        """Write ``run.json``; the file is complete or not there."""
        temporary = path.with_name(path.name + ".part")
        temporary.write_text(
            json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> RunRecord:
        """Read ``run.json``.

        Raises:
            RecordError: if it is missing, no JSON, or of another schema.
        """
        try:
            data = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise RecordError(f"cannot read {str(path)!r}: {error.strerror}.") from None
        except (ValueError, RecursionError) as error:
            raise RecordError(f"{path} is no JSON: {error}.") from None
        return cls.from_json(data)
