# ruff: noqa: E731, SIM905 - stand-ins are short
"""Stand-ins for the clients of the ML APIs: what they answer comes from the world of the run."""

import enum
import json
import re
import types

import corpus_world
from chameleonapi.apis import iter_apis
from corpus_foreign import Ghost

_ENTITIES = "UNKNOWN PERSON LOCATION ORGANIZATION EVENT WORK_OF_ART CONSUMER_GOOD OTHER _8 PHONE_NUMBER ADDRESS DATE NUMBER PRICE".split()
_LIKELIHOODS = "UNKNOWN VERY_UNLIKELY UNLIKELY POSSIBLE LIKELY VERY_LIKELY".split()
_FEATURES = {
    "FACE_DETECTION": 1,
    "LANDMARK_DETECTION": 2,
    "LOGO_DETECTION": 3,
    "LABEL_DETECTION": 4,
    "TEXT_DETECTION": 5,
    "SAFE_SEARCH_DETECTION": 6,
    "IMAGE_PROPERTIES": 7,
    "WEB_DETECTION": 10,
    "DOCUMENT_TEXT_DETECTION": 11,
    "OBJECT_LOCALIZATION": 19,
}


def _camel(name):
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(one[:1].upper() + one[1:] for one in rest)


class Message:
    """A protobuf message made from JSON."""

    def __init__(self, record):
        self._record = record
        self._pb = self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "error":
            return Message({"message": "", "code": 0})
        key = _camel(name)
        if key not in self._record:
            if key.endswith(
                (
                    "nnotations",
                    "ertices",
                    "entences",
                    "ategories",
                    "ntities",
                    "Images",
                    "colors",
                    "Labels",
                )
            ):
                return []
            return _default(key)
        return _wrapped(key, self._record[key])


def _default(key):
    if key in (
        "score",
        "topicality",
        "confidence",
        "salience",
        "magnitude",
        "x",
        "y",
        "red",
        "green",
        "blue",
        "pixelFraction",
        "detectionConfidence",
        "panAngle",
        "tiltAngle",
        "rollAngle",
    ):
        return 0.0
    if key.endswith("ikelihood") or key in ("adult", "spoof", "medical", "violence", "racy"):
        return Likelihood.UNKNOWN
    if key in ("description", "name", "content", "text", "label", "mid", "language"):
        return ""
    return Message({})


def _wrapped(key, value):
    if isinstance(value, dict):
        return Message(value)
    if isinstance(value, list):
        return [Message(one) if isinstance(one, dict) else one for one in value]
    if key == "type" and value in _ENTITIES:
        return EntityType[value]
    if (
        isinstance(value, str)
        and value in _LIKELIHOODS
        and (key.endswith("ikelihood") or key in ("adult", "spoof", "medical", "violence", "racy"))
    ):
        return Likelihood[value]
    return value


Likelihood = enum.IntEnum("Likelihood", {name: i for i, name in enumerate(_LIKELIHOODS)})
EntityType = enum.IntEnum("EntityType", {name: i for i, name in enumerate(_ENTITIES)})
FeatureType = enum.IntEnum("FeatureType", _FEATURES)


def _awaitable(value):
    """Return a value that may be awaited as well as used."""
    if isinstance(value, Message):
        made = type("Awaited", (Message,), {"__await__": lambda self: _done(self).__await__()})
        return made(value._record)
    return value


async def _done(value):
    return value


def _google(names, provider):
    def client(*_a, **_k):
        made = {
            name: (
                lambda *a, _n=name, **k: _awaitable(
                    Message(corpus_world.WORLD.call(f"google.{provider}.{_n}"))
                )
            )
            for name in names
        }
        if provider == "vision":
            made["document_text_detection"] = made["text_detection"]
            made["annotate_image"] = lambda *a, **k: _awaitable(Message(corpus_world.WORLD.joint()))
            made["batch_annotate_images"] = lambda *a, **k: _awaitable(
                Message({"responses": [corpus_world.WORLD.joint()]})
            )
        else:
            made["annotate_text"] = lambda *a, **k: Message(
                corpus_world.WORLD.call("google.language.analyze_sentiment")
            )
        return types.SimpleNamespace(**made)

    client.from_service_account_json = client
    client.from_service_account_file = client
    return client


