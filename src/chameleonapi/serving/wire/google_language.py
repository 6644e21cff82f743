"""Google Cloud Natural Language, v1, v1beta2 and v2.

The messages are those of Google's own client package, for gRPC and REST alike, so that a
field that Google adds needs nothing here.
Reference: https://cloud.google.com/natural-language/docs/reference/rpc
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from chameleonapi.apis import ApiAnswer, Prediction, get_api, prediction_answer
from chameleonapi.errors import InputError, LanguageError
from chameleonapi.serving.wire import google_json
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.html_text import visible_text
from chameleonapi.serving.wire.messages import fill_message, message_values
from chameleonapi.serving.wire.stored import ReadObject
from chameleonapi.serving.wire.text_offsets import characters, units

__all__ = ["METHODS", "VERSIONS", "LanguageApi", "LanguageCall", "language_api"]

VERSIONS: Final = ("v1", "v1beta2", "v2")
# Methods by the API that answers them; AnnotateText asks several.
METHODS: Final = {
    "AnalyzeSentiment": "google.language.analyze_sentiment",
    "AnalyzeEntities": "google.language.analyze_entities",
    "AnalyzeEntitySentiment": "google.language.analyze_entity_sentiment",
    "ClassifyText": "google.language.classify_text",
    "ModerateText": "google.language.moderate_text",
    "AnnotateText": "",
}
# Features of AnnotateText. Entities with sentiment come last: they replace those without.
_FEATURES: Final = {
    "extract_document_sentiment": "google.language.analyze_sentiment",
    "extract_entities": "google.language.analyze_entities",
    "extract_entity_sentiment": "google.language.analyze_entity_sentiment",
    "classify_text": "google.language.classify_text",
    "moderate_text": "google.language.moderate_text",
}
_ANALYSES: Final = {
    "google.language.analyze_sentiment": "document_sentiment",
    "google.language.analyze_entities": "entity",
    "google.language.analyze_entity_sentiment": "entity_sentiment",
    "google.language.classify_text": "document_classification",
    "google.language.moderate_text": "document_moderation",
}
_CLASSIFY = "google.language.classify_text"
_MAX_BYTES = get_api(_CLASSIFY).limits.max_input_bytes
_CONTENT: Final = (1, 2)  # document, content
_PLAIN_TEXT, _HTML = 1, 2
_UNKNOWN_OFFSET = -1


def _invalid(message: str) -> GoogleError:
    return GoogleError(GoogleCode.INVALID_ARGUMENT, message)


@final
@dataclass(frozen=True)
class LanguageCall:
    """One call about one text.

    Attributes:
        text: the document as it came; offsets are places in it.
        content: what a reader sees of it, with every character at its own place.
        language: as the request names it; empty where it does not.
        encoding: the units of offsets in the answer; ``NONE`` gives none.
        categories: which categories of texts are wanted.
        model: which of the provider's models is asked otherwise; empty is that of v1.
        apis: what is asked.
        beyond: names of the analyses that are asked for and have no API here.
    """

    text: str
    content: str
    language: str
    encoding: str
    categories: str
    model: str
    apis: tuple[str, ...]
    beyond: tuple[str, ...]
    response_class: Any = field(compare=False, repr=False)

    @functools.cached_property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be found out."""
        content = self.content.encode()
        return tuple(
            Ask(api, content, self.language, self.categories if api == _CLASSIFY else self.model)
            for api in self.apis
        )

    def refusal(self, apis: Sequence[str]) -> GoogleError:
        """Return the error for analyses that nothing here answers."""
        names = ", ".join((*(one.rsplit(".", 1)[1] for one in apis), *self.beyond))
        return GoogleError(GoogleCode.UNIMPLEMENTED, f"The analysis {names} is not served here.")

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:
        """Return the answer to one of ``asks``, with offsets in characters."""
        if isinstance(prediction, ApiAnswer):
            google_json.check_shape(prediction.answer, self.response_class.DESCRIPTOR)
        return prediction_answer(get_api(self.apis[position]), prediction)

    def reply(self, parts: Sequence[dict[str, Any] | InputError]) -> Any:
        """Return the response message for the answers to ``asks``.

        The language is the one that the request names, else what an analysis has found;
        where neither says it, the field stays empty.

        Raises:
            GoogleError: if the text is no input for one of the analyses.
        """
        whole: dict[str, Any] = {}
        for api, part in zip(self.apis, parts, strict=True):
            whole.update({key: one for key, one in self._readable(api, part).items() if one})
        self._convert_offsets(whole)
        language = self.language or whole.pop("language", "")
        known = self.response_class.DESCRIPTOR.fields_by_name
        whole.pop("language", None)
        if language:
            whole["language" if "language" in known else "languageCode"] = language
        if "language_supported" in known:
            whole["languageSupported"] = True
        response = self.response_class()
        fill_message(whole, response)
        return response

    def overlay(self, response: Any, parts: Mapping[int, dict[str, Any] | InputError]) -> None:
        """Put answers in the place of what another's response says to the same questions.

        Raises:
            GoogleError: if the text is no input for one of the analyses.
        """
        for position, part in parts.items():
            api = self.apis[position]
            own = {key: one for key, one in self._readable(api, part).items() if key != "language"}
            self._convert_offsets(own)
            language = getattr(response, "language", "")
            google_json.replace_fields(api, own, response)
            if language:
                response.language = language

    def _readable(self, api: str, part: dict[str, Any] | InputError) -> dict[str, Any]:
        if isinstance(part, LanguageError):
            name = self.language or "of the document"
            raise _invalid(f"The language {name} is not supported for {_ANALYSES[api]} analysis.")
        if isinstance(part, InputError):
            raise _invalid(f"Invalid text content: {part.message}")
        return part

    def parts(self, response: Any) -> list[dict[str, Any] | None]:
        """Take a response apart into answers to ``asks``, with offsets in characters."""
        whole = message_values(response)
        if "languageCode" in whole:
            whole["language"] = whole.pop("languageCode")
        spans = list(_spans(whole))
        if self.encoding == "NONE":
            for one in spans:
                one["beginOffset"] = _UNKNOWN_OFFSET
        else:
            found = characters(self.text, _offsets(spans), self.encoding)
            for one in spans:
                one["beginOffset"] = found.get(one.get("beginOffset", 0), _UNKNOWN_OFFSET)
        return [google_json.own_fields(api, whole) for api in self.apis]

    def _convert_offsets(self, answer: dict[str, Any]) -> None:
        spans = list(_spans(answer))
        if self.encoding == "NONE":
            for one in spans:
                one["beginOffset"] = _UNKNOWN_OFFSET
        elif not self.text.isascii():
            found = units(self.text, _offsets(spans), self.encoding)
            for one in spans:
                one["beginOffset"] = found.get(one.get("beginOffset", 0), _UNKNOWN_OFFSET)


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every ``TextSpan`` of an answer."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "text" and isinstance(one, dict):
                yield one
            else:
                yield from _spans(one)
    elif isinstance(value, list):
        for one in value:
            yield from _spans(one)


