"""Small decision processes and synthetic data, for tests of training and evaluation."""

from __future__ import annotations

import hashlib

import torch

from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    DecisionProcess,
    Exists,
    FirstAmong,
    Flag,
    Flags,
    Kind,
    LabelSet,
    LabelTest,
    Order,
    Outcome,
    RequestShape,
    Span,
)
from chameleonapi.training.features import FeatureSet

API = "google.vision.label_detection"


def process(classes, *, kind="api", api=API, max_results=None, name="app"):
    """Build a process over classes {outcome: labels}; the first of kind ``flags`` or an order."""
    field = "description" if api.startswith("google") else "Name"
    collection = "labelAnnotations" if api.startswith("google") else "Labels"
    atoms = tuple(
        Atom(one, collection, (LabelTest(field, LabelSet.of(*labels)),))
        for one, labels in classes.items()
    )
    ids = tuple(classes)
    outcomes = tuple(Outcome(one, accepts=tuple(labels)) for one, labels in classes.items())
    if kind == "flags":
        rules = Flags(tuple(Flag(Exists(one), one) for one in ids))
    else:
        tests = [FirstAmong(one, ids) if kind == "api" else Exists(one) for one in ids]
        rules = Cases(
            tuple(Case(test, one) for test, one in zip(tests, ids, strict=True)), "nothing"
        )
        outcomes = (*outcomes, Outcome("nothing"))
    kinds = {"flags": Kind.MULTI_SELECT}
    return DecisionProcess(
        id=name,
        api=api,
        call=Span("app.py", 1, 0, 1, 1),
        kind=kinds.get(kind, Kind.TRUE_FALSE if len(ids) == 1 else Kind.MULTI_CHOICE),
        order={"api": Order.API, "application": Order.APPLICATION}.get(kind),
        rules=rules,
        outcomes=outcomes,
        atoms=atoms,
        request=RequestShape(max_results=max_results),
    )


def scenes(
    count, labels, *, seed, directions, noise=0.5, rate=0.25, prefix="s", clutter=0.0
) -> FeatureSet:
    """Draw examples whose features are the sum of their labels' directions, plus noise."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.rand(count, len(labels), generator=generator) < rate
    strength = 1 + clutter * torch.randn(count, len(labels), generator=generator)
    features = (present * strength) @ directions
    features = features + noise * torch.randn(features.shape, generator=generator)
    ids = tuple(f"{prefix}{seed}-{index}" for index in range(count))
    digests = tuple(hashlib.sha256(one.encode()).hexdigest() for one in ids)
    return FeatureSet(tuple(labels), ids, digests, features, present, torch.ones_like(present))


def directions(labels, dimension=24, *, seed=0):
    """Draw one direction of length one for each label."""
    generator = torch.Generator().manual_seed(seed)
    made = torch.randn(len(labels), dimension, generator=generator)
    return made / made.norm(dim=1, keepdim=True)
