# ruff: noqa: INP001, T201 - a script, and it prints
"""Measure choices of the training on the half of the photographs that never counts.

    python benchmarks/training_choices.py PHOTOS --resume FOLDER --setting deployed --shots 200
    python benchmarks/training_choices.py PHOTOS --resume FOLDER --setting same-pool
    python benchmarks/training_choices.py PHOTOS --resume FOLDER --shots 20 --ways folds,rehearsal

PHOTOS is the folder of `chameleon benchmark photos`, FOLDER keeps features and generic models; use
that of the benchmark. Printed are wrong decisions in %, outcomes counted alike, for each
application and in the mean: one split of the examples against folds, one head against the mean of
two, and how much better a baseline has to look before it is taken instead of ours; folds in which
what the provider's model has learnt from is shown again. In the same pool, what it does to start
from logits of generic models that never saw the example.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead, load_backbone
from chameleonapi.pipeline.benchmark.applications import Application, find_applications
from chameleonapi.pipeline.benchmark.division import Division, few_shots
from chameleonapi.pipeline.benchmark.photos import load_photos
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.training import FeatureSet, TrainSettings, hold_out, train_generic
from chameleonapi.training.customize import LOSS_OPTIONS
from chameleonapi.training.folds import Folds, Heads, mean_head
from chameleonapi.training.judge import Judge
from chameleonapi.training.thresholds import is_real_gain

LOSSES: Final = {
    "ordinary": ("", 0.0),
    "paper": ("paper.v1", 0.0),
    "ours, share 0": ("robustness.v1", 0.0),
    "ours, share 0.3": ("robustness.v1", 0.3),
}
BOTH: Final = ("ours, share 0", "ours, share 0.3")
EVIDENCE: Final = (0.0, 1.0, 2.0)
Rates = dict[str, float]


class Printed:
    """Progress that prints notes only."""

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[int, int], None]]:  # noqa: ARG002
        """Show nothing."""
        yield lambda _done, _total: None

    def note(self, text: str) -> None:
        """Print a sentence."""
        print(text, flush=True)


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Examples and how they are divided."""

    title: str
    train: FeatureSet
    validation: FeatureSet
    folds: int
    rehearsal: FeatureSet | None = None


def arrangements(application: Application, division: Division, shots: int) -> list[Arrangement]:
    """Return what is compared in a setting."""
    pool, validation = division.pool, division.validation
    if validation is None:
        train, validation = few_shots(application.process, pool, shots)
        return [
            Arrangement("one split", train, validation, 1),
            Arrangement("folds", train, validation, 4),
            Arrangement("rehearsal", train, validation, 4, division.rehearsal),
        ]
    plain, checks = (replace(some, held_out=None) for some in (pool, validation))
    return [
        Arrangement("by heart", plain, checks, 1),
        Arrangement("held out", pool, validation, 1),
    ]


def measure(
    application: Application, generic: LinearHead, one: Arrangement, test: FeatureSet, seed: int
) -> Rates:
    """Return the rates of all ways on the test photographs."""
    process = application.process
    decision = compile_decision(process, test.labels)
    referee = Judge(decision, decision.acceptable(test.present, test.known))
    folds = Folds.open(
        process, generic, one.train, one.validation, count=one.folds, rehearsal=one.rehearsal
    )

    def rate(heads: Heads) -> float:
        return referee.rate(mean_head(heads).logits(test.features))

    same = folds.same(generic)
    tuned: dict[str, Heads] = {
        "generic": folds.tune(same, folds.first.everything())[0],
        "tuned": folds.tune(same)[0],
    }
    raw: dict[str, Heads] = {}
    for name, (compiled, share) in LOSSES.items():
        loss = compiled or folds.first.ordinary.name
        try:
            raw[name] = folds.fit(
                loss,
                replace(TrainSettings(), ordinary=share),
                seed=seed,
                options=LOSS_OPTIONS.get(loss, {}),
            )[0]
        except UnsupportedError:
            continue
        tuned[name] = folds.tune(raw[name])[0]
    better = min(BOTH, key=lambda name: folds.rate(tuned[name]))
    tuned["ours, mean"] = folds.tune(
        tuple(mean_head(some) for some in zip(*(raw[name] for name in BOTH), strict=True))
    )[0]
    rates = {name: rate(heads) for name, heads in tuned.items()}
    rates["ours, the better"] = rates[better]
    for evidence in EVIDENCE:
        chosen = fallback(folds, tuned, evidence)
        rates[f"mean, fallback at {evidence:g}"] = rates[chosen]
    return rates


