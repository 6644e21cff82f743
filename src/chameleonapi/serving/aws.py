"""AWS services: from the headers and body of a request to its reply."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

from chameleonapi.errors import ChameleonError, InputError, UnknownNameError
from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.batcher import OverloadError, StoppedError
from chameleonapi.serving.buckets import Buckets
from chameleonapi.serving.provider import (
    Provider,
    ProviderReply,
    ProviderUnreachableError,
    signed_host,
)
from chameleonapi.serving.replay import NotRecordedError
from chameleonapi.serving.wire import aws_comprehend, aws_rekognition
from chameleonapi.serving.wire.aws_call import AwsCall, Parents
from chameleonapi.serving.wire.aws_error import SERVICE_WORDS, AwsError
from chameleonapi.serving.wire.aws_forms import CBOR, JSON, AwsForm
from chameleonapi.serving.wire.aws_protocol import AwsProtocol
from chameleonapi.serving.wire.stored import ReadObject

__all__ = ["AwsOperation", "AwsReply", "AwsRequest", "AwsServices", "aws_error"]


@dataclass(frozen=True, slots=True)
class AwsReply:
    """What goes back to the client."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """A request, as much of it as matters.

    Attributes:
        path: as it came.
        headers: as they came.
        raw: the body as it came.
        body: the body, unpacked.
    """

    path: str
    headers: Sequence[tuple[str, str]]
    raw: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class AwsOperation:
    """Which operation of which service a request names, and how it is written."""

    service: str
    name: str
    form: AwsForm


_STORED = b"S3Object"
_API = {"rekognition": aws_rekognition.OPERATIONS, "comprehend": aws_comprehend.OPERATIONS}


@final
class AwsServices:
    """The AWS services that are served.

    Args:
        service: where answers come from.
        parents: ancestors of a label, nearest first.
        provider: where the rest goes; None refuses it.
        buckets: whose objects requests may name.
    """

    def __init__(
        self,
        service: AnswerService,
        *,
        parents: Parents,
        provider: Provider | None = None,
        buckets: Buckets | None = None,
    ) -> None:
        self._buckets = buckets
        self._service = service
        self._provider = provider
        self._parents = parents
        self._protocols = {name: AwsProtocol(name) for name in SERVICE_WORDS}
        self._by_prefix = {one.target_prefix: name for name, one in self._protocols.items()}

    def named_by_target(self, target: str) -> AwsOperation | None:
        """Return the operation that the header ``X-Amz-Target`` names, in JSON."""
        prefix, _, operation = target.partition(".")
        return self._operation(prefix, operation, JSON)

    def named_by_path(self, path: str) -> AwsOperation | None:
        """Return the operation that an address of RPC v2 names, in CBOR.

        It looks like ``/service/Comprehend_20171127/operation/DetectSentiment``.
        """
        match path.split("/"):
            case ["", "service", prefix, "operation", operation]:
                named = self._operation(prefix, operation, CBOR)
                if named is not None:
                    spoken = self._protocols[named.service].protocols
                    return named if "smithy-rpc-v2-cbor" in spoken else None
        return None

    def _operation(self, prefix: str, operation: str, form: AwsForm) -> AwsOperation | None:
        service = self._by_prefix.get(prefix, "")
        if not service or not self._protocols[service].has_operation(operation):
            return None
        return AwsOperation(service, operation, form)

    async def reply(
        self, operation: AwsOperation | None, request: AwsRequest, *, application: str
    ) -> AwsReply:
        """Answer one request; None stands for an operation that is not known."""
        if operation is None:
            return self.refuse(AwsError("UnknownOperationException", "The operation is not known."))
        try:
            if self._provider is not None and self._is_passed_on(operation, application):
                return await self._pass_on(self._provider, operation, request)
            content = await self._answer(operation, request.body, application)
        except Exception as error:  # noqa: BLE001 -- every failure has a reply
            return self.refuse(error, operation)
        return AwsReply(200, content, _headers(operation.form))

    def _is_passed_on(self, operation: AwsOperation, application: str) -> bool:
        assert self._provider is not None
        api = _API[operation.service].get(operation.name, "")
        return self._provider.takes(application) or not (
            api and self._service.serves(application, api)
        )

    async def _pass_on(
        self, provider: Provider, operation: AwsOperation, request: AwsRequest
    ) -> AwsReply:
        host = signed_host(operation.service, request.headers)
        reply = await provider.forward(host, "POST", request.path, request.headers, request.raw)
        if reply.status == 200 and provider.records:
            self._record(provider, operation, request, reply)
        headers = {name: value for name, value in reply.headers if name.lower() != "content-length"}
        return AwsReply(reply.status, reply.body, headers)

    def _record(
        self,
        provider: Provider,
        operation: AwsOperation,
        request: AwsRequest,
        reply: ProviderReply,
    ) -> None:
        protocol = self._protocols[operation.service]
        try:
            call = self.read(operation, request.body)
            answer = protocol.read_answer(operation.name, reply.body, operation.form)
        except AwsError:
            return  # what we cannot read we cannot replay
        provider.record(call.asks, call.parts(answer), request.headers)

    def refuse(self, failure: Exception, operation: AwsOperation | None = None) -> AwsReply:
        """Return the reply for anything that goes wrong."""
        service = operation.service if operation else "rekognition"
        form = operation.form if operation else JSON
        error = aws_error(failure, service)
        content = {"__type": error.code, "Code": error.code, "Message": error.message}
        return AwsReply(
            self._protocols[service].error_status(error),
            form.dump(content),
            _headers(form) | {"x-amzn-ErrorType": error.code},
        )

    def read(self, operation: AwsOperation, body: bytes, read: ReadObject | None = None) -> AwsCall:
        """Read a request, and the object of a bucket that it names.

        Raises:
            AwsError: in the provider's words.
        """
        if operation.name not in _API[operation.service]:
            message = f"{operation.name} is not served here."
            raise AwsError("UnknownOperationException", message)
        protocol = self._protocols[operation.service]
        parameters = protocol.read(operation.name, body, operation.form)
        if operation.service == "rekognition":
            return aws_rekognition.parse(protocol, operation.name, parameters, self._parents, read)
        return aws_comprehend.parse(protocol, operation.name, parameters)

    async def _answer(self, operation: AwsOperation, body: bytes, application: str) -> bytes:
        api = _API[operation.service].get(operation.name, "")
        if not api or not self._service.serves(application, api):
            message = f"{operation.name} is not served here."
            raise AwsError("UnknownOperationException", message)
        if self._provider is None:
            self._service.check_room()
        if self._buckets and _STORED in body:
            # In a thread: disks may be slow.
            call = await asyncio.to_thread(self.read, operation, body, self._buckets.reader())
        else:
            call = self.read(operation, body)
        predictions = await self._service.predictions(application, call.asks)
        parts = [
            one if isinstance(one, InputError) else call.part(position, one)
            for position, one in enumerate(predictions)
        ]
        protocol = self._protocols[operation.service]
        content = protocol.write(operation.name, call.reply(parts), operation.form)
        self._service.watch(application, call, dict(enumerate(parts)))
        return content


def _headers(form: AwsForm) -> dict[str, str]:
    headers: Mapping[str, str] = form.headers
    return {
        "content-type": form.content_type,
        "x-amzn-RequestId": str(uuid.uuid4()),
        **headers,
    }


def aws_error(error: Exception, service: str = "rekognition") -> AwsError:
    """Return the provider's words for anything that goes wrong here."""
    words = SERVICE_WORDS[service]
    if isinstance(error, AwsError):
        return error
    if isinstance(error, UnknownNameError):
        return AwsError("AccessDeniedException", str(error))
    if isinstance(error, OverloadError):
        message = "The number of requests exceeded your throughput limit."
        return AwsError(words.throttled, message)
    if isinstance(error, NotRecordedError):
        return AwsError("ResourceNotFoundException", error.message)
    if isinstance(error, ProviderUnreachableError):
        return AwsError(words.internal, error.message)
    if isinstance(error, StoppedError):
        return AwsError(words.internal, "The service is stopping.")
    text = error.message if isinstance(error, ChameleonError) else type(error).__name__
    return AwsError(words.internal, f"{words.title} experienced a service issue. ({text})")
