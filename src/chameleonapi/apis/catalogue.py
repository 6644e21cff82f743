"""The registry of API specs: a name that is taken raises, an unknown one lists the known ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chameleonapi.apis import aws_comprehend, aws_rekognition, google_language, google_vision
from chameleonapi.apis.spec import ApiSpec
from chameleonapi.errors import UnknownNameError, UsageError

__all__ = ["api_ids", "get_api", "iter_apis", "register_api"]

_SPECS: dict[str, ApiSpec] = {}


def register_api(spec: ApiSpec) -> None:
    """Add one API.

    Raises:
        UsageError: if the id is taken.
    """
    if spec.id in _SPECS:
        msg = f"the API id {spec.id!r} is registered already."
        raise UsageError(msg, hint="Choose another id.")
    _SPECS[spec.id] = spec


def _register_all(specs: Iterable[ApiSpec]) -> None:
    for spec in specs:
        register_api(spec)


for _module in (google_vision, google_language, aws_rekognition, aws_comprehend):
    _register_all(_module.SPECS)


def get_api(api_id: str) -> ApiSpec:
    """Return the spec with this id.

    Raises:
        UnknownNameError: listing the known ids.
    """
    try:
        return _SPECS[api_id]
    except KeyError:
        raise UnknownNameError("API", api_id, tuple(_SPECS)) from None


def iter_apis() -> Iterator[ApiSpec]:
    """Yield all specs in the order of registration."""
    return iter(tuple(_SPECS.values()))


def api_ids() -> tuple[str, ...]:
    """Return all registered ids."""
    return tuple(_SPECS)
