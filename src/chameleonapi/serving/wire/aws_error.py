"""Errors as AWS services report them, and the words that each service has for ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chameleonapi.errors import ServingError

__all__ = ["SERVICE_WORDS", "AwsError", "ServiceWords"]


class AwsError(ServingError):
    """A refusal in the words of the provider."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """The codes of a service for what may happen to any request."""

    title: str
    internal: str
    throttled: str


SERVICE_WORDS: Final = {
    "rekognition": ServiceWords(
        "Amazon Rekognition", "InternalServerError", "ProvisionedThroughputExceededException"
    ),
    "comprehend": ServiceWords(
        "Amazon Comprehend", "InternalServerException", "ThrottlingException"
    ),
}
