"""AWS services over AWS JSON 1.1: from the headers and body of a request to its reply."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from chameleonapi.errors import ChameleonError, UnknownNameError
from chameleonapi.serving.batcher import OverloadError, StoppedError
from chameleonapi.serving.labels import LabelService
from chameleonapi.serving.wire import aws_rekognition
from chameleonapi.serving.wire.aws_json import CONTENT_TYPE, AwsError, AwsJsonProtocol

__all__ = ["AwsReply", "AwsServices", "aws_error"]


@dataclass(frozen=True, slots=True)
class AwsReply:
    """What goes back to the client."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@final
class AwsServices:
    """The AWS services that are served.

    Args:
        service: where labels come from.
        parents: ancestors of a label, nearest first.
    """

    def __init__(self, service: LabelService, *, parents: Mapping[str, tuple[str, ...]]) -> None:
        self._service = service
        self._parents = parents
        self._rekognition = AwsJsonProtocol("rekognition")

    async def reply(self, target: str, body: bytes, *, application: str) -> AwsReply:
        """Answer one request; ``target`` is the header ``X-Amz-Target``."""
        try:
            content = await self._answer(target, body, application)
        except Exception as error:  # noqa: BLE001 -- every failure has a reply
            return self.refuse(aws_error(error))
        return AwsReply(200, content, _headers())

    def refuse(self, error: AwsError) -> AwsReply:
        """Return the reply for an error."""
        content = {"__type": error.code, "Code": error.code, "Message": error.message}
        return AwsReply(
            self._rekognition.error_status(error),
            json.dumps(content).encode(),
            _headers() | {"x-amzn-ErrorType": error.code},
        )

    async def _answer(self, target: str, body: bytes, application: str) -> bytes:
        protocol = self._rekognition
        prefix, _, operation = target.partition(".")
        if prefix != protocol.target_prefix or not protocol.has_operation(operation):
            raise AwsError("UnknownOperationException", "The operation is not known.")
        if operation != aws_rekognition.OPERATION:
            message = f"{operation} is not served here; {aws_rekognition.OPERATION} is."
            raise AwsError("UnknownOperationException", message)
        call = aws_rekognition.parse_detect_labels(protocol, body)
        (result,) = await self._service.scores(application, [call.content])
        return protocol.write(operation, call.answer(result, parents=self._parents))


def _headers() -> dict[str, str]:
    return {"content-type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}


def aws_error(error: Exception) -> AwsError:
    """Return the provider's words for anything that goes wrong here."""
    if isinstance(error, AwsError):
        return error
    if isinstance(error, UnknownNameError):
        return AwsError("AccessDeniedException", str(error))
    if isinstance(error, OverloadError):
        message = "The number of requests exceeded your throughput limit."
        return AwsError("ProvisionedThroughputExceededException", message)
    if isinstance(error, StoppedError):
        return AwsError("InternalServerError", "The service is stopping.")
    text = error.message if isinstance(error, ChameleonError) else type(error).__name__
    return AwsError(
        "InternalServerError", f"Amazon Rekognition experienced a service issue. ({text})"
    )
