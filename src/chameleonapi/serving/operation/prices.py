"""What the provider would have charged: units as it counts them, at prices that the user gives.

No price is built in. Prices change, depend on the month's volume and the contract, and a number
that nobody has looked up would be an invented one.

Reference: https://cloud.google.com/vision/pricing, https://cloud.google.com/natural-language/pricing,
https://aws.amazon.com/rekognition/pricing/ and https://aws.amazon.com/comprehend/pricing/
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chameleonapi.apis import api_ids
from chameleonapi.errors import UsageError

__all__ = ["PriceList", "units_of"]

_PER: Final = 1_000
# Characters of a unit, and the fewest units of a text. A picture is one unit for each API.
_TEXTS: Final = {"google.language.": (1_000, 1), "aws.comprehend.": (100, 3)}
# Charged by the time that an endpoint runs, whatever it is asked.
_BY_TIME: Final = frozenset({"aws.comprehend.classify_document"})


def units_of(api: str, content: bytes) -> int:
    """Return how many units the provider counts for one input."""
    if api in _BY_TIME:
        return 0
    for prefix, (characters, fewest) in _TEXTS.items():
        if api.startswith(prefix):
            length = len(content.decode("utf-8", "replace"))
            return max(fewest, math.ceil(length / characters))
    return 1


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices that the user has looked up.

    Attributes:
        per_thousand: price of a thousand units, by API.
        source: where the prices were found, and when.
        currency: of all of them.
    """

    per_thousand: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    currency: str = "USD"

    def __post_init__(self) -> None:
        for api, price in self.per_thousand.items():
            if api not in api_ids() or api in _BY_TIME:
                known = ", ".join(one for one in api_ids() if one not in _BY_TIME)
                raise UsageError(
                    f"there is no price by units for {api!r}.", hint=f"Known: {known}."
                )
            if not (math.isfinite(price) and price >= 0):
                raise UsageError(f"the price of {api} must be a number from 0 on, but is {price}.")
        if self.per_thousand and not self.source.strip():
            raise UsageError(
                "prices need their source: where they were found, and when.",
                hint='Example: --price-source "cloud.google.com/vision/pricing, 2026-11-22".',
            )

    def charged(self, units: Mapping[str, int]) -> float | None:
        """Return the price of these units; None if none of them has a price."""
        priced = [
            number * self.per_thousand[api] / _PER
            for api, number in units.items()
            if api in self.per_thousand
        ]
        return math.fsum(priced) if priced else None
