"""Google's own client libraries (gRPC): Vision and Natural Language, of every version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import lift, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.operations import iterate
from chameleonapi.analysis.engine.values import Native, Opaque, Tainted, Unknown
from chameleonapi.analysis.stubs.answers import (
    EnumNumber,
    Message,
    as_dictionary,
    as_message,
    enum_number,
)
from chameleonapi.analysis.stubs.document_text import BREAKS
from chameleonapi.analysis.stubs.requests_shape import field_of, list_of, request_shape
from chameleonapi.analysis.stubs.shapes import answer_shape, to_snake
from chameleonapi.apis import LIKELIHOODS

__all__ = [
    "FEATURES",
    "TEXT_FEATURES",
    "asks_for_others_only",
    "attribute",
    "call",
    "feature_apis",
    "text_feature_apis",
]

Arguments = tuple[Any, ...]
Named = dict[str, Any]

VISION_METHODS = {
    name: f"google.vision.{name}"
    for name in [
        "label_detection",
        "object_localization",
        "safe_search_detection",
        "face_detection",
        "text_detection",
        "web_detection",
        "logo_detection",
        "landmark_detection",
        "image_properties",
    ]
} | {"document_text_detection": "google.vision.text_detection"}
LANGUAGE_METHODS = {
    name: f"google.language.{name}"
    for name in [
        "analyze_sentiment",
        "analyze_entities",
        "analyze_entity_sentiment",
        "classify_text",
        "moderate_text",
    ]
}
_FEATURE_NUMBERS = {
    "TYPE_UNSPECIFIED": 0,
    "FACE_DETECTION": 1,
    "LANDMARK_DETECTION": 2,
    "LOGO_DETECTION": 3,
    "LABEL_DETECTION": 4,
    "TEXT_DETECTION": 5,
    "SAFE_SEARCH_DETECTION": 6,
    "IMAGE_PROPERTIES": 7,
    "CROP_HINTS": 9,
    "WEB_DETECTION": 10,
    "DOCUMENT_TEXT_DETECTION": 11,
    "PRODUCT_SEARCH": 12,
    "OBJECT_LOCALIZATION": 19,
}
_ENTITY_NAMES = [
    "UNKNOWN",
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "EVENT",
    "WORK_OF_ART",
    "CONSUMER_GOOD",
    "OTHER",
    "PHONE_NUMBER",
    "ADDRESS",
    "DATE",
    "NUMBER",
    "PRICE",
]
FEATURES = {name: VISION_METHODS.get(name.lower()) for name in _FEATURE_NUMBERS}
_CLIENTS = {
    "ImageAnnotatorClient": "vision",
    "ImageAnnotatorAsyncClient": "vision",
    "LanguageServiceClient": "language",
    "LanguageServiceAsyncClient": "language",
}


class EnumType(Opaque):
    """An enumeration of a client library, such as ``vision.Likelihood``."""

    __slots__ = ("members", "name")

    def __init__(self, name: str, members: dict[str, EnumNumber]) -> None:
        self.name = name
        self.members = members

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a member, or ``Name`` and ``Value`` of older libraries."""
        if name in self.members:
            return self.members[name]
        if name == "Name":
            return Native(name, lambda m, a, _n: _name_of(m, self, a[0]))
        if name == "Value":
            return Native(name, lambda _m, a, _n: self.members.get(a[0], 0))
        if name == "__members__":
            return dict(self.members)
        return super().attribute(machine, name)

    def call(self, machine: Machine, arguments: Arguments, _named: Named) -> Any:
        """Return the member with a number."""
        value = arguments[0]
        if isinstance(value, Unknown):
            return Unknown(f"{self.name}({value.path})", is_tainted=value.is_tainted)
        if type(value) is Tainted:
            if isinstance(value.value, EnumNumber):
                return value
            by_number = {int(one): one for one in self.members.values()}
            return lift(machine, f"enum {self.name}", by_number.__getitem__, (value,), shown(value))
        for one in self.members.values():
            if one == value:
                return one
        raise Raised(ValueError(f"{value!r} is not a valid {self.name}"))

    def item(self, machine: Machine, key: Any) -> Any:
        """Return a member by name."""
        if type(key) is Tainted:
            return lift(machine, f"enum {self.name} by name", self.members.__getitem__, (key,))
        if key in self.members:
            return self.members[key]
        raise Raised(KeyError(key))

    def iterate(self, machine: Machine) -> Any:
        """Yield the members."""
        return iterate(machine, list(self.members.values()))

    def has_instance(self, _machine: Machine, value: Any) -> bool:
        """Tell whether a value is a member."""
        return isinstance(value, EnumNumber)


