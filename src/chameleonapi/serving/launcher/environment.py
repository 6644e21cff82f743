"""The environment in which an application is taken over: its own, with as little changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher.aws_environment import missing_credentials, missing_region
from chameleonapi.serving.launcher.hosts import AWS_SERVICES

__all__ = ["NODE_HOOK", "Takeover", "application_environment", "without_hosts"]

NODE_HOOK: Final = "chameleon.cjs"

_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Takeover:
    """Everything that an application's environment must point to.

    Attributes:
        endpoint: the server.
        application: name of the application; empty for the generic model.
        hosts: the hosts that are taken over.
        proxy_address: of the local proxy, with its password.
        tls_port: the local TLS door.
        hook_folder: holds the hooks of Python (``sitecustomize.py``) and of Node.
        trust: variables that name files of trusted roots.
    """

    endpoint: Endpoint
    application: str
    hosts: Collection[str]
    proxy_address: str
    tls_port: int
    hook_folder: Path
    trust: Mapping[str, str]


def application_environment(base: Mapping[str, str], takeover: Takeover) -> dict[str, str]:
    """Return ``base`` with what the takeover needs. Credentials in it stay as they are."""
    env = dict(base)
    env |= missing_credentials(base)
    env |= missing_region(base)
    prefix = f"/a/{takeover.application}" if takeover.application else ""
    for service in AWS_SERVICES:
        env[f"AWS_ENDPOINT_URL_{service.upper()}"] = takeover.endpoint.http_url + prefix
    env |= takeover.trust
    _set_proxy(env, takeover)
    _set_hook(env, takeover)
    return env


def _set_proxy(env: dict[str, str], takeover: Takeover) -> None:
    bypass = env.get("no_proxy") or env.get("NO_PROXY") or ""
    # gRPC reads the lower-case names only, some others the upper-case ones only.
    for name in ("https_proxy", "HTTPS_PROXY"):
        env[name] = takeover.proxy_address
    for name in ("no_proxy", "NO_PROXY"):
        env[name] = without_hosts(bypass, takeover.hosts)
    # gRPC prefers names of its own.
    if env.get("grpc_proxy"):
        env["grpc_proxy"] = takeover.proxy_address
    if env.get("no_grpc_proxy"):
        env["no_grpc_proxy"] = without_hosts(env["no_grpc_proxy"], takeover.hosts)


def _set_hook(env: dict[str, str], takeover: Takeover) -> None:
    former = env.get("PYTHONPATH", "")
    env["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(takeover.hook_folder), former) if part
    )
    # Quoted, because a folder for temporary files may have a blank in its name.
    path = str(takeover.hook_folder / NODE_HOOK).replace("\\", "\\\\").replace('"', '\\"')
    options = (f'--require "{path}"', env.get("NODE_OPTIONS", ""))
    env["NODE_OPTIONS"] = " ".join(part for part in options if part)
    env["CHAMELEON_HOSTS"] = ",".join(takeover.hosts)
    env["CHAMELEON_TLS_PORT"] = str(takeover.tls_port)
    env["CHAMELEON_GRPC"] = takeover.endpoint.grpc_address
    env["CHAMELEON_APPLICATION"] = takeover.application


def without_hosts(bypass: str, hosts: Collection[str]) -> str:
    """Return a ``no_proxy`` list without what matches a host, and with this machine."""
    kept = [entry for entry in (part.strip() for part in bypass.split(",")) if entry]
    kept = [entry for entry in kept if not any(_matches(entry, host) for host in hosts)]
    return ",".join((*kept, *(name for name in _LOCAL_NAMES if name not in kept)))


def _matches(entry: str, host: str) -> bool:
    name = entry.lower().partition(":")[0].lstrip("*").lstrip(".")
    return entry == "*" or (bool(name) and (host == name or host.endswith(f".{name}")))
