"""Google's APIs, whatever carries them: from a parsed call to a response message."""

from __future__ import annotations

from typing import Any

from chameleonapi.errors import ChameleonError, UnknownNameError
from chameleonapi.serving.batcher import OverloadError, StoppedError
from chameleonapi.serving.labels import LabelService
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.google_vision import AnnotateCall

__all__ = ["annotate", "google_error"]


async def annotate(service: LabelService, application: str, call: AnnotateCall) -> Any:
    """Answer a call.

    Raises:
        GoogleError: whatever goes wrong, in the provider's words.
    """
    try:
        return call.answer(await service.scores(application, call.inputs))
    except Exception as error:
        raise google_error(error) from error


def google_error(error: Exception) -> GoogleError:
    """Return the provider's words for anything that goes wrong here."""
    if isinstance(error, GoogleError):
        return error
    if isinstance(error, UnknownNameError):
        return GoogleError(GoogleCode.PERMISSION_DENIED, str(error))
    if isinstance(error, OverloadError):
        message = "Quota exceeded: too many requests are waiting. Try again later."
        return GoogleError(GoogleCode.RESOURCE_EXHAUSTED, message)
    if isinstance(error, StoppedError):
        return GoogleError(GoogleCode.UNAVAILABLE, "The service is currently unavailable.")
    text = error.message if isinstance(error, ChameleonError) else type(error).__name__
    return GoogleError(GoogleCode.INTERNAL, f"Internal error encountered. ({text})")
