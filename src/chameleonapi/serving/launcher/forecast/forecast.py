"""From a command line to what becomes of its calls under the launcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chameleonapi.errors import UsageError
from chameleonapi.serving.launcher.forecast.clients import (
    PYTHON_CLIENTS,
    Finding,
    Scene,
    Verdict,
)
from chameleonapi.serving.launcher.forecast.command import Command, read_command
from chameleonapi.serving.launcher.forecast.installed import installed_packages
from chameleonapi.serving.launcher.forecast.node import node_findings
from chameleonapi.serving.launcher.forecast.sources import ADDRESS, read_sources

__all__ = ["Forecast", "forecast_command"]

SCHEMA: Final = "chameleonapi.forecast/1"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was found out about a command.

    Attributes:
        kind: of program: ``python``, ``node``, ``curl``, ``aws`` or ``other``.
        program: that runs, as far as it was found.
        files: sources that were read.
        findings: one for each client.
        notes: what could not be read, or is not known.
    """

    kind: str
    program: str
    files: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of all clients that are used; ``DEPENDS`` if nothing was recognised."""
        seen = {one.verdict for one in self.findings}
        for one in (Verdict.NO, Verdict.DEPENDS):
            if one in seen:
                return one
        return Verdict.YES if Verdict.YES in seen and not self.notes else Verdict.DEPENDS

    def to_json(self) -> dict[str, Any]:
        """Return the record in JSON form."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "program": self.program,
            "files": self.files,
            "verdict": self.verdict.value,
            "clients": [
                {
                    "client": one.client,
                    "version": one.version or None,
                    "place": one.place or None,
                    "taken_over": one.verdict.value,
                    "means": one.means or None,
                    "remark": one.remark or None,
                    "remedy": one.remedy or None,
                }
                for one in self.findings
            ],
            "notes": list(self.notes),
        }


def forecast_command(words: Sequence[str], cwd: str | Path, env: Mapping[str, str]) -> Forecast:
    """Tell what becomes of the calls of a command; nothing of it is run.

    Args:
        words: the command line.
        cwd: the folder that it would start in.
        env: the environment that it would start with.

    Raises:
        UsageError: if there is no command.
    """
    if not words:
        raise UsageError("no command was given.", hint="Example: chameleon doctor -- python app.py")
    command = read_command(words, Path(cwd), env)
    whole = {**env, **dict(command.variables)}
    match command.kind:
        case "python":
            return _python(command, whole)
        case "curl":
            return _one(command, _curl(command))
        case "aws":
            found = Finding(
                "AWS CLI", "", "", Verdict.YES, "the AWS endpoint variables, from 2.13 or 1.29 on"
            )
            return _one(command, found)
        case "node":
            files, findings, notes = node_findings(command)
            return Forecast(command.kind, command.program, files, findings, notes)
        case _:
            note = (
                "This kind of program cannot be read. It is taken over if it follows https_proxy "
            )
            note += "and trusts SSL_CERT_FILE."
            return Forecast(command.kind, command.program, 0, (), (note,))


def _one(command: Command, finding: Finding) -> Forecast:
    return Forecast(command.kind, command.program, 0, (finding,), ())


def _python(command: Command, env: Mapping[str, str]) -> Forecast:
    sources = read_sources(command)
    packages = installed_packages(command.program, env)
    scene = Scene(sources, packages, env, command.loads_no_hook)
    findings = tuple(found for one in PYTHON_CLIENTS if (found := one(scene)) is not None)
    notes = list(sources.unread)
    if not sources.files and not command.code:
        notes.append("No source of the application was found.")
    elif not any(one.verdict is not Verdict.UNUSED for one in findings):
        notes.append("No client of a served API was recognised in the sources.")
    return Forecast(command.kind, command.program, sources.files, findings, tuple(notes))


def _curl(command: Command) -> Finding:
    words = command.arguments
    is_served = any(ADDRESS.search(one) for one in words)
    for option, what in (
        ("--noproxy", "it is told to use no proxy."),
        ("--proxy", "it is given a proxy of its own."),
        ("-x", "it is given a proxy of its own."),
        ("--cacert", "it is told which roots to trust, and would refuse our certificate."),
        ("--capath", "it is told which roots to trust, and would refuse our certificate."),
        ("--resolve", "it is told which address to use."),
        ("--connect-to", "it is told which address to use."),
    ):
        if any(one == option or one.startswith(option + "=") for one in words):
            remedy = f"Leave {option} out."
            return Finding("curl", "", "", Verdict.NO, remark=what, remedy=remedy)
    if not is_served:
        remark = "no address of a served API stands in the command."
        return Finding("curl", "", "", Verdict.UNUSED, remark=remark)
    return Finding("curl", "", "", Verdict.YES, "the local proxy")
