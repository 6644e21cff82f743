"""Options of ``chameleon serve`` for the people who run it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chameleonapi.cli.options import port
from chameleonapi.errors import UsageError

if TYPE_CHECKING:
    from chameleonapi.serving import AdminConfig, Endpoint

__all__ = ["add_administration", "hosts_door", "read_administration"]


def add_administration(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser."""
    parser.add_argument(
        "--admin-port",
        type=port,
        metavar="N",
        help="offer metrics, health, a status page and changes of models here (default: off)",
    )
    parser.add_argument(
        "--admin-token-file",
        type=Path,
        metavar="FILE",
        help="the token that the administration asks for; made if the file is not there",
    )
    parser.add_argument(
        "--admin-host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address of the administration (default: 127.0.0.1)",
    )
    parser.add_argument(
        "--price",
        action="append",
        default=[],
        metavar="API=PRICE",
        help="the provider's price of 1,000 units of an API, to tell on the status page what was "
        "not paid (repeatable; none is built in)",
    )
    parser.add_argument(
        "--price-source",
        default="",
        metavar="TEXT",
        help="where the prices were found, and when",
    )
    parser.add_argument(
        "--currency", default="USD", metavar="NAME", help="of the prices (default: USD)"
    )
    parser.add_argument(
        "--allow-remote-admin",
        action="store_true",
        help="let other machines reach the administration; the token travels in clear",
    )
    parser.add_argument(
        "--hosts-port",
        type=port,
        metavar="N",
        help="hosts mode: also answer over TLS here, as the provider's hosts do (on 443)",
    )
    parser.add_argument(
        "--hosts-roots-file",
        type=Path,
        metavar="FILE",
        help="hosts mode: where to write the roots that applications have to trust",
    )
    parser.add_argument(
        "--log-format",
        choices=("text", "json"),
        default="text",
        help="of the logs on standard error (default: text)",
    )
    parser.add_argument(
        "--log-requests",
        action="store_true",
        help="log each request: method, application, code and time, never its content",
    )
    parser.add_argument(
        "--traces",
        action="store_true",
        help="tell an OpenTelemetry collector of each request and batch, never of their content; "
        "the OTEL_ variables of the environment say where",
    )


@contextmanager
def hosts_door(options: argparse.Namespace, endpoint: Endpoint) -> Iterator[int | None]:
    """Open the door of hosts mode if it is wanted, and yield its port.

    Raises:
        UsageError: if only one of its options is given.
        ServingError: if it cannot be opened.
    """
    if (options.hosts_port is None) != (options.hosts_roots_file is None):
        raise UsageError(
            "hosts mode needs both --hosts-port and --hosts-roots-file.",
            hint="Example: --hosts-port 443 --hosts-roots-file roots.pem",
        )
    if options.hosts_port is None:
        yield None
        return
    from chameleonapi.serving.launcher.hosts_door import HostsDoor

    with HostsDoor(endpoint, options.host, options.hosts_port, options.hosts_roots_file) as door:
        yield door.port


def read_administration(options: argparse.Namespace) -> AdminConfig | None:
    """Return the settings; None if the administration is off.

    Raises:
        UsageError: if options do not fit together, or the token file cannot be used.
    """
    from chameleonapi.serving import AdminConfig, PriceList, read_token_file

    if options.admin_port is None:
        if options.price:
            raise UsageError("--price needs --admin-port: prices are for the status page.")
        if options.admin_token_file is not None:
            raise UsageError("--admin-token-file needs --admin-port.", hint="Add --admin-port N.")
        return None
    if options.admin_token_file is None:
        raise UsageError(
            "--admin-port needs --admin-token-file: whoever has the token may change models.",
            hint="Name a file; a token is made and written there if it does not exist.",
        )
    return AdminConfig(
        read_token_file(options.admin_token_file),
        host=options.admin_host,
        port=options.admin_port,
        allow_remote=options.allow_remote_admin,
        prices=PriceList(dict(map(_price, options.price)), options.price_source, options.currency),
    )


def _price(text: str) -> tuple[str, float]:
    api, sign, price = text.partition("=")
    try:
        return api, float(price if sign else "")
    except ValueError:
        raise UsageError(
            f"--price expects API=PRICE, but {text!r} came.",
            hint="Example: --price google.vision.label_detection=1.50",
        ) from None
