# ruff: noqa: INP001, T201
"""What a perfect head could reach: decisions with the true names of the regions that were found.

Prints, for each application of ``chameleon benchmark objects``, the balanced rate of incorrect
decisions on its test scenes

- with the true name of each region, in the boxes of the finder: what is left is the finder's;
- with the true boxes as well: what is left are things that were not found, or found twice.

Run it in the folder of the benchmark, with its options:

    python benchmarks/object_ceiling.py --data FOLDER --resume FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from chameleonapi.apis import NOT_THERE
from chameleonapi.losses import compile_decision
from chameleonapi.models import DEFAULT_BACKBONE, load_backbone
from chameleonapi.models.regions import REGIONS, overlap, read_regions
from chameleonapi.pipeline.benchmark.applications import find_applications
from chameleonapi.pipeline.benchmark.objects import ObjectCollection
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.object_names import object_vocabulary
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import FeatureSet, right_outcomes
from chameleonapi.training.judge import balanced_weights
from chameleonapi.training.region_truth import region_labels

_SURE = 8.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--resume", type=Path, default=Path("chameleon-benchmark"))
    parser.add_argument("--drawings", type=Path)
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    quiet = SilentProgress()
    collection = ObjectCollection(
        options.data,
        load_backbone(options.backbone),
        options.resume / "features",
        quiet,
        drawings=options.drawings,
    )
    test = collection.divide("deployed", options.seed).test
    labels = region_labels(test)
    things = sum(map(len, test.objects))
    print(f"{len(test)} scenes, {things} things, {int(labels.present.sum()) / things:.1%} found")
    rows = _perfect(test, labels.present)
    exact = torch.cat([rows[:, : -4 * REGIONS], _true_boxes(test).flatten(1)], 1)
    applications = find_applications(
        example_folder("objects"),
        object_vocabulary(),
        [],
        quiet,
        cache=options.resume / "analysis",
        task="objects",
    )
    print(f"{'application':16}  true names  and boxes  examples of each outcome")
    for one in applications:
        decision = compile_decision(one.process, test.labels, regions=REGIONS)
        acceptable = right_outcomes(one.process, test)
        weights = balanced_weights(acceptable)
        rates = [
            float(weights[~decision.is_correct(some, acceptable)].sum()) for some in (rows, exact)
        ]
        counts = ", ".join(map(str, acceptable.sum(0).tolist()))
        print(f"{one.name:16}  {rates[0]:10.1%}  {rates[1]:9.1%}  {counts}")


def _perfect(test: FeatureSet, present: Tensor) -> Tensor:
    """Return rows of a head that knows the name of every region."""
    there, boxes, _ = read_regions(test.features)
    logits = torch.where(present.transpose(1, 2), _SURE, -_SURE)
    logits = logits.masked_fill(~there[:, None, :], NOT_THERE)
    return torch.cat([logits.flatten(1), boxes.flatten(1)], 1)


def _true_boxes(test: FeatureSet) -> Tensor:
    """Return the boxes of regions, those that show a thing with the true sides of it."""
    boxes = read_regions(test.features).boxes.clone()
    for row, objects in enumerate(test.objects):
        for one in objects:
            true = torch.tensor(one.box)
            shared = overlap(boxes[row], true)
            if float(shared.max()) >= 0.5:
                boxes[row, int(shared.argmax())] = true
    return boxes


if __name__ == "__main__":
    main()
