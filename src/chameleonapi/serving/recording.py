"""Answers of a real provider, kept in a file of JSON lines.

A line names the API, the SHA-256 of the input, what else was asked, and the answer. It
holds no input, no header and no address; credentials that an answer repeats are cut out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.apis import api_ids
from chameleonapi.errors import RecordError, ServingError
from chameleonapi.serving.wire.ask import Ask

__all__ = ["SCHEMA", "Recorded", "Recorder", "digest", "read_recording"]

SCHEMA: Final = "chameleonapi.recording/1"
MAX_FILE_BYTES: Final = 1 << 30
_MAX_LINE_BYTES: Final = 32 << 20
_REMOVED: Final = "[removed]"
_SHORTEST_SECRET: Final = 6  # shorter ones would cut up ordinary words
_log = logging.getLogger("chameleonapi.serving")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer.

    Attributes:
        api: id of the API that was asked.
        input: ``sha256:`` and the digest of the picture or of the text in UTF-8.
        language, variant: as in ``chameleonapi.apis.Request``.
        cut: how much of the answer was asked for.
        answer: in the provider's JSON form, offsets in characters.
    """

    api: str
    input: str
    language: str
    variant: str
    cut: str
    answer: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the answer depends on, but for the cut."""
        return (self.api, self.input, self.language, self.variant)


def digest(content: bytes) -> str:
    """Return the name of an input."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def scrubbed(value: Any, secrets: Iterable[str]) -> Any:
    """Return an answer without the credentials of its request."""
    words = [one for one in secrets if len(one) >= _SHORTEST_SECRET]
    return _scrub(value, words) if words else value


def _scrub(value: Any, words: list[str]) -> Any:
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, _REMOVED)
        return value
    if isinstance(value, Mapping):
        return {_scrub(key, words): _scrub(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_scrub(one, words) for one in value]
    return value


@final
class Recorder:
    """Appends answers to a file, each question once; safe to use from several threads.

    Args:
        path: the file; it is made if it is not there, readable by its owner only.
        max_bytes: nothing is added to a file that has grown to this size.

    Raises:
        RecordError: if the file is there and is no recording.
        ServingError: if it cannot be written.
    """

    def __init__(self, path: str | Path, *, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._path = Path(path)
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._seen = set()
        if self._path.exists():
            self._seen = {(*one.key, one.cut) for one in read_recording(self._path)}
        try:
            number = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise ServingError(
                f"cannot record to {str(path)!r}: {error.strerror}.", hint="Choose another file."
            ) from None
        self._file = os.fdopen(number, "ab")
        self._is_full = False

    def add(self, ask: Ask, answer: Mapping[str, Any], secrets: Iterable[str] = ()) -> None:
        """Keep the answer to a question, unless there is one.

        Args:
            ask: the question.
            answer: in the provider's JSON form.
            secrets: credentials that came with the request.
        """
        one = Recorded(
            ask.api,
            digest(ask.content),
            ask.language,
            ask.variant,
            ask.cut,
            scrubbed(answer, secrets),
        )
        line = json.dumps({"schema": SCHEMA, **asdict(one)}, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            if (*one.key, one.cut) in self._seen or self._is_full:
                return
            if self._file.tell() + len(line) > self._max_bytes:
                self._is_full = True
                _log.warning("the recording is full: nothing more is recorded")
                return
            try:
                self._file.write(line)
                self._file.flush()
            except OSError as error:  # the request itself has gone well
                self._is_full = True
                _log.error("cannot record any more: %s", error.strerror)
                return
            self._seen.add((*one.key, one.cut))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_recording(path: str | Path) -> Iterator[Recorded]:
    """Yield the answers of a recording.

    Raises:
        RecordError: if the file cannot be read or is none.
    """
    try:
        with Path(path).open("rb") as file:
            number = 0
            while line := file.readline(_MAX_LINE_BYTES + 1):
                number += 1
                if not line.endswith(b"\n"):
                    if len(line) > _MAX_LINE_BYTES:
                        raise _malformed(path, number, "it is too long")
                    return  # written in part when its server was ended
                yield _read_line(path, number, line)
    except OSError as error:
        raise RecordError(
            f"cannot read the recording {str(path)!r}: {error.strerror}.",
            hint="`chameleon serve --record FILE` makes one.",
        ) from None


def _read_line(path: str | Path, number: int, line: bytes) -> Recorded:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise _malformed(path, number, "it is no JSON") from None
    if not isinstance(data, dict) or data.pop("schema", None) != SCHEMA:
        raise _malformed(path, number, f"its schema is not {SCHEMA}")
    texts = ("api", "input", "language", "variant", "cut")
    if (
        set(data) != {*texts, "answer"}
        or not all(isinstance(data[name], str) for name in texts)
        or not isinstance(data["answer"], dict)
    ):
        raise _malformed(path, number, "its fields are not those of a recorded answer")
    if data["api"] not in api_ids():
        raise _malformed(path, number, f"the API {data['api']!r:.60} is not known")
    return Recorded(**data)


def _malformed(path: str | Path, number: int, reason: str) -> RecordError:
    return RecordError(
        f"line {number} of the recording {str(path)!r} cannot be used: {reason}.",
        hint="Record it again, or take the line out.",
    )