def _name_of(machine: Machine, kind: EnumType, value: Any) -> Any:
    if isinstance(value, Unknown):
        return Unknown(f"{kind.name}.Name()", is_tainted=value.is_tainted)
    names = {int(one): label for label, one in kind.members.items()}
    if type(value) is Tainted:
        return lift(machine, f"name in {kind.name}", names.get, (value,), f"name of {shown(value)}")
    return names.get(value, "")


_LIKELIHOOD = EnumType("Likelihood", {n: EnumNumber(i, n) for i, n in enumerate(LIKELIHOODS)})
_FEATURE = EnumType("Feature.Type", {n: EnumNumber(i, n) for n, i in _FEATURE_NUMBERS.items()})
_MENTION_NAMES = ("TYPE_UNKNOWN", "PROPER", "COMMON")
_MENTION = EnumType(
    "EntityMention.Type", {n: enum_number(n, _MENTION_NAMES) for n in _MENTION_NAMES}
)
_BREAK = EnumType("BreakType", {n: EnumNumber(i, n) for i, n in enumerate(BREAKS)})
_ENTITY = EnumType("Entity.Type", {n: enum_number(n, tuple(_ENTITY_NAMES)) for n in _ENTITY_NAMES})


class GoogleClient(Opaque):
    """A client object."""

    __slots__ = ("service",)
    name = "Client"

    def __init__(self, service: str) -> None:
        self.service = service

    @property
    def rendering(self) -> str:
        """How it appears in effects."""
        return f"<{self.service} client>"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method of the client."""
        found = method_named(self.service, name)
        if found is not None:
            return found
        if name in ("enums", "types"):
            return Unknown(f"google.cloud.{self.service}.{name}")
        del machine
        return Unknown(f"google.cloud.{self.service}.client.{name}")

    def enter(self, _machine: Machine) -> Any:
        """Return itself."""
        return self


def method_named(service: str, name: str) -> Native | None:
    """Return a method of a client by its name."""
    if service == "vision":
        if name in VISION_METHODS:
            return Native(name, lambda m, a, n: _detect(m, VISION_METHODS[name], a, n))
        if name == "annotate_image":
            return Native(name, _annotate)
        if name in ("batch_annotate_images", "async_batch_annotate_images"):
            return Native(name, _batch)
    elif name in LANGUAGE_METHODS:
        return Native(name, lambda m, a, n: _analyze(m, LANGUAGE_METHODS[name], a, n))
    elif name == "annotate_text":
        return Native(name, _annotate_text)
    return None


def _request(arguments: Arguments, named: Named) -> Any:
    return named.get("request", arguments[0] if arguments else None)


def _hints(context: Any) -> Any:
    hints = list_of(field_of(context, "language_hints"))
    return hints[0] if hints else None


def _detect(machine: Machine, api: str, arguments: Arguments, named: Named) -> Any:
    shape = request_shape(
        results=named.get("max_results"), language=_hints(named.get("image_context"))
    )
    return as_message(api, machine.call_api((api,), shape, (arguments, named)))


def feature_apis(features: Any) -> tuple[tuple[str, ...], Any]:
    """Return the APIs that a list of features asks for, and how many results of the first."""
    found: list[str] = []
    results = None
    for one in _flattened(features):
        api = FEATURES.get(_feature_name(one))
        if api is not None and api not in found:
            if not found:
                results = field_of(one, "max_results")
            found.append(api)
    return tuple(found), results


def asks_for_others_only(features: Any) -> bool:
    """Tell whether all features are known, and none of an API that is analysed."""
    names = [_feature_name(one) for one in _flattened(features)]
    return bool(names) and all(FEATURES.get(name, "") is None for name in names)


def _feature_name(feature: Any) -> str:
    kind = field_of(feature, "type") if isinstance(feature, (dict, Unknown)) else feature
    if isinstance(kind, EnumNumber):
        return kind.label
    if isinstance(kind, str):
        return kind
    if isinstance(kind, int):
        return next((name for name, number in _FEATURE_NUMBERS.items() if number == kind), "")
    if isinstance(kind, Unknown):
        return kind.path.rsplit(".", 1)[-1]
    return ""


def _flattened(features: Any) -> Iterator[Any]:
    """Yield features, those of a list within the list too: a slip that says what is meant."""
    for one in list_of(features):
        if isinstance(one, (list, tuple)):
            yield from one
        else:
            yield one


def _is_read(machine: Machine, api: str) -> bool:
    """Tell whether the application names the part of an answer that an API fills."""
    return any(
        machine.linker.project_mentions(word)
        for key in answer_shape(api).fields
        for word in (key, to_snake(key))
    )


def _annotate(machine: Machine, arguments: Arguments, named: Named) -> Any:
    return _one_of(machine, _request(arguments, named), named)


def _one_of(machine: Machine, request: Any, named: Named) -> Any:
    features = field_of(request, "features")
    if features is None:
        features = named.get("features")
    apis, results = feature_apis(features)
    if (features is None or features == []) and isinstance(request, dict):
        # the client library asks for everything then
        apis = tuple(
            one for one in dict.fromkeys(VISION_METHODS.values()) if _is_read(machine, one)
        )
    if not apis and asks_for_others_only(features):
        return Unknown("response")  # what is asked for is named in a note
    if not apis:
        machine.gap("unknown-features", "It is not known which features are asked for.")
        apis = ("google.vision.label_detection",)
    context = field_of(request, "image_context")
    shape = request_shape(results=results, language=_hints(context))
    answer = machine.call_api(apis, shape, (request, named))
    return as_message(apis[0], answer, apis[1:])


class BatchResponse(Opaque):
    """The answer to a batch: one response per image, of which the first is followed."""

    __slots__ = ("responses",)
    name = "BatchAnnotateImagesResponse"
    is_answer = True

    def __init__(self, responses: list[Any]) -> None:
        self.responses = responses

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the responses."""
        if name == "responses":
            return self.responses
        return super().attribute(machine, name)