def fallback(folds: Folds, tuned: Mapping[str, Heads], evidence: float) -> str:
    """Return the best of the baselines that are better by so many standard errors, or ours."""
    ours = folds.judge.wrong(folds.logits(tuned["ours, mean"]))
    others = [
        name
        for name in ("generic", "tuned", "ordinary", "paper")
        if name in tuned
        and is_real_gain(ours, folds.judge.wrong(folds.logits(tuned[name])), folds.judge, evidence)
    ]
    return min(others, key=lambda name: folds.rate(tuned[name]), default="ours, mean")


def cross_entropy(logits: Tensor, data: FeatureSet) -> float:
    """Return the cross-entropy of an example, summed over labels, in the mean."""
    each = binary_cross_entropy_with_logits(logits, data.present.float(), reduction="none")
    return float(each.sum(1).mean())


def show(title: str, found: Sequence[Rates]) -> None:
    """Print the means over applications, and those over the ones that the paper can express."""
    for what, some in (
        ("", found),
        (" with the paper's loss", [one for one in found if "paper" in one]),
    ):
        if not some:
            continue
        names = [name for name in some[0] if all(name in one for one in some)]
        told = ", ".join(
            f"{name} {100 * sum(one[name] for one in some) / len(some):.2f}" for name in names
        )
        print(f"mean of {len(some)}{what}, {title}: {told}", flush=True)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--resume", type=Path, required=True)
    parser.add_argument("--setting", choices=("deployed", "same-pool"), default="deployed")
    parser.add_argument("--shots", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--apps", default="", help="names with commas between; all if left out")
    parser.add_argument("--ways", default="", help="of dividing the examples; all if left out")
    parser.add_argument("--backbone", default="embedded:efficientnet-lite0+stages@192")
    options = parser.parse_args()
    shown = Printed()
    backbone = load_backbone(options.backbone)
    photos = load_photos(options.photos, backbone, options.resume / "features", shown)
    wanted, ways = (
        [one for one in some.split(",") if one] for some in (options.apps, options.ways)
    )
    applications = find_applications(
        example_folder("photos"),
        photos.vocabulary,
        wanted,
        shown,
        cache=options.resume / "analysis",
    )
    division = photos.divide(options.setting, options.seed, development=True)
    kept = options.resume / "choices"
    generic = train_generic(
        *division.provider,
        seed=options.seed,
        checkpoint=kept / f"generic-{options.setting}-{options.seed}.safetensors",
    ).head
    if division.validation is not None:
        file = kept / f"held-out-{options.seed}.safetensors"
        both = hold_out(generic, *division.provider, seed=options.seed, checkpoint=file)
        division = replace(division, pool=both[0], validation=both[1])
        known = cross_entropy(generic.logits(both[0].features), both[0])
        rest = [cross_entropy(some.held_out, some) for some in both if some.held_out is not None]
        shown.note(
            f"cross-entropy, summed over labels: {known:.2f} on examples that the generic model "
            f"has learnt from, {rest[0]:.2f} held out, {rest[1]:.2f} on validation examples"
        )
    elif not ways or "rehearsal" in ways:
        file = kept / f"rehearsed-{options.seed}.safetensors"
        both = hold_out(generic, *division.provider, seed=options.seed, checkpoint=file)
        division = replace(division, rehearsal=both[0].joined(both[1]))
    found: dict[str, list[Rates]] = {}
    for application in applications:
        for one in arrangements(application, division, options.shots):
            if ways and one.title not in ways:
                continue
            try:
                rates = measure(application, generic, one, division.test, options.seed)
            except (DataError, UnsupportedError) as error:
                shown.note(f"{application.name} is left out: {error}")
                break
            found.setdefault(one.title, []).append(rates)
            told = ", ".join(f"{name} {100 * rate:.1f}" for name, rate in rates.items())
            shown.note(f"{application.name}, {one.title}: {told}")
    for title, some in found.items():
        show(title, some)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
