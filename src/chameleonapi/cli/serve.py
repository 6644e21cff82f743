"""``chameleon serve``: answer behind the providers' interfaces until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chameleonapi.cli.administration import add_administration, hosts_door, read_administration
from chameleonapi.cli.console import notes, print_json
from chameleonapi.cli.options import add_json, add_models, at_least, port
from chameleonapi.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

    from chameleonapi.decision import DecisionProcess
    from chameleonapi.serving import PassThrough, ServerConfig, Shadowing

__all__ = ["add_to", "settings"]


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
    parser.add_argument(
        "--backend",
        choices=("torch", "onnx", "auto"),
        default="auto",
        help="what computes features: torch, ONNX Runtime (chameleonapi[onnx]), or the faster "
        "one of those that are installed (default: auto)",
    )
    parser.add_argument(
        "--model-memory",
        type=at_least(1),
        default=1024,
        metavar="MIB",
        help="what customised models may take of the memory; others are loaded when they are "
        "asked for (default: 1024)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
    parser.add_argument("--http-port", type=port, default=8080, metavar="N", help="default: 8080")
    parser.add_argument("--grpc-port", type=port, default=8081, metavar="N", help="default: 8081")
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="let other machines in: those of --callers",
    )
    parser.add_argument(
        "--callers",
        metavar="FILE",
        help="who may call, with what keys and for which applications (JSON): all others are "
        "refused",
    )
    parser.add_argument(
        "--unauthenticated",
        action="store_true",
        help="with --allow-remote: serve whoever comes, because the network keeps others out",
    )
    parser.add_argument(
        "--replay",
        metavar="FILE",
        help="answer what no customised model does out of a recording",
    )
    parser.add_argument(
        "--pass-through",
        choices=("unserved", "generic", "all"),
        metavar="WHICH",
        help="let requests through to the real provider, with the credentials of their clients: "
        "unserved (what nothing here answers), generic (also those of no application), or all",
    )
    parser.add_argument(
        "--record",
        metavar="FILE",
        help="keep the provider's answers in this file (needs --pass-through)",
    )
    parser.add_argument(
        "--upstream",
        action="append",
        default=[],
        metavar="HOST=URL",
        help="reach this host of a provider at another address (repeatable)",
    )
    parser.add_argument(
        "--allow-bucket",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="let requests name objects of this bucket of Cloud Storage or S3: they are read from "
        "this folder, and nothing is fetched (repeatable)",
    )
    parser.add_argument(
        "--shadow",
        metavar="FILE",
        help="compare decisions with those on the generic model's answers, and write differences "
        "to this file (needs --decision)",
    )
    parser.add_argument(
        "--decision",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a decision process (decision.json) of an application, for --shadow (repeatable)",
    )
    add_administration(parser)
    add_json(parser)
    parser.set_defaults(run=run, runs_torch=True)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.pipeline import serve
    from chameleonapi.serving import configure_logs

    config = settings(options)
    configure_logs(options.log_format, logs_requests=options.log_requests)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with (
        serve(
            options.models,
            options.app,
            config,
            replay=options.replay,
            backend=options.backend,
            max_model_bytes=options.model_memory * 1024 * 1024,
            told=lambda sentence: notes().print(sentence, soft_wrap=True),
        ) as server,
        hosts_door(options, server.endpoint) as hosts_port,
    ):
        where = {"http_port": server.http_port, "grpc_port": server.grpc_port}
        if server.admin_port:
            where["admin_port"] = server.admin_port
        if hosts_port is not None:
            where["hosts_port"] = hosts_port
        if options.json:
            print_json(where)
            sys.stdout.flush()
        notes().print(
            f"Serving on {options.host}: REST and AWS JSON on port {server.http_port}, gRPC on "
            f"port {server.grpc_port}. Ctrl-C stops.",
            soft_wrap=True,
        )
        if server.admin_port:
            notes().print(
                f"Administration on http://{options.admin_host}:{server.admin_port}/ (any user "
                "name; the password is the token).",
                soft_wrap=True,
            )
        stopped.wait()
    notes().print("Stopped.")
    return 0


def settings(options: argparse.Namespace) -> ServerConfig:
    """Return the settings that the options stand for.

    Raises:
        UsageError: if they contradict each other.
        RecordError: if a decision process cannot be read.
    """
    from chameleonapi.serving import ServerConfig, read_callers

    return ServerConfig(
        host=options.host,
        http_port=options.http_port,
        grpc_port=options.grpc_port,
        allow_remote=options.allow_remote,
        callers=read_callers(options.callers) if options.callers else None,
        unauthenticated=options.unauthenticated,
        default_application=options.default_app,
        credentials=dict(map(_credential, options.credential)),
        pass_through=_pass_through(options),
        shadow=_shadow(options),
        admin=read_administration(options),
        buckets=dict(map(_bucket, options.allow_bucket)),
        logs_requests=options.log_requests,
        traces=_traces() if options.traces else None,
    )


def _traces() -> TracerProvider:
    from chameleonapi.serving.operation.traces import tracer_provider_of_environment

    return tracer_provider_of_environment()


def _bucket(text: str) -> tuple[str, Path]:
    name, sign, folder = text.partition("=")
    if not (name and sign and folder):
        raise UsageError(f"--allow-bucket expects NAME=FOLDER, but {text!r} came.")
    return name, Path(folder)


def _pass_through(options: argparse.Namespace) -> PassThrough | None:
    from chameleonapi.serving import PassThrough

    if options.pass_through is None:
        for name in ("record", "upstream"):
            if getattr(options, name):
                raise UsageError(
                    f"--{name} needs --pass-through: nothing goes to the provider without it.",
                    hint="Add --pass-through all, or another scope.",
                )
        return None
    addresses = {}
    for text in options.upstream:
        host, sign, address = text.partition("=")
        if not (host and sign and address):
            raise UsageError(f"--upstream expects HOST=URL, but {text!r} came.")
        addresses[host] = address
    return PassThrough(options.pass_through, record=options.record, addresses=addresses)


def _shadow(options: argparse.Namespace) -> Shadowing | None:
    from chameleonapi.decision import load_process
    from chameleonapi.serving import Shadowing

    if bool(options.shadow) != bool(options.decision):
        raise UsageError("--shadow FILE and --decision NAME=FILE need each other.")
    decisions: dict[str, list[DecisionProcess]] = {}
    for text in options.decision:
        name, sign, file = text.partition("=")
        if not (name and sign and file):
            raise UsageError(f"--decision expects NAME=FILE, but {text!r} came.")
        decisions.setdefault(name, []).append(load_process(file))
    return Shadowing(decisions, sample=options.shadow) if decisions else None


def _credential(text: str) -> tuple[str, str]:
    key, sign, name = text.partition("=")
    if not sign or not key or not name:
        # The text is not repeated: it may hold a real key.
        raise UsageError("--credential expects KEY=NAME.", hint="Give both, without spaces.")
    return key, name
