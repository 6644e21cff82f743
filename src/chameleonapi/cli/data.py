"""``chameleon data``: look at labelled pictures and bring them into our form."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chameleonapi.cli.console import TerminalProgress, notes, output, print_json
from chameleonapi.cli.data_fetching import add_open_images, add_photos
from chameleonapi.cli.data_labelling import add_check_labels, add_next_labels
from chameleonapi.cli.data_texts import add_texts
from chameleonapi.cli.import_table import print_import
from chameleonapi.cli.options import add_json
from chameleonapi.errors import UsageError

if TYPE_CHECKING:
    from chameleonapi.data.importers import ImportReport, ImportSettings

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "data",
        help="look at labelled data, import or fetch them, improve their labels",
        description="Look at labelled pictures in any known format, import them, fetch them, put "
        "labelled texts together, find labels to check, or choose pictures to label.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True, title="actions")
    _add_import(actions)
    _add_inspect(actions)
    add_open_images(actions)
    add_photos(actions)
    add_texts(actions)
    add_check_labels(actions)
    add_next_labels(actions)


def _add_import(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "import",
        help="bring data of another tool into our form",
        description="Import labelled pictures: the format is detected, pictures are checked, "
        "labels mapped to those of the API, and what does not fit is listed.",
        allow_abbrev=False,
    )
    _add_source(parser)
    parser.add_argument("out", metavar="OUT", nargs="?", type=Path, help="the folder to make")
    parser.add_argument(
        "--dry-run", action="store_true", help="write nothing; report what would happen"
    )
    parser.add_argument(
        "--vocabulary", type=Path, metavar="FILE", help="labels of the API; default: as in the data"
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="TABLE",
        help="CSV with the columns from,to: what labels of the data stand for; an empty `to` drops",
    )
    parser.add_argument(
        "--hierarchy",
        type=Path,
        metavar="FILE",
        help="CSV with the columns label,parent, or JSON in the form of Open Images",
    )
    closed = parser.add_mutually_exclusive_group()
    closed.add_argument(
        "--closed",
        action="store_const",
        const=True,
        dest="closed",
        help="labels that a picture does not name are absent",
    )
    closed.add_argument(
        "--open",
        action="store_const",
        const=False,
        dest="closed",
        help="labels that a picture does not name are unknown",
    )
    parser.add_argument(
        "--short-side", type=int, metavar="PIXELS", help="reduce larger pictures to this, as JPEG"
    )
    parser.add_argument(
        "--keep-duplicates", action="store_true", help="take pictures of the same content again"
    )
    add_json(parser)
    parser.set_defaults(run=run_import)


def _add_inspect(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "inspect",
        help="say what a folder or file of labelled pictures holds",
        description="Detect the format and report splits, labels and whatever does not fit; "
        "writes nothing.",
        allow_abbrev=False,
    )
    _add_source(parser)
    add_json(parser)
    parser.set_defaults(run=run_inspect)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", type=Path, help="a folder or file")
    parser.add_argument("--format", metavar="NAME", help="its format (default: detected)")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="PREFIX=FOLDER",
        help="where pictures of addresses lie, as in s3://bucket=./bucket; may be repeated",
    )


def run_import(options: argparse.Namespace) -> int:
    """Run ``chameleon data import``."""
    from chameleonapi.analysis import load_vocabulary
    from chameleonapi.data.importers import ImportSettings, Locations, parse_location
    from chameleonapi.data.mapping import read_hierarchy, read_label_table

    if options.out is None and not options.dry_run:
        raise UsageError(
            "`chameleon data import` needs the folder to make.",
            hint="Name it after the source, or rehearse with --dry-run.",
        )
    settings = ImportSettings(
        format=options.format,
        vocabulary=load_vocabulary(options.vocabulary).labels if options.vocabulary else None,
        table=read_label_table(options.labels) if options.labels else {},
        parents=read_hierarchy(options.hierarchy) if options.hierarchy else {},
        closed=options.closed,
        locations=Locations(tuple(map(parse_location, options.map))),
        short_side=options.short_side,
        keep_duplicates=options.keep_duplicates,
    )
    return _run(options, settings, None if options.dry_run else options.out)


def run_inspect(options: argparse.Namespace) -> int:
    """Run ``chameleon data inspect``."""
    from chameleonapi.data.importers import ImportSettings, Locations, parse_location

    locations = Locations(tuple(map(parse_location, options.map)))
    return _run(options, ImportSettings(format=options.format, locations=locations), None)


def _run(options: argparse.Namespace, settings: ImportSettings, out: Path | None) -> int:
    from chameleonapi.data.importers import import_data

    title = f"reading {options.source}" if out is None else f"importing {options.source}"
    with TerminalProgress(quiet=options.json).step(title) as advance:
        report: ImportReport = import_data(
            options.source, out, settings, advance=lambda done: advance(done, 0)
        )
    if options.json:
        print_json(report.to_json())
        return 0
    print_import(report, output())
    if out is None:
        notes().print("Nothing was written.", markup=False)
    else:
        notes().print(
            f"Written to {out}. Use it: chameleon customize APP --data {out}", markup=False
        )
    return 0
