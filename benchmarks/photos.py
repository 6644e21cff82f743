# ruff: noqa: INP001, T201
"""Incorrect decisions on real photographs: ``python benchmarks/photos.py --data FOLDER``.

The folder holds ``index.csv`` (path, source, split, labels from coarse to fine joined by ``|``,
contributor) and the photographs. Twelve applications, each a few lines of source, are analysed
like any other. Two settings:

- ``pool``: the generic model and every customised one learn from the same fifth of the photos.
- ``deployed``: the generic model never saw the contributors and shops of the application's
  photos; the application brings at most ``--shots`` examples for each set of right outcomes, a
  quarter of them for validation.

Rates are balanced over outcomes, on photographs that nothing was trained or tuned on; those
whose digest is even were looked at when the default settings were chosen, and never count.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from scenes import print_table

from chameleonapi.analysis import Vocabulary, analyze
from chameleonapi.data import read_square
from chameleonapi.decision import DecisionProcess
from chameleonapi.evaluation import Evaluation, Method, evaluate
from chameleonapi.losses import compile_decision
from chameleonapi.models import FeatureCache, load_backbone
from chameleonapi.training import FeatureSet, train_generic, train_methods

Splits = dict[str, list[int]]

EXTRA = {
    "Fruit": ("Produce", "Food"),
    "Vegetables": ("Produce", "Food"),
    "Packages": ("Package", "Product"),
}
FOOD = ["Food", "Produce", "Fruit", "Vegetables"]
MATERIAL = ["plastic", "glass", "paper", "cardboard", "metal", "Carton"]
WORN = ["Clothing", "Shirt", "Pants", "Outwear", "Footwear", "Shoes", "T Shirt"]
SLEEVES = ["T Shirt", "Shirt", "Polo", "Top", "Longsleeve"]
OATS = ["Sour Cream", "Sour Milk", "Oatghurt", "Soyghurt", "Oat Milk", "Soy Milk"]
APPLICATIONS: dict[str, tuple[str, list[list[str]]]] = {
    "bin_first": ("api", [FOOD, MATERIAL, WORN]),
    "bin_priority": ("application", [FOOD, MATERIAL, WORN]),
    "recycle": ("application", [["glass", "metal", "plastic", "cardboard", "paper"]]),
    "glass": ("application", [["glass"]]),
    "citrus": ("application", [["Lemon", "Lime", "Orange", "Satsumas", "Red Grapefruit"]]),
    "apples": ("application", [["Royal Gala", "Pink Lady", "Red Delicious"]]),
    "dairy": ("flags", [["Milk"], ["Yoghurt"], ["Juice"], OATS]),
    "wardrobe": (
        "flags",
        [SLEEVES, ["Pants", "Shorts"], ["Dress", "Skirt"], ["Hoodie", "Outwear", "Blazer"]],
    ),
    "garment": (
        "api",
        [
            ["T Shirt", "Shirt", "Polo", "Top"],
            ["Longsleeve", "Hoodie"],
            ["Outwear", "Blazer"],
            ["Pants"],
            ["Shorts", "Skirt"],
            ["Dress"],
            ["Shoes"],
            ["Hat"],
        ],
    ),
    "material": ("api", [["metal"], ["glass"], ["plastic"], ["paper"], ["cardboard"], ["trash"]]),
    "vegetables": (
        "flags",
        [
            ["Tomato"],
            ["Pepper", "Red Bell Pepper", "Green Bell Pepper"],
            ["Potato"],
            ["Mushroom"],
            ["Onion", "Leek", "Garlic"],
        ],
    ),
    "tops": (
        "application",
        [["T Shirt", "Polo"], ["Shirt", "Blouse"], ["Longsleeve", "Hoodie"], ["Outwear", "Blazer"]],
    ),
}

HEADER = """from google.cloud import vision


def decide(content):
    answer = vision.ImageAnnotatorClient().label_detection(image={"content": content})
    names = [one.description for one in answer.label_annotations]
