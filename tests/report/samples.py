"""Realistic records for the tests of the report: a smart bin, five methods, a live run.

The rates and matrices are counted from simulated decisions, so that the records agree
with themselves as saved ones do.
"""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    DecisionProcess,
    Effect,
    Exists,
    FirstAmong,
    Flag,
    Flags,
    Gap,
    Interval,
    IntervalSet,
    Kind,
    LabelSet,
    LabelTest,
    Notice,
    NumberTest,
    Order,
    Outcome,
    RequestShape,
    Span,
    Status,
    Verification,
    VocabularyReference,
)
from chameleonapi.decision.numbers import Field
from chameleonapi.evaluation.calibration import calibrate
from chameleonapi.evaluation.record import (
    Comparison,
    CurvePoint,
    DataSummary,
    Evaluation,
    ExampleResult,
    MethodResult,
    Rate,
    Share,
)
from chameleonapi.evaluation.shares import gain_steps
from chameleonapi.report import RunRecord, RunRow

SOURCE = '''\
"""A bin that sorts what is held in front of its camera."""

import sys

from google.cloud import vision

COMPOST = {"Food", "Fruit", "Vegetable", "Dish", "Dessert", "Baked goods", "Salad", "Bread", "Nut"}
RECYCLE = {"Bottle", "Paper", "Newspaper", "Mail", "Tin can"}
DONATE = {"Clothing", "Footwear", "Book", "Toy", "Musical instrument"}


def labels_of(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    response = client.label_detection(image=image)
    if response.error.message:
        raise RuntimeError(response.error.message)
    return response.label_annotations


def sort(path):
    for label in labels_of(path):
        if label.description in COMPOST:
            return "compost"
        if label.description in RECYCLE:
            return "recycle"
        if label.description in DONATE:
            return "donate"
    return "trash"


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(path, sort(path))
'''
LABELS = {
    "compost": (
        ("Food", "Fruit", "Vegetable", "Dish", "Dessert", "Salad", "Bread", "Nut", "Baked goods"),
        24,
    ),
    "recycle": (("Bottle", "Paper", "Newspaper", "Mail", "Tin can"), 26),
    "donate": (("Clothing", "Footwear", "Book", "Toy", "Musical instrument"), 28),
}
FILE = "smart_bin.py"
_DISTRACTORS = ("Tree", "Dog", "Sky", "Vehicle", "Plant", "Person")
_METHODS = (
    ("generic", "Generic model", 0.19, "0.50", 0.0),
    ("tuned", "Generic model, thresholds tuned", 0.155, "0.31 to 0.64", 2.1),
    ("basic", "Ordinary loss on the target labels", 0.135, "0.46", 14.8),
    ("paper", "The paper's loss", 0.10, "0.50", 15.9),
    ("ours", "Customised for this application", 0.085, "0.48", 16.4),
)


def label_atom(name, labels, **more):
    return Atom(
        name,
        "labelAnnotations",
        (LabelTest("description", LabelSet(frozenset(labels))),),
        **more,
    )


def smart_bin(**changes) -> DecisionProcess:
    names = tuple(LABELS)
    atoms = tuple(
        label_atom(name, labels, spans=(Span(FILE, line, 11, line, 44),))
        for name, (labels, line) in LABELS.items()
    )
    effects = {name: line + 1 for name, (_, line) in LABELS.items()} | {"trash": 30}
    made = DecisionProcess(
        id="smart-bin",
        api="google.vision.label_detection",
        call=Span(FILE, 16, 15, 16, 50),
        kind=Kind.MULTI_CHOICE,
        order=Order.API,
        atoms=atoms,
        rules=Cases(
            tuple(Case(FirstAmong(name, names), name) for name in names),
            "trash",
        ),
        outcomes=tuple(
            Outcome(
                name,
                (Effect(Span(FILE, line, 12 if name != "trash" else 4), f'return "{name}"'),),
                accepts=tuple(sorted(LABELS[name][0])) if name in LABELS else (),
            )
            for name, line in effects.items()
        ),
        request=RequestShape(max_results=10),
        vocabulary=VocabularyReference("scenes/1", 612, "sha256:5b1c"),
        entry="sort",
        warnings=(
            Notice(
                "not-in-vocabulary",
                "no answer ever contains the label 'Tin can'",
                Span(FILE, 8, 51, 8, 60),
                ("Tin",),
            ),
        ),
        gaps=(
            Gap(
                "unmodelled-call",
                "what RuntimeError does to the caller is not followed",
                Span(FILE, 18, 14, 18, 50),
            ),
        ),
        status=Status.PARTIAL,
        verification=Verification(5000, 0, 7),
    )
    return made.with_(**changes)


