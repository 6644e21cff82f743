"""``chameleon data open-images`` and ``chameleon data photos``: fetch labelled pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from chameleonapi.cli.console import TerminalProgress, notes, output, print_json
from chameleonapi.cli.options import add_json, read_process
from chameleonapi.errors import UsageError

__all__ = ["add_open_images", "add_photos"]

_SHOWN = 5


def add_open_images(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chameleon data open-images``."""
    parser = actions.add_parser(
        "open-images",
        help="fetch the pictures of Open Images for some labels",
        description="Fetch just the pictures of Open Images that speak about some labels, present "
        "or verified absent. An interrupted command goes on when it is run again.",
        allow_abbrev=False,
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to fill")
    parser.add_argument("--labels", metavar="NAME,...", help="labels, separated by commas")
    parser.add_argument(
        "--app", metavar="PATH", help="an application or decision.json: the labels that it reads"
    )
    parser.add_argument("--process", metavar="ID", help="which one, if the application has several")
    parser.add_argument(
        "--splits",
        default="validation,test",
        metavar="NAME,...",
        help="of train, validation, test (default: validation,test; the table of train has 2.7 GB)",
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=500,
        metavar="N",
        help="most pictures with a label present, and with it absent (default: 500)",
    )
    parser.add_argument("--threads", type=int, default=16, metavar="N", help="default: 16")
    parser.add_argument("--metadata-address", metavar="URL", help="where the tables lie")
    parser.add_argument("--pictures-address", metavar="URL", help="where the pictures lie")
    add_json(parser)
    parser.set_defaults(run=run_open_images)


def add_photos(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chameleon data photos``."""
    parser = actions.add_parser(
        "photos",
        help="assemble the photo benchmark from its public sources",
        description="Fetch three public sets of photographs at fixed commits, reduce them, and "
        "write index.csv. An interrupted command goes on when it is run again.",
        allow_abbrev=False,
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to fill")
    parser.add_argument(
        "--from",
        dest="clones",
        type=Path,
        metavar="FOLDER",
        help="clones or archives of the three repositories; nothing is fetched then",
    )
    parser.add_argument("--archives-address", metavar="URL", help="where GitHub's archives lie")
    add_json(parser)
    parser.set_defaults(run=run_photos)


def run_open_images(options: argparse.Namespace) -> int:
    """Run ``chameleon data open-images``."""
    from chameleonapi.data.fetching import OpenImagesPlan, fetch_open_images

    if (options.labels is None) == (options.app is None):
        raise UsageError(
            "either --labels or --app is needed.", hint="Name labels: --labels Cat,Dog"
        )
    labels = (
        [one.strip() for one in options.labels.split(",") if one.strip()]
        if options.app is None
        else list(read_process(options.app, options.process).labels_read())
    )
    addresses: dict[str, Any] = {}
    if options.metadata_address:
        addresses["metadata"] = options.metadata_address.rstrip("/")
    if options.pictures_address:
        addresses["pictures"] = options.pictures_address.rstrip("/")
    plan = OpenImagesPlan(
        labels,
        splits=tuple(one.strip() for one in options.splits.split(",") if one.strip()),
        limit=options.limit,
        threads=options.threads,
        **addresses,
    )
    with TerminalProgress(quiet=options.json).step("fetching pictures") as advance:
        found = fetch_open_images(plan, options.out, advance=advance)
    if options.json:
        print_json(found.to_json())
        return 0
    for match in found.matches:
        called = ", ".join(match.labels) or "(nothing)"
        near = f"; close: {', '.join(match.near)}" if match.near else ""
        output().print(f"{match.name} -> {called}  [{match.rule.value}{near}]", markup=False)
    for label, count in found.chosen.items():
        output().print(f"{count:>8,} pictures show {label}", markup=False)
    for one in found.findings.all:
        output().print(f"{one.count:>8,} {one.title} (left out)", markup=False)
    _print_lost(found.failed, "were not fetched")
    notes().print(
        f"{found.fetched:,} pictures in {options.out}. Import them: chameleon data import "
        f"{options.out} OUT",
        markup=False,
        soft_wrap=True,
    )
    return 0


def run_photos(options: argparse.Namespace) -> int:
    """Run ``chameleon data photos``."""
    from chameleonapi.data.fetching import assemble_photos

    addresses = {"archives": options.archives_address} if options.archives_address else {}
    with TerminalProgress(quiet=options.json).step("assembling photographs") as advance:
        made = assemble_photos(
            options.out,
            clones=options.clones,
            advance=lambda done: advance(done, 0),
            **addresses,
        )
    if options.json:
        print_json(made.to_json())
        return 0
    for source, count in made.counts.items():
        output().print(f"{count:>8,} photographs of {source}", markup=False)
    _print_lost(made.left_out, "were left out")
    notes().print(f"Written to {options.out}; LICENCES.md says whose they are.", markup=False)
    return 0


def _print_lost(lost: dict[str, str], what: str) -> None:
    if lost:
        output().print(f"[red]{len(lost):>8,}[/] {what}:")
        for name, why in list(lost.items())[:_SHOWN]:
            output().print(f"           {name}: {why}", markup=False)
