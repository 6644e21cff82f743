"""Which API's answer something that is not known was computed from, as far as its name says so."""

from __future__ import annotations

import functools
import re

from chameleonapi.apis import answer_keys, get_api, iter_apis

__all__ = ["is_of_another"]


def is_of_another(api: str, provenance: str) -> bool:
    """Return whether what is not known names parts of answers of other APIs only.

    Args:
        api: id of the API of a call.
        provenance: where an unknown value came from, such as ``faceAnnotations.landmarks``.
    """
    named = set(re.findall(r"\b(\w+)(?=[.\[])", provenance)) & _every_key()
    return bool(named) and named.isdisjoint(answer_keys(get_api(api)))


@functools.cache
def _every_key() -> frozenset[str]:
    return frozenset().union(*map(answer_keys, iter_apis())) - {"", "responses"}