def multi_select(members=12, labels_each=300) -> DecisionProcess:
    """A process at the edge of what can be drawn: many members, hundreds of labels."""
    ids = [f"tag_{i}" for i in range(members)]
    return DecisionProcess(
        id="tagger",
        api="aws.rekognition.detect_labels",
        call=Span("app/tagger.py", 9),
        kind=Kind.MULTI_SELECT,
        atoms=tuple(
            Atom(
                name,
                "Labels",
                (
                    LabelTest(
                        "Name", LabelSet(frozenset(f"Label {i} {k}" for k in range(labels_each)))
                    ),
                    NumberTest(Field("Confidence"), IntervalSet((Interval(80.0 + i),))),
                ),
            )
            for i, name in enumerate(ids)
        ),
        rules=Flags(tuple(Flag(Exists(name), name) for name in ids)),
        outcomes=tuple(
            Outcome(name, (Effect(Span("app/tagger.py", 20 + i), f'tags.append("{name}")'),))
            for i, name in enumerate(ids)
        ),
    )


def evaluation(examples: int = 480, seed: int = 11) -> Evaluation:
    draw = random.Random(seed)
    outcomes = (*LABELS, "trash")
    rows = []
    for i in range(examples):
        right = outcomes[i % 4] if i % 7 else "trash"
        acceptable = {right}
        present = draw.sample(_DISTRACTORS, 2)
        if right in LABELS:
            present = [draw.choice(LABELS[right][0]), *present]
            if draw.random() < 0.15:
                other = draw.choice([one for one in LABELS if one != right])
                acceptable.add(other)
                present.append(draw.choice(LABELS[other][0]))
        hardness = draw.random()
        decided = {}
        for name, _, rate, _, _ in _METHODS:
            luck = 0.9 * hardness + 0.1 * draw.random()
            is_wrong = luck < rate * (1.4 if right != "trash" else 0.6)
            others = [one for one in outcomes if one not in acceptable]
            wrong = "trash" if "trash" in others and draw.random() < 0.6 else draw.choice(others)
            decided[name] = wrong if is_wrong else right
        rows.append(
            ExampleResult(
                id=f"scene-{i:04d}",
                file=f"test/scene-{i:04d}.png",
                present=tuple(present),
                acceptable=tuple(sorted(acceptable)),
                decided=decided,
            )
        )
    return measured(tuple(rows), outcomes)


def measured(rows: tuple[ExampleResult, ...], outcomes: tuple[str, ...]) -> Evaluation:
    methods = tuple(_method(rows, outcomes, *row) for row in _METHODS)
    names = [one.name for one in methods]
    pairs = [("ours", name) for name in names[:-1]] + [(name, "generic") for name in names[1:-1]]
    weights = dict.fromkeys(outcomes, 0.0)
    for row in rows:
        for one in row.acceptable:
            weights[one] += 1 / len(row.acceptable)
    return Evaluation(
        application="smart-bin",
        api="google.vision.label_detection",
        kind="MULTI_CHOICE",
        process_digest=smart_bin().digest,
        outcomes=outcomes,
        data=DataSummary("scenes", "sha256:93ab12", "test", len(rows), weights),
        methods=methods,
        comparisons=tuple(_comparison(rows, methods, *pair) for pair in pairs),
        examples=rows,
        seed=11,
        environment={"chameleonapi": "0.1.0", "python": "3.11.9", "torch": "2.13.0"},
        shares=tuple(
            Share(cause, method, against, _comparison(rows, methods, method, against).difference)
            for cause, method, against in gain_steps(names, "ours")
        ),
        curve=tuple(
            CurvePoint(
                one.name,
                shots,
                3.2 * shots,
                3,
                _rate(min(0.9, one.balanced.rate * (1 + slow / shots**0.5)), 100),
                _rate(min(0.9, one.natural.rate * (1 + slow / shots**0.5)), 100),
            )
            for shots in (5, 10, 20, 50, 200)
            for one, slow in zip(methods, (0.1, 0.9, 3.0, 3.4, 2.4), strict=True)
        ),
    )


def _calibration(rows, name):
    """Margins that claim somewhat too much, the same in every call."""
    draw = random.Random(name)
    wrong = [row.decided[name] not in row.acceptable for row in rows]
    margins = [abs(draw.gauss(0.9 if one else 2.6, 1.1)) for one in wrong]
    return calibrate(margins, wrong)


