"""Google's REST interface: through HTTP libraries, and through the discovery client."""

from __future__ import annotations

import json
from typing import Any

from chameleonapi.analysis.engine.library.files import TextFile
from chameleonapi.analysis.engine.library.records import JsonText
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import Native, Opaque, Unknown
from chameleonapi.analysis.stubs.answers import AnswerDict, as_dictionary, as_message
from chameleonapi.analysis.stubs.google_clients import (
    LANGUAGE_METHODS,
    asks_for_others_only,
    feature_apis,
    text_feature_apis,
)
from chameleonapi.analysis.stubs.requests_shape import field_of, list_of, request_shape
from chameleonapi.analysis.stubs.shapes import to_camel

__all__ = ["DISCOVERY_METHODS", "attribute", "call"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]

_SENDERS = frozenset({"post", "request", "urlopen", "fetch", "send", "Request"})
_ANNOTATE_TEXT = "annotateText"
DISCOVERY_METHODS = {to_camel(name): api for name, api in LANGUAGE_METHODS.items()}
_LANGUAGE = {f":{name}": api for name, api in DISCOVERY_METHODS.items()}
_LANGUAGE[f":{_ANNOTATE_TEXT}"] = _ANNOTATE_TEXT


def _text_of(value: Any, depth: int = 0) -> str:
    """Return all text in a value, also of what is known only in part."""
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        inner = " ".join(_text_of(one, depth + 1) for one in value.parts or ())
        return f"{inner} {_text_of(value.attributes, depth + 1)}"
    if depth > 4:
        return ""
    if isinstance(value, dict):
        return " ".join(_text_of(one, depth + 1) for one in value.values())
    if isinstance(value, (list, tuple)):
        return " ".join(_text_of(one, depth + 1) for one in value)
    return ""


def _body_of(values: list[Any]) -> Any:
    for each in values:
        one = each.content if isinstance(each, TextFile) else each
        found = one
        if isinstance(one, JsonText):
            found = one.payload
        elif isinstance(one, (str, bytes)) and one.lstrip()[:1] in ("{", b"{"):
            try:
                found = json.loads(one)
            except (ValueError, RecursionError):
                continue
        elif isinstance(one, Unknown) and one.attributes:
            found = _body_of(list(one.attributes.values()))
        if isinstance(found, dict) and ("requests" in found or "document" in found):
            return found
    return None


def _which(address: str) -> str | None:
    if "vision.googleapis.com" in address and ":annotate" in address:
        return "vision"
    if "language.googleapis.com" in address:
        for ending, api in _LANGUAGE.items():
            if ending in address:
                return api
    return None


def _answer(machine: Machine, which: str, body: Any) -> AnswerDict | Unknown:
    if which != "vision":
        document = field_of(body, "document")
        shape = request_shape(language=field_of(document, "language"))
        apis: tuple[str, ...] = (which,)
        if which == _ANNOTATE_TEXT:
            apis = text_feature_apis(machine, field_of(body, "features"))
        message = as_message(apis[0], machine.call_api(apis, shape, body), apis[1:])
        found = as_dictionary(machine, message, keeps_empty=False)
        assert isinstance(found, AnswerDict)
        return found
    first = (list_of(field_of(body, "requests")) or [None])[0]
    apis, results = feature_apis(field_of(first, "features"))
    if not apis and asks_for_others_only(field_of(first, "features")):
        return Unknown("response")  # what is asked for is named in a note
    if not apis:
        machine.gap("unknown-features", "It is not known which features are asked for.")
        apis = ("google.vision.label_detection",)
    answer = machine.call_api(apis, request_shape(results=results), body)
    message = as_message(apis[0], answer, apis[1:])
    inner = as_dictionary(machine, message, keeps_empty=False)
    return AnswerDict({"responses": [inner]}, {})


class HttpResponse(Opaque):
    """The response of an HTTP library that holds an answer."""

    __slots__ = ("answer",)
    name = "Response"
    is_answer = True

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the body in its forms, or a status."""
        if name == "json":
            return Native(name, lambda _m, _a, _n: self.answer)
        if name in ("text", "content", "body", "data"):
            if name == "text":
                return _CallableText(self.answer)
            return JsonText(self.answer)
        if name in ("read", "getvalue", "decode"):
            return Native(name, lambda _m, _a, _n: JsonText(self.answer))
        if name in ("status_code", "status", "code"):
            return 200
        if name == "getcode":
            return Native(name, lambda _m, _a, _n: 200)
        if name == "ok":
            return True
        if name in ("raise_for_status", "close"):
            return Native(name, lambda _m, _a, _n: None)
        del machine
        return Unknown(f"response.{name}")


class _CallableText(JsonText):
    """``response.text`` of requests, ``response.text()`` of aiohttp."""

    __slots__ = ()


class Service(Opaque):
    """A discovery client, one of its resources, or a request that is not sent yet."""

    __slots__ = ("body", "method", "service")
    name = "Resource"

    def __init__(self, service: str, method: str = "", body: Any = None) -> None:
        self.service = service
        self.method = method
        self.body = body

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a resource, a method, or ``execute``."""
        if name in ("images", "documents"):
            return Native(name, lambda _m, _a, _n: Service(self.service))
        if name == "execute" and self.method:
            return Native(name, lambda m, _a, _n: self._execute(m))
        if f":{name}" in _LANGUAGE or name == "annotate":
            return Native(
                name,
                lambda _m, a, n: Service(self.service, name, n.get("body", a[0] if a else None)),
            )
        del machine
        return Unknown(f"{self.service}.{name}")

    def _execute(self, machine: Machine) -> Any:
        which = "vision" if self.method == "annotate" else _LANGUAGE[f":{self.method}"]
        return _answer(machine, which, self.body)


def attribute(_machine: Machine, value: Unknown, name: str) -> Any:
    """Return methods of text that holds an answer."""
    if isinstance(value, JsonText) and name in ("decode", "encode", "strip", "read"):
        return Native(name, lambda _m, _a, _n: value)
    return MISSING


def call(machine: Machine, function: Unknown, arguments: Arguments, named: Named) -> Any:
    """Model requests to Google's addresses, and ``discovery.build``."""
    last = function.path.rsplit(".", 1)[-1]
    if isinstance(function, _CallableText):
        return function
    if last == "build" and ("discovery" in function.path or "googleapiclient" in function.path):
        service = arguments[0] if arguments else named.get("serviceName")
        if service in ("vision", "language"):
            return Service(str(service))
    if last not in _SENDERS:
        return MISSING
    values = [*arguments, *named.values()]
    address = " ".join(_text_of(one) for one in values)
    which = _which(address)
    if which is None:
        return MISSING
    if last == "Request":
        # urllib: the request is built first, and sent by urlopen
        made = Unknown(f"{function.path}()")
        made.attributes = {f"_{i}": one for i, one in enumerate(values)}
        return made
    answer = _answer(machine, which, _body_of(values))
    return answer if isinstance(answer, Unknown) else HttpResponse(answer)