def _batch(machine: Machine, arguments: Arguments, named: Named) -> Any:
    request = _request(arguments, named)
    requests = named.get("requests", request)
    if isinstance(requests, dict):
        requests = requests.get("requests")
    first = list_of(requests)
    return BatchResponse([_one_of(machine, first[0] if first else None, named)])


def _analyze(machine: Machine, api: str, arguments: Arguments, named: Named) -> Any:
    request = named.get("request")
    document = named.get("document", arguments[0] if arguments else field_of(request, "document"))
    shape = request_shape(language=field_of(document, "language"))
    return as_message(api, machine.call_api((api,), shape, (arguments, named)))


TEXT_FEATURES = {
    "extract_document_sentiment": "analyze_sentiment",
    "extract_entities": "analyze_entities",
    "extract_entity_sentiment": "analyze_entity_sentiment",
    "classify_text": "classify_text",
    "moderate_text": "moderate_text",
}


def text_feature_apis(machine: Machine, features: Any) -> tuple[str, ...]:
    """Return the APIs that the features of ``annotateText`` ask for."""
    apis = tuple(
        LANGUAGE_METHODS[name]
        for key, name in TEXT_FEATURES.items()
        if field_of(features, key) is True
    )
    if not apis:
        machine.gap("unknown-features", "It is not known which features are asked for.")
        apis = ("google.language.analyze_sentiment",)
    return apis


def _annotate_text(machine: Machine, arguments: Arguments, named: Named) -> Any:
    request = _request(arguments, named)
    apis = text_feature_apis(machine, field_of(request, "features") or named.get("features"))
    answer = machine.call_api(apis, request_shape(), (arguments, named))
    return as_message(apis[0], answer, apis[1:])


def attribute(_machine: Machine, value: Unknown, name: str) -> Any:
    """Return enumerations and module parts of the client libraries."""
    path = value.path
    if name == "Likelihood":
        return _LIKELIHOOD
    if name == "BreakType" and path.endswith("DetectedBreak"):
        return _BREAK
    if name == "Type":
        if path.endswith("Feature"):
            return _FEATURE
        if path.endswith("Entity"):
            return _ENTITY
        if path.endswith("EntityMention"):
            return _MENTION
    if name in _FEATURE_NUMBERS and path.endswith("Feature"):
        return _FEATURE.members[name]
    return MISSING


def call(machine: Machine, function: Unknown, arguments: Arguments, named: Named) -> Any:
    """Model the constructors of clients and of request messages, and message conversions."""
    path = function.path
    last = path.rsplit(".", 1)[-1]
    for kind, service in _CLIENTS.items():
        if last == kind or (last.startswith("from_service_account") and f"{kind}." in path):
            return GoogleClient(service)
    if arguments and isinstance(arguments[0], Message):
        if last in ("MessageToDict", "to_dict"):
            snake = last == "to_dict" or named.get("preserving_proto_field_name") is True
            keeps = last == "to_dict" or named.get("including_default_value_fields") is True
            return as_dictionary(machine, arguments[0], keeps_empty=keeps, is_snake=snake)
        if last in ("MessageToJson", "to_json"):
            from chameleonapi.analysis.engine.library.records import JsonText

            return JsonText(as_dictionary(machine, arguments[0], keeps_empty=last == "to_json"))
    if _is_google(path) and last[:1].isupper():
        made = Unknown(f"{path}()")
        made.attributes = dict(named)
        if arguments and isinstance(arguments[0], dict):
            made.attributes.update(arguments[0])
        return made
    return MISSING


def _is_google(path: str) -> bool:
    return ".types." in path or path.startswith(("google.", "types.", "vision."))
