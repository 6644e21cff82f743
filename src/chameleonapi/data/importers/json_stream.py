"""Large JSON documents, element by element: the lists at the top are never held as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from chameleonapi.errors import DataError

__all__ = ["top_keys", "top_lists"]

_CHUNK: Final = 1 << 20
_MOST_CHARACTERS: Final = 64 * 1024 * 1024
_SPACE: Final = " \t\r\n"


def top_lists(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield (key, element) for each element of the lists that the top object holds.

    A document that is itself a list gives elements with an empty key. Other members are skipped.

    Raises:
        DataError: if it is no JSON of this form, or one element is larger than 64 MB.
    """
    for key, value, is_element in _walk(path):
        if is_element:
            yield key, value


def top_keys(path: Path, *, at_most: int = 65536) -> frozenset[str]:
    """Return words that the start of a document has in quotes: enough to tell formats apart."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            start = file.read(at_most)
    except OSError:
        return frozenset()
    return frozenset(start.split('"')[1::2])


def _walk(path: Path) -> Iterator[tuple[str, Any, bool]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = _Text(file, path)
            first = text.take()
            if first == "[":
                for value in _elements(text):
                    yield "", value, True
            elif first == "{":
                yield from _members(text)
            else:
                raise text.wrong("an object or a list")
            if text.peek():
                raise text.wrong("the end")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no UTF-8: {error}.", hint="Save it as UTF-8.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Check the file.") from None


def _members(text: _Text) -> Iterator[tuple[str, Any, bool]]:
    if text.peek() == "}":
        text.take()
        return
    while True:
        key = text.value()
        if not isinstance(key, str) or text.take() != ":":
            raise text.wrong('"key": value')
        if text.peek() == "[":
            text.take()
            for value in _elements(text):
                yield key, value, True
        else:
            yield key, text.value(), False
        end = text.take()
        if end == "}":
            return
        if end != ",":
            raise text.wrong("',' or '}'")


def _elements(text: _Text) -> Iterator[Any]:
    if text.peek() == "]":
        text.take()
        return
    while True:
        yield text.value()
        end = text.take()
        if end == "]":
            return
        if end != ",":
            raise text.wrong("',' or ']'")


class _Text:
    def __init__(self, file: TextIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._decoder = json.JSONDecoder()
        self._buffer = ""
        self._at = 0
        self._dropped = 0
        self._is_end = False

    def wrong(self, expected: str) -> DataError:
        place = self._dropped + self._at
        found = self._buffer[self._at : self._at + 20]
        return DataError(
            f"{self._path}: at character {place:,}, {expected} was expected, but {found!r} came.",
            hint="The file is damaged or cut off; fetch it again.",
        )

    def peek(self) -> str:
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    return self._buffer[self._at]
                self._at += 1
            if not self._fill(_CHUNK):
                return ""

    def take(self) -> str:
        found = self.peek()
        self._at += 1
        return found

    def value(self) -> Any:
        self.peek()
        more = _CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self.wrong("a value that is not nested so deeply") from None
            except ValueError:
                if not self._fill(more):
                    raise self.wrong("a value") from None
            else:
                # A number at the end of what was read may go on.
                if end < len(self._buffer) or not self._fill(more):
                    self._at = end
                    return value
            more *= 2
            if len(self._buffer) - self._at > _MOST_CHARACTERS:
                raise self.wrong(f"a value of at most {_MOST_CHARACTERS:,} characters")

    def _fill(self, size: int) -> bool:
        if self._is_end:
            return False
        more = self._file.read(size)
        self._is_end = not more
        self._dropped += self._at
        self._buffer = self._buffer[self._at :] + more
        self._at = 0
        return bool(more)
