"""One file over HTTP: whole and verified, or an error that says what came instead.

A body goes to ``NAME.partial`` and gets its name when its length, and its MD5 where the server
gives one, are right. A later call goes on where an earlier one was cut off, if the server still
has the same file.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import random
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Final, final
from urllib.parse import urlsplit

from chameleonapi.errors import DataError, UsageError

__all__ = ["Fetcher", "NotThereError", "checked_address"]

_BLOCK: Final = 1 << 18
_MD5: Final = re.compile(r'^"?([0-9a-f]{32})"?$')
_LONGEST_WAIT_SECONDS: Final = 60.0
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotThereError(DataError):
    """The server says that there is no such file; trying again would not help."""


class _Again(Exception):  # noqa: N818  control flow: never leaves this module
    def __init__(self, why: str, wait_seconds: float = 0.0) -> None:
        super().__init__(why)
        self.wait_seconds = wait_seconds


def checked_address(address: str) -> str:
    """Return a base address without its last slash.

    Raises:
        UsageError: if it is none of HTTP; ``file:`` would read this machine.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise UsageError(
            f"{address!r} is no address to fetch from.", hint="Write https://HOST/PATH."
        )
    return address.rstrip("/")


@final
@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches files, with patience.

    Attributes:
        tries: how often a file is asked for before it is given up.
        backoff_seconds: the first wait; it doubles with every try, and varies by chance.
        timeout_seconds: how long a silent server is listened to.
        sleep: waits; replaced in tests.
    """

    tries: int = 5
    backoff_seconds: float = 1.0
    timeout_seconds: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def fetch(self, address: str, target: Path, *, max_bytes: int) -> int:
        """Fetch one file and return its length; nothing is done if it is there.

        Raises:
            NotThereError: if the server has no such file.
            DataError: if it cannot be had, or is longer than ``max_bytes``.
            OSError: if it cannot be written.
        """
        checked_address(address)
        if target.is_file():
            return target.stat().st_size
        target.parent.mkdir(parents=True, exist_ok=True)
        why = ""
        for number in range(self.tries):
            try:
                return self._once(address, target, max_bytes)
            except _Again as again:  # noqa: PERF203  a try is seconds, not nanoseconds
                why = str(again)
                if number + 1 < self.tries:
                    spread = random.uniform(0.5, 1.0)  # noqa: S311  spreads load, hides nothing
                    wait = max(self.backoff_seconds * 2**number * spread, again.wait_seconds)
                    self.sleep(min(wait, _LONGEST_WAIT_SECONDS))
        raise DataError(
            f"{address} cannot be fetched after {self.tries} tries: {why}.",
            hint="Check the network and run the same command again: it goes on from here.",
        )

    def _once(self, address: str, target: Path, max_bytes: int) -> int:
        partial = target.with_name(f"{target.name}.partial")
        mark = target.with_name(f"{target.name}.partial.etag")
        have = partial.stat().st_size if partial.is_file() else 0
        etag = mark.read_text("utf-8") if mark.is_file() else ""
        request = urllib.request.Request(  # noqa: S310  the scheme was checked
            address, headers={"User-Agent": "chameleonapi", "Accept-Encoding": "identity"}
        )
        if have and etag:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", etag)
        answer = self._open(request, address, partial)
        with answer:
            head = answer.headers
            goes_on = answer.status == 206 and _starts_at(head, have)
            if answer.status == 206 and not goes_on:
                partial.unlink(missing_ok=True)
                raise _Again("the server sent another part than was asked for")
            mark.write_text(head.get("ETag") or "", "utf-8")
            with partial.open("ab" if goes_on else "wb") as file:
                start = have if goes_on else 0
                length = self._copy(answer, file, start, max_bytes)
            if length > max_bytes:
                partial.unlink()
                mark.unlink()
                raise DataError(
                    f"{address} is longer than {max_bytes:,} bytes.", hint="Check the address."
                )
            expected = head.get("Content-Length")
            if expected is not None and expected.isdigit() and length != start + int(expected):
                raise _Again(f"{length:,} of {start + int(expected):,} bytes came")
        _verify(head, partial, mark)
        partial.replace(target)
        mark.unlink(missing_ok=True)
        return length

    def _open(
        self, request: urllib.request.Request, address: str, partial: Path
    ) -> http.client.HTTPResponse:
        try:
            answer = urllib.request.urlopen(request, timeout=self.timeout_seconds)  # noqa: S310
        except urllib.error.HTTPError as error:
            with error:
                if error.code in {403, 404, 410}:
                    raise NotThereError(
                        f"{address} is not there: the server says {error.code}.",
                        hint="Check the address; files are taken down now and then.",
                    ) from None
                if error.code == 416:
                    partial.unlink(missing_ok=True)
                    raise _Again("the file has changed on the server") from None
                if error.code in _AGAIN:
                    wait = error.headers.get("Retry-After", "")
                    seconds = float(wait) if wait.isdigit() else 0.0
                    raise _Again(f"the server says {error.code}", seconds) from None
                raise DataError(
                    f"{address} cannot be fetched: the server says {error.code} {error.reason}.",
                    hint="Check the address.",
                ) from None
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, OSError) as error:
            raise _Again(f"{getattr(error, 'reason', error)}") from None
        assert isinstance(answer, http.client.HTTPResponse)
        return answer

    def _copy(
        self,
        answer: http.client.HTTPResponse,
        file: IO[bytes],
        length: int,
        max_bytes: int,
    ) -> int:
        """Append what comes, and return the length so far: one block over the limit at most."""
        while True:
            try:
                block = answer.read(_BLOCK)
            except http.client.IncompleteRead as error:
                block = error.partial
                file.write(block)
                raise _Again(f"the body ended after {length + len(block):,} bytes") from None
            except (http.client.HTTPException, OSError) as error:
                raise _Again(f"the connection broke: {error}") from None
            if not block:
                return length
            length += len(block)
            if length > max_bytes:
                return length
            file.write(block)


def _starts_at(head: Message, have: int) -> bool:
    return (
        (head.get("Content-Range") or "").replace("bytes=", "bytes ").startswith(f"bytes {have}-")
    )


def _verify(head: Message, partial: Path, mark: Path) -> None:
    """Compare with the MD5 that S3 gives as ETag and Google as ``x-goog-hash``, if they do."""
    expected = ""
    found = _MD5.match(head.get("ETag") or "")
    if found:
        expected = found[1]
    for one in ",".join(head.get_all("x-goog-hash") or ()).split(","):
        name, _, value = one.strip().partition("=")
        if name == "md5":
            expected = base64.b64decode(value).hex()
    if not expected:
        return
    running = hashlib.md5(usedforsecurity=False)
    with partial.open("rb") as file:
        while block := file.read(_BLOCK):
            running.update(block)
    if running.hexdigest() != expected:
        partial.unlink()
        mark.unlink(missing_ok=True)
        raise _Again(f"the content has the MD5 {running.hexdigest()}, not {expected}")