def _amazon(service="", *_a, **named):
    service = named.get("service_name", service)
    names = [one for one in iter_apis() if one.id.startswith(f"aws.{service}.")]
    if not names:
        return Ghost(f"boto3.{service}")

    async def entered(self):
        return self

    made = {
        "__getattr__": lambda self, key: (
            (lambda *a, **k: _Both(corpus_world.WORLD.call(f"aws.{service}.{key}")))
            if any(one.operation == key for one in names)
            else Ghost(f"boto3.{service}.{key}")
        ),
        "__aenter__": entered,
        "__aexit__": lambda self, *_x: _done(None),
    }
    return type("Client", (), made)()


class _Both(dict):
    """An answer of boto3, or what aioboto3 waits for."""

    def __await__(self):
        return _done(dict(self)).__await__()


class _Reply(Ghost):
    """An HTTP reply with an answer."""

    def __init__(self, body):
        super().__init__("reply", status_code=200, ok=True, status=200, body=body)
        self.text = json.dumps(body)
        self.content = self.text.encode()

    def json(self):
        return self.body

    def read(self):
        return self.content

    def __iter__(self):
        raise TypeError

    def __await__(self):
        return _done(self).__await__()


def _post(*arguments, **named):
    text = " ".join(str(getattr(one, "full", one)) for one in (*arguments, *named.values()))
    if "vision.googleapis.com" in text and "annotate" in text:
        return _Reply({"responses": [corpus_world.WORLD.joint()]})
    found = re.search(r"language\.googleapis\.com\S*:(\w+)", text)
    if found:
        snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), found[1])
        return _Reply(corpus_world.WORLD.call(f"google.language.{snake}"))
    return Ghost("requests.post()")


class _Http(Ghost):
    post = staticmethod(_post)


class _Service:
    def __init__(self, service):
        self.service = service

    def __getattr__(self, name):
        if name in ("images", "documents"):
            return lambda: self
        if name == "annotate":
            return lambda **_k: types.SimpleNamespace(
                execute=lambda: {"responses": [corpus_world.WORLD.joint()]}
            )
        snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), name)
        return lambda **_k: types.SimpleNamespace(
            execute=lambda: corpus_world.WORLD.call(f"google.language.{snake}")
        )


def _message_to_dict(message, **_named):
    return message._record


def specials(name):
    if name.startswith(("google.cloud.vision", "google.cloud.language")):
        kind = "vision" if "vision" in name else "language"
        names = [one.operation for one in iter_apis() if one.id.startswith(f"google.{kind}.")]
        client = _google(names, kind)
        feature = lambda **k: Ghost("Feature", **k)
        feature.Type = FeatureType
        entity = types.SimpleNamespace(Type=EntityType)
        made = {
            "ImageAnnotatorClient": client,
            "ImageAnnotatorAsyncClient": client,
            "LanguageServiceClient": client,
            "Likelihood": Likelihood,
            "Feature": feature,
            "Entity": entity,
        }
        made["enums"] = types.SimpleNamespace(
            Likelihood=Likelihood,
            Feature=feature,
            Entity=entity,
            Document=Ghost("Document"),
            EncodingType=Ghost("EncodingType"),
        )
        return made
    if name in ("boto3", "boto3.session", "aioboto3"):
        session = lambda *_a, **_k: types.SimpleNamespace(client=_amazon)
        return {
            "client": _amazon,
            "Session": session,
            "session": types.SimpleNamespace(Session=session),
        }
    if name in ("requests", "httpx"):
        client = lambda *_a, **_k: _Http("http")
        return {"post": _post, "AsyncClient": client, "Client": client, "Session": client}
    if name == "urllib.request":
        request = lambda *a, **k: types.SimpleNamespace(full=" ".join(map(str, (*a, *k.values()))))
        return {"urlopen": _post, "Request": request}
    if name == "googleapiclient.discovery":
        return {"build": lambda service, *_a, **_k: _Service(service)}
    if name == "googleapiclient":
        return {
            "discovery": types.SimpleNamespace(build=lambda service, *_a, **_k: _Service(service))
        }
    if name == "google.protobuf.json_format":
        return {"MessageToDict": _message_to_dict}
    if name == "dotenv":
        return {"load_dotenv": lambda *_a, **_k: True}
    return {}
