"""The JSON beside a page: every record that the page draws, so that it can be drawn again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import RecordError
from chameleonapi.evaluation.record import Evaluation
from chameleonapi.pipeline.run_record import RunRecord
from chameleonapi.report.findings import find_headline

__all__ = ["SavedReport"]


@dataclass(frozen=True)
class SavedReport:
    """The records of one report."""

    SCHEMA: ClassVar[str] = "chameleonapi.report/1"

    title: str
    process: DecisionProcess
    evaluation: Evaluation
    run: RunRecord | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; the headline in it is derived, and not read back."""
        headline = find_headline(self.evaluation)
        return {
            "schema": self.SCHEMA,
            "title": self.title,
            "headline": {
                "verdict": headline.verdict.value,
                "short": headline.short,
                "sentence": headline.sentence,
            },
            "process": self.process.to_json(),
            "evaluation": self.evaluation.to_json(),
            "run": self.run.to_json() if self.run else None,
        }

    def to_bytes(self) -> bytes:
        """Return the JSON text in UTF-8, lone surrogates of untrusted text as escapes."""
        data = self.to_json()
        try:
            return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
        except UnicodeEncodeError:
            return (json.dumps(data, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, data: Any) -> SavedReport:
        """Build the report from its JSON form.

        Raises:
            RecordError: naming the place of what is wrong.
        """
        if not isinstance(data, dict) or data.get("schema") != cls.SCHEMA:
            raise RecordError(
                f"expected an object with the schema {cls.SCHEMA!r}.",
                hint="Pass a report.json that `chameleon report` wrote.",
            )
        if not isinstance(data.get("title"), str):
            raise RecordError("report.title: expected a string.")
        run = data.get("run")
        return cls(
            data["title"],
            DecisionProcess.from_json(data.get("process")),
            Evaluation.from_json(data.get("evaluation")),
            None if run is None else RunRecord.from_json(run),
        )

    @classmethod
    def load(cls, path: Path) -> SavedReport:
        """Read ``report.json``.

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
