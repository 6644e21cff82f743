"""What a server does once it has started, so that no request has to wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from chameleonapi.apis import api_ids
from chameleonapi.serving.wire import google_language, google_vision

if TYPE_CHECKING:
    from chameleonapi.serving.answers import AnswerService

__all__ = ["settled", "unsettle"]

# how the messages of a service are loaded, and the versions that today's clients speak
_OF_GOOGLE: Final[Mapping[str, tuple[Callable[[str], Any], tuple[str, ...]]]] = {
    "google.vision.": (google_vision.vision_api, ("v1",)),
    "google.language.": (google_language.language_api, ("v1", "v2")),
}


async def settled(service: AnswerService) -> None:
    """Load what the first requests would load, and leave it out of garbage collections.

    Google's message types take a third of a second to load. A full collection goes through
    every object that is there, and requests wait meanwhile: with 90,000 objects, 60 to 160 ms.
    What lives as long as the server need not be looked at again.
    """
    await asyncio.to_thread(_load, frozenset(_services(service)))
    gc.collect(1)
    gc.freeze()


def unsettle() -> None:
    """Let everything be collected again, once a server has stopped."""
    gc.unfreeze()


def _services(service: AnswerService) -> Iterator[str]:
    """Return the services of Google of which anything is served to anybody."""
    for prefix in _OF_GOOGLE:
        apis = [one for one in api_ids() if one.startswith(prefix)]
        names = ("", *service.applications)
        if any(service.serves(name, api) for name in names for api in apis):
            yield prefix


def _load(services: frozenset[str]) -> None:
    for prefix in services:
        load, versions = _OF_GOOGLE[prefix]
        for version in versions:
            with contextlib.suppress(ImportError):  # whoever asks is told
                load(version)
