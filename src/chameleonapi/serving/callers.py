"""Who may call: keys that callers have to show, in the provider's own forms.

Google's clients send an API key or a bearer token; AWS's sign each request with a secret, which
is computed again here. The keys are made for this server: those of the provider do not belong in
its settings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.errors import UsageError
from chameleonapi.serving.applications import check_application_name, read_credential
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

__all__ = ["Caller", "Callers", "read_callers"]

_LEAST_CHARACTERS: Final = 16
_MOST_BYTES: Final = 1 << 20
_SKEW: Final = dt.timedelta(minutes=15)
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,\s]+)"
    r"/(?P<service>[^/,\s]+)/aws4_request,\s*SignedHeaders=(?P<names>[a-z0-9;-]+),"
    r"\s*Signature=(?P<signature>[0-9a-f]{64})"
)
# A signature that does not cover these could be put on another request.
_NEEDED: Final = frozenset({"host", "x-amz-date"})
_FORMS: Final = (
    frozenset({"api_key"}),
    frozenset({"bearer"}),
    frozenset({"access_key_id", "secret_access_key"}),
)


@final
@dataclass(frozen=True, slots=True)
class Caller:
    """One who may call.

    Attributes:
        key: an API key, a bearer token or an AWS access key id.
        secret: with which AWS requests are signed; empty for the others.
        applications: that may be asked for; the first one is meant where a request names none.
            Nothing stands for every application, and the generic model.
    """

    key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    applications: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.applications:
            check_application_name(name)
        for one in (self.key, self.secret):
            # The key is not repeated: it may be a real one.
            if one and not (one.isascii() and one.isprintable() and " " not in one):
                raise UsageError("a key of a caller may have printable ASCII characters only.")
        if len(self.secret or self.key) < _LEAST_CHARACTERS:
            raise UsageError(
                f"a key of a caller must have at least {_LEAST_CHARACTERS} characters.",
                hint="Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
            )


@final
class Callers:
    """Checks what requests show. Keys are compared by digest."""

    def __init__(self, callers: Sequence[Caller]) -> None:
        if not callers:
            raise UsageError("no callers are named, so nobody could call.")
        self._known = {_digest(bool(one.secret), one.key): one for one in callers}
        if len(self._known) < len(callers):
            raise UsageError("two callers have the same key.", hint="Give each its own.")

    @property
    def applications(self) -> Mapping[str, str]:
        """Application by key, where a key means one."""
        return {one.key: one.applications[0] for one in self._known.values() if one.applications}

    def __repr__(self) -> str:
        return f"Callers({len(self._known)})"

    def admit_google(
        self,
        headers: Iterable[tuple[str, str]],
        query: Iterable[tuple[str, str]],
        application: str,
    ) -> None:
        """Let a request in that shows an API key or a bearer token.

        Args:
            headers: names in lower case, with their values.
            query: parameters of the address.
            application: that it is for.

        Raises:
            GoogleError: as the provider refuses it otherwise.
        """
        key, is_bearer = read_credential(headers, query)
        if not key:
            raise GoogleError(
                GoogleCode.PERMISSION_DENIED,
                "Method doesn't allow unregistered callers (callers without established "
                "identity). Please use API Key or other form of API consumer identity to call "
                "this API.",
            )
        caller = self._known.get(_digest(False, key))
        if caller is None:
            if is_bearer:
                raise GoogleError(
                    GoogleCode.UNAUTHENTICATED,
                    "Request had invalid authentication credentials. Expected OAuth 2 access "
                    "token, login cookie or other valid authentication credential.",
                )
            raise GoogleError(
                GoogleCode.INVALID_ARGUMENT, "API key not valid. Please pass a valid API key."
            )
        if not _may(caller, application):
            raise GoogleError(GoogleCode.PERMISSION_DENIED, "The caller does not have permission")

    def recognize_aws(self, headers: Iterable[tuple[str, str]]) -> None:
        """Refuse a request that names no signer who is known, before its body is read.

        Raises:
            AwsError: as the provider refuses it.
        """
        self._signer(_by_name(headers))

    def _signer(self, values: Mapping[str, str]) -> tuple[Caller, re.Match[str]]:
        shown = values.get("authorization", "")
        if not shown:
            raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")
        signed = _SIGNED.fullmatch(shown)
        if signed is None or not _NEEDED <= set(signed["names"].split(";")) <= values.keys():
            raise AwsError(
                "IncompleteSignatureException", "Authorization header is not a whole signature."
            )
        caller = self._known.get(_digest(True, signed["key"]))
        if caller is None:
            raise AwsError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )
        return caller, signed

    def admit_aws(
        self,
        path: str,
        query: str,
        headers: Sequence[tuple[str, str]],
        raw: bytes,
        application: str,
        *,
        now: dt.datetime | None = None,
    ) -> None:
        """Let a POST request in whose signature is right.

        Reference: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

        Args:
            path, query: of the address, as they came.
            headers: names in lower case, with their values.
            raw: the body as it came.
            application: that it is for.
            now: the time, for tests.

        Raises:
            AwsError: as the provider refuses it otherwise.
        """
        values = _by_name(headers)
        caller, signed = self._signer(values)
        _check_time(values["x-amz-date"], signed["day"], now)
        covered = {name: values[name] for name in signed["names"].split(";")}
        address = f"https://{values['host']}{path}" + (f"?{query}" if query else "")
        right = _signature(caller, signed, address, covered, raw)
        if not hmac.compare_digest(right, signed["signature"]):
            raise AwsError(
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service "
                "documentation for details.",
            )
        if not _may(caller, application):
            raise AwsError("AccessDeniedException", "The caller is not authorized.")


def _by_name(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _digest(signs: bool, key: str) -> bytes:
    return hashlib.sha256(f"{signs:d}{key}".encode("utf-8", "surrogateescape")).digest()


def _may(caller: Caller, application: str) -> bool:
    return not caller.applications or application in caller.applications


def _check_time(stamp: str, day: str, now: dt.datetime | None) -> None:
    present = now or dt.datetime.now(dt.timezone.utc)
    try:
        made = dt.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.timezone.utc)
    except ValueError:
        made = None
    if made is None or not stamp.startswith(day):
        raise AwsError("IncompleteSignatureException", "Date in the signature is not valid.")
    if abs(made - present) > _SKEW:
        raise AwsError("InvalidSignatureException", f"Signature expired: {stamp}.")


def _signature(
    caller: Caller,
    signed: re.Match[str],
    address: str,
    covered: Mapping[str, str],
    raw: bytes,
) -> str:
    """Sign a request as botocore does."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    signer = SigV4Auth(Credentials(caller.key, caller.secret), signed["service"], signed["region"])
    headers = dict(covered)
    if "x-amz-content-sha256" in headers:
        # What a client says of its body is not believed.
        headers["x-amz-content-sha256"] = hashlib.sha256(raw).hexdigest()
    request = AWSRequest("POST", address, headers=headers, data=raw)
    request.context["timestamp"] = covered["x-amz-date"]
    found: str = signer.signature(
        signer.string_to_sign(request, signer.canonical_request(request)), request
    )
    return found


