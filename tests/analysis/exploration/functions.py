"""Explore functions over instrumented values, as if they were applications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.explored import Explored
from chameleonapi.analysis.exploration.site import explore_site
from chameleonapi.decision import (
    DecisionProcess,
)
from standin import LABELS, Standin

VOCABULARY = (
    "Animal", "Apple", "Banana", "Bicycle", "Bottle", "Bulldog", "Bus", "Car", "Cat", "Dog", "Fire",
    "Food", "Fruit", "Gun", "Hot dog", "Knife", "Person", "Plastic", "Shirt", "Shoe", "Smoke",
    "Steam", "Truck", "Weapon", "Wild cat", "Wildfire", "Zebra",
)  # fmt: skip
BUDGET = Budget(verification_answers=600)


def explore(
    function: Callable[..., Any], *literals: str, api: str = LABELS, **more: Any
) -> Explored:
    program = Standin(function, api=api, literals=literals)
    budget = more.pop("budget", BUDGET)
    return explore_site(
        program, program.entries[0], program.sites[0], {}, VOCABULARY, budget, **more
    )


def decided(function: Callable[..., Any], *literals: str, api: str = LABELS) -> DecisionProcess:
    process = explore(function, *literals, api=api).process
    assert process is not None
    assert process.verification is not None
    assert process.verification.disagreements == 0, process.gaps
    return process


def labels(answer: Any) -> list[Any]:
    return [one["description"] for one in answer]


def smart_bin(answer: Any) -> str:
    for name in labels(answer):
        if name == "Plastic" or name == "Bottle":  # noqa: PLR1714 - as people write it
            return "recycle"
        if name.among(("Food", "Fruit")):
            return "compost"
        if name == "Shoe" or name == "Shirt":  # noqa: PLR1714
            return "donate"
    return "trash"


BIN = ("Plastic", "Bottle", "Food", "Fruit", "Shoe", "Shirt")
