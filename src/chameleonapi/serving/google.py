"""Google's APIs, whatever carries them: which methods there are, and their answers."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from chameleonapi.apis import Prediction
from chameleonapi.errors import ChameleonError, InputError, UnknownNameError
from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.batcher import OverloadError, StoppedError
from chameleonapi.serving.buckets import Buckets
from chameleonapi.serving.provider import ProviderUnreachableError
from chameleonapi.serving.replay import NotRecordedError
from chameleonapi.serving.waiting import DeadlineError
from chameleonapi.serving.wire import google_language, google_vision
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.stored import ReadObject

__all__ = [
    "METHODS",
    "GoogleCall",
    "GoogleMethod",
    "answer_call",
    "google_error",
    "overlay_call",
    "read_call",
    "rest_method",
    "served_here",
]


# A request that names an object has this in it, unless its JSON is written with escapes.
_STORED: Final = b"gs:"


class GoogleCall(Protocol):
    """One call, read: the codecs of all services make these."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be found out."""
        ...

    @property
    def beyond(self) -> tuple[str, ...]:
        """Names of what is asked for and has no API here."""
        ...

    def refusal(self, apis: Sequence[str]) -> GoogleError:
        """Return the error for APIs that are not served, and for what has none."""
        ...

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:
        """Return the answer to one of ``asks``, in the provider's JSON form."""
        ...

    def reply(self, parts: Sequence[dict[str, Any] | InputError]) -> Any:
        """Return the response message."""
        ...

    def overlay(self, response: Any, parts: Mapping[int, dict[str, Any] | InputError]) -> None:
        """Put answers in the place of what another's response says to the same questions."""
        ...

    def parts(self, response: Any) -> list[dict[str, Any] | None]:
        """Take a response apart into the answers to ``asks``."""
        ...


@dataclass(frozen=True, slots=True)
class GoogleMethod:
    """One method of one version of a service.

    Attributes:
        host: where the provider serves it.
        grpc_path: its name over gRPC.
        rest_path: its address over REST, without what stands for a parent.
        parse_proto: reads a binary request, and objects of buckets that it names; None for a
            method that is known and not served.
        parse_json: likewise the body of a REST request, and the parent from its address.
        response_class: the message that answers it.
    """

    host: str
    grpc_path: str
    rest_path: str
    parse_proto: Callable[[bytes, ReadObject | None], GoogleCall] | None = None
    parse_json: Callable[[bytes, str, ReadObject | None], GoogleCall] | None = None
    response_class: Callable[[], Any] | None = None


def _vision_methods() -> list[GoogleMethod]:
    found = []
    for version in google_vision.VERSIONS:
        service = f"/google.cloud.vision.{version}.ImageAnnotator/"

        def parse_proto(
            payload: bytes, read: ReadObject | None, version: str = version
        ) -> GoogleCall:
            return google_vision.vision_api(version).parse_proto(payload, read)

        def parse_json(
            body: bytes, parent: str, read: ReadObject | None, version: str = version
        ) -> GoogleCall:
            return google_vision.vision_api(version).parse_json(body, parent=parent, read=read)

        def response_class(version: str = version) -> Any:
            return google_vision.vision_api(version).response_class

        found.append(
            GoogleMethod(
                "vision.googleapis.com",
                service + "BatchAnnotateImages",
                f"/{version}/images:annotate",
                parse_proto,
                parse_json,
                response_class,
            )
        )
        found += [
            GoogleMethod("vision.googleapis.com", service + name, f"/{version}/{path}")
            for name, path in (
                ("BatchAnnotateFiles", "files:annotate"),
                ("AsyncBatchAnnotateImages", "images:asyncBatchAnnotate"),
                ("AsyncBatchAnnotateFiles", "files:asyncBatchAnnotate"),
            )
        ]
    return found


def _language_methods() -> list[GoogleMethod]:
    found = []
    for version in google_language.VERSIONS:
        for name in (*google_language.METHODS, "AnalyzeSyntax"):
            if version == "v2" and name in {"AnalyzeEntitySentiment", "AnalyzeSyntax"}:
                continue  # this version has none
            method = GoogleMethod(
                "language.googleapis.com",
                f"/google.cloud.language.{version}.LanguageService/{name}",
                f"/{version}/documents:{name[0].lower()}{name[1:]}",
            )
            found.append(method if name == "AnalyzeSyntax" else _readable(method, version, name))
    return found


