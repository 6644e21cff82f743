"""The administration of a server: gathers what there is to tell, and answers on its own socket."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import Sequence
from typing import Any, final

from chameleonapi.errors import ChameleonError
from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.batcher import MicroBatcher
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.http import HttpServer
from chameleonapi.serving.operation.admin import build_admin_app
from chameleonapi.serving.operation.decisions import DecisionWatch
from chameleonapi.serving.operation.deployment import DeployedModel, Deployment
from chameleonapi.serving.operation.prices import units_of
from chameleonapi.serving.operation.state import OperationState
from chameleonapi.serving.operation.traffic import Traffic
from chameleonapi.serving.wire.ask import Ask

__all__ = ["Administration"]

_GRACE_SECONDS = 1.0


@final
class Administration:
    """Belongs to the event loop of its server.

    Args:
        config: of the server, with settings for the administration.
        batcher: whose queue is told.
        traffic: what has been counted.
    """

    def __init__(self, config: ServerConfig, batcher: MicroBatcher, traffic: Traffic) -> None:
        assert config.admin is not None
        self._token = config.admin.token
        self._prices = config.admin.prices
        self._batcher = batcher
        self._traffic = traffic
        self._max_waiting = config.max_waiting
        self._decisions = DecisionWatch()
        self._server: HttpServer | None = None

    def answered(self, application: str, answers: Sequence[tuple[Ask, Any]]) -> None:
        """Take note of the answers of a call; returns at once."""
        for ask, one in answers:
            if not isinstance(one, ChameleonError):
                self._traffic.unit(application, ask.api, units_of(ask.api, ask.content))
        self._decisions.answered(application, [(ask.api, one) for ask, one in answers])

    async def start(
        self, service: AnswerService, bound: socket.socket, deployment: Deployment | None
    ) -> None:
        """Answer on ``bound``."""
        self._traffic.know(service.applications)
        state = OperationState(
            self._traffic,
            self._decisions,
            applications=lambda: service.applications,
            is_ready=lambda: service.is_ready,
            waiting=lambda: self._batcher.waiting,
            max_waiting=self._max_waiting,
            prices=self._prices,
        )
        change = None
        if deployment is not None:
            state.models = tuple(deployment.models())
            for one in state.models:
                self._decisions.publish(one.application, one.process)
            change = functools.partial(self._change, service, deployment, state)
        app = build_admin_app(state, self._token, change)
        self._server = HttpServer(app, grace_seconds=_GRACE_SECONDS)
        await self._server.start(bound)

    async def stop(self) -> None:
        """End, with all threads."""
        if self._server is not None:
            await self._server.stop()
        # In a thread: what is being decided at the moment is waited for.
        await asyncio.get_running_loop().run_in_executor(None, self._decisions.close)

    async def _change(
        self,
        service: AnswerService,
        deployment: Deployment,
        state: OperationState,
        what: str,
        application: str,
        version: str,
    ) -> DeployedModel:
        loop = asyncio.get_running_loop()
        work = (
            functools.partial(deployment.publish, application, version)
            if what == "publish"
            else functools.partial(deployment.rollback, application)
        )
        made = await loop.run_in_executor(None, work)
        await service.replace(deployment.predictor())
        self._traffic.know(service.applications)
        state.models = (*(one for one in state.models if one.application != application), made)
        self._decisions.publish(application, made.process)
        return made
