# ruff: noqa: INP001, T201
"""Incorrect decisions on scenes: ``python benchmarks/scenes.py --seeds 0 1 2``.

For each seed: new scenes, a new generic model over all labels, and for each decision process
that analysis finds in the example applications (or those named with ``--apps``) every method.
The generic model learns from scenes of its own, drawn evenly over all labels, as a provider's
model never saw the application's pictures; with ``--generic same`` it learns from the
application's scenes. Rates are balanced over outcomes and measured on test scenes that nothing
was tuned on. Folders are kept, so that an interrupted run goes on where it was.

Prints one row for each process (mean over seeds) and the mean over processes with the spread
between seeds; ``--json FILE`` keeps everything, each evaluation in full.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, stdev

import torch

from chameleonapi.analysis import analyze
from chameleonapi.data.scenes import make_scenes, scene_labels
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import ChameleonError
from chameleonapi.evaluation import Evaluation
from chameleonapi.models import ModelRegistry, load_backbone
from chameleonapi.pipeline.customization import compare
from chameleonapi.pipeline.featuring import split_features
from chameleonapi.pipeline.modelling import DataSource, generic_model, train_all
from chameleonapi.pipeline.progress import Advance
from chameleonapi.pipeline.quickstart import scene_vocabulary

APPS = Path(__file__).resolve().parents[1] / "examples" / "apps"
COUNTS = {"train": 2400, "validation": 800, "test": 1600}


class Steps:
    """Prints each step once, and every remark."""

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        """Print the title."""
        print(f"  {title}", flush=True)
        yield lambda _done, _total: None

    def note(self, text: str) -> None:
        """Print the remark."""
        print(f"  {text}", flush=True)


def find_processes(apps: Path) -> list[tuple[str, DecisionProcess]]:
    """Return the decisions on labels of pictures in every application of a folder."""
    found = []
    for path in sorted(apps.iterdir()):
        if path.suffix != ".py" and not path.is_dir():
            continue
        found += [
            (f"{path.stem}:{one.call.line}", one)
            for one in analyze(path, vocabulary=scene_vocabulary()).processes
            if one.spec.task.value == "labels" and one.labels_read(scene_labels())
        ]
    return found


def load_source(
    folder: Path, name: str, seed: int, counts: dict[str, int], focus: dict[str, float]
) -> DataSource:
    """Return scenes with their features."""
    steps = Steps()
    with steps.step(f"{sum(counts.values())} scenes: {name}"):
        dataset = make_scenes(folder / name, counts, seed=seed, focus=focus)
    features = split_features(dataset, load_backbone(), folder / "features", steps)
    return DataSource(dataset, dataset.digest, features)


def run_seed(
    folder: Path,
    seed: int,
    processes: Sequence[tuple[str, DecisionProcess]],
    counts: dict[str, int],
    generic: str,
) -> dict[str, Evaluation]:
    """Measure every method on every process with one seed."""
    steps = Steps()
    labels = scene_labels()
    read = {label for _, one in processes for label in one.labels_read(labels)}
    source = load_source(folder, f"scenes-{seed}", seed, counts, dict.fromkeys(read, 1.0))
    base = source
    if generic == "own":
        # Seeds far apart, so that no scene of the provider is one of the application.
        its_counts = {**counts, "test": 1}
        base = load_source(folder, f"provider-{seed}", 10_000 + seed, its_counts, {})
    checkpoints = folder / f"checkpoints-{generic}-{seed}"
    head, _ = generic_model(
        ModelRegistry(folder / f"models-{generic}-{seed}"),
        "generic",
        base,
        load_backbone(),
        seed=seed,
        checkpoints=checkpoints,
        progress=steps,
    )
    made = {}
    for name, process in processes:
        where = checkpoints / name.replace(":", "-")
        try:
            methods = train_all(process, head, source, seed=seed, checkpoints=where, progress=steps)
        except ChameleonError as error:
            print(f"  {name} is left out: {error}", flush=True)
            continue
        made[name] = compare(process, methods, source, name=name, seed=seed, progress=steps)
        print(f"  {name}: " + ", ".join(_percent(made[name])), flush=True)
    return made


def _percent(found: Evaluation) -> list[str]:
    return [f"{one.name} {one.balanced.rate:.1%}" for one in found.methods]


def print_table(runs: dict[int, dict[str, Evaluation]]) -> None:
    """Print rates by process, their mean, and ours against each baseline."""
    first = next(iter(runs.values()))
    names = list(dict.fromkeys(one.name for found in first.values() for one in found.methods))
    print(f"\n{'balanced rate, %':28s}" + "".join(f"{name:>10s}" for name in names))

    def rates(run: dict[str, Evaluation], app: str) -> dict[str, float]:
        return {one.name: 100 * one.balanced.rate for one in run[app].methods}

    for app in first:
        row = [rates(run, app) for run in runs.values() if app in run]
        cells = [[one[name] for one in row if name in one] for name in names]
        shown = (f"{mean(cell):10.2f}" if cell else f"{'-':>10s}" for cell in cells)
        print(f"{app:28s}" + "".join(shown))
    means = {
        name: [
            mean(rates(run, app).get(name, rates(run, app)["tuned"]) for app in run)
            for run in runs.values()
        ]
        for name in names
    }
    print(f"{'mean':28s}" + "".join(f"{mean(means[name]):10.2f}" for name in names))
    if len(runs) > 1:
        print(f"{'spread between seeds':28s}" + "".join(f"{stdev(means[n]):10.2f}" for n in names))
    for name in names:
        if name == "ours":
            continue
        gains = [1 - mine / other for mine, other in zip(means["ours"], means[name], strict=True)]
        better = [
            run[app].comparison("ours", name).difference
            for run in runs.values()
            for app in run
            if any(one.against == name for one in run[app].comparisons)
        ]
        print(
            f"ours against {name}: {-mean(gains):+.1%} of its mistakes; of {len(better)} "
            f"comparisons {sum(one.high < 0 for one in better)} are better and "
            f"{sum(one.low > 0 for one in better)} worse beyond the 95% interval"
        )


def main() -> None:
    """Parse arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--apps", type=Path, default=APPS, help="folder of applications")
    parser.add_argument("--folder", type=Path, default=Path("build/benchmark-scenes"))
    parser.add_argument("--generic", choices=["own", "same"], default="own")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of scenes")
    parser.add_argument("--json", type=Path, help="write every evaluation here")
    given = parser.parse_args()
    torch.set_num_threads(2)
    given.folder.mkdir(parents=True, exist_ok=True)
    counts = {name: max(10, int(given.scale * count)) for name, count in COUNTS.items()}
    processes = find_processes(given.apps)
    runs = {
        seed: run_seed(given.folder, seed, processes, counts, given.generic) for seed in given.seeds
    }
    if given.json:
        record = {
            str(seed): {name: one.to_json() for name, one in run.items()}
            for seed, run in runs.items()
        }
        given.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print_table(runs)


if __name__ == "__main__":
    main()