def _method(rows, outcomes, name, title, _, threshold, seconds) -> MethodResult:
    size = len(outcomes)
    matrix = [[0.0] * size for _ in range(size)]
    errors = {"missed": 0, "wrong": 0, "order": 0, "false alarm": 0}
    wrong, weight = [0.0] * size, [0.0] * size
    for row in rows:
        decided = row.decided[name]
        is_right = decided in row.acceptable
        share = 1 / len(row.acceptable)
        for one in row.acceptable:
            i = outcomes.index(one)
            weight[i] += share
            wrong[i] += share * (not is_right)
            if not is_right:
                matrix[i][outcomes.index(decided)] += share
        if is_right:
            matrix[outcomes.index(decided)][outcomes.index(decided)] += 1
        elif decided == "trash":
            errors["missed"] += 1
        elif "trash" in row.acceptable:
            errors["false alarm"] += 1
        else:
            errors["wrong"] += 1
    balanced = sum(a / b for a, b in zip(wrong, weight, strict=True)) / size
    natural = sum(wrong) / len(rows)
    return MethodResult(
        name,
        title,
        _rate(balanced, len(rows)),
        _rate(natural, len(rows)),
        tuple(map(tuple, matrix)),
        errors,
        threshold,
        seconds,
        int(seconds * 40) << 20,
        _calibration(rows, name),
    )


def _rate(rate: float, count: int) -> Rate:
    half = 1.96 * (max(rate, 0.002) * (1 - rate) / count) ** 0.5
    return Rate(rate, max(0.0, rate - half), rate + half)


def _comparison(rows, methods, method, against) -> Comparison:
    by_name = {one.name: one.balanced.rate for one in methods}
    right = [(r.decided[method] in r.acceptable, r.decided[against] in r.acceptable) for r in rows]
    fixed = sum(now and not was for now, was in right)
    broken = sum(was and not now for now, was in right)
    difference = by_name[method] - by_name[against]
    half = 1.96 * (max(fixed + broken, 1)) ** 0.5 / len(rows)
    return Comparison(
        method,
        against,
        Rate(difference, difference - half, difference + half),
        difference / by_name[against] if by_name[against] else None,
        fixed,
        broken,
    )


def run_record(found: Evaluation, count: int = 8) -> RunRecord:
    def is_right(row, name):
        return row.decided[name] in row.acceptable

    changed = [one for one in found.examples if is_right(one, "ours") != is_right(one, "generic")]
    same = [one for one in found.examples if one not in changed]
    rows = [*changed[: count // 2], *same[: count - count // 2]]
    return RunRecord(
        command="chameleon run -- python examples/apps/smart_bin.py scene-0007.png",
        rows=tuple(
            RunRow(
                one.id,
                one.acceptable,
                f"{one.id}.png {one.decided['generic']}",
                f"{one.id}.png {one.decided['ours']}",
                one.decided["generic"],
                one.decided["ours"],
            )
            for one in rows
        ),
        transport="gRPC",
    )


def make_pictures(folder: Path, found: Evaluation, side: int = 96) -> dict[str, Path]:
    """Write one small picture per example: a few coloured shapes on a gradient."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for one in found.examples:
        path = folder / f"{one.id}.png"
        path.write_bytes(png(_pixels(random.Random(one.id), side), side))
        made[one.id] = path
    return made


def _pixels(draw: random.Random, side: int) -> bytes:
    base = [draw.randrange(120, 235) for _ in range(3)]
    shapes = [
        (
            draw.uniform(0.2, 0.8) * side,
            draw.uniform(0.2, 0.8) * side,
            draw.uniform(0.1, 0.28) * side,
            [draw.randrange(30, 245) for _ in range(3)],
            draw.random() < 0.5,
        )
        for _ in range(4)
    ]
    rows = bytearray()
    for y in range(side):
        for x in range(side):
            colour = [max(0, int(one - 60 * y / side)) for one in base]
            for cx, cy, radius, paint, is_round in shapes:
                dx, dy = abs(x - cx), abs(y - cy)
                if (dx * dx + dy * dy < radius * radius) if is_round else max(dx, dy) < radius:
                    colour = paint
            rows += bytes(colour)
    return bytes(rows)


def png(pixels: bytes, side: int) -> bytes:
    """Encode RGB pixels of a square without any imaging library."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    step = side * 3
    lines = b"".join(b"\0" + pixels[i : i + step] for i in range(0, len(pixels), step))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )
