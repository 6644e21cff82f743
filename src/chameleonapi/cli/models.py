"""``chameleon models``: what the registry holds."""

from __future__ import annotations

import argparse
from typing import Any

from chameleonapi.cli.console import notes, output, print_json
from chameleonapi.cli.options import add_json, add_models
from chameleonapi.errors import UsageError

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "models",
        help="list, show, roll back or remove published models",
        description="List the models of the registry, or act on one of them.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "action", nargs="?", default="list", choices=("list", "show", "rollback", "remove")
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the model")
    add_models(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from chameleonapi.models import ModelRegistry

    registry = ModelRegistry(options.models)
    if options.action == "list":
        return _list(registry, as_json=options.json)
    if options.name is None:
        raise UsageError(
            f"`chameleon models {options.action}` needs the name of a model.",
            hint="`chameleon models` lists them.",
        )
    if options.action == "show":
        print_json(registry.manifest(options.name).to_json())
    elif options.action == "rollback":
        reference = registry.rollback(options.name)
        notes().print(f"{options.name} is now {reference.digest[:12]}.", markup=False)
    else:
        registry.remove(options.name)
        notes().print(f"Removed {options.name}.", markup=False)
    return 0


def _list(registry: object, *, as_json: bool) -> int:
    from chameleonapi.models import ModelRegistry

    assert isinstance(registry, ModelRegistry)
    rows: list[dict[str, Any]] = []
    for name in registry.names():
        manifest = registry.manifest(name)
        rows.append(
            {
                "name": name,
                "digest": registry.resolve(name).digest,
                "api": manifest.api,
                "kind": manifest.kind,
                "created": manifest.created,
                "through_program": manifest.is_through_program,
            }
        )
    if as_json:
        print_json(rows)
        return 0
    if not rows:
        notes().print("The registry is empty. `chameleon customize` publishes a model.")
    for row in rows:
        how = "  made through the program" if row["through_program"] else ""
        output().print(
            f"{row['name']:24} {row['digest'][:12]}  {row['kind']:10} {row['api']}  "
            f"{row['created']}{how}",
            markup=False,
            soft_wrap=True,
        )
    return 0