def read_callers(path: str | Path) -> Callers:
    """Read the callers from a JSON file: ``{"callers": [...]}``.

    Each has an ``api_key``, a ``bearer`` or an ``access_key_id`` and a ``secret_access_key``, and
    may have ``applications``.

    Raises:
        UsageError: if the file cannot be read, others may write it, or it says something else.
    """
    file = Path(path)
    content = _read(file)
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise UsageError(f"the file of callers {file} is no JSON.") from None
    rows = found.get("callers") if isinstance(found, dict) else None
    if not isinstance(rows, list) or set(found) != {"callers"}:
        raise UsageError(
            f"the file of callers {file} must hold an object with nothing but the list 'callers'.",
            hint='Example: {"callers": [{"api_key": "...", "applications": ["shelf"]}]}',
        )
    return Callers([_caller(file, number, row) for number, row in enumerate(rows, 1)])


def _caller(file: Path, number: int, row: Any) -> Caller:
    given = set(row) - {"applications"} if isinstance(row, dict) else set()
    names = row.get("applications", []) if isinstance(row, dict) else []
    is_text = all(isinstance(one, str) for one in (*names, *(row[key] for key in given)))
    if given not in _FORMS or not isinstance(names, list) or not is_text:
        raise UsageError(
            f"caller {number} in {file} must have api_key, or bearer, or access_key_id and "
            "secret_access_key, all of them texts.",
            hint='It may also have "applications": ["NAME", ...].',
        )
    if "secret_access_key" in given:
        return Caller(row["access_key_id"], row["secret_access_key"], tuple(names))
    return Caller(row[given.pop()], "", tuple(names))


def _read(file: Path) -> bytes:
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UsageError(f"the file of callers {file} is no ordinary file.")
            if mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise UsageError(
                    f"others may write the file of callers {file}.", hint=f"Run: chmod go-w {file}"
                )
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the file of callers {file} cannot be read: {error.strerror}.") from None
    if len(content) > _MOST_BYTES:
        raise UsageError(f"the file of callers {file} has more than {_MOST_BYTES} bytes.")
    return content
