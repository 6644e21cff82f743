"""Log records as JSON, one on a line, with the fields that are known to be harmless."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timezone
from typing import Final, TextIO, final

__all__ = ["JsonFormatter", "configure_logs"]

# Fields of a record that are written: what is not named here, as the text of an exception,
# which may quote an input, is not.
_FIELDS: Final = ("protocol", "method", "application", "code", "seconds")
_MAX_FOREIGN: Final = 120


@final
class JsonFormatter(logging.Formatter):
    """Writes one JSON object for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, timezone.utc)
        line = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        for name in _FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)


def configure_logs(
    form: str, *, logs_requests: bool = False, stream: TextIO | None = None
) -> logging.Handler:
    """Write the logs of the server, ``text`` or ``json``; return the handler that does.

    Warnings and errors of all libraries are written too, by the same rules.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    if form == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(_TextFormatter())
    handler.setLevel(logging.INFO if logs_requests else logging.WARNING)
    logging.getLogger().addHandler(handler)
    if logs_requests:
        logging.getLogger("chameleonapi.serving.requests").setLevel(logging.INFO)
    return handler


@final
class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname} {record.name}: {_message(record)}"
        fields = [f"{one}={getattr(record, one)}" for one in _FIELDS if hasattr(record, one)]
        if record.exc_info and record.exc_info[0] is not None:
            fields.append(f"exception={record.exc_info[0].__name__}")
        return " ".join([line.replace("\n", "\\n"), *fields])


def _message(record: logging.LogRecord) -> str:
    """Return what a record says; of other libraries, without what they put into it.

    What we log is ours to judge. Others may put an address, with a key in it, or a piece of an
    input into a message.
    """
    if record.name.split(".")[0] == "chameleonapi":
        return record.getMessage()
    return str(record.msg).split("\n", 1)[0][:_MAX_FOREIGN]
