"""Amazon Comprehend: the operations on one text and on up to 25 of them.

Reference: https://docs.aws.amazon.com/comprehend/latest/APIReference/
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from chameleonapi.apis import Prediction, get_api, prediction_answer
from chameleonapi.errors import InputError, LanguageError
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.aws_call import describe
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_protocol import AwsProtocol

__all__ = ["MAX_BATCH", "OPERATIONS", "TextCall", "parse"]

_DETECT = {
    "DetectSentiment": "aws.comprehend.detect_sentiment",
    "DetectEntities": "aws.comprehend.detect_entities",
    "DetectKeyPhrases": "aws.comprehend.detect_key_phrases",
    "DetectDominantLanguage": "aws.comprehend.detect_dominant_language",
}
OPERATIONS: Final = {
    **_DETECT,
    **{f"Batch{name}": api for name, api in _DETECT.items()},
    "ClassifyDocument": "aws.comprehend.classify_document",
}
# https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html
MAX_BATCH: Final = 25
_MAX_BATCH_TEXT_BYTES = 5_000
_MAX_SENTIMENT_BYTES = 5_000
_MAX_TEXT_BYTES = 100_000


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A text of a batch that is refused by itself."""

    code: str
    message: str


@final
@dataclass(frozen=True)
class TextCall:
    """One call about one text or several."""

    operation: str
    texts: tuple[str | _Refused, ...]
    language: str = ""
    variant: str = ""

    @functools.cached_property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be found out, text by text."""
        api = OPERATIONS[self.operation]
        return tuple(
            Ask(api, one.encode("utf-8", "replace"), self.language, self.variant)
            for one in self.texts
            if isinstance(one, str)
        )

    @property
    def is_batch(self) -> bool:
        """Whether the answer is a list with one entry for each text."""
        return self.operation.startswith("Batch")

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:  # noqa: ARG002 -- all are alike
        """Return the answer about one text."""
        return prediction_answer(get_api(OPERATIONS[self.operation]), prediction)

    def reply(self, parts: Sequence[dict[str, Any] | InputError]) -> dict[str, Any]:
        """Return the answer to the call.

        Raises:
            AwsError: if the one text cannot be read, or none of a batch is in a language that
                is known.
        """
        if not self.is_batch:
            (part,) = parts
            if isinstance(part, LanguageError):
                raise self._unknown_language()
            if isinstance(part, InputError):
                raise _invalid(part.message)
            return part
        if parts and all(isinstance(one, LanguageError) for one in parts):
            raise self._unknown_language()
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        remaining = iter(parts)
        for index, text in enumerate(self.texts):
            found = text if isinstance(text, _Refused) else _as_refused(next(remaining))
            if isinstance(found, _Refused):
                errors.append(
                    {"Index": index, "ErrorCode": found.code, "ErrorMessage": found.message}
                )
            else:
                results.append({"Index": index, **found})
        return {"ResultList": results, "ErrorList": errors}

    def parts(self, answer: Mapping[str, Any]) -> list[dict[str, Any] | None]:
        """Take an answer apart into those about each text."""
        if not self.is_batch:
            return [dict(answer)]
        by_index = {
            one.get("Index"): {name: value for name, value in one.items() if name != "Index"}
            for one in answer.get("ResultList", ())
        }
        return [by_index.get(index) for index, one in enumerate(self.texts) if isinstance(one, str)]

    def _unknown_language(self) -> AwsError:
        message = f"The language {self.language or 'of the text'} is not supported here."
        return AwsError("UnsupportedLanguageException", message)


def _as_refused(part: dict[str, Any] | InputError) -> dict[str, Any] | _Refused:
    if isinstance(part, LanguageError):
        return _Refused("UNSUPPORTED_LANGUAGE", part.message)
    if isinstance(part, InputError):
        return _Refused("INVALID_REQUEST", part.message)
    return part


def parse(protocol: AwsProtocol, operation: str, parameters: dict[str, Any]) -> TextCall:
    """Check the parameters of a request.

    Raises:
        AwsError: with the code that the provider gives to what is wrong.
    """
    for violation in protocol.request_violations(operation, parameters):
        raise describe("ValidationException", violation)
    for name in ("Bytes", "DocumentReaderConfig"):
        if name in parameters:
            raise _invalid(f"{name} is not served here: pass the text as Text.")
    language = parameters.get("LanguageCode", "")
    variant = parameters.get("EndpointArn", "")
    if operation.startswith("Batch"):
        texts = parameters["TextList"]
        if len(texts) > MAX_BATCH:
            message = (
                f"Input text list size exceeds limit. Max number of texts allowed is {MAX_BATCH} "
                f"while in this request there are {len(texts)}"
            )
            raise AwsError("BatchSizeLimitExceededException", message)
        return TextCall(operation, tuple(map(_batch_text, texts)), language)
    if operation == "DetectEntities" and bool(language) == bool(variant):
        raise _invalid("Either LanguageCode or EndpointArn must be given.")
    if "Text" not in parameters:
        raise _invalid("Text must be given.")
    text: str = parameters["Text"]
    most = _MAX_SENTIMENT_BYTES if operation == "DetectSentiment" else _MAX_TEXT_BYTES
    size = _size(text)
    if size > most:
        raise AwsError("TextSizeLimitExceededException", _too_long(size, most))
    return TextCall(operation, (text,), language, variant)


def _batch_text(text: str) -> str | _Refused:
    size = _size(text)
    if size > _MAX_BATCH_TEXT_BYTES:
        return _Refused("TEXT_SIZE_LIMIT_EXCEEDED", _too_long(size, _MAX_BATCH_TEXT_BYTES))
    return text


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _too_long(size: int, most: int) -> str:
    return (
        f"Input text size exceeds limit. Max length of request text allowed is {most} bytes "
        f"while in this request the text size is {size} bytes"
    )
