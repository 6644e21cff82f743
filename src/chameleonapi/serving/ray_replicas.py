"""Models on several machines: Ray Serve keeps replicas of a predictor, a server of ours asks them.

Clients see what they always see: protocols, applications, throttling, metrics and the launcher
are those of the server, which runs anywhere in the cluster and holds no model. Each batch is
shared out among the replicas. Needs the extra ``ray``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, final

from chameleonapi.apis import (
    ApiPredictor,
    Prediction,
    Predictor,
    Request,
    api_ids,
    as_api_predictor,
)
from chameleonapi.errors import ChameleonError, MissingPackageError, ModelError, UsageError

__all__ = ["RayPredictor", "deploy_on_ray"]

_NAME: Final = "chameleonapi"
_ANSWER_SECONDS: Final = 60.0
_START_SECONDS: Final = 300.0


def deploy_on_ray(
    make: Callable[[], Predictor | ApiPredictor],
    *,
    replicas: int = 2,
    name: str = _NAME,
    options: Mapping[str, Any] | None = None,
) -> RayPredictor:
    """Keep replicas of a predictor in the Ray cluster, and return what asks them.

    A deployment of the same name is replaced. It stays when this process ends; ``shut_down``
    of the result ends it.

    Args:
        make: makes the predictor, in each replica: it must not hold what is not there.
        replicas: how many.
        name: of the application in Ray Serve.
        options: of the deployment, such as ``{"ray_actor_options": {"num_gpus": 1}}``.

    Raises:
        MissingPackageError: if Ray is not installed.
        UsageError: if fewer than one replica is wanted.
    """
    if replicas < 1:
        raise UsageError(f"at least one replica is needed, but {replicas} were asked for.")
    try:
        from ray import serve
    except ImportError as error:
        raise MissingPackageError(
            error.name or "ray",
            needed_for="replicas on several machines",
            install="pip install 'chameleonapi[ray]'",
        ) from None
    more = {"max_ongoing_requests": 1, **(options or {})}
    deployment = serve.deployment(_Replica, name=name, num_replicas=replicas, **more)
    # What runs there already stays; where nothing does, no door of Ray's is opened: ours answers.
    serve.start(proxy_location="Disabled")
    handle = serve.run(deployment.bind(make), name=name, route_prefix=None)
    return RayPredictor(handle, replicas=replicas, name=name)


class _Replica:
    """A predictor in a process of Ray's."""

    def __init__(self, make: Callable[[], Predictor | ApiPredictor]) -> None:
        self._predictor = as_api_predictor(make())

    def facts(self) -> dict[str, tuple[str, ...]]:
        """Return which APIs are answered, by application; the empty name is the generic one."""
        known = ("", *self._predictor.applications)
        return {
            one: tuple(api for api in api_ids() if self._predictor.serves(one, api))
            for one in known
        }

    def predict(self, requests: list[Request]) -> list[Prediction | ChameleonError]:
        """Answer some inputs."""
        return list(self._predictor.predict(requests))


@final
class RayPredictor:
    """Asks the replicas of a deployment; a predictor like any other for ``start_server``.

    Args:
        handle: of the deployment.
        replicas: among how many a batch is shared out.
        name: of the application in Ray Serve.

    Raises:
        ModelError: if no replica starts.
    """

    def __init__(self, handle: Any, *, replicas: int, name: str) -> None:
        self._handle = handle
        self._replicas = replicas
        self._name = name
        self._facts: dict[str, tuple[str, ...]] = self._result(
            handle.facts.remote(), _START_SECONDS
        )

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that are answered, besides the empty one."""
        return tuple(one for one in self._facts if one)

    def serves(self, application: str, api: str) -> bool:
        """Tell whether an application gets answers of this API."""
        return api in self._facts.get(application, ())

    def predict(self, requests: Sequence[Request]) -> list[Prediction | ChameleonError]:
        """Answer a batch, in order: all replicas work at it at once.

        Raises:
            ModelError: if a replica fails, or does not answer in time.
        """
        size = math.ceil(len(requests) / self._replicas)
        parts = [
            list(requests[start : start + size]) for start in range(0, len(requests), size or 1)
        ]
        under_way = [self._handle.predict.remote(part) for part in parts]
        return [one for part in under_way for one in self._result(part, _ANSWER_SECONDS)]

    def shut_down(self) -> None:
        """End the replicas."""
        from ray import serve

        serve.delete(self._name)

    def _result(self, under_way: Any, seconds: float) -> Any:
        try:
            return under_way.result(timeout_s=seconds)
        except Exception as error:  # noqa: BLE001 -- a replica may fail in any way
            # What a replica raises may quote an input: only its kind is told.
            raise ModelError(f"a replica failed with {type(error).__name__}.") from None
