"""What the codecs of all AWS services share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chameleonapi.apis import Prediction
from chameleonapi.errors import InputError
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_protocol import Violation

__all__ = ["AwsCall", "Parents", "describe"]

# The ancestors of a label, nearest first.
Parents = Mapping[str, Sequence[str]]


class AwsCall(Protocol):
    """One call, read."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be found out."""
        ...

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:
        """Return the answer to one of ``asks``.

        Raises:
            AwsError: if the request wants what is not in the prediction.
        """
        ...

    def reply(self, parts: Sequence[dict[str, Any] | InputError]) -> dict[str, Any]:
        """Return the answer to the call.

        Raises:
            AwsError: if an input cannot be read and the answer has no place to say it.
        """
        ...

    def parts(self, answer: Mapping[str, Any]) -> list[dict[str, Any] | None]:
        """Take an answer apart into those to ``asks``; None where there is none."""
        ...


def describe(code: str, violation: Violation) -> AwsError:
    """Return the error for a value that the service model does not allow."""
    place = f"Value at '{violation.path}' failed to satisfy constraint: " if violation.path else ""
    return AwsError(code, place + violation.message)
