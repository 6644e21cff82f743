"""Pictures of regions that need no network: what is seen of a region is what it holds, roughly."""

import torch

from chameleonapi import decision as d
from chameleonapi.models.regions import REGIONS
from chameleonapi.training.features import FeatureSet

LABELS = ("Cup", "Ball", "Dog", "Shoe")
GOOGLE = "google.vision.object_localization"
AWS = "aws.rekognition.detect_labels"
_COLUMN = {label: index for index, label in enumerate(LABELS)}


def world(count, *, seed, noise=0.6, most=4):
    """Return pictures in each of which up to ``most`` things stand in cells of a grid."""
    generator = torch.Generator().manual_seed(seed)
    dimension = len(LABELS) + 2
    rows = torch.zeros(count, REGIONS, 5 + dimension)
    present = torch.zeros(count, len(LABELS), dtype=torch.bool)
    objects = []
    for picture in range(count):
        number = int(torch.randint(0, most + 1, (1,), generator=generator))
        cells = torch.randperm(9, generator=generator)[:number].tolist()
        main = int(torch.randint(len(LABELS), (1,), generator=generator))
        things = []
        for region, cell in enumerate(cells):
            other = int(torch.randint(len(LABELS), (1,), generator=generator))
            label = main if region % 2 == 0 else other
            left, top = (cell % 3) / 3, (cell // 3) / 3
            size = 0.15 + 0.15 * float(torch.rand(1, generator=generator))
            box = (left, top, left + size, top + size)
            things.append(d.TrueObject(LABELS[label], box))
            present[picture, label] = True
            shaken = torch.tensor(box) + 0.01 * torch.randn(4, generator=generator)
            rows[picture, region, 0] = 1
            rows[picture, region, 1:5] = shaken.clamp(0, 1)
            rows[picture, region, 5 + label] = 2
        empty = number if number < REGIONS else REGIONS - 1
        rows[picture, empty, 0] = 1  # one region of nothing
        rows[picture, empty, 1:5] = torch.tensor([0.9, 0.9, 1.0, 1.0])
        seen = noise * torch.randn(REGIONS, dimension, generator=generator)
        rows[picture, :, 5:] += seen * rows[picture, :, :1]
        objects.append(tuple(things))
    return FeatureSet(
        LABELS,
        tuple(f"{seed}-{one}" for one in range(count)),
        tuple(f"{seed:032d}{one:032d}" for one in range(count)),
        rows.flatten(1),
        present,
        torch.ones_like(present),
        objects=tuple(objects),
    )


def process(rules, *atoms, api=GOOGLE, kind=d.Kind.COUNT, **request):
    names = [one.outcome for one in rules.cases] + [rules.default]
    return d.DecisionProcess(
        "app",
        api,
        d.Span("app.py", 1),
        kind,
        rules,
        tuple(d.Outcome(one) for one in names),
        atoms,
        request=d.RequestShape(**request),
    )


def at_least_two(label="Cup", **request):
    atom = d.Atom(
        "a",
        "localizedObjectAnnotations",
        (d.LabelTest("name", d.LabelSet(frozenset({label}))),),
    )
    rules = d.Cases((d.Case(d.CountAtLeast("a", 2), "many"), d.Case(d.Exists("a"), "one")), "none")
    return process(rules, atom, **request)


def on_the_left(label="Cup"):
    left = d.Field("boundingPoly.normalizedVertices.0.x")
    atom = d.Atom(
        "a",
        "localizedObjectAnnotations",
        (
            d.LabelTest("name", d.LabelSet(frozenset({label}))),
            d.NumberTest(left, d.IntervalSet.at_most(0.3)),
        ),
    )
    return process(d.Cases((d.Case(d.Exists("a"), "left"),), "not"), atom, kind=d.Kind.TRUE_FALSE)


def two_instances(label="Cup"):
    atom = d.Atom(
        "a",
        "Labels",
        (
            d.LabelTest("Name", d.LabelSet(frozenset({label}))),
            d.NumberTest(d.Field("Instances.#"), d.IntervalSet.at_least(2)),
        ),
    )
    rules = d.Cases((d.Case(d.Exists("a"), "two"),), "fewer")
    return process(rules, atom, api=AWS)
