"""Both servers, gRPC and HTTP, in one thread of this process.

with start_server(predictor) as server:
    print(server.http_port, server.grpc_port)
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, final

from chameleonapi.apis import ApiPredictor, Predictor
from chameleonapi.errors import ChameleonError, MissingPackageError, ServingError, UsageError
from chameleonapi.serving import event_loop
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.endpoint import Endpoint

if TYPE_CHECKING:
    from chameleonapi.serving.answers import AnswerService
    from chameleonapi.serving.operation.deployment import Deployment
    from chameleonapi.serving.operation.traffic import Traffic

__all__ = ["RunningServer", "start_server"]

_T = TypeVar("_T")
_BACKLOG = 1024
# Addresses that stand for all of a machine's, with one that reaches them from itself.
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- compared, not bound


def start_server(
    predictor: Predictor | ApiPredictor,
    config: ServerConfig | None = None,
    *,
    deployment: Deployment | None = None,
) -> RunningServer:
    """Start serving and return once requests are answered.

    Args:
        predictor: what answers; called in one thread, a batch at a time.
        config: settings; the defaults listen on free ports of this machine only.
        deployment: through which the administration changes what ``predictor`` answers with.

    Raises:
        MissingPackageError: if the parts for serving are not installed.
        ServingError: if a port is taken or an address is not there.
        UsageError: if ``predictor`` is none.
    """
    _check_predictor(predictor)
    return RunningServer(predictor, config or ServerConfig(), deployment)


def _check_predictor(predictor: Predictor | ApiPredictor) -> None:
    if not isinstance(predictor, Predictor):
        msg = f"a predictor is needed to serve, but a {type(predictor).__name__} came."
        raise UsageError(msg, hint="Pass an object with `applications` and `predict`.")


@final
class RunningServer:
    """A server that answers requests until ``stop``; also a context manager.

    Attributes:
        endpoint: where it listens.
        admin_port: where the administration listens; 0 without one.
    """

    def __init__(
        self,
        predictor: Predictor | ApiPredictor,
        config: ServerConfig,
        deployment: Deployment | None = None,
    ) -> None:
        self._config = config
        self._deployment = deployment
        self.admin_port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._service: AnswerService | None = None
        self._traffic: Traffic | None = None
        self._stop = asyncio.Event()
        started: Future[Endpoint] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(predictor, started), name="chameleon-server", daemon=True
        )
        self._thread.start()
        try:
            self.endpoint = started.result()
        except BaseException:
            self._thread.join()
            raise

    @property
    def http_port(self) -> int:
        """Port of Google's REST interfaces and of AWS JSON."""
        return self.endpoint.http_port

    @property
    def grpc_port(self) -> int:
        """Port of Google's APIs over gRPC."""
        return self.endpoint.grpc_port

    @property
    def is_running(self) -> bool:
        """Whether requests are still answered."""
        return self._thread.is_alive()

    def replace(self, predictor: Predictor | ApiPredictor) -> None:
        """Serve another model from the next batch on; no request fails.

        The old model is not in use any more when this returns.

        Raises:
            ServingError: if the server has stopped.
        """
        _check_predictor(predictor)
        service = self._service
        if service is None or not self._thread.is_alive():
            raise ServingError("the server has stopped.", hint="Start another one.")
        self._call(self._replace(service, predictor))

    async def _replace(self, service: AnswerService, predictor: Predictor | ApiPredictor) -> None:
        await service.replace(predictor)
        if self._traffic is not None:
            self._traffic.know(service.applications)

    def shadow_report(self) -> dict[str, Any]:
        """Return the comparison of decisions so far (schema ``chameleonapi.shadow/1``).

        Raises:
            UsageError: if the server compares none.
        """
        service = self._service
        if service is None or service.shadow is None:
            raise UsageError(
                "this server compares no decisions.", hint="Set `shadow` in its settings."
            )
        shadow = service.shadow

        async def report() -> dict[str, Any]:
            return shadow.report()

        return self._call(report()) if self._thread.is_alive() else shadow.report()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the server has stopped; tell whether it has."""
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Take no new requests, finish those under way within the grace time, and end."""
        if self._loop is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def __enter__(self) -> RunningServer:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self, predictor: Predictor | ApiPredictor, started: Future[Endpoint]) -> None:
        try:
            event_loop.run(self._serve(predictor, started))
        except BaseException as error:
            if not started.done():
                started.set_exception(_as_serving_error(error))
            else:
                raise

    async def _serve(self, predictor: Predictor | ApiPredictor, started: Future[Endpoint]) -> None:
        try:
            from chameleonapi.serving.answers import AnswerService
            from chameleonapi.serving.app import build_app
            from chameleonapi.serving.applications import ApplicationResolver
            from chameleonapi.serving.batcher import MicroBatcher
            from chameleonapi.serving.buckets import Buckets
            from chameleonapi.serving.grpc import build_grpc_server
            from chameleonapi.serving.http import HttpServer
            from chameleonapi.serving.operation.administration import Administration
            from chameleonapi.serving.operation.traces import Traces
            from chameleonapi.serving.operation.traffic import Traffic
            from chameleonapi.serving.provider import Provider
            from chameleonapi.serving.settling import settled, unsettle
            from chameleonapi.serving.shadow import Shadow
        except ImportError as error:
            raise MissingPackageError(
                error.name or "?", needed_for="serving", install="pip install 'chameleonapi[serve]'"
            ) from None
        config = self._config
        self._loop = asyncio.get_running_loop()
        resolver = ApplicationResolver(
            default=config.default_application,
            credentials={
                **config.credentials,
                **(config.callers.applications if config.callers else {}),
            },
        )
        traces = Traces(config.traces) if config.traces is not None else None
        traffic = self._traffic = Traffic(logs_requests=config.logs_requests, observer=traces)
        with contextlib.ExitStack() as sockets:
            http_socket = sockets.enter_context(_listen(config.host, config.http_port))
            batcher = MicroBatcher(
                predictor,
                max_batch=config.max_batch,
                max_waiting=config.max_waiting,
                max_waiting_bytes=config.max_waiting_bytes,
                counted=traffic.batch,
            )
            admin = Administration(config, batcher, traffic) if config.admin else None
            service = self._service = AnswerService(batcher, admin.answered if admin else None)
            traffic.know(service.applications)
            if config.shadow is not None:
                service.shadow = Shadow(config.shadow, batcher)
            provider = Provider(config.pass_through) if config.pass_through else None
            buckets = Buckets(config.buckets, max_bytes=config.max_request_bytes)
            grpc_server = build_grpc_server(service, resolver, config, provider, traffic, buckets)
            http_server = HttpServer(
                build_app(service, resolver, config, provider, traffic, buckets),
                grace_seconds=config.grace_seconds,
            )
            try:
                grpc_port = _bind_grpc(grpc_server, config.host, config.grpc_port)
                await grpc_server.start()
                await http_server.start(http_socket)
                if admin is not None and config.admin is not None:
                    admin_socket = _listen(config.admin.host, config.admin.port)
                    sockets.enter_context(admin_socket)
                    await admin.start(service, admin_socket, self._deployment)
                    self.admin_port = admin_socket.getsockname()[1]
                http_port = http_socket.getsockname()[1]
                host = _REACHED_BY.get(config.host, config.host)
                started.set_result(Endpoint(grpc_port, http_port, host))
                settling = asyncio.create_task(settled(service))
                await self._stop.wait()
                settling.cancel()
            finally:
                service.is_ready = False
                unsettle()
                await asyncio.gather(grpc_server.stop(config.grace_seconds), http_server.stop())
                if service.shadow is not None:
                    await service.shadow.close()
                await batcher.close(grace_seconds=config.grace_seconds)
                if admin is not None:
                    await admin.stop()
                if provider is not None:
                    await provider.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small replies at once only on sockets that name their protocol.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error.strerror or str(error)) from None
    return listening


def _bind_grpc(server: Any, host: str, port: int) -> int:
    if port:
        _listen(host, port).close()  # says why, where gRPC only says that it failed
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        bound: int = server.add_insecure_port(address)
    except RuntimeError:
        raise _cannot_listen(host, port, "gRPC could not bind to it") from None
    return bound


def _cannot_listen(host: str, port: int, reason: str) -> ServingError:
    return ServingError(
        f"cannot listen on {host} port {port}: {reason}.",
        hint="Choose another port, or 0 for any free one.",
    )


def _as_serving_error(error: BaseException) -> BaseException:
    if isinstance(error, ChameleonError) or not isinstance(error, Exception):
        return error
    return ServingError(f"the server could not start: {type(error).__name__}: {error}")
