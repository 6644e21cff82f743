"""Stand-ins for the client packages: every call of an ML API is answered by the stage."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Mapping
from typing import Any

from chameleonapi.analysis.replay.inside.foreign import Ghost
from chameleonapi.analysis.replay.inside.messages import (
    AwaitableDict,
    AwaitableMessage,
    BreakType,
    EntityType,
    FeatureType,
    Likelihood,
    done,
)
from chameleonapi.analysis.replay.inside.stage import STAGE
from chameleonapi.apis import iter_apis

__all__ = ["special_names"]


def special_names(module: str) -> Mapping[str, Any]:
    """Return what a foreign module holds besides inert objects."""
    if module.startswith(("google.cloud.vision", "google.cloud.language")):
        return _google(module)
    if module in ("boto3", "boto3.session", "aioboto3", "aiobotocore.session"):
        session = _always(types.SimpleNamespace(client=_amazon, resource=_amazon))
        made = {"client": _amazon, "Session": session, "get_session": session}
        return {**made, "session": types.SimpleNamespace(Session=session)}
    if module in ("requests", "httpx", "aiohttp"):
        client = _always(_Http("http"))
        names = ("AsyncClient", "Client", "Session", "session", "ClientSession")
        return {"post": _post, "request": _request, **dict.fromkeys(names, client)}
    if module == "urllib.request":
        return {"urlopen": _post, "Request": _Request}
    if module == "googleapiclient":
        return {"discovery": types.SimpleNamespace(build=_built)}
    if module in ("googleapiclient.discovery", "apiclient.discovery"):
        return {"build": _built}
    if module == "google.protobuf.json_format":
        return {
            "MessageToDict": lambda message, **_named: message._record,
            "MessageToJson": lambda message, **_named: json.dumps(message._record),
        }
    return {}


def _always(value: Any) -> Callable[..., Any]:
    return lambda *_arguments, **_named: value


def _google(module: str) -> Mapping[str, Any]:
    service = "vision" if "vision" in module else "language"
    client = _GoogleClient(service)

    feature = Ghost("Feature")
    feature.__dict__["Type"] = FeatureType
    entity = types.SimpleNamespace(Type=EntityType)
    text = types.SimpleNamespace(DetectedBreak=types.SimpleNamespace(BreakType=BreakType))
    made: dict[str, Any] = {
        "Likelihood": Likelihood,
        "Feature": feature,
        "Entity": entity,
        "TextAnnotation": text,
    }
    made["enums"] = types.SimpleNamespace(
        **made, Document=Ghost("Document"), EncodingType=Ghost("EncodingType")
    )
    names = ("ImageAnnotatorClient", "LanguageServiceClient")
    others = ("ImageAnnotatorAsyncClient", "LanguageServiceAsyncClient")
    return {**made, **dict.fromkeys((*names, *others), client)}


class _GoogleClient:
    """A class of clients and its instance in one."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._operations = {one.operation: one.id for one in iter_apis() if one.service == service}

    def __call__(self, *_arguments: Any, **_named: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("from_service_account"):
            return self
        api = self._operations.get(name)
        if name == "document_text_detection":
            api = self._operations.get("text_detection")
        if api is not None:
            return lambda *_a, **_k: AwaitableMessage(STAGE.call(api))
        if name == "annotate_image":
            return lambda *_a, **_k: AwaitableMessage(STAGE.joint())
        if name == "batch_annotate_images":
            return lambda *_a, **_k: AwaitableMessage({"responses": [STAGE.joint()]})
        if name == "annotate_text":
            return lambda *_a, **_k: AwaitableMessage(STAGE.call(_language_call()))
        return Ghost(f"{self._service}.{name}")

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let exceptions pass."""

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_error: object) -> bool:
        return False


def _language_call() -> str:
    return STAGE.api if STAGE.api.startswith("google.language.") else _SENTIMENT


_SENTIMENT = "google.language.analyze_sentiment"


class _AmazonClient:
    def __init__(self, service: str) -> None:
        self._service = service
        self._operations = {
            one.operation: one.id
            for one in iter_apis()
            if one.provider == "aws" and one.service == service
        }

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        api = self._operations.get(name)
        if api is not None:
            return lambda *_a, **_k: AwaitableDict(STAGE.call(api))
        return getattr(Ghost(f"boto3.{self._service}"), name)

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_error: object) -> bool:
        return False


def _amazon(service: Any = "", *_arguments: Any, **named: Any) -> Any:
    service = str(named.get("service_name", service))
    known = {one.service for one in iter_apis() if one.provider == "aws"}
    return _AmazonClient(service) if service in known else Ghost(f"boto3.{service}")


class _Reply(Ghost):
    """An HTTP reply with an answer."""

    def __init__(self, body: Any) -> None:
        super().__init__("reply")
        text = json.dumps(body)
        self.__dict__.update(status_code=200, status=200, ok=True, text=text, body=body)
        self.__dict__["content"] = text.encode()

    def json(self, **_named: Any) -> Any:
        return AwaitableDict(self.body)

    def read(self) -> Any:
        return self.content

    def getcode(self) -> int:
        return 200

    def __await__(self) -> Any:
        return done(self).__await__()


class _Request:
    """A prepared request of ``urllib``: the words in it tell what it asks."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.words = " ".join(str(one) for one in (*arguments, *named.values()))

    def add_header(self, *_arguments: Any) -> None:
        """Take a header."""


def _post(*arguments: Any, **named: Any) -> Any:
    words = " ".join(str(getattr(one, "words", one)) for one in (*arguments, *named.values()))
    if "vision.googleapis.com" in words and "annotate" in words:
        return _Reply({"responses": [STAGE.joint()]})
    found = re.search(r"language\.googleapis\.com\S*:(\w+)", words)
    if found:
        return _Reply(STAGE.call(f"google.language.{_snake(found[1])}"))
    return Ghost("requests.post")(*arguments, **named)


def _request(_method: Any, *arguments: Any, **named: Any) -> Any:
    return _post(*arguments, **named)


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


class _Http(Ghost):
    post = staticmethod(_post)
    request = staticmethod(_request)


class _Service:
    """A service that was built by discovery."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("images", "documents"):
            return lambda: self
        if self._service == "vision" and name == "annotate":
            return lambda **_named: types.SimpleNamespace(
                execute=lambda **_k: {"responses": [STAGE.joint()]}
            )
        api = f"google.language.{_snake(name)}"
        if api == "google.language.annotate_text":
            api = _language_call()
        return lambda **_named: types.SimpleNamespace(execute=lambda **_k: STAGE.call(api))


def _built(service: Any = "", *_arguments: Any, **named: Any) -> Any:
    service = str(named.get("serviceName", service))
    is_known = service in ("vision", "language")
    return _Service(service) if is_known else Ghost(f"discovery.{service}")
