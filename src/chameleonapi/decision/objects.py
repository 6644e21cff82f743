"""What is really where in a picture, as the answer that a perfect API gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chameleonapi.apis import (
    INSTANCE_COUNT,
    ApiSpec,
    RegionBox,
    RegionForm,
    corner_values,
)
from chameleonapi.decision.atoms import InnerTest, NumberTest
from chameleonapi.decision.numbers import Field, Number
from chameleonapi.decision.predicates import Compare
from chameleonapi.decision.process import DecisionProcess
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.decision.truth import TrueElement, Truth
from chameleonapi.errors import UnsupportedError

__all__ = ["TrueObject", "object_truth", "reads_regions"]

_INSTANCES: Final = "Instances"


@dataclass(frozen=True, slots=True)
class TrueObject:
    """One thing in a picture.

    Attributes:
        label: its name.
        box: left, top, right and bottom, in fractions of the picture.
    """

    label: str
    box: RegionBox


def reads_regions(process: DecisionProcess) -> bool:
    """Tell whether a decision asks where in a picture things are, or how many of a label."""
    if process.spec.regions is not RegionForm.INSTANCES:
        return process.spec.regions is not None
    numbers: list[Number] = [
        test.value for atom in process.atoms for test in atom.tests if isinstance(test, NumberTest)
    ]
    numbers += [one.value for one in process.predicates() if isinstance(one, Compare)]
    paths = {part.path for one in numbers for part in walk_numbers(one) if isinstance(part, Field)}
    collections = {one.collection for one in process.atoms}
    collections |= {
        test.path for one in process.atoms for test in one.tests if isinstance(test, InnerTest)
    }
    return any(_INSTANCES in path.split(".") for path in paths | collections)


def object_truth(spec: ApiSpec, objects: Sequence[TrueObject], labels: Iterable[str] = ()) -> Truth:
    """Return the truth about a picture of which every thing that matters has a box.

    Args:
        spec: of the API that is asked.
        objects: the things.
        labels: further labels that are there without a box; they matter where an API gives labels
            and the boxes of their instances.

    Raises:
        UnsupportedError: if the API says nothing of regions.
    """
    assert spec.label_field is not None
    assert spec.score_field is not None
    sure = spec.score_scale
    rows: list[dict[str, str | float | tuple[str, ...]]]
    if spec.regions is RegionForm.ELEMENTS:
        rows = [
            {spec.label_field: one.label, spec.score_field: sure, **corner_values(one.box)}
            for one in objects
        ]
    elif spec.regions is RegionForm.INSTANCES:
        counts = dict.fromkeys([*(one.label for one in objects), *labels], 0)
        for one in objects:
            counts[one.label] += 1
        rows = [
            {spec.label_field: label, spec.score_field: sure, INSTANCE_COUNT: float(count)}
            for label, count in counts.items()
        ]
    else:
        raise UnsupportedError(
            f"{spec.id} does not say where in a picture things are.",
            hint="Use Truth.of for labels of whole inputs.",
        )
    return Truth(elements=tuple(TrueElement(spec.main.path, tuple(row.items())) for row in rows))
