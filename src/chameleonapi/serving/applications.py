"""Which application a request belongs to.

In this order: the name that the launcher puts on a request (a header; for AWS clients
a prefix of the path; for gRPC clients in Python a product in the user agent), then the
credential of the request where it is known here, then the default. A credential is
compared by its digest and goes no further: it is not kept, logged or forwarded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final, final

from chameleonapi.errors import UsageError

__all__ = [
    "APPLICATION_HEADER",
    "TELLING_HEADERS",
    "ApplicationResolver",
    "check_application_name",
    "read_credential",
    "split_prefix",
]

APPLICATION_HEADER: Final = "x-chameleon-application"
USER_AGENT_PRODUCT: Final = "chameleon-application"
# Those that may tell whose request it is, as they come.
TELLING_HEADERS: Final = frozenset(
    {APPLICATION_HEADER.encode(), b"user-agent", b"x-goog-api-key", b"authorization"}
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PREFIX = re.compile(rf"/a/({_NAME.pattern})(/.*)?", re.DOTALL)
_PRODUCT = re.compile(rf"(?:^|\s){USER_AGENT_PRODUCT}/({_NAME.pattern})(?=\s|$)")
_ACCESS_KEY_ID = re.compile(r"AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)/")


def check_application_name(name: str) -> str:
    """Return a name that can travel in paths and headers.

    Raises:
        UsageError: if this one cannot.
    """
    if not _NAME.fullmatch(name):
        msg = f"{name!r} is no name of an application."
        raise UsageError(msg, hint="Use up to 64 letters, digits, dots, dashes and underscores.")
    return name


def split_prefix(path: str) -> tuple[str, str]:
    """Split ``/a/NAME/rest`` into the name and ``/rest``; the name is empty without prefix."""
    match = _PREFIX.fullmatch(path)
    return (match[1], match[2] or "/") if match else ("", path)


def read_credential(
    headers: Iterable[tuple[str, str]], query: Iterable[tuple[str, str]] = ()
) -> tuple[str, bool]:
    """Return the API key or bearer token of a request, and whether it is a token.

    Args:
        headers: names in lower case, with their values.
        query: parameters of the address.
    """
    token = ""
    for name, value in headers:
        if name == "x-goog-api-key":
            return value, False
        if name == "authorization" and value[:7].lower() == "bearer ":
            token = value[7:].strip()
    for name, value in query:
        if name == "key":
            return value, False
    return token, bool(token)


def _digest(credential: str) -> bytes:
    return hashlib.sha256(credential.encode("utf-8", "surrogateescape")).digest()


@final
class ApplicationResolver:
    """Tells applications apart.

    Args:
        default: for requests that say nothing.
        credentials: application by API key, bearer token or access key id.
    """

    def __init__(self, *, default: str = "", credentials: Mapping[str, str] | None = None) -> None:
        self._default = check_application_name(default) if default else ""
        self._by_digest = {
            _digest(credential): check_application_name(name)
            for credential, name in (credentials or {}).items()
        }

    def resolve(
        self,
        headers: Iterable[tuple[str, str]],
        *,
        named: str = "",
        query: Iterable[tuple[str, str]] = (),
    ) -> str:
        """Return the name of the application, empty for the generic model.

        Args:
            headers: names in lower case, with their values.
            named: the name that stood in the path.
            query: parameters of the address.
        """
        application, credential = named, ""
        for name, value in headers:
            if name == APPLICATION_HEADER:
                application = value  # the last one wins: the launcher adds its own at the end
            elif name == "user-agent":
                product = _PRODUCT.search(value)
                application = application or (product[1] if product else "")
            elif name == "x-goog-api-key":
                credential = value
            elif name == "authorization":
                signed = _ACCESS_KEY_ID.match(value)
                token = value[7:].strip() if value[:7].lower() == "bearer " else ""
                credential = credential or (signed[1] if signed else token)
        if application:
            return application
        if self._by_digest:
            for name, value in query:
                if name == "key":
                    credential = credential or value
            if credential:
                return self._by_digest.get(_digest(credential), self._default)
        return self._default