def _offsets(spans: Sequence[dict[str, Any]]) -> list[int]:
    """Return the offsets that are known; protobuf leaves out zeros."""
    return [one for span in spans if (one := span.get("beginOffset", 0)) >= 0]


@final
class LanguageApi:
    """One version of the API: reads calls of either transport."""

    def __init__(self, version: str) -> None:
        self._package = importlib.import_module(f"google.cloud.language_{version}")
        self._requests: dict[str, Any] = {}
        self._responses: dict[str, Any] = {}
        for name in METHODS:
            request = getattr(self._package, f"{name}Request", None)
            if request is not None:
                self._requests[name] = request.pb()
                self._responses[name] = getattr(self._package, f"{name}Response").pb()
        self._is_first = version != "v2"
        fields = self._package.Document.pb().DESCRIPTOR.fields_by_name
        self._language_field = "language" if "language" in fields else "language_code"
        self._encodings = {int(one): one.name for one in self._package.EncodingType}

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods of this version that can be read."""
        return tuple(self._requests)

    def response_class(self, method: str) -> Any:
        """Return the message that answers a method."""
        return self._responses[method]

    def parse_proto(
        self, method: str, payload: bytes, read: ReadObject | None = None
    ) -> LanguageCall:
        """Read a request in protobuf's binary form.

        Raises:
            GoogleError: if it cannot be served.
        """
        kind = self._requests[method]
        return self._read(method, google_json.parse_message(kind, payload, large=_CONTENT), read)

    def parse_json(self, method: str, body: bytes, read: ReadObject | None = None) -> LanguageCall:
        """Read the body of a REST request.

        Raises:
            GoogleError: if it cannot be served.
        """
        request = self._requests[method]()
        google_json.merge(google_json.load_object(body), request)
        return self._read(method, request, read)

    def _read(self, method: str, request: Any, read: ReadObject | None) -> LanguageCall:
        document = request.document
        if document.type_ not in {_PLAIN_TEXT, _HTML}:
            raise _invalid("Document.type must be PLAIN_TEXT or HTML.")
        text: str = document.content
        if document.gcs_content_uri:
            stored = google_json.read_stored(document.gcs_content_uri, _MAX_BYTES, read, "document")
            try:
                text = stored.decode()
            except UnicodeDecodeError:
                raise _invalid("The document is no valid UTF-8.") from None
        if not text:
            raise _invalid("One of content, or gcs_content_uri must be set.")
        if len(text.encode()) > _MAX_BYTES:
            message = f"The document is too large: at most {_MAX_BYTES} bytes of text are analysed."
            raise _invalid(message)
        encoding = "NONE"
        if "encoding_type" in request.DESCRIPTOR.fields_by_name:
            if request.encoding_type not in self._encodings:
                raise _invalid(f"Invalid encoding_type: {request.encoding_type}.")
            encoding = self._encodings[request.encoding_type]
        return LanguageCall(
            text,
            visible_text(text) if document.type_ == _HTML else text,
            getattr(document, self._language_field),
            encoding,
            self._categories(request),
            self._model(request),
            *self._apis(method, request),
            self._responses[method],
        )

    def _apis(self, method: str, request: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the APIs that are asked, and the names of features that have none."""
        if METHODS[method]:
            return (METHODS[method],), ()
        features = request.features
        known = features.DESCRIPTOR.fields_by_name
        apis = [api for name, api in _FEATURES.items() if name in known and getattr(features, name)]
        beyond = ("extract_syntax",) if self._is_first and features.extract_syntax else ()
        if not apis and not beyond:
            raise _invalid("At least one feature must be set in features.")
        return tuple(apis), beyond

    def _model(self, request: Any) -> str:
        """Return which generation of models answers: v2 has others than v1."""
        if self._is_first:
            return ""
        has_choice = "model_version" in request.DESCRIPTOR.fields_by_name
        return "v2-moderation-2" if has_choice and request.model_version == 2 else "v2"

    def _categories(self, request: Any) -> str:
        """Return which categories of texts are asked for; v1 begins with the old ones."""
        if not self._is_first:
            return "content-categories-v2"
        for holder in (request, getattr(request, "features", None)):
            if holder is None or "classification_model_options" not in (
                holder.DESCRIPTOR.fields_by_name
            ):
                continue
            options = holder.classification_model_options
            if options.WhichOneof("model_type") == "v2_model" and (
                options.v2_model.content_categories_version == 2
            ):
                return "content-categories-v2"
        return "content-categories-v1"


@functools.cache
def language_api(version: str) -> LanguageApi:
    """Return a version of the API; its messages are loaded on the first call."""
    return LanguageApi(version)
