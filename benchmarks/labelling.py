# ruff: noqa: INP001, T201, S311
"""Does it pay to check and to label what is recommended? Measured on photographs.

Usage: python benchmarks/labelling.py PHOTOS CACHE [SEEDS]

Label errors are planted in 8% of 2,500 photographs (the labels of another one); then an
application labels 50 photographs at a time, four times, starting from 100 at random.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import torch

from chameleonapi.losses import compile_decision
from chameleonapi.models import LAST_LAYER_BACKBONE, load_backbone
from chameleonapi.pipeline.benchmark.applications import Application, find_applications
from chameleonapi.pipeline.benchmark.photos import load_photos
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.labelling.cross_fitting import CROSS_SETTINGS, cross_logits
from chameleonapi.pipeline.labelling.selection import choose, openness
from chameleonapi.pipeline.labelling.suspects import find_suspects
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import FeatureSet, train_generic
from chameleonapi.training.judge import Judge

APPLICATIONS = ("checkout_scale", "closet_tags", "laundry_program", "door_policy")
SETTINGS = replace(CROSS_SETTINGS, epochs=12)


def planted(application: Application, clean: FeatureSet, seed: int) -> tuple[int, int]:
    """Return how many planted errors change the decision, and how many come first."""
    generator = random.Random(seed)
    present = clean.present.clone()
    for row in generator.sample(range(len(clean)), len(clean) * 8 // 100):
        present[row] = clean.present[generator.randrange(len(clean))]
    noisy = replace(clean, present=present)
    decision = compile_decision(application.process, clean.labels)
    changed = decision.acceptable(clean.present) != decision.acceptable(present)
    bad = {one for one, is_bad in zip(clean.ids, changed.any(1).tolist(), strict=True) if is_bad}
    ranked = find_suspects(application.process, noisy, cross_logits(noisy, seed=seed))
    return len(bad), sum(one.id in bad for one in ranked[: len(bad)])


def labelled(
    application: Application, pool: FeatureSet, judge: Judge, test: FeatureSet, *, by_chance: bool
) -> float:
    """Return the balanced rate of wrong decisions after four rounds."""
    known = list(range(100))
    for step in range(5):
        order = random.Random(1).sample(known, len(known))
        some = len(known) // 6
        head = train_generic(
            pool.select(order[some:]), pool.select(order[:some]), seed=0, settings=SETTINGS
        ).head
        rest = sorted(set(range(len(pool))) - set(known))
        if by_chance:
            known += random.Random(step).sample(rest, 50)
        else:
            score = openness(application.process, head, pool.features[rest]).score
            chosen = choose(score, pool.features[rest], 50, known=pool.features[known])
            known += [rest[one] for one in chosen]
    return judge.rate(head.logits(test.features))


def main() -> None:
    """Print one line for each application and seed."""
    torch.set_num_threads(1)
    photos, cache = Path(sys.argv[1]), Path(sys.argv[2])
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    collection = load_photos(
        photos, load_backbone(LAST_LAYER_BACKBONE), cache / "features", SilentProgress()
    )
    applications = find_applications(
        example_folder("photos"),
        collection.vocabulary,
        APPLICATIONS,
        SilentProgress(),
        cache=cache / "analysis",
    )
    print("application seed errors first at_random wrong_by_chance wrong_as_chosen")
    for application in applications:
        decision = compile_decision(application.process, collection.pictures.labels)
        for seed in range(seeds):
            rows = random.Random(seed).sample(range(len(collection.pictures)), 6000)
            errors, first = planted(application, collection.pictures.select(rows[:2500]), seed)
            pool = collection.pictures.select(rows[:3000])
            test = collection.pictures.select(rows[3000:])
            judge = Judge(decision, decision.acceptable(test.present))
            rates = [
                labelled(application, pool, judge, test, by_chance=by_chance)
                for by_chance in (True, False)
            ]
            print(
                f"{application.name} {seed} {errors} {first} {errors * errors / 2500:.1f} "
                f"{rates[0]:.3f} {rates[1]:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
