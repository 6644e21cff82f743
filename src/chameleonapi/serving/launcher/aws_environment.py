"""What an AWS client must find in its environment so that it does not refuse to start."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["missing_credentials", "missing_region"]

_CREDENTIAL_VARIABLES: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_CREDENTIAL_SETTINGS: Final = (
    "aws_access_key_id",
    "credential_process",
    "credential_source",
    "login_session",
    "role_arn",
    "sso_account_id",
    "sso_session",
    "web_identity_token_file",
)
_VENDOR_FILE: Final = Path("/sys/devices/virtual/dmi/id/sys_vendor")
# Said to be what they are, so that they are recognised wherever they turn up.
_NO_KEY: Final = {
    "AWS_ACCESS_KEY_ID": "CHAMELEONNOTREAL0000",
    "AWS_SECRET_ACCESS_KEY": "chameleon-not-a-real-secret",
}
_REGION: Final = "us-east-1"


def missing_credentials(base: Mapping[str, str]) -> dict[str, str]:
    """Return made-up keys if the application has none of any kind, else nothing.

    On a machine of Amazon's the instance's own role may stand behind it: nothing either.
    """
    if any(base.get(name) for name in _CREDENTIAL_VARIABLES) or _is_on_ec2():
        return {}
    files = _settings(base)
    if any(setting in section for section in files for setting in _CREDENTIAL_SETTINGS):
        return {}
    return dict(_NO_KEY)


def missing_region(base: Mapping[str, str]) -> dict[str, str]:
    """Return a region if the application has none, else nothing."""
    if base.get("AWS_REGION") or base.get("AWS_DEFAULT_REGION"):
        return {}
    if any("region" in section for section in _settings(base)):
        return {}
    return {"AWS_REGION": _REGION, "AWS_DEFAULT_REGION": _REGION}


def _is_on_ec2() -> bool:
    try:
        return _VENDOR_FILE.read_text(encoding="utf-8").startswith("Amazon")
    except (OSError, UnicodeDecodeError):
        return False


def _settings(base: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Return the sections of the shared configuration files; an unreadable file has none."""
    home = Path(base.get("HOME") or Path.home())
    sections: list[Mapping[str, str]] = []
    for variable, name in (
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        ("AWS_CONFIG_FILE", "config"),
    ):
        path = Path(base.get(variable) or home / ".aws" / name)
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(path.expanduser().read_text(encoding="utf-8"))
        except (OSError, RuntimeError, UnicodeDecodeError, configparser.Error):
            continue
        sections.extend(parser[name] for name in parser.sections())
    return sections
