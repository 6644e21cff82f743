"""``chameleon serve``: answer behind the providers' interfaces until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from chameleonapi.cli.console import notes, print_json
from chameleonapi.cli.options import add_json, add_models, port
from chameleonapi.environment import restart_tuned

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "serve",
        help="serve the models of the registry",
        description="Serve the generic model and all customised ones over gRPC, REST and AWS "
        "JSON on loopback. Applications are told apart by their launcher or credential.",
        allow_abbrev=False,
    )
    add_models(parser)
    parser.add_argument(
        "--app",
        action="append",
        metavar="NAME",
        help="serve only this application's model (repeatable; default: all)",
    )
    parser.add_argument(
        "--default-app",
        default="",
        metavar="NAME",
        help="whom requests belong to that name no application (default: the generic model)",
    )
    parser.add_argument(
        "--credential",
        action="append",
        default=[],
        metavar="KEY=NAME",
        help="requests with this API key or AWS access key id belong to this application "
        "(repeatable)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
    parser.add_argument("--http-port", type=port, default=8080, metavar="N", help="default: 8080")
    parser.add_argument("--grpc-port", type=port, default=8081, metavar="N", help="default: 8081")
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="let other machines in; nothing checks who calls",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    restart_tuned(sys.argv[1:])
    from chameleonapi.pipeline import serve
    from chameleonapi.serving import ServerConfig

    config = ServerConfig(
        host=options.host,
        http_port=options.http_port,
        grpc_port=options.grpc_port,
        allow_remote=options.allow_remote,
        default_application=options.default_app,
        credentials=dict(map(_credential, options.credential)),
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serve(options.models, options.app, config) as server:
        where = {"http_port": server.http_port, "grpc_port": server.grpc_port}
        if options.json:
            print_json(where)
            sys.stdout.flush()
        notes().print(
            f"Serving on {options.host}: REST and AWS JSON on port {server.http_port}, gRPC on "
            f"port {server.grpc_port}. Ctrl-C stops.",
            soft_wrap=True,
        )
        stopped.wait()
    notes().print("Stopped.")
    return 0


def _credential(text: str) -> tuple[str, str]:
    from chameleonapi.errors import UsageError

    key, sign, name = text.partition("=")
    if not sign or not key or not name:
        # The text is not repeated: it may hold a real key.
        raise UsageError("--credential expects KEY=NAME.", hint="Give both, without spaces.")
    return key, name
