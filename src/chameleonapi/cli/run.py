"""``chameleon run -- CMD``: run an application, unchanged, against a customised model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chameleonapi.cli.options import add_models
from chameleonapi.environment import untuned_environment
from chameleonapi.errors import UsageError

if TYPE_CHECKING:
    from chameleonapi.serving import Endpoint

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "run",
        help="run an unmodified application against its customised model",
        description="Run a command so that its calls to Google Vision and Natural Language, Amazon "
        "Rekognition and Comprehend are answered here. The application is not changed and needs "
        "no credentials. The exit code is that of the command.",
        usage="chameleon run [--app NAME] [--models FOLDER] [--server HTTP:GRPC] -- CMD [ARG ...]",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--app", default="", metavar="NAME", help="its model (default: the generic one)"
    )
    add_models(parser)
    parser.add_argument(
        "--server",
        metavar="HTTP:GRPC",
        help="ports of a server that runs on this machine (default: start one for this run)",
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD", help="the command")
    parser.set_defaults(run=run, runs_torch=True)


def run(options: argparse.Namespace) -> int:
    """Run the command; ends with the exit code of the application."""
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise UsageError(
            "no command to run was given.", hint="Example: chameleon run -- python app.py photo.jpg"
        )
    from chameleonapi.serving import Endpoint, run_application

    if options.server is not None:
        return run_application(
            command,
            endpoint=_endpoint(options.server),
            application=options.app,
            env=untuned_environment(),
        )
    from chameleonapi.pipeline import serve

    with serve(options.models, [options.app] if options.app else []) as server:
        endpoint = Endpoint(grpc_port=server.grpc_port, http_port=server.http_port)
        return run_application(
            command, endpoint=endpoint, application=options.app, env=untuned_environment()
        )


def _endpoint(text: str) -> Endpoint:
    from chameleonapi.serving import Endpoint

    http, _, grpc = text.partition(":")
    if not (http.isdigit() and grpc.isdigit()):
        raise UsageError(
            f"--server expects two ports, HTTP:GRPC, but {text!r} came.", hint="Example: 8080:8081"
        )
    return Endpoint(grpc_port=int(grpc), http_port=int(http))
