"""The command ``chameleon``: find the subcommand, run it, end with a documented exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import chameleonapi
from chameleonapi.cli import (
    analyze,
    benchmark,
    certify,
    customize,
    data,
    doctor,
    evaluate,
    models,
    quickstart,
    report,
    serve,
)
from chameleonapi.cli import run as run_command
from chameleonapi.cli.console import print_error
from chameleonapi.environment import restart_tuned
from chameleonapi.errors import ChameleonError

__all__ = ["COMMANDS", "main", "make_parser", "run"]

COMMANDS = (
    analyze,
    customize,
    data,
    evaluate,
    certify,
    benchmark,
    serve,
    run_command,
    models,
    report,
    quickstart,
    doctor,
)
INTERRUPTED = 130
BROKEN_PIPE = 141
_DESCRIPTION = """\
Cloud ML APIs that make fewer wrong decisions: analyse an application, customise a model for
what it decides, prove the gain, serve it behind the same API. Start with `chameleon quickstart`.
"""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="chameleon",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"chameleon {chameleonapi.__version__}"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for command in COMMANDS:
        command.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Without ``arguments`` the command is that of this process, which starts again where it lacks
    settings that torch needs from its beginning.

    Raises:
        SystemExit: from the parser, on ``--help`` and on wrong usage (exit code 2).
    """
    try:
        options = make_parser().parse_args(arguments)
        if arguments is None and getattr(options, "runs_torch", False):
            restart_tuned(sys.argv[1:])
        code: int = options.run(options)
        sys.stdout.flush()
    except ChameleonError as error:
        print_error(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        print_error("interrupted.", "What was finished is kept; the same command goes on from it.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again while closing the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        if os.environ.get("CHAMELEON_DEBUG"):
            raise
        where = f" ({error.filename})" if error.filename else ""
        print_error(
            f"the system refused: {error.strerror or error}{where}.",
            "Check free space and permissions; nothing half-written is left behind.",
        )
        return 1
    except Exception as error:
        if os.environ.get("CHAMELEON_DEBUG"):
            raise
        print_error(
            f"an unexpected {type(error).__name__}: {error}",
            "This is a defect of chameleonapi. Run again with CHAMELEON_DEBUG=1 for the details "
            "and report them.",
        )
        return 1
    return code


def run() -> None:
    """Run the command line and end the process."""
    sys.exit(main())