"""


def source_of(kind: str, classes: Sequence[Sequence[str]]) -> str:
    """Return an application that decides in this way."""
    lines = []
    if kind == "api":
        lines.append("    for name in names:")
        for index, labels in enumerate(classes):
            lines.append(f"        if name in {list(labels)!r}:")
            lines.append(f"            return 'class {index}'")
        lines.append("    return 'nothing'")
    elif kind == "application":
        for index, labels in enumerate(classes):
            lines.append(f"    if any(name in {list(labels)!r} for name in names):")
            lines.append(f"        return 'class {index}'")
        lines.append("    return 'nothing'")
    else:
        lines.append(f"    flags = [0] * {len(classes)}")
        lines.append("    for name in names:")
        for index, labels in enumerate(classes):
            lines.append(f"        if name in {list(labels)!r}:")
            lines.append(f"            flags[{index}] = 1")
        lines.append("    return flags")
    return HEADER + "\n".join(lines) + "\n"


def find_process(name: str, labels: tuple[str, ...]) -> DecisionProcess:
    """Write an application down and analyse it."""
    kind, classes = APPLICATIONS[name]
    known = [[label for label in some if label in labels] for some in classes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(source_of(kind, known), "utf-8")
        vocabulary = Vocabulary("photos", "1", labels, is_complete=True)
        (process,) = analyze(path, vocabulary=vocabulary).processes
    return process


def load_photos(data: Path, cache: Path) -> tuple[FeatureSet, list[dict[str, str]]]:
    """Return all photographs with features, and their rows of the index."""
    with (data / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = [labels_of(row) for row in rows]
    labels = tuple(sorted({label for some in named for label in some}))
    found = FeatureCache(cache, load_backbone(), read_square).compute(
        [(data / row["path"]).read_bytes for row in rows]
    )
    # One content, one example: a copy must not stand on both sides of a split.
    first = {digest: index for index, digest in reversed(list(enumerate(found.digests)))}
    keep = sorted(first.values())
    present = torch.tensor([[label in set(some) for label in labels] for some in named])
    every = FeatureSet(
        labels,
        tuple(row["path"] for row in rows),
        found.digests,
        found.features,
        present,
        torch.ones_like(present),
        tuple(row["path"] for row in rows),
    )
    return every.select(keep), [rows[index] for index in keep]


def labels_of(row: dict[str, str]) -> list[str]:
    """Return all true labels, those above included."""
    found = [one.replace("-", " ") for one in row["labels"].split("|")]
    if row["source"] == "grocery":
        found += EXTRA[found[0]]
    if row["source"] == "clothing":
        found.append("Footwear" if found[0] == "Shoes" else "Clothing")
    return list(dict.fromkeys(found))


def split_pool(rows: Sequence[dict[str, str]], seed: int) -> tuple[Splits, Splits]:
    """Return one division for both models: a fifth, a tenth and the rest."""
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a split, not a secret
    fifth, tenth = len(order) // 5, len(order) // 10
    splits = {
        "train": order[:fifth],
        "validation": order[fifth : fifth + tenth],
        "test": order[fifth + tenth :],
    }
    return splits, splits


def split_deployed(rows: Sequence[dict[str, str]], seed: int) -> tuple[Splits, Splits]:
    """Return the provider's photographs, and the application's with its test set."""
    sides: dict[bool, list[int]] = {True: [], False: []}
    for index, row in enumerate(rows):
        key = row["contributor"] or row["path"]
        third = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 3 == 0
        if row["source"] == "grocery":
            # The published test set is of other shops: it is the application's, the rest not.
            third = row["split"] in {"train", "val"}
        sides[third].append(index)
    for some in sides.values():
        random.Random(seed).shuffle(some)  # noqa: S311
    sixth, half = len(sides[True]) // 6, len(sides[False]) // 2
    provider = {"validation": sides[True][:sixth], "train": sides[True][sixth:]}
    return provider, {"train": sides[False][:half], "test": sides[False][half:]}


def few_shots(process: DecisionProcess, data: FeatureSet, shots: int) -> Splits:
    """Return at most so many examples for each set of right outcomes, a quarter to validate."""
    acceptable = compile_decision(process, data.labels).acceptable(data.present, data.known)
    chosen: Splits = {"train": [], "validation": []}
    for pattern in acceptable.unique(dim=0):
        rows = (acceptable == pattern).all(1).nonzero()[:, 0].tolist()[:shots]
        quarter = max(1, len(rows) // 4) if len(rows) > 1 else 0
        chosen["validation"] += rows[:quarter]
        chosen["train"] += rows[quarter:]
    return chosen


def run_seed(
    photos: FeatureSet, rows: Sequence[dict[str, str]], setting: str, shots: int, seed: int
) -> dict[str, Evaluation]:
    """Measure every method on every application with one seed."""
    provider, own = (split_pool if setting == "pool" else split_deployed)(rows, seed)
    base = {name: photos.select(provider[name]) for name in ("train", "validation")}
    generic = train_generic(base["train"], base["validation"], seed=seed).head
    unseen = [one for one in own["test"] if int(photos.digests[one][:2], 16) % 2]
    test, pool = photos.select(unseen), photos.select(own["train"])
    made = {}
    for name in APPLICATIONS:
        process = find_process(name, photos.labels)
        if setting == "pool":
            train, validation = pool, base["validation"]
        else:
            chosen = few_shots(process, pool, shots)
            train, validation = (pool.select(chosen[one]) for one in ("train", "validation"))
        methods = train_methods(process, generic, train, validation, seed=seed)
        made[name] = evaluate(
            process,
            [Method(m.name, m.title, m.head, m.threshold, m.seconds) for m in methods.values()],
            test,
            seen={"the generic model's training data": base["train"], "training": train},
            application=name,
            data_name="photographs",
            seed=seed,
        )
        rates = ", ".join(f"{one.name} {one.balanced.rate:.1%}" for one in made[name].methods)
        print(f"  seed {seed}, {name}: {rates}", flush=True)
    return made


def main() -> None:
    """Parse arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--setting", choices=["pool", "deployed"], default="deployed")
    parser.add_argument("--shots", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--cache", type=Path, default=Path("build/benchmark-photos"))
    parser.add_argument("--json", type=Path, help="write every evaluation here")
    given = parser.parse_args()
    torch.set_num_threads(2)
    photos, rows = load_photos(given.data, given.cache)
    runs = {seed: run_seed(photos, rows, given.setting, given.shots, seed) for seed in given.seeds}
    if given.json:
        record = {
            str(seed): {name: one.to_json() for name, one in run.items()}
            for seed, run in runs.items()
        }
        given.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print_table(runs)


if __name__ == "__main__":
    main()
