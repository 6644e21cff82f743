# ruff: noqa: INP001, T201
"""What a perfect head could reach: decisions with the true type of the mentions that were found.

Prints, for each application of ``chameleon benchmark entities``, the balanced rate of incorrect
decisions on its test texts with the true type of each mention of the provider's finder (what is
left is the finder's), and how often mentions are found.

Run it in the folder of the benchmark, with its options:

    python benchmarks/entity_ceiling.py --data FOLDER --resume FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

from chameleonapi.apis import Mentions
from chameleonapi.losses import compile_entities
from chameleonapi.models import DEFAULT_TEXT_BACKBONE, load_backbone
from chameleonapi.models.mentions import MENTIONS, read_mentions
from chameleonapi.pipeline.benchmark.applications import find_applications
from chameleonapi.pipeline.benchmark.entities import load_entities
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import FeatureSet, right_outcomes
from chameleonapi.training.judge import balanced_weights
from chameleonapi.training.mention_truth import mention_labels

_SURE = 8.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--resume", type=Path, default=Path("chameleon-benchmark"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    quiet = SilentProgress()
    backbone = load_backbone(DEFAULT_TEXT_BACKBONE)
    collection = load_entities(options.data, backbone, options.resume / "features", quiet)
    division = collection.divide("deployed", options.seed)
    for name, some in (("provider", division.provider[1]), ("application", division.test)):
        print(f"{name:12} {len(some)} texts, {_found(some)}")
    test = division.test
    perfect = _perfect(test)
    applications = find_applications(
        example_folder("entities"),
        collection.vocabulary,
        [],
        quiet,
        cache=options.resume / "analysis",
        task="entities",
    )
    print(f"{'application':16}  true types  examples of each outcome")
    for one in applications:
        decision = compile_entities(one.process, test.labels, MENTIONS)
        acceptable = right_outcomes(one.process, test)
        weights = balanced_weights(acceptable)
        wrong = ~decision.is_correct(decision.rows(perfect), acceptable)
        counts = ", ".join(map(str, acceptable.sum(0).tolist()))
        print(f"{one.name:16}  {float(weights[wrong].sum()):10.1%}  {counts}")


def _found(data: FeatureSet) -> str:
    """Return how many of the mentions are found, and how many of those found name something."""
    labels = mention_labels(data)
    true = sum(len(one.entities) for one in data.passages)
    there = int(read_mentions(data.features).there.sum())
    shown = int(labels.present.any(-1).sum())
    exact = sum(
        len(
            {(each.begin, each.end) for each in one.entities}
            & {
                (each.begin, each.end)
                for each in read_mentions(data.features[row : row + 1]).mentions(0)
            }
        )
        for row, one in enumerate(data.passages)
    )
    return (
        f"{true} mentions, {shown / true:.1%} found ({exact / true:.1%} with both ends right), "
        f"{shown / max(there, 1):.1%} of those found name something"
    )


def _perfect(test: FeatureSet) -> list[Mentions]:
    """Return what a head says that knows the type of every mention."""
    rows = read_mentions(test.features)
    present = mention_labels(test).present
    return [
        Mentions(
            test.labels,
            rows.mentions(row),
            [
                [_SURE if yes else -_SURE for yes in types]
                for types in present[row][rows.there[row]].tolist()
            ],
        )
        for row in range(len(test))
    ]


if __name__ == "__main__":
    main()
