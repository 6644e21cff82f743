"""The token that the administration asks for: where it comes from, and how it is compared."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Final, final

from chameleonapi.errors import UsageError

__all__ = ["AdminToken", "read_token_file"]

_LEAST_CHARACTERS: Final = 16
_MOST_BYTES: Final = 4_096


@final
class AdminToken:
    """A token that can be checked and not read: only its digest is kept."""

    def __init__(self, token: str) -> None:
        if len(token) < _LEAST_CHARACTERS or not token.isascii() or not token.isprintable():
            # The token is not repeated: it may be a real one.
            raise UsageError(
                f"the token of the administration must have at least {_LEAST_CHARACTERS} "
                "printable ASCII characters.",
                hint="Name a file that does not exist: a token is made and written there.",
            )
        self._digest = _digest(token)

    def allows(self, authorization: str, *, is_change: bool) -> bool:
        """Tell whether a request with this ``Authorization`` header may go on.

        A browser sends the password that it was told once with every request, also with those
        that another site makes it send. So a password is enough to look, and not to change.
        """
        scheme, _, rest = authorization.partition(" ")
        given = rest.strip()
        if scheme.lower() == "basic" and not is_change:
            try:
                given = base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
            except (binascii.Error, ValueError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(_digest(given), self._digest)

    def __repr__(self) -> str:
        return "AdminToken(...)"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def read_token_file(path: str | Path) -> AdminToken:
    """Return the token in a file; one that is not there is made, for its owner only.

    Raises:
        UsageError: if the file cannot be read, others may write it, or holds no token.
    """
    file = Path(path)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return AdminToken(_read(file))
    except OSError as error:
        raise UsageError(f"the token file {file} cannot be made: {error.strerror}.") from None
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as made:
        made.write(token + "\n")
    return AdminToken(token)


def _read(file: Path) -> str:
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UsageError(f"the token file {file} is no ordinary file.")
            if mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise UsageError(
                    f"others may write the token file {file}.", hint=f"Run: chmod go-w {file}"
                )
            content = opened.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(f"the token file {file} cannot be read: {error.strerror}.") from None
    return content.decode("ascii", "replace").strip()
