"""Make clients trust the run's authority, and whatever they trusted before, no more.

Clients read their roots from environment variables that replace their own list. Each
gets a file of what it would have trusted without us, plus the run's authority.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import certifi

__all__ = ["ROOTS_VARIABLES", "default_roots", "trust_variables"]

# Each variable with those whose value its clients use in its place.
_REPLACING: Final = {
    "SSL_CERT_FILE": ("SSL_CERT_FILE",),
    "REQUESTS_CA_BUNDLE": ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    "CURL_CA_BUNDLE": ("CURL_CA_BUNDLE", "SSL_CERT_FILE"),
    "AWS_CA_BUNDLE": ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": ("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",),
    "HTTPLIB2_CA_CERTS": ("HTTPLIB2_CA_CERTS",),
}
ROOTS_VARIABLES: Final = tuple(_REPLACING)
# Node adds these roots to its own.
_ADDING: Final = "NODE_EXTRA_CA_CERTS"


def trust_variables(base: Mapping[str, str], ca_pem: bytes, folder: Path) -> dict[str, str]:
    """Write the files of roots and return the variables that name them.

    Args:
        base: the environment that the application would have had.
        ca_pem: the authority to add.
        folder: where the files go.
    """
    variables: dict[str, str] = {}
    written: dict[str, Path] = {}
    for variable, alternatives in _REPLACING.items():
        source = next((base[name] for name in alternatives if base.get(name)), "")
        if source not in written:
            path = folder / f"roots-{len(written)}.pem"
            path.write_bytes((_certificates(source) or default_roots()) + b"\n" + ca_pem)
            written[source] = path
        variables[variable] = str(written[source])
    extra = folder / "extra-roots.pem"
    extra.write_bytes(_certificates(base.get(_ADDING, "")) + b"\n" + ca_pem)
    variables[_ADDING] = str(extra)
    return variables


def _certificates(source: str) -> bytes:
    """Return the certificates in a file, or in the files of a folder; nothing if unreadable."""
    if not source:
        return b""
    path = Path(source)
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        contents = [one.read_bytes() for one in files if one.is_file()]
    except OSError:
        return b""
    return b"\n".join(one for one in contents if b"BEGIN CERTIFICATE" in one)


def default_roots() -> bytes:
    """Return the roots of certifi and of this machine (which may hold a company's own)."""
    system = ssl.get_default_verify_paths()
    return b"\n".join(
        content
        for content in (
            _certificates(certifi.where()),
            _certificates(system.cafile or ""),
        )
        if content
    )
