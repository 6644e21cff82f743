"""The models that are in memory: loaded when they are asked for, put away by size.

Safe for several threads: one asks for models while another publishes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, Protocol, final
from weakref import WeakValueDictionary

from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.head_rows import differing_rows
from chameleonapi.models.heads import LinearHead
from chameleonapi.models.pooled_head import LabelHead, PooledHead
from chameleonapi.models.served import ServedModel, serve_head
from chameleonapi.models.tails import Tail

__all__ = ["MAX_MODEL_BYTES", "ModelShelf", "ModelSource"]

MAX_MODEL_BYTES: Final = 1024 * 1024 * 1024


class ModelSource(Protocol):
    """Where models are had again; the empty name is that of the generic one."""

    @property
    def applications(self) -> tuple[str, ...]:
        """Names of the customised models that there are."""
        ...

    def load(self, application: str) -> tuple[LabelHead, Tail | None]:
        """Return the model that is served to an application at this moment.

        Raises:
            ModelError: if it is damaged, or made for another backbone.
        """
        ...


@final
class ModelShelf:
    """Models by application.

    Those of a source leave memory when all of them together take more than ``max_bytes``, the
    one that was not used for longest first; one is always kept. Others, and the generic one, stay.

    Args:
        backbone: what tails are built on.
        generic: the model of callers without an application.
        source: where other models come from.
        max_bytes: what models of the source may take.
    """

    def __init__(
        self,
        backbone: Backbone,
        generic: LabelHead,
        *,
        source: ModelSource | None = None,
        max_bytes: int = MAX_MODEL_BYTES,
    ) -> None:
        self._backbone = backbone
        self._source = source
        self._max_bytes = max_bytes
        self._lock = threading.RLock()
        plain = _of_no_application(generic)
        self._generic = (plain, serve_head(plain))
        # Those of former generic models, by digest, while an application shares their rows.
        self._bases: WeakValueDictionary[str, ServedModel] = WeakValueDictionary()
        self._kept: dict[str, ServedModel] = {}
        self._cached: OrderedDict[str, ServedModel] = OrderedDict()
        self._cached_bytes = 0
        self._names = dict.fromkeys(source.applications if source is not None else ())

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that are known, in memory or not."""
        with self._lock:
            return tuple(self._names)

    @property
    def cached_bytes(self) -> int:
        """What the models of the source take at this moment, with what some of them share."""
        return self._cached_bytes + sum(one.size_bytes for one in list(self._bases.values()))

    @property
    def in_memory(self) -> int:
        """How many models of applications need not be loaded."""
        return len(self._kept) + len(self._cached)

    def __contains__(self, application: str) -> bool:
        return not application or application in self._names

    def get(self, application: str) -> ServedModel:
        """Return a model, loading it if it is not in memory.

        Raises:
            UnknownNameError: if there is none.
            ModelError: if it cannot be loaded.
        """
        if not application:
            return self._generic[1]
        with self._lock:
            if application not in self._names:
                raise UnknownNameError("application", application, tuple(self._names))
            kept = self._kept.get(application)
            if kept is not None:
                return kept
            cached = self._cached.get(application)
            if cached is not None:
                self._cached.move_to_end(application)
                return cached
            assert self._source is not None
            return self._cache(application, self._served(*self._source.load(application)))

    def put(self, application: str, head: LabelHead, tail: Tail | None = None) -> None:
        """Serve another model to an application from now on.

        If the application is one of the source, this must be the model that the source has.

        Raises:
            ModelError: if the tail is for another backbone, or the generic model speaks of
                outcomes.
        """
        served = self._served(head, tail)
        with self._lock:
            if not application:
                # What shares rows with the former one keeps it.
                self._generic = (_of_no_application(head), served)
                return
            self._names[application] = None
            if self._source is not None and application in self._source.applications:
                self._cache(application, served)
            else:
                self._kept[application] = served

    def remove(self, application: str) -> None:
        """Forget an application.

        Raises:
            UnknownNameError: if it is not known.
        """
        with self._lock:
            if not application or application not in self._names:
                raise UnknownNameError("application", application, tuple(self._names))
            del self._names[application]
            self._kept.pop(application, None)
            self._drop(application)

    def _served(self, head: LabelHead, tail: Tail | None) -> ServedModel:
        if tail is None:
            return serve_head(head, self._base_of(head))
        network = tail.build(self._backbone)
        return serve_head(head, self._generic, cut=tail.cut, tail=network)

    def _base_of(self, head: LabelHead) -> tuple[LinearHead, ServedModel]:
        """Return what a model may share rows with: the generic one, or the one it was made from."""
        linear = head.linear if isinstance(head, PooledHead) else head
        generic, origin = self._generic, linear.origin
        if origin is None or origin.base is generic[0]:
            return generic
        if differing_rows(origin.base, generic[0]) is not None:
            return generic
        served = self._bases.get(origin.digest)
        if served is None:
            served = self._bases[origin.digest] = serve_head(origin.base)
        return origin.base, served

    def _cache(self, application: str, served: ServedModel) -> ServedModel:
        self._drop(application)
        self._cached[application] = served
        self._cached_bytes += served.size_bytes
        while self.cached_bytes > self._max_bytes and len(self._cached) > 1:
            self._drop(next(iter(self._cached)))
        return served

    def _drop(self, application: str) -> None:
        served = self._cached.pop(application, None)
        if served is not None:
            self._cached_bytes -= served.size_bytes


def _of_no_application(head: LabelHead) -> LinearHead:
    if isinstance(head, LinearHead):
        return head
    raise ModelError(
        "the generic model has an opinion on the outcomes of one application.",
        hint="Serve a model that was made for none.",
    )