def _readable(method: GoogleMethod, version: str, name: str) -> GoogleMethod:
    def parse_proto(payload: bytes, read: ReadObject | None) -> GoogleCall:
        return google_language.language_api(version).parse_proto(name, payload, read)

    def parse_json(body: bytes, parent: str, read: ReadObject | None) -> GoogleCall:
        if parent:
            raise GoogleError(GoogleCode.NOT_FOUND, "Method not found.")
        return google_language.language_api(version).parse_json(name, body, read)

    def response_class() -> Any:
        return google_language.language_api(version).response_class(name)

    return GoogleMethod(
        method.host, method.grpc_path, method.rest_path, parse_proto, parse_json, response_class
    )


METHODS: Final[Mapping[str, GoogleMethod]] = {
    one.grpc_path: one for one in (*_vision_methods(), *_language_methods())
}


@functools.cache
def _by_rest_path() -> Mapping[str, GoogleMethod]:
    return {one.rest_path: one for one in METHODS.values()}


def rest_method(path: str) -> tuple[GoogleMethod | None, str]:
    """Return the method at an address, and the parent that stands in it.

    ``/v1/projects/p/locations/eu/images:annotate`` has a parent, ``projects/p/locations/eu``.
    """
    _, version, *middle, last = path.split("/") if path.count("/") > 1 else ("", "", path)
    method = _by_rest_path().get(f"/{version}/{last}")
    return method, "/".join(middle)


def served_here(service: AnswerService, application: str, call: GoogleCall) -> list[int]:
    """Return the positions of the questions that the predictor answers.

    Raises:
        UnknownNameError: if the application is not known.
    """
    return [
        position for position, one in enumerate(call.asks) if service.serves(application, one.api)
    ]


async def read_call(
    parse: Callable[[ReadObject | None], GoogleCall], body: bytes, buckets: Buckets
) -> GoogleCall:
    """Read a call; in a thread, if it may name objects of buckets: disks may be slow.

    Raises:
        GoogleError: as ``parse`` does.
    """
    if not buckets or _STORED not in body:
        return parse(None)
    return await asyncio.to_thread(parse, buckets.reader())


async def answer_call(
    service: AnswerService, application: str, call: GoogleCall, *, deadline: float = math.inf
) -> Any:
    """Answer a call; the deadline is that of the caller, as a time of the event loop.

    Raises:
        GoogleError: if the predictor does not answer all of it, or cannot read the text.
        ChameleonError: as the service does; ``google_error`` says it in the provider's words.
    """
    here = served_here(service, application, call)
    if call.beyond or len(here) < len(call.asks):
        raise call.refusal([one.api for place, one in enumerate(call.asks) if place not in here])
    parts = await _parts(service, application, call, here, deadline)
    response = call.reply([parts[place] for place in here])
    service.watch(application, call, parts)
    return response


async def overlay_call(
    service: AnswerService,
    application: str,
    call: GoogleCall,
    response: Any,
    *,
    deadline: float = math.inf,
) -> None:
    """Put what the predictor answers in the place of what the provider has answered.

    Raises:
        GoogleError, ChameleonError: as ``answer_call``.
    """
    here = served_here(service, application, call)
    parts = await _parts(service, application, call, here, deadline)
    call.overlay(response, parts)
    service.watch(application, call, parts)


async def _parts(
    service: AnswerService,
    application: str,
    call: GoogleCall,
    here: Sequence[int],
    deadline: float,
) -> dict[int, dict[str, Any] | InputError]:
    asks = [call.asks[place] for place in here]
    predictions = await service.predictions(application, asks, deadline=deadline)
    return {
        place: one if isinstance(one, InputError) else call.part(place, one)
        for place, one in zip(here, predictions, strict=True)
    }


def google_error(error: Exception) -> GoogleError:
    """Return the provider's words for anything that goes wrong here."""
    if isinstance(error, GoogleError):
        return error
    if isinstance(error, UnknownNameError):
        return GoogleError(GoogleCode.PERMISSION_DENIED, str(error))
    if isinstance(error, OverloadError):
        message = "Quota exceeded: too many requests are waiting. Try again later."
        return GoogleError(GoogleCode.RESOURCE_EXHAUSTED, message)
    if isinstance(error, DeadlineError):
        return GoogleError(GoogleCode.DEADLINE_EXCEEDED, "Deadline exceeded.")
    if isinstance(error, NotRecordedError):
        return GoogleError(GoogleCode.NOT_FOUND, error.message)
    if isinstance(error, ProviderUnreachableError):
        return GoogleError(GoogleCode.UNAVAILABLE, error.message)
    if isinstance(error, StoppedError):
        return GoogleError(GoogleCode.UNAVAILABLE, "The service is currently unavailable.")
    text = error.message if isinstance(error, ChameleonError) else type(error).__name__
    return GoogleError(GoogleCode.INTERNAL, f"Internal error encountered. ({text})")
